"""A real worker process, killed with SIGKILL in the middle of a job."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import select

from qimen_core.audit.models import AuditRow
from qimen_core.db.work import unit_of_work
from qimen_core.jobs.models import Job

if TYPE_CHECKING:
    from qimen_core.runtime import Qimen

_PROCESS = Path(__file__).with_name("worker_process.py")
_PATIENCE = 60.0


@contextmanager
def worker(qimen: "Qimen") -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, str(_PROCESS), str(qimen.config.data), qimen.config.url]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def until(condition: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, "the worker does not get on"
        time.sleep(0.005)


def ask(qimen: "Qimen") -> int:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "chores.ask", permission="chores.work.do") as uow:
            job = uow.enqueue("chores.work")
        assert job.id is not None
        return job.id


def steps(qimen: "Qimen") -> list[str]:
    with qimen.db.session() as session:
        wanted = select(AuditRow.subject).where(AuditRow.action == "chores.step")
        return list(session.exec(wanted.order_by(AuditRow.seq)))  # type: ignore[arg-type]


def state(qimen: "Qimen", job_id: int) -> str:
    with qimen.db.session() as session:
        return session.exec(select(Job.state).where(Job.id == job_id)).one()


def test_a_worker_killed_in_mid_job_loses_nothing_and_repeats_nothing(qimen: "Qimen") -> None:
    job_id = ask(qimen)
    moments = random.Random(2026)
    killed_at = []
    for kill in range(3):
        with worker(qimen) as process:
            target = 5 * kill + 1 + moments.randrange(4)
            until(lambda target=target: len(steps(qimen)) >= target, process)  # type: ignore[misc]
            process.send_signal(signal.SIGKILL)
            process.wait()
        killed_at.append(len(steps(qimen)))
        assert state(qimen, job_id) == "running"  # it died holding the job
    with worker(qimen) as process:
        until(lambda: state(qimen, job_id) == "done", process)
    assert steps(qimen) == [f"s:{number:02}" for number in range(1, 21)]
    assert killed_at == sorted(set(killed_at))


def test_a_worker_that_is_asked_to_stop_gives_its_job_back_at_once(qimen: "Qimen") -> None:
    job_id = ask(qimen)
    with worker(qimen) as process:
        until(lambda: len(steps(qimen)) >= 2, process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(_PATIENCE) == 0
    assert state(qimen, job_id) == "queued"
    assert 2 <= len(steps(qimen)) < 20
