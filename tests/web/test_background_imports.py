"""A large table is checked and imported in a job; it is kept until then and no longer."""

import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import func
from sqlmodel import select

from qimen_core import FixedClock
from qimen_core.audit.models import AuditRow
from qimen_core.db.session import unscoped
from qimen_core.jobs import run_due, run_job
from qimen_core.jobs.leftovers import expire_files
from qimen_core.jobs.models import Job
from qimen_core.jobs.upkeep import sweep
from qimen_core.models import StoredFile
from qimen_core.people.models import Person
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree

if TYPE_CHECKING:
    from httpx import Response
    from litestar import Litestar
    from litestar.testing import TestClient

LINES = (("张桂兰", "城东社区"), ("李四", "城东社区"), ("王五", "城东社区"))
BAD = (*LINES, ("赵六", "无此社区"))
Send = Callable[..., "Response"]


@pytest.fixture
def qimen(qimen_app: MakeApp) -> Qimen:
    return qimen_app(["web"], settings={"core": {"import_direct_kib": 1}})


@pytest.fixture
def clerk(client: MakeClient, as_user: MakeAccount, org_tree: OrgTree) -> "TestClient[Litestar]":
    return client(as_user("community_clerk", org_tree.community))


@pytest.fixture
def send(clerk: "TestClient[Litestar]", tmp_path: Path) -> Send:
    """A function that sends a table; every workbook is larger than one KB."""

    def make(lines: Sequence[tuple[str, str]] = LINES, step: str = "all") -> "Response":
        path = tmp_path / "a.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for number, line in enumerate((("姓名", "所属单位"), *lines)):
                sheet.write_row(number, 0, line)
        file = ("C:\\桌面\\名单.xlsx", path.read_bytes(), "application/x")
        return clerk.post("/people/import", data={"step": step}, files={"file": file})

    return make


def count(qimen: Qimen, model: type) -> int:
    with qimen.db.session() as session, unscoped(session):
        return session.exec(select(func.count()).select_from(model)).one()


def jobs(qimen: Qimen) -> list[Job]:
    with qimen.db.session() as session:
        return list(session.exec(select(Job).order_by(Job.id)))  # type: ignore[arg-type]


def test_a_right_table_is_imported_once_and_then_let_go(
    qimen: Qimen, send: Send, clerk: "TestClient[Litestar]"
) -> None:
    before = count(qimen, Person)
    assert send().status_code == 303
    assert (count(qimen, Person), count(qimen, StoredFile)) == (before, 1)
    assert "导入：导入人员（名单.xlsx）" in clerk.get("/jobs").text
    run_due(qimen)
    assert count(qimen, Person) == before + 3
    assert count(qimen, StoredFile) == 0
    assert list((qimen.config.data / "files").iterdir()) == []
    assert "已导入 3 人" in clerk.get("/jobs").text
    with qimen.db.session() as session:
        rows = session.exec(select(AuditRow).where(AuditRow.action == "core.person.import")).all()
    assert len(rows) == 1
    assert "rows=3/3" in rows[0].reason


def test_a_table_with_faults_waits_for_the_clerk_with_its_cells_marked(
    qimen: Qimen, send: Send, clerk: "TestClient[Litestar]"
) -> None:
    before = count(qimen, Person)
    send(BAD)
    run_due(qimen)
    (job,) = jobs(qimen)
    page = clerk.get("/jobs").text
    assert "共 4 行，其中 1 行需要修改，没有导入任何内容。" in page
    assert "跳过有错的行，导入其余" in page
    assert count(qimen, Person) == before
    marked = clerk.get(f"/jobs/{job.id}/result").content
    cells = CalamineWorkbook.from_filelike(io.BytesIO(marked)).get_sheet_by_index(0).to_python()
    assert any("赵六" in row for row in cells)
    assert clerk.post(f"/jobs/{job.id}/go-on", data={"step": "all"}).status_code == 404
    assert clerk.post(f"/jobs/{job.id}/go-on", data={"step": "good"}).status_code == 303
    run_due(qimen)
    assert count(qimen, Person) == before + 3
    # Too late: the table is gone with its import.
    assert clerk.post(f"/jobs/{job.id}/go-on", data={"step": "good"}).status_code == 409


