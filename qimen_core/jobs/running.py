"""A job as its function sees it."""

# lint-ok-file: sql-bulk -- a conditional UPDATE on the job's own row

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from qimen_core.access.models import UserAccount
from qimen_core.db.session import unscoped
from qimen_core.errors import QimenError
from qimen_core.files import Place, store
from qimen_core.i18n import translations
from qimen_core.jobs.claims import JOB, Claim, note_progress
from qimen_core.jobs.leftovers import SUBJECT

if TYPE_CHECKING:
    from qimen_core.context import Context
    from qimen_core.db.work import UnitOfWork
    from qimen_core.models import StoredFile
    from qimen_core.runtime import Qimen

__all__ = ["ClaimLost", "JobCancelled", "JobRefused", "RunningJob", "WorkerStopping"]

_ = translations("qimen_core")
_user = UserAccount.__table__.c  # type: ignore[attr-defined]
_BETWEEN_NOTES = 0.5
_LONGEST_NOTE = 200


class ClaimLost(RuntimeError):
    """This worker was taken for dead and the job given to another; stop at once."""


class JobCancelled(Exception):
    """Somebody cancelled the job; what its earlier steps committed stays."""


class JobRefused(QimenError):
    """The job must not or cannot be done; its sentence is shown and it is not tried again."""


class WorkerStopping(Exception):
    """The worker shuts down; the job goes back into the queue and resumes from its checkpoint."""


class RunningJob:
    """What a job's function is given.

    The worker may die between any two lines. So a job does its work in steps, each one unit of
    work that ends with :meth:`checkpoint`: the step and the mark that it is done are one
    transaction, and a job that begins again reads in :attr:`state` where it was.

    Attributes:
        qimen: The application.
        id: The job's number.
        kind: Its name.
        payload: What it was asked with.
        org_path: The unit it concerns.
        attempts: Failed tries before this one.
        state: The last checkpoint; empty at the first begin.
    """

    def __init__(
        self, qimen: "Qimen", claim: Claim, worker: str, stopping: Callable[[], bool]
    ) -> None:
        self.qimen = qimen
        self.id = claim.id
        self.kind = claim.kind
        self.payload: Mapping[str, Any] = claim.payload
        self.org_path = claim.org_path
        self.attempts = claim.attempts
        self.user_id = claim.user_id
        self.state: Mapping[str, Any] = {
            key: value for key, value in claim.checkpoint.items() if not key.startswith("_")
        }
        self._worker = worker
        self._stopping = stopping
        self._noted = 0.0

    @contextmanager
    def context(self) -> Iterator["Context"]:
        """Open a session and yield the context of who asked for the job.

        A job that a user asked for reaches what that user reaches now, a periodic one everything.

        Raises:
            JobRefused: The account was closed meanwhile.
        """
        with self.qimen.db.session() as session:
            if self.user_id is None:
                yield self.qimen.system_context(session)
                return
            with unscoped(session):
                state = session.scalar(select(_user.state).where(_user.id == self.user_id))
            if state != "active":
                raise JobRefused(_("提交任务的账号已停用，任务没有执行。"))
            yield self.qimen.user_context(session, self.user_id)

    def checkpoint(self, uow: "UnitOfWork", **state: object) -> None:
        """Mark in a step's own transaction that the step is done.

        Args:
            uow: The unit of work of the step.
            state: JSON-able; replaces the checkpoint before.

        Raises:
            ClaimLost: The job belongs to another worker; the step is rolled back.
        """
        mine = update(JOB).where(
            JOB.c.id == self.id, JOB.c.claimed_by == self._worker, JOB.c.state == "running"
        )
        values = {"checkpoint": state, "heartbeat_at": self.qimen.clock.now()}
        done: Any = uow.session.execute(mine.values(values))
        if not done.rowcount:
            raise ClaimLost(f"job {self.id} belongs to another worker")
        self.state = state

    def progress(self, done: int, total: int = 0, note: str = "") -> None:
        """Show how far the job is, and stop here if that was asked for.

        Call it between steps as often as you like; it writes at most twice a second.

        Args:
            done: Steps done.
            total: Of how many; 0 when nobody knows.
            note: What is being done, in Chinese.

        Raises:
            JobCancelled: A user cancelled the job.
            WorkerStopping: The worker shuts down.
            ClaimLost: The job belongs to another worker.
        """
        if self._stopping():
            raise WorkerStopping
        if done != total and time.monotonic() - self._noted < _BETWEEN_NOTES:
            return
        self._noted = time.monotonic()
        values = {"progress": done, "progress_total": total, "progress_note": note[:_LONGEST_NOTE]}
        self._note(values)

    def keep(
        self,
        uow: "UnitOfWork",
        name: str,
        data: bytes,
        unit: Place,
        *,
        media_type: str,
        plugin: str,
    ) -> "StoredFile":
        """Keep a file that this job made; it goes by itself after ``job_file_days``.

        Args:
            uow: The unit of work; its permission covers ``unit``.
            name: The name it is saved under.
            data: Its content.
            unit: Whose it is.
            media_type: Its MIME type.
            plugin: Where that plugin is off the file cannot be fetched.
        """
        subject = f"{SUBJECT}{self.id}"
        return store(uow, name, data, media_type, unit, plugin=plugin, subject=subject)

    def result(self, uow: "UnitOfWork", file: "StoredFile | None" = None, **values: object) -> None:
        """Leave a result for the job tray, in the transaction that makes it.

        Args:
            uow: The unit of work.
            file: A stored file that the tray offers for download.
            values: JSON-able figures, e.g. ``rows=120``. The tray shows ``said`` (a sentence) in
                the ``tone`` ``ok``, ``warn`` or ``danger`` with ``details`` (sentences) below;
                ``permission`` names the right without which the file cannot be fetched.
        """
        mine = update(JOB).where(JOB.c.id == self.id, JOB.c.claimed_by == self._worker)
        known = {**values, "file": file.name} if file else values
        stored = {"result": known, "result_file_id": file.id if file else None}
        done: Any = uow.session.execute(mine.values(stored))
        if not done.rowcount:
            raise ClaimLost(f"job {self.id} belongs to another worker")

    def _note(self, values: Mapping[str, object]) -> None:
        now = self.qimen.clock.now()
        cancelled = note_progress(self.qimen.db, self.id, self._worker, now, values)
        if cancelled is None:
            raise ClaimLost(f"job {self.id} belongs to another worker")
        if cancelled:
            raise JobCancelled
