"""A large list is exported in a job: by whom asked, with the rights of that moment, once."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import select

from qimen_core import FixedClock, unit_of_work
from qimen_core.access.models import Grant, UserAccount
from qimen_core.audit.models import AuditRow
from qimen_core.db.session import scope, unscoped
from qimen_core.jobs import run_due, run_job
from qimen_core.jobs.leftovers import expire_files
from qimen_core.jobs.models import Job
from qimen_core.jobs.upkeep import purge
from qimen_core.models import StoredFile
from qimen_core.people.people import PersonInput, enter
from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree

if TYPE_CHECKING:
    from httpx import Response
    from litestar import Litestar
    from litestar.testing import TestClient

DIRECT = 3
URL = "/people/export.xlsx?cols=name.phone&sort=-name"


@pytest.fixture
def qimen(qimen_app: MakeApp) -> Qimen:
    limits = {"export_direct_rows": DIRECT, "export_row_limit": 6}
    return qimen_app(["web"], settings={"core": limits})


@pytest.fixture
def people(qimen: Qimen, org_tree: OrgTree) -> Callable[[int], None]:
    """A function that enters so many people at the community."""

    def make(count: int) -> None:
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            with unit_of_work(ctx, "core.person.manage") as uow:
                for number in range(count):
                    assert org_tree.community.id is not None
                    phone, name = f"138001380{number:02}", f"王{number}"
                    unit = org_tree.community.id
                    enter(uow, PersonInput(name=name, org_id=unit, phone=phone))

    return make


@pytest.fixture
def office(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    return as_user("township_office", org_tree.township)


def jobs(qimen: Qimen) -> list[Job]:
    with qimen.db.session() as session:
        return list(session.exec(select(Job).order_by(Job.id)))  # type: ignore[arg-type]


def audited(qimen: Qimen, action: str) -> list[AuditRow]:
    with qimen.db.session() as session:
        return list(session.exec(select(AuditRow).where(AuditRow.action == action)))


def begin(user: "TestClient[Litestar]", url: str = URL) -> "Response":
    """Open the export's address and press the button on the page that offers the job."""
    page = user.get(url)
    assert page.status_code == 200
    assert "在后台生成" in page.text
    fields = dict(re.findall(r'name="(what|seal)" value="([^"]*)"', page.text))
    return user.post("/jobs/exports", data={name: unescape(v) for name, v in fields.items()})


def test_few_rows_are_answered_at_once_and_many_only_offered(
    client: MakeClient, office: Account, qimen: Qimen, people: Callable[[int], None]
) -> None:
    user = client(office)
    people(DIRECT)
    assert user.get(URL).content.startswith(b"PK")
    people(1)
    page = user.get(URL)
    assert "符合条件的有 4 行" in page.text
    assert jobs(qimen) == []  # opening an address writes nothing
    assert len(audited(qimen, "core.person.export")) == 1


def test_the_job_makes_the_workbook_that_the_address_shows_for_its_owner_alone(
    client: MakeClient,
    office: Account,
    as_user: MakeAccount,
    org_tree: OrgTree,
    qimen: Qimen,
    people: Callable[[int], None],
) -> None:
    people(5)
    user = client(office)
    assert begin(user).status_code == 303
    assert "导出：人员" in user.get("/jobs").text
    assert run_due(qimen) == 1
    (job,) = jobs(qimen)
    assert (job.state, job.progress, job.progress_total) == ("done", 5, 5)
    assert "共 5 行" in user.get("/jobs").text
    answer = user.get(f"/jobs/{job.id}/result")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert "于 2026-03-02 10:00 导出" in str(rows[0][0])
    assert office.unit.name in str(rows[0][0])
    assert rows[1][:2] == ["姓名", "联系电话"]
    assert [row[0] for row in rows[2:]] == [f"王{number}" for number in range(4, -1, -1)]
    assert rows[2][1] == "138****8004"
    (row,) = audited(qimen, "core.person.export")
    assert row.actor_id == office.id
    assert row.fields["export"]["rows"] == "5"
    with qimen.db.session() as session, unscoped(session):
        file = session.exec(select(StoredFile)).one()
    assert row.fields["export"]["sha256"] == file.sha256
    colleague = client(as_user("township_office", org_tree.township))
    assert "导出：人员" not in colleague.get("/jobs?show=all").text
    assert colleague.get(f"/jobs/{job.id}/result").status_code == 404


