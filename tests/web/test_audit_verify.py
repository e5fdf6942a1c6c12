"""The check of the audit runs in a job; the tray says what it found, to the auditor."""

import pytest
from sqlmodel import select

from qimen_core import unit_of_work
from qimen_core.access.models import Grant
from qimen_core.db.session import scope
from qimen_core.jobs import run_due
from qimen_core.jobs.models import Job
from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree


@pytest.fixture
def qimen(qimen_app: MakeApp) -> Qimen:
    return qimen_app(["web"])


@pytest.fixture
def auditor(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    return as_user("auditor", org_tree.county)


def the_job(qimen: Qimen) -> Job:
    with qimen.db.session() as session:
        return session.exec(select(Job)).one()


def test_an_untouched_audit_is_said_to_be_whole(
    client: MakeClient, auditor: Account, qimen: Qimen
) -> None:
    user = client(auditor)
    answer = user.post("/audit/verify")
    assert (answer.status_code, answer.headers["location"]) == (303, "/jobs")
    assert "核验审计" in user.get("/jobs").text
    run_due(qimen)
    job = the_job(qimen)
    assert (job.state, job.progress == job.progress_total > 0) == ("done", True)
    assert "完整无缺" in user.get("/jobs").text


def test_the_auditor_hears_of_a_row_that_was_changed(
    client: MakeClient, auditor: Account, qimen: Qimen
) -> None:
    if qimen.db.dialect != "sqlite":
        pytest.skip("the triggers are dropped by hand, which this test does on SQLite")
    with qimen.db.connect(write=True) as connection:
        triggers = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='core_audit'"
        ).scalars()
        for name in list(triggers):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("UPDATE core_audit SET actor='somebody else' WHERE seq=2")
    user = client(auditor)
    user.post("/audit/verify")
    run_due(qimen)
    tray = user.get("/jobs").text
    assert "发现问题" in tray
    assert "第 2 条的内容被改动。" in tray
    assert "完整无缺" not in tray


def test_who_is_no_auditor_any_more_gets_no_answer(
    client: MakeClient, auditor: Account, qimen: Qimen
) -> None:
    client(auditor).post("/audit/verify")
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with (
            unit_of_work(ctx, "core.grant.manage") as uow,
            scope(session, ctx, "core.grant.manage"),
        ):
            grant = uow.session.exec(select(Grant).where(Grant.user_id == auditor.id)).one()
            grant.revoked_at = ctx.now
    run_due(qimen)
    job = the_job(qimen)
    assert (job.state, job.error) == ("failed", "您已没有查看审计的权限，任务没有执行。")
    assert job.result == {}