def test_only_checked_it_can_be_imported_from_the_tray(
    qimen: Qimen, send: Send, clerk: "TestClient[Litestar]"
) -> None:
    before = count(qimen, Person)
    send(step="check")
    run_due(qimen)
    (job,) = jobs(qimen)
    assert "共 3 行，全部正确，可以导入。" in clerk.get("/jobs").text
    assert count(qimen, Person) == before
    assert clerk.post(f"/jobs/{job.id}/go-on", data={"step": "all"}).status_code == 303
    run_due(qimen)
    assert count(qimen, Person) == before + 3


def test_asked_for_twice_a_table_is_imported_once(
    qimen: Qimen, send: Send, clerk: "TestClient[Litestar]"
) -> None:
    before = count(qimen, Person)
    send(step="check")
    run_due(qimen)
    (job,) = jobs(qimen)
    for _twice in range(2):
        assert clerk.post(f"/jobs/{job.id}/go-on", data={"step": "all"}).status_code == 303
    run_due(qimen)
    states = [(each.state, each.error) for each in jobs(qimen)[1:]]
    assert states == [
        ("done", ""),
        ("failed", "这份表格已经导入或已过保留期，请重新上传。"),
    ]
    assert count(qimen, Person) == before + 3


def test_a_worker_that_died_after_the_commit_imports_nothing_again(
    qimen: Qimen, send: Send, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    before = count(qimen, Person)
    send()
    (job,) = jobs(qimen)

    def die(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("qimen_core.jobs.runner.finish", die)
        run_job(qimen, job.id or 0, "elsewhere:1:dead")
    assert count(qimen, Person) == before + 3
    clock.advance(timedelta(minutes=2))
    assert sweep(qimen) == 1
    assert run_due(qimen) == 1
    assert jobs(qimen)[0].state == "done"
    assert count(qimen, Person) == before + 3


def test_another_persons_table_does_not_exist(
    qimen: Qimen, send: Send, client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    send(step="check")
    run_due(qimen)
    (job,) = jobs(qimen)
    colleague = client(as_user("community_clerk", org_tree.community))
    assert colleague.post(f"/jobs/{job.id}/go-on", data={"step": "all"}).status_code == 404
    admin = client(as_user("sysadmin", org_tree.county))
    assert "全部正确" in admin.get("/jobs?show=all").text
    assert admin.post(f"/jobs/{job.id}/go-on", data={"step": "all"}).status_code == 404


def test_a_table_nobody_came_back_for_is_deleted(
    qimen: Qimen, send: Send, clerk: "TestClient[Litestar]", clock: FixedClock
) -> None:
    send(BAD)
    run_due(qimen)
    assert count(qimen, StoredFile) == 2
    clock.advance(timedelta(days=7, seconds=1))
    assert expire_files(qimen) == 2
    assert count(qimen, StoredFile) == 0


def test_a_file_that_is_no_table_is_refused_in_the_tray(
    qimen: Qimen, clerk: "TestClient[Litestar]"
) -> None:
    file = ("a.xlsx", b"x" * 5000, "application/x")
    clerk.post("/people/import", data={"step": "all"}, files={"file": file})
    run_due(qimen)
    (job,) = jobs(qimen)
    assert (job.state, job.attempts) == ("failed", 1)
    assert "表头中没有找到：姓名、所属单位" in job.error


def test_a_small_table_is_imported_at_once(
    qimen_app: MakeApp, send: Send, qimen: Qimen, clerk: "TestClient[Litestar]"
) -> None:
    assert qimen.config.settings["core"]["import_direct_kib"] == 1
    before = count(qimen, Person)
    file = ("a.csv", "姓名,所属单位\n张桂兰,城东社区\n".encode(), "text/csv")
    answer = clerk.post("/people/import", data={"step": "all"}, files={"file": file})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/people"
    assert count(qimen, Person) == before + 1
    assert jobs(qimen) == []
