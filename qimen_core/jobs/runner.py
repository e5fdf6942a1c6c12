"""Runs one job, whatever it does."""

from collections.abc import Callable
from datetime import timedelta
from secrets import token_hex
from typing import TYPE_CHECKING

import structlog

from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.jobs.claims import Claim, claim, due_ids, fail, finish, release
from qimen_core.jobs.running import (
    ClaimLost,
    JobCancelled,
    JobRefused,
    RunningJob,
    WorkerStopping,
)

if TYPE_CHECKING:
    from qimen_core.runtime import Qimen

__all__ = ["run_due", "run_job"]

_ = translations("qimen_core")
log = structlog.get_logger("qimen.jobs")
# A job of a plugin that is off waits; it is neither lost nor failed.
_WAIT_WHILE_OFF = timedelta(minutes=10)


def _never() -> bool:
    return False


def run_job(
    qimen: "Qimen", job_id: int, worker: str, stopping: Callable[[], bool] = _never
) -> bool:
    """Run one job if it is still free, and store how it ended.

    Args:
        qimen: The application.
        job_id: Which one.
        worker: Name of this worker.
        stopping: Says whether the worker shuts down.

    Returns:
        Whether this worker ran it.
    """
    taken = claim(qimen.db, job_id, worker, qimen.clock.now())
    if taken is None:
        return False
    if not _is_on(qimen, taken):
        later = {"not_before": qimen.clock.now() + _WAIT_WHILE_OFF}
        release(qimen.db, taken.id, worker, later)
        return False
    _run(qimen, taken, worker, stopping)
    return True


def run_due(qimen: "Qimen", worker: str = "", limit: int = 1000) -> int:
    """Run, here and now, every job that is due, with those that they enqueue; return how many."""
    name, count = worker or f"here:{token_hex(4)}", 0
    while count < limit and (ids := due_ids(qimen.db, qimen.clock.now())):
        ran = sum(run_job(qimen, job_id, name) for job_id in ids)
        if not ran:
            break
        count += ran
    return count


def _run(qimen: "Qimen", taken: Claim, worker: str, stopping: Callable[[], bool]) -> None:
    job = RunningJob(qimen, taken, worker, stopping)
    facts = {"job": taken.id, "kind": taken.kind}
    try:
        qimen.registry.job(taken.kind).run(job)
    except WorkerStopping:
        release(qimen.db, taken.id, worker)
    except JobCancelled:
        finish(qimen.db, taken.id, worker, qimen.clock.now(), "cancelled")
    except ClaimLost:
        log.warning("job_claim_lost", **facts)
    except JobRefused as refused:
        # Another try would find the same: nobody is kept waiting for it.
        log.info("job_refused", **facts)
        ended = {"error": refused.message[:400], "attempts": taken.attempts + 1}
        finish(qimen.db, taken.id, worker, qimen.clock.now(), "failed", **ended)
    except Exception as error:
        reference = token_hex(4)
        log.exception("job_failed", reference=reference, **facts)
        fail(qimen.db, taken, worker, qimen.clock.now(), _for_people(error, reference))
    else:
        finish(qimen.db, taken.id, worker, qimen.clock.now(), "done")
        log.info("job_done", **facts)


def _for_people(error: Exception, reference: str) -> str:
    """Return what the job tray may show: our own sentences, never the text of a foreign error."""
    if isinstance(error, QimenError) and error.message:
        return error.message
    return _("执行出错（编号 {reference}），请联系系统管理员。").format(reference=reference)


def _is_on(qimen: "Qimen", job: Claim) -> bool:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        return ctx.plugin_on(job.kind.partition(".")[0], job.org_path)