def test_a_right_taken_away_in_between_is_taken_from_the_job(
    client: MakeClient, office: Account, qimen: Qimen, people: Callable[[int], None]
) -> None:
    people(5)
    user = client(office)
    begin(user)
    begin(user, URL + "&q=%E7%8E%8B")
    first, second = jobs(qimen)
    assert run_job(qimen, first.id or 0, "w")  # the control: with the right it is made
    _take_away(qimen, office)
    assert run_job(qimen, second.id or 0, "w")
    first, second = jobs(qimen)
    assert (first.state, second.state, second.attempts) == ("done", "failed", 1)
    assert second.error == "您已没有“导出人员”的权限，或该模块已停用，任务没有执行。"
    assert len(audited(qimen, "core.person.export")) == 1


def test_a_right_taken_away_afterwards_takes_the_workbook_too(
    client: MakeClient, office: Account, qimen: Qimen, people: Callable[[int], None]
) -> None:
    people(5)
    user = client(office)
    begin(user)
    run_due(qimen)
    (job,) = jobs(qimen)
    assert user.get(f"/jobs/{job.id}/result").status_code == 200
    # A clerk of the same township may still see jobs, but not export people.
    _make(qimen, office, "community_clerk")
    assert "下载结果" not in user.get("/jobs").text
    assert user.get(f"/jobs/{job.id}/result").status_code == 404


def test_a_closed_account_exports_nothing_any_more(
    client: MakeClient, office: Account, qimen: Qimen, people: Callable[[int], None]
) -> None:
    people(5)
    begin(client(office))
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.user.manage") as uow:
            account = uow.session.get(UserAccount, office.id)
            assert account is not None
            account.state = "disabled"
    run_due(qimen)
    (job,) = jobs(qimen)
    assert (job.state, job.error) == ("failed", "提交任务的账号已停用，任务没有执行。")


def test_the_limit_holds_at_once_and_in_the_job(
    client: MakeClient, office: Account, qimen: Qimen, people: Callable[[int], None]
) -> None:
    people(6)
    user = client(office)
    begin(user)
    people(1)
    assert user.get(URL).status_code == 422
    run_due(qimen)
    (job,) = jobs(qimen)
    assert job.state == "failed"
    assert "超过 6 行" in job.error


def test_pressed_twice_it_is_made_once(
    client: MakeClient, office: Account, qimen: Qimen, people: Callable[[int], None]
) -> None:
    people(5)
    user = client(office)
    begin(user)
    begin(user)
    assert len(jobs(qimen)) == 1
    run_due(qimen)
    begin(user)
    assert len(jobs(qimen)) == 2


def test_nobody_has_made_what_the_list_did_not_offer_to_them(
    client: MakeClient,
    office: Account,
    as_user: MakeAccount,
    org_tree: OrgTree,
    qimen: Qimen,
    people: Callable[[int], None],
) -> None:
    people(5)
    page = client(office).get(URL).text
    fields = dict(re.findall(r'name="(what|seal)" value="([^"]*)"', page))
    fields = {name: unescape(value) for name, value in fields.items()}
    other = client(as_user("township_office", org_tree.township))
    assert other.post("/jobs/exports", data=fields).status_code == 404
    fields["what"] = fields["what"].replace("web:people_export", "web:people_list")
    assert client(office).post("/jobs/exports", data=fields).status_code == 404
    assert jobs(qimen) == []


def test_the_workbook_goes_when_its_time_is_over(
    client: MakeClient,
    office: Account,
    qimen: Qimen,
    people: Callable[[int], None],
    clock: FixedClock,
) -> None:
    people(5)
    user = client(office)
    begin(user)
    run_due(qimen)
    clock.advance(timedelta(days=7))
    assert expire_files(qimen) == 0
    clock.advance(timedelta(seconds=1))
    assert expire_files(qimen) == 1
    assert list((qimen.config.data / "files").iterdir()) == []
    (job,) = jobs(qimen)
    user = client(office)
    assert user.get(f"/jobs/{job.id}/result").status_code == 404
    assert "结果已过保留期" in user.get("/jobs").text
    clock.advance(timedelta(days=90))
    assert purge(qimen) == 1


def _take_away(qimen: Qimen, account: Account) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with (
            unit_of_work(ctx, "core.grant.manage") as uow,
            scope(session, ctx, "core.grant.manage"),
        ):
            grant = uow.session.exec(select(Grant).where(Grant.user_id == account.id)).one()
            grant.revoked_at = ctx.now


def _make(qimen: Qimen, account: Account, role: str) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with (
            unit_of_work(ctx, "core.grant.manage") as uow,
            scope(session, ctx, "core.grant.manage"),
        ):
            grant = uow.session.exec(select(Grant).where(Grant.user_id == account.id)).one()
            grant.role = role
