"""A worker killed with SIGKILL in the middle of an export: it is made once, whole, all the same."""

import io
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import select

from qimen_core import unit_of_work
from qimen_core.audit.models import AuditRow
from qimen_core.db.session import unscoped
from qimen_core.jobs.models import Job
from qimen_core.models import StoredFile
from qimen_core.people.models import Person
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_web.list_export import EXPORT_JOB

from . import slow_list

PEOPLE, PATIENCE = 900, 60.0
ROOT = Path(__file__).parents[2]


@pytest.fixture
def qimen(qimen_app: MakeApp, provide_plugin: Callable[[ModuleType], str]) -> Qimen:
    names = ["web", provide_plugin(slow_list.plugin())]
    return qimen_app(names, settings={"core": {"export_direct_rows": 10}})


@pytest.fixture
def crowd(qimen: Qimen, org_tree: OrgTree) -> None:
    """So many people that their export takes a while."""
    unit = org_tree.community
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.person.manage") as uow:
            for number in range(PEOPLE):
                uow.session.add(
                    Person(org_id=unit.id or 0, org_path=unit.path, name=f"人{number:03}")
                )


@contextmanager
def worker(qimen: Qimen) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "tests.web.slow_list", str(qimen.config.data)]
    with subprocess.Popen(
        [*command, qimen.config.url],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(condition: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, "the worker does not get on"
        time.sleep(0.02)


def the_job(qimen: Qimen) -> Job:
    with qimen.db.session() as session:
        return session.exec(select(Job).where(Job.kind == EXPORT_JOB)).one()


def left_behind(qimen: Qimen) -> tuple[int, int, int]:
    """Return how many files have a row, lie on the disk, and exports stand in the audit."""
    with qimen.db.session() as session, unscoped(session):
        files = len(session.exec(select(StoredFile)).all())
        rows = len(session.exec(select(AuditRow).where(AuditRow.action == slow_list.RIGHT)).all())
    folder = qimen.config.data / "files"
    return files, len(list(folder.iterdir())) if folder.is_dir() else 0, rows


@pytest.mark.usefixtures("crowd")
def test_an_export_survives_its_workers_death_and_is_made_once(
    qimen: Qimen, client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    user = client(as_user("community_clerk", org_tree.community))
    page = user.get("/slowlist/export.xlsx").text
    fields = dict(re.findall(r'name="(what|seal)" value="([^"]*)"', page))
    user.post("/jobs/exports", data={name: unescape(value) for name, value in fields.items()})
    with worker(qimen) as process:
        until(lambda: the_job(qimen).progress >= 200, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    killed = the_job(qimen)
    assert (killed.state, killed.progress < PEOPLE) == ("running", True)
    assert left_behind(qimen) == (0, 0, 0)
    assert "进行中" in user.get("/jobs").text
    with worker(qimen) as process:
        until(lambda: the_job(qimen).state == "done", process)
    assert left_behind(qimen) == (1, 1, 1)
    # Read from the disk: the worker lives in the present, this application in the test's March.
    (file,) = (qimen.config.data / "files").iterdir()
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes()))
    sheet = book.get_sheet_by_index(0)
    assert [row[0] for row in sheet.to_python()[2:]] == [f"人{n:03}" for n in range(PEOPLE)]
