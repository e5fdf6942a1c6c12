"""A worker in a process of its own, with a job of twenty steps; killed by its test.

``python worker_process.py DATA URL``
"""

import sys
import time
from pathlib import Path
from types import ModuleType

from qimen_core import Qimen, QimenConfig
from qimen_core.db.work import unit_of_work
from qimen_core.descriptors import JobSpec, Permission
from qimen_core.hookspecs import hookimpl
from qimen_core.jobs import RunningJob, run_worker
from qimen_core.meta import PluginMeta

STEPS = 20


def work(job: RunningJob) -> None:
    """Commit one step after the other, each marked in its own transaction."""
    with job.context() as ctx:
        for number in range(int(job.state.get("done", 0)) + 1, STEPS + 1):
            with unit_of_work(
                ctx, "chores.step", permission="chores.work.do", subject=f"s:{number:02}"
            ) as uow:
                job.checkpoint(uow, done=number)
            job.progress(number, STEPS)
            time.sleep(0.01)  # the width of the target


@hookimpl
def register_jobs() -> list[JobSpec]:
    """Offer the job."""
    return [JobSpec("chores.work", "干活", work)]


@hookimpl
def register_permissions() -> list[Permission]:
    """Offer its permission."""
    return [Permission("chores.work.do", "干活")]


def chores() -> ModuleType:
    """Return the plugin."""
    module = ModuleType("chores")
    module.meta = PluginMeta("chores", "杂务", core="")  # type: ignore[attr-defined]
    module.register_jobs = register_jobs  # type: ignore[attr-defined]
    module.register_permissions = register_permissions  # type: ignore[attr-defined]
    return module


if __name__ == "__main__":
    config = QimenConfig.load(Path(sys.argv[1]), database_url=sys.argv[2], plugins=["chores"])
    run_worker(Qimen.open(config, provided={"chores": chores()}))
