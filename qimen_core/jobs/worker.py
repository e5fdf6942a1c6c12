"""The worker: huey's consumer runs the jobs, a thread of ours tells it which.

The truth is the ``core_job`` row. huey only carries numbers to its threads, so that what is in its
file may be lost, doubled or stale without harm: a number whose row is not free is passed over.
"""

import signal
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from huey import SqliteHuey
from huey.consumer import Consumer

from qimen_core.files import remove_orphans
from qimen_core.jobs.claims import beat, due_ids
from qimen_core.jobs.leftovers import expire_files
from qimen_core.jobs.runner import run_due, run_job
from qimen_core.jobs.upkeep import LEASE, enqueue_periodic, purge, sweep, worker_name
from qimen_core.outbox import deliver, has_pending, purge_delivered

if TYPE_CHECKING:
    from qimen_core.runtime import Qimen

__all__ = ["Worker", "run_worker", "start_scheduler"]

log = structlog.get_logger("qimen.jobs")
_BETWEEN_LOOKS = 1.0
_BETWEEN_PURGES = 3600.0


class _Consumer(Consumer):  # type: ignore[misc]
    """huey's consumer without its signal handlers: the process has its own."""

    def _set_signal_handlers(self) -> None:
        pass


class Worker:
    """Runs jobs and delivers events until it is stopped.

    Args:
        qimen: The application.
        threads: Jobs that run at the same time.
        lease: After this silence another worker takes this one for dead.
        looks: Seconds between two looks into the queue.
    """

    def __init__(
        self,
        qimen: "Qimen",
        threads: int = 2,
        lease: timedelta = LEASE,
        looks: float = _BETWEEN_LOOKS,
    ) -> None:
        self.name = worker_name()
        self._qimen = qimen
        self._lease = lease
        self._looks = looks
        self._stop = threading.Event()
        self._delivering = threading.Lock()
        self._told: dict[int, float] = {}
        self._purged = 0.0
        carrier = qimen.config.data / "huey.db"
        self._huey = SqliteHuey("qimen", filename=str(carrier), results=False)
        self._run = self._huey.task()(self._run_one)
        self._deliver = self._huey.task()(self._deliver_events)
        self._consumer = _Consumer(
            self._huey, workers=threads, periodic=False, worker_type="thread", max_delay=1.0
        )
        self._thread = threading.Thread(target=self._watch, name="qimen-jobs", daemon=True)

    def start(self) -> "Worker":
        """Start the threads and return at once."""
        self._consumer.start()
        self._thread.start()
        log.info("worker_started", worker=self.name)
        return self

    def stop(self) -> None:
        """Stop: jobs give up at their next progress and are queued again where they were."""
        self._stop.set()
        self._thread.join()
        self._consumer.stop(graceful=True)
        self._huey.storage.close()
        log.info("worker_stopped", worker=self.name)

    def _run_one(self, job_id: int) -> None:
        if not self._stop.is_set():
            run_job(self._qimen, job_id, self.name, self._stop.is_set)

    def _deliver_events(self) -> None:
        with self._delivering:
            deliver(self._qimen)

    def _watch(self) -> None:
        while not self._stop.wait(self._looks):
            try:
                self._look()
            except Exception:
                # The database may be away for a moment; the worker outlives that.
                log.exception("worker_look_failed", worker=self.name)

    def _look(self) -> None:
        now = self._qimen.clock.now()
        beat(self._qimen.db, self.name, now)
        sweep(self._qimen, self._lease)
        enqueue_periodic(self._qimen)
        self._tell(due_ids(self._qimen.db, now))
        if not self._delivering.locked() and has_pending(self._qimen):
            self._deliver()
        if time.monotonic() - self._purged > _BETWEEN_PURGES:
            self._purged = time.monotonic()
            expire_files(self._qimen)
            purge(self._qimen)
            purge_delivered(self._qimen)
            remove_orphans(self._qimen)

    def _tell(self, ids: list[int]) -> None:
        """Hand numbers to huey's threads, each again only when it seems to have got lost."""
        moment = time.monotonic()
        again = self._lease.total_seconds() / 2
        self._told = {job: at for job, at in self._told.items() if job in ids}
        for job_id in ids:
            if moment - self._told.get(job_id, -again) >= again:
                self._told[job_id] = moment
                self._run(job_id)


def start_scheduler(qimen: "Qimen") -> Worker:
    """Run jobs in threads of this process, for a deployment on one machine.

    Returns:
        The worker; call its ``stop()`` before the process ends.
    """
    return Worker(qimen).start()


def run_worker(qimen: "Qimen", once: bool = False) -> None:
    """Run jobs in the main thread's process until SIGTERM or SIGINT.

    Args:
        qimen: The application.
        once: Do what is due now, deliver waiting events, and return.
    """
    if once:
        sweep(qimen)
        enqueue_periodic(qimen)
        while run_due(qimen) + deliver(qimen):
            pass
        return
    over = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda _number, _frame: over.set())
    worker = Worker(qimen).start()
    over.wait()
    worker.stop()
