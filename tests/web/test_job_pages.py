"""The job tray: one's own jobs, how far they are, their results, and stopping them."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest
from sqlmodel import select

from qimen_core import FixedClock
from qimen_core.access.models import Grant
from qimen_core.audit.models import AuditRow
from qimen_core.db.session import scope, unscoped
from qimen_core.db.work import unit_of_work
from qimen_core.descriptors import JobSpec, Permission
from qimen_core.errors import QimenError
from qimen_core.files import store
from qimen_core.hookspecs import hookimpl
from qimen_core.jobs import RunningJob, run_due
from qimen_core.jobs.models import Job
from qimen_core.jobs.upkeep import enqueue_periodic
from qimen_core.meta import PluginMeta
from qimen_core.org.models import OrgUnit
from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient, Toggle
from qimen_core.testing.units import OrgTree

POLLS = 'hx-trigger="every 3s"'
DO = "chores.work.do"


class Work:
    """What the job of the plugin `chores` does; a test replaces `run`."""

    run: Callable[[RunningJob], None] = staticmethod(lambda job: None)

    def __call__(self, job: RunningJob) -> None:
        self.run(job)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def qimen(qimen_app: MakeApp, provide_plugin: Callable[[ModuleType], str], work: Work) -> Qimen:
    class Hooks:
        @hookimpl
        def register_jobs(self) -> list[JobSpec]:
            return [
                JobSpec("chores.work", "汇总台账", work, attempts=1),
                JobSpec("chores.hourly", "整点清理", work, every=60, attempts=1),
            ]

        @hookimpl
        def register_permissions(self) -> list[Permission]:
            return [Permission(DO, "干活", ("community_clerk", "sysadmin"))]

    module = ModuleType("chores")
    module.meta = PluginMeta("chores", "杂务", core="")  # type: ignore[attr-defined]
    for name in ("register_jobs", "register_permissions"):
        setattr(module, name, getattr(Hooks(), name))
    return qimen_app(["web", provide_plugin(module)])


def ask(qimen: Qimen, account: Account | None, unit: OrgUnit) -> int:
    with qimen.db.session() as session:
        ctx = account.context(session) if account else qimen.system_context(session)
        with unit_of_work(ctx, "chores.ask", permission=DO, unit=unit.path) as uow:
            job_id = uow.enqueue("chores.work").id
    assert job_id is not None
    return job_id


def job(qimen: Qimen, job_id: int) -> Job:
    with qimen.db.session() as session:
        return session.exec(select(Job).where(Job.id == job_id)).one()


def makes_a_file(unit: OrgUnit) -> Callable[[RunningJob], None]:
    def run(running: RunningJob) -> None:
        with (
            running.context() as ctx,
            unit_of_work(ctx, "chores.write", permission=DO, unit=unit.path) as uow,
        ):
            file = store(uow, "台账.csv", b"a,b\n", "text/csv", unit, plugin="chores")
            running.result(uow, file, rows=1)

    return run


def test_one_sees_ones_own_jobs_and_nobody_elses(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    mine, other = (as_user("community_clerk", org_tree.community) for _each in range(2))
    ask(qimen, mine, org_tree.community)
    assert "汇总台账" in client(mine).get("/jobs").text
    stranger = client(other)
    assert "没有任务" in stranger.get("/jobs").text
    # Asking for everybody's is no right: one still sees one's own.
    assert "汇总台账" not in stranger.get("/jobs?show=all").text
    assert client().get("/jobs").status_code in (302, 303)


def test_of_a_periodic_job_that_goes_well_only_the_last_run_is_shown(
    client: MakeClient,
    as_user: MakeAccount,
    org_tree: OrgTree,
    qimen: Qimen,
    work: Work,
    clock: FixedClock,
) -> None:
    def fail(running: RunningJob) -> None:
        raise QimenError("磁盘满了。")

    fine = work.run
    for run in (fine, fail, fine, fine):
        work.run = run
        enqueue_periodic(qimen)
        run_due(qimen)
        clock.advance(timedelta(hours=1))
    page = client(as_user("sysadmin", org_tree.county)).get("/jobs?show=all").text
    assert page.count("整点清理") == 2  # the last that went well, and the one that did not
    assert "磁盘满了。" in page


def test_another_users_job_does_not_exist(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen, work: Work
) -> None:
    mine, other = (as_user("community_clerk", org_tree.community) for _each in range(2))
    waiting = ask(qimen, mine, org_tree.community)
    assert client(other).post(f"/jobs/{waiting}/cancel").status_code == 404
    assert job(qimen, waiting).state == "queued"
    work.run = makes_a_file(org_tree.community)
    run_due(qimen)
    assert client(other).get(f"/jobs/{waiting}/result").status_code == 404
    assert client(other).get("/jobs/999/result").status_code == 404
    # A control: its owner gets it.
    assert client(mine).get(f"/jobs/{waiting}/result").status_code == 200


def test_who_looks_after_the_system_sees_all_jobs_but_no_results(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen, work: Work
) -> None:
    clerk = as_user("community_clerk", org_tree.community)
    work.run = makes_a_file(org_tree.community)
    made = ask(qimen, clerk, org_tree.community)
    run_due(qimen)
    abroad = ask(qimen, None, org_tree.foreign_community)
    admin = client(as_user("sysadmin", org_tree.county))
    assert "没有任务" in admin.get("/jobs").text
    page = admin.get("/jobs?show=all").text
    assert clerk.username in page
    assert "下载结果" not in page
    assert admin.get(f"/jobs/{made}/result").status_code == 404
    # The other county is somebody else's.
    assert page.count("汇总台账") == page.count(clerk.username)
    assert admin.post(f"/jobs/{abroad}/cancel").status_code == 404
    waiting = ask(qimen, clerk, org_tree.community)
    assert admin.post(f"/jobs/{waiting}/cancel").status_code == 303
    assert job(qimen, waiting).state == "cancelled"


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen, work: Work
) -> None:
    ran: list[int] = []
    work.run = lambda running: ran.append(running.id)
    clerk = as_user("community_clerk", org_tree.community)
    cancelled, other = (ask(qimen, clerk, org_tree.community) for _each in range(2))
    user = client(clerk)
    assert user.post(f"/jobs/{cancelled}/cancel").status_code == 303
    run_due(qimen)
    assert ran == [other]
    assert job(qimen, cancelled).finished_at == qimen.clock.now()
    # Too late, and too late again: the row decides.
    for job_id in (cancelled, other):
        assert user.post(f"/jobs/{job_id}/cancel").status_code == 409
    with qimen.db.session() as session, unscoped(session):
        actions = list(session.exec(select(AuditRow.action)))
    assert actions.count("core.job.cancel") == 1


def test_a_running_job_is_asked_to_stop_and_stops_at_its_next_step(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen, work: Work
) -> None:
    clerk = as_user("community_clerk", org_tree.community)
    user = client(clerk)
    seen: list[str] = []
    went_on: list[bool] = []

    def run(running: RunningJob) -> None:
        running.progress(40, 40, "第一批")
        seen.append(user.get("/jobs").text)
        assert user.post(f"/jobs/{running.id}/cancel").status_code == 303
        seen.append(user.get("/jobs/tray").text)
        assert user.post(f"/jobs/{running.id}/cancel").status_code == 409
        running.progress(80, 80)
        went_on.append(True)

    work.run = run
    job_id = ask(qimen, clerk, org_tree.community)
    run_due(qimen)
    assert '<progress class="gv-progress" value="40" max="40"' in seen[0]
    assert "第一批" in seen[0]
    assert "正在取消" in seen[1]
    assert went_on == []
    assert job(qimen, job_id).state == "cancelled"


def test_the_tray_asks_again_only_while_something_runs(
    client: MakeClient, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen, work: Work
) -> None:
    clerk = as_user("community_clerk", org_tree.community)
    user = client(clerk)
    assert POLLS not in user.get("/jobs").text
    ask(qimen, clerk, org_tree.community)
    assert POLLS in user.get("/jobs").text
    assert POLLS in user.get("/jobs/tray").text

    def run(running: RunningJob) -> None:
        raise QimenError("台账的年份不对，请重新选择年份。")

    work.run = run
    run_due(qimen)
    tray = user.get("/jobs/tray")
    assert tray.status_code == 200
    assert POLLS not in tray.text
    assert "失败" in tray.text
    assert "台账的年份不对，请重新选择年份。" in tray.text


def test_a_result_is_fetched_with_a_trace_and_goes_with_the_right(
    client: MakeClient,
    as_user: MakeAccount,
    org_tree: OrgTree,
    qimen: Qimen,
    work: Work,
    toggle: Toggle,
) -> None:
    clerk = as_user("community_clerk", org_tree.community)
    user = client(clerk)
    work.run = makes_a_file(org_tree.community)
    job_id = ask(qimen, clerk, org_tree.community)
    run_due(qimen)
    assert "下载结果" in user.get("/jobs").text
    answer = user.get(f"/jobs/{job_id}/result")
    assert answer.content == b"a,b\n"
    assert answer.headers["content-disposition"].startswith("attachment")
    with qimen.db.session() as session, unscoped(session):
        actions = list(session.exec(select(AuditRow.action)))
    assert actions.count("core.job.fetch") == 1
    toggle("chores", org_tree.township, on=False)
    assert "汇总台账" not in user.get("/jobs").text
    assert user.get(f"/jobs/{job_id}/result").status_code == 404
    toggle("chores", org_tree.township, on=True)
    assert user.get(f"/jobs/{job_id}/result").status_code == 200
    _moved_to(qimen, clerk, org_tree.other_community)
    assert user.get(f"/jobs/{job_id}/result").status_code == 404


def _moved_to(qimen: Qimen, account: Account, unit: OrgUnit) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with (
            unit_of_work(ctx, "core.grant.manage", unit=unit.path) as uow,
            scope(session, ctx, "core.grant.manage"),
        ):
            grant = uow.session.exec(select(Grant).where(Grant.user_id == account.id)).one()
            assert unit.id is not None
            grant.org_id, grant.org_path = unit.id, unit.path
