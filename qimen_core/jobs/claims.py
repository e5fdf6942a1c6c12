"""Who runs a job is decided by the database: every step is one conditional UPDATE.

A job row goes ``queued → running → done | failed | cancelled``. A worker owns it while the row
says so (``claimed_by``) and its heartbeat is young; a worker that comes back from the dead finds
its name gone and can change nothing any more.
"""

# lint-ok-file: sql-bulk -- a conditional UPDATE on the job's own row, by bookkeeping

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, or_, select, update

from qimen_core.db.bookkeeping import bookkeeping
from qimen_core.db.engine import Database
from qimen_core.jobs.models import Job

__all__ = [
    "CRASHES",
    "Claim",
    "abandoned",
    "beat",
    "claim",
    "due_ids",
    "fail",
    "finish",
    "note_progress",
    "release",
    "running_workers",
]

JOB: Table = Job.__table__  # type: ignore[attr-defined]
CRASHES = "_crashes"
"""Key of the checkpoint under which deaths of the worker since the last step are counted."""
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(hours=1)
_LONGEST_ERROR = 400


@dataclass(frozen=True, slots=True)
class Claim:
    """A job as its worker took it."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    org_path: str
    user_id: int | None
    attempts: int
    max_attempts: int
    checkpoint: Mapping[str, Any]


def due_ids(database: Database, now: datetime, limit: int = 100) -> list[int]:
    """Return the ids of the jobs that may begin, those waiting longest first."""
    wanted = (
        select(JOB.c.id)
        .where(JOB.c.state == "queued", JOB.c.not_before <= now)
        .order_by(JOB.c.not_before, JOB.c.id)
        .limit(limit)
    )
    with bookkeeping(database, write=False) as book:
        return [row.id for row in book.rows(wanted)]


def claim(database: Database, job_id: int, worker: str, now: datetime) -> Claim | None:
    """Take a queued job; ``None`` when another worker was first or it is not due."""
    wanted = update(JOB).where(JOB.c.id == job_id, JOB.c.state == "queued", JOB.c.not_before <= now)
    values = {"state": "running", "claimed_by": worker, "started_at": now, "heartbeat_at": now}
    columns = [JOB.c[name] for name in Claim.__dataclass_fields__]
    with bookkeeping(database) as book:
        if not book.write(wanted.values(values)):
            return None
        row = book.rows(select(*columns).where(JOB.c.id == job_id))[0]
    return Claim(**row._mapping)


def beat(database: Database, worker: str, now: datetime) -> int:
    """Say that this worker lives, for all jobs it runs; return how many those are."""
    mine = update(JOB).where(JOB.c.claimed_by == worker, JOB.c.state == "running")
    with bookkeeping(database) as book:
        return book.write(mine.values(heartbeat_at=now))


def note_progress(
    database: Database, job_id: int, worker: str, now: datetime, values: Mapping[str, object]
) -> bool | None:
    """Store progress; return whether a cancel was asked for, ``None`` when the claim is lost."""
    mine = _mine(job_id, worker).values(heartbeat_at=now, **values)
    with bookkeeping(database) as book:
        if not book.write(mine):
            return None
        row = book.rows(select(JOB.c.cancel_requested).where(JOB.c.id == job_id))[0]
        return bool(row.cancel_requested)


def finish(
    database: Database,
    job_id: int,
    worker: str,
    now: datetime,
    state: str,
    **values: object,
) -> bool:
    """End a job as ``done``, ``failed`` or ``cancelled``; False when the claim is lost."""
    values |= {"state": state, "finished_at": now, "claimed_by": ""}
    with bookkeeping(database) as book:
        return bool(book.write(_mine(job_id, worker).values(values)))


def fail(database: Database, job: Claim, worker: str, now: datetime, error: str) -> bool:
    """Count a failed try: queue the job again, later each time, or end it after the last."""
    attempts, error = job.attempts + 1, error[:_LONGEST_ERROR]
    if attempts >= job.max_attempts:
        return finish(database, job.id, worker, now, "failed", error=error, attempts=attempts)
    delay = min(_FIRST_DELAY * 2**job.attempts, _LONGEST_DELAY)
    values = {"attempts": attempts, "error": error, "not_before": now + delay}
    return release(database, job.id, worker, values)


def release(
    database: Database, job_id: int, worker: str, values: Mapping[str, object] | None = None
) -> bool:
    """Put a running job back into the queue; False when the claim is lost."""
    queued = {"state": "queued", "claimed_by": "", **(values or {})}
    with bookkeeping(database) as book:
        return bool(book.write(_mine(job_id, worker).values(queued)))


def abandoned(database: Database, before: datetime) -> list[tuple[int, str, dict[str, Any]]]:
    """Return ``(id, worker, checkpoint)`` of the running jobs without a heartbeat since then."""
    silent = or_(JOB.c.heartbeat_at.is_(None), JOB.c.heartbeat_at < before)
    wanted = select(JOB.c.id, JOB.c.claimed_by, JOB.c.checkpoint).where(
        JOB.c.state == "running", silent
    )
    with bookkeeping(database, write=False) as book:
        return [(row.id, row.claimed_by, dict(row.checkpoint or {})) for row in book.rows(wanted)]


def running_workers(database: Database) -> set[str]:
    """Return the names of the workers that own a running job."""
    wanted = select(JOB.c.claimed_by).where(JOB.c.state == "running").distinct()
    with bookkeeping(database, write=False) as book:
        return {row.claimed_by for row in book.rows(wanted)}


def _mine(job_id: int, worker: str) -> Any:
    return update(JOB).where(
        JOB.c.id == job_id, JOB.c.claimed_by == worker, JOB.c.state == "running"
    )
