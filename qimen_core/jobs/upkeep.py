"""What keeps the queue honest: dead workers' jobs, periodic jobs, old rows."""

import os
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from qimen_core.db.bookkeeping import bookkeeping
from qimen_core.db.engine import Database
from qimen_core.i18n import translations
from qimen_core.jobs.claims import CRASHES, JOB, abandoned, running_workers

if TYPE_CHECKING:
    from qimen_core.descriptors import JobSpec
    from qimen_core.runtime import Qimen

__all__ = ["LEASE", "enqueue_periodic", "purge", "sweep", "worker_name"]

_ = translations("qimen_core")
log = structlog.get_logger("qimen.jobs")
LEASE = timedelta(seconds=60)
"""A worker that is silent for longer is taken for dead."""
_MOST_CRASHES = 5
_KEEP_PERIODIC = timedelta(days=7)
_KEEP_OTHERS = timedelta(days=90)


def worker_name() -> str:
    """Return a name for this process: host, process number, and a word that is never used again."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{token_hex(4)}"


def sweep(qimen: "Qimen", lease: timedelta = LEASE) -> int:
    """Queue the jobs of dead workers again and return how many they were.

    A worker of this machine whose process is gone is dead at once, any other when its lease has
    run out. A job that takes its worker down five times without reaching a checkpoint is failed:
    it would do so for ever.
    """
    now = qimen.clock.now()
    lost = abandoned(qimen.db, now - lease)
    for worker in running_workers(qimen.db):
        if _is_dead_here(worker):
            known = {job_id for job_id, _worker, _state in lost}
            every = abandoned(qimen.db, now + timedelta(days=1))
            lost += [each for each in every if each[1] == worker and each[0] not in known]
    return sum(_requeue(qimen.db, now, *each) for each in lost)


def enqueue_periodic(qimen: "Qimen") -> int:
    """Write the periodic jobs whose time has come and return how many were new.

    The slot stands in the row's unique key, so that any number of schedulers write each once. A
    slot that passed while nothing ran is not made up for.
    """
    now, added = qimen.clock.now(), 0
    for spec in qimen.registry.jobs.values():
        if spec.every:
            added += _add_slot(qimen.db, spec, now)
    return added


def purge(qimen: "Qimen") -> int:
    """Remove rows of jobs that ended long ago and return how many."""
    now = qimen.clock.now()
    ended = JOB.c.state.in_(("done", "failed", "cancelled"))
    periodic = JOB.c.key.is_not(None) & (JOB.c.finished_at < now - _KEEP_PERIODIC)
    old = JOB.c.finished_at < now - _KEEP_OTHERS
    with bookkeeping(qimen.db) as book:
        return book.write(delete(JOB).where(ended, periodic | old))


def _requeue(
    database: Database, now: datetime, job_id: int, worker: str, state: Mapping[str, Any]
) -> bool:
    crashes = int(state.get(CRASHES, 0)) + 1
    values: dict[str, object] = {"claimed_by": "", "checkpoint": {**state, CRASHES: crashes}}
    if crashes < _MOST_CRASHES:
        values |= {"state": "queued", "not_before": now}
    else:
        sentence = _("执行进程连续 {n} 次意外中止，已停止重试。").format(n=crashes)
        values |= {"state": "failed", "finished_at": now, "error": sentence}
    mine = update(JOB).where(
        JOB.c.id == job_id, JOB.c.state == "running", JOB.c.claimed_by == worker
    )
    with bookkeeping(database) as book:
        done = bool(book.write(mine.values(values)))
    if done:
        log.warning("job_swept", job=job_id, worker=worker, crashes=crashes)
    return done


def _add_slot(database: Database, spec: "JobSpec", now: datetime) -> int:
    step = spec.every * 60
    slot = datetime.fromtimestamp(now.timestamp() // step * step, now.tzinfo)
    values = {
        "kind": spec.name,
        "key": f"{spec.name}@{slot:%Y-%m-%dT%H:%M}",
        "payload": {},
        "org_path": "",
        "max_attempts": spec.attempts,
        "created_at": now,
        "not_before": now,
        "checkpoint": {},
        "result": {},
    }
    defaults = {
        "state": "queued", "attempts": 0, "claimed_by": "", "cancel_requested": False,
        "progress": 0, "progress_total": 0, "progress_note": "", "error": "",
    }  # fmt: skip
    dialect = sqlite if database.dialect == "sqlite" else postgresql
    statement = dialect.insert(JOB).values(**values, **defaults)
    with bookkeeping(database) as book:
        once = statement.on_conflict_do_nothing(index_elements=["key"])
        return book.write(once.execution_options(preserve_rowcount=True))


def _is_dead_here(worker: str) -> bool:
    host, _sep, rest = worker.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname()[:40] or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
