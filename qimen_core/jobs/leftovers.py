"""Files that live only for a job: tables waiting to be imported, workbooks waiting to be fetched.

They hold other people's data, so they go by themselves when nobody came for them.
"""

# lint-ok-file: sql-bulk -- the jobs' own rows let go of the files, in the same unit of work

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import Table, select, update

from qimen_core.db.session import unscoped
from qimen_core.files import delete
from qimen_core.jobs.models import Job
from qimen_core.models import StoredFile
from qimen_core.settings import CoreSettings

if TYPE_CHECKING:
    from qimen_core.runtime import Qimen

__all__ = ["SUBJECT", "UPLOADED", "expire_files"]

log = structlog.get_logger("qimen.jobs")
SUBJECT: Final = "core_job:"
"""How the subject of such a file begins."""
UPLOADED: Final = f"{SUBJECT}upload"
"""The subject of a file that was sent to be worked on."""
_RIGHT: Final = "core.system.manage"
_BATCH: Final = 200
_JOB: Table = Job.__table__  # type: ignore[attr-defined]
_F: Any = StoredFile


def expire_files(qimen: "Qimen") -> int:
    """Delete the files that jobs left behind more than ``job_file_days`` ago; return how many."""
    gone = 0
    while count := _expire_some(qimen):
        gone += count
    return gone


def _expire_some(qimen: "Qimen") -> int:
    # A unit of work knows the job row, and so may not be known while this package is read.
    from qimen_core.db.work import unit_of_work

    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        limit = ctx.now - timedelta(days=ctx.setting(CoreSettings).job_file_days)
        old = select(_F.id).where(_F.subject.startswith(SUBJECT), _F.created_at < limit)
        with unscoped(session):
            ids = list(session.scalars(old.order_by(_F.id).limit(_BATCH)))
        if not ids:
            return 0
        with unit_of_work(ctx, "core.job.expire", permission=_RIGHT) as uow, unscoped(session):
            freed = update(_JOB).where(_JOB.c.result_file_id.in_(ids)).values(result_file_id=None)
            session.execute(freed)
            for file in session.scalars(select(StoredFile).where(_F.id.in_(ids))):
                delete(uow, file)
        log.info("job_files_expired", count=len(ids))
        return len(ids)
