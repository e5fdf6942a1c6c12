"""A plugin whose jobs and event handlers are what a test says."""

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from qimen_core.descriptors import EventType, JobSpec, Permission
from qimen_core.hookspecs import hookimpl
from qimen_core.meta import PluginMeta

if TYPE_CHECKING:
    from qimen_core.jobs import RunningJob
    from qimen_core.runtime import Qimen
    from qimen_core.testing.fixtures import MakeApp

Run = Callable[["RunningJob"], None]


class Scripted:
    """What the plugin ``chores`` does; a test replaces the functions."""

    def __init__(self) -> None:
        self.run: Run = lambda job: None

    def __call__(self, job: "RunningJob") -> None:
        self.run(job)


@pytest.fixture
def script() -> Scripted:
    return Scripted()


@pytest.fixture
def chores(script: Scripted) -> ModuleType:
    class Hooks:
        @hookimpl
        def register_jobs(self) -> list[JobSpec]:
            return [
                JobSpec("chores.work", "干活", script),
                JobSpec("chores.hourly", "每小时", script, every=60),
            ]

        @hookimpl
        def register_events(self) -> list[EventType]:
            return [EventType("chores.done", "已完成")]

        @hookimpl
        def register_permissions(self) -> list[Permission]:
            return [Permission("chores.work.do", "干活", ("community_clerk",))]

    module = ModuleType("chores")
    hooks = Hooks()
    module.meta = PluginMeta("chores", "杂务", core="")  # type: ignore[attr-defined]
    for name in ("register_jobs", "register_events", "register_permissions"):
        setattr(module, name, getattr(hooks, name))
    return module


@pytest.fixture
def qimen(
    qimen_app: "MakeApp", provide_plugin: Callable[[ModuleType], str], chores: ModuleType
) -> "Qimen":
    return qimen_app([provide_plugin(chores)])
