"""Jobs from the asking to the end, without a process of their own."""

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from qimen_core.audit.models import AuditRow
from qimen_core.db.bookkeeping import bookkeeping
from qimen_core.db.work import unit_of_work
from qimen_core.errors import QimenError
from qimen_core.jobs import JobCancelled, JobRefused, run_due, run_job
from qimen_core.jobs.claims import JOB, claim, due_ids
from qimen_core.jobs.models import Job
from qimen_core.jobs.running import ClaimLost, RunningJob
from qimen_core.jobs.upkeep import enqueue_periodic, purge, sweep

if TYPE_CHECKING:
    from qimen_core.clock import FixedClock
    from qimen_core.context import Context
    from qimen_core.runtime import Qimen
    from qimen_core.testing.fixtures import MakeAccount, Toggle
    from qimen_core.testing.units import OrgTree
    from tests.core.jobs.conftest import Scripted


def ask(qimen: "Qimen", payload: dict[str, object] | None = None, unit: str = "") -> int:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "chores.ask", permission="chores.work.do", unit=unit) as uow:
            job = uow.enqueue("chores.work", payload or {})
        assert job.id is not None
        return job.id


def stored(qimen: "Qimen", job_id: int) -> Job:
    with qimen.db.session() as session:
        return session.exec(select(Job).where(Job.id == job_id)).one()


def test_a_job_runs_with_its_payload_and_is_done(qimen: "Qimen", script: "Scripted") -> None:
    seen: list[object] = []
    script.run = lambda job: seen.append((job.payload, job.org_path, dict(job.state)))
    job_id = ask(qimen, {"n": 3}, "0001")
    assert run_due(qimen) == 1
    assert seen == [({"n": 3}, "0001", {})]
    job = stored(qimen, job_id)
    assert (job.state, job.claimed_by, job.finished_at) == ("done", "", qimen.clock.now())
    assert run_due(qimen) == 0


def test_a_job_asked_for_in_a_transaction_that_fails_was_never_asked_for(
    qimen: "Qimen", script: "Scripted"
) -> None:
    with qimen.db.session() as session, pytest.raises(RuntimeError, match="undo"):
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "chores.ask", permission="chores.work.do") as uow:
            uow.enqueue("chores.work")
            raise RuntimeError("undo")
    assert due_ids(qimen.db, qimen.clock.now()) == []


def test_of_many_workers_exactly_one_gets_a_job(qimen: "Qimen") -> None:
    ids = [ask(qimen) for _ in range(5)]
    won: list[tuple[int, str]] = []
    start = threading.Barrier(6)

    def compete(name: str) -> None:
        start.wait()
        now = qimen.clock.now()
        won.extend((job_id, name) for job_id in ids if claim(qimen.db, job_id, name, now))

    threads = [threading.Thread(target=compete, args=(f"w{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(job_id for job_id, _name in won) == ids


def test_reading_first_and_writing_then_would_have_given_it_to_several(qimen: "Qimen") -> None:
    job_id = ask(qimen)
    won: list[str] = []
    start = threading.Barrier(6)

    def compete(name: str) -> None:
        free = job_id in due_ids(qimen.db, qimen.clock.now())
        start.wait()
        if free:
            with bookkeeping(qimen.db) as book:
                book.write(JOB.update().where(JOB.c.id == job_id).values(claimed_by=name))
            won.append(name)

    threads = [threading.Thread(target=compete, args=(f"w{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 6  # the control: without the condition all of them believe it is theirs


def test_a_failing_job_is_tried_again_later_each_time_and_then_failed(
    qimen: "Qimen", script: "Scripted", clock: "FixedClock"
) -> None:
    def fail(job: RunningJob) -> None:
        raise ValueError("secret detail 13800000000")

    script.run = fail
    job_id = ask(qimen)
    for wait in (30, 60):
        assert run_due(qimen) == 1
        assert stored(qimen, job_id).state == "queued"
        clock.advance(timedelta(seconds=wait - 1))
        assert run_due(qimen) == 0
        clock.advance(timedelta(seconds=1))
    assert run_due(qimen) == 1
    job = stored(qimen, job_id)
    assert (job.state, job.attempts) == ("failed", 3)
    assert "编号" in job.error
    assert "13800000000" not in job.error


def test_an_error_meant_for_people_is_shown_as_it_is(qimen: "Qimen", script: "Scripted") -> None:
    def refuse(job: RunningJob) -> None:
        raise QimenError("名单是空的。")

    script.run = refuse
    job_id = ask(qimen)
    run_due(qimen)
    assert stored(qimen, job_id).error == "名单是空的。"


def test_a_refusal_ends_the_job_at_once(qimen: "Qimen", script: "Scripted") -> None:
    def refuse(job: RunningJob) -> None:
        raise JobRefused("名单已经导入。")

    script.run = refuse
    job_id = ask(qimen)
    assert run_due(qimen) == 1
    job = stored(qimen, job_id)
    assert (job.state, job.attempts, job.error) == ("failed", 1, "名单已经导入。")


def step(job: RunningJob, ctx: "Context", number: int) -> None:
    with unit_of_work(
        ctx, "chores.step", permission="chores.work.do", subject=f"s:{number}"
    ) as uow:
        job.checkpoint(uow, done=number)


def steps_done(qimen: "Qimen") -> list[str]:
    with qimen.db.session() as session:
        wanted = select(AuditRow.subject).where(AuditRow.action == "chores.step")
        return list(session.exec(wanted.order_by(AuditRow.seq)))  # type: ignore[arg-type]


def test_a_job_that_fails_in_the_middle_goes_on_where_it_was(
    qimen: "Qimen", script: "Scripted", clock: "FixedClock"
) -> None:
    broken = [True]

    def work(job: RunningJob) -> None:
        with job.context() as ctx:
            for number in range(int(job.state.get("done", 0)) + 1, 6):
                if number == 4 and broken:
                    broken.clear()
                    raise RuntimeError("power cut")
                step(job, ctx, number)

    script.run = work
    job_id = ask(qimen)
    run_due(qimen)
    clock.advance(timedelta(seconds=30))
    run_due(qimen)
    assert stored(qimen, job_id).state == "done"
    assert steps_done(qimen) == [f"s:{number}" for number in range(1, 6)]


def test_without_checkpoints_the_same_failure_would_have_repeated_the_steps(
    qimen: "Qimen", script: "Scripted", clock: "FixedClock"
) -> None:
    broken = [True]

    def work(job: RunningJob) -> None:
        with job.context() as ctx:
            for number in range(1, 4):
                with unit_of_work(
                    ctx, "chores.step", permission="chores.work.do", subject=f"s:{number}"
                ):
                    pass
                if broken:
                    broken.clear()
                    raise RuntimeError("power cut")

    script.run = work
    ask(qimen)
    run_due(qimen)
    clock.advance(timedelta(seconds=30))
    run_due(qimen)
    assert steps_done(qimen) == ["s:1", "s:1", "s:2", "s:3"]  # the control


def test_a_worker_taken_for_dead_can_commit_no_further_step(
    qimen: "Qimen", script: "Scripted", clock: "FixedClock"
) -> None:
    lost: list[str] = []

    def work(job: RunningJob) -> None:
        if job.state.get("done"):
            return
        with job.context() as ctx:
            step(job, ctx, 1)
            clock.advance(timedelta(minutes=3))
            assert sweep(qimen) == 1
            assert run_due(qimen, "other") == 1
            with pytest.raises(ClaimLost):
                step(job, ctx, 2)
            with pytest.raises(ClaimLost):
                job.progress(1, 1)
            lost.append("both")
            step(job, ctx, 3)

    script.run = work
    job_id = ask(qimen)
    run_job(qimen, job_id, "elsewhere:1:a")
    assert lost == ["both"]
    assert steps_done(qimen) == ["s:1"]
    assert stored(qimen, job_id).state == "done"


def test_a_job_that_kills_its_worker_every_time_is_given_up(
    qimen: "Qimen", clock: "FixedClock"
) -> None:
    job_id = ask(qimen)
    for number in range(5):
        assert claim(qimen.db, job_id, f"elsewhere:{number}:a", qimen.clock.now())
        assert sweep(qimen) == 0  # the control: its lease has not run out
        clock.advance(timedelta(minutes=2))
        assert sweep(qimen) == 1
    job = stored(qimen, job_id)
    assert job.state == "failed"
    assert "5 次" in job.error


def test_progress_is_shown_and_a_cancel_stops_the_job_at_its_next_step(
    qimen: "Qimen", script: "Scripted"
) -> None:
    seen: list[tuple[int, int, str]] = []

    def work(job: RunningJob) -> None:
        job.progress(10, 10, "第一批")
        row = stored(qimen, job.id)
        seen.append((row.progress, row.progress_total, row.progress_note))
        with bookkeeping(qimen.db) as book:
            book.write(JOB.update().where(JOB.c.id == job.id).values(cancel_requested=True))
        with pytest.raises(JobCancelled):
            job.progress(20, 20)
        job.progress(20, 20)

    script.run = work
    job_id = ask(qimen)
    run_due(qimen)
    assert seen == [(10, 10, "第一批")]
    assert stored(qimen, job_id).state == "cancelled"


def test_a_worker_that_shuts_down_gives_its_job_back_without_counting_a_failure(
    qimen: "Qimen", script: "Scripted"
) -> None:
    def work(job: RunningJob) -> None:
        job.progress(1, 2)

    script.run = work
    job_id = ask(qimen)
    run_job(qimen, job_id, "here", lambda: True)
    job = stored(qimen, job_id)
    assert (job.state, job.attempts, job.claimed_by) == ("queued", 0, "")


def test_a_result_is_stored_with_the_step_that_makes_it(qimen: "Qimen", script: "Scripted") -> None:
    def work(job: RunningJob) -> None:
        with (
            job.context() as ctx,
            unit_of_work(ctx, "chores.step", permission="chores.work.do") as uow,
        ):
            job.result(uow, rows=12)

    script.run = work
    job_id = ask(qimen)
    run_due(qimen)
    assert stored(qimen, job_id).result == {"rows": 12}


def test_a_users_job_reaches_what_the_user_reaches(
    qimen: "Qimen", script: "Scripted", org_tree: "OrgTree", as_user: "MakeAccount"
) -> None:
    reach: list[tuple[bool, bool]] = []

    def work(job: RunningJob) -> None:
        with job.context() as ctx:
            reach.append(
                (
                    ctx.can("chores.work.do", org_tree.community),
                    ctx.can("chores.work.do", org_tree.sibling),
                )
            )

    script.run = work
    clerk = as_user("community_clerk", org_tree.community)
    with qimen.db.session() as session:
        ctx = clerk.context(session)
        with unit_of_work(ctx, "chores.ask", permission="chores.work.do") as uow:
            uow.enqueue("chores.work", unit=org_tree.community.path)
    run_due(qimen)
    assert reach == [(True, False)]


def test_a_job_of_a_plugin_that_is_off_waits_and_runs_when_it_is_on_again(
    qimen: "Qimen",
    script: "Scripted",
    org_tree: "OrgTree",
    toggle: "Toggle",
    clock: "FixedClock",
) -> None:
    job_id = ask(qimen, unit=org_tree.community.path)
    toggle("chores", org_tree.township, on=False)
    assert run_due(qimen) == 0
    assert (stored(qimen, job_id).state, stored(qimen, job_id).attempts) == ("queued", 0)
    toggle("chores", org_tree.township, on=True)
    clock.advance(timedelta(minutes=10))
    assert run_due(qimen) == 1


def test_a_periodic_job_is_written_once_a_slot_by_any_number_of_schedulers(
    qimen: "Qimen", clock: "FixedClock"
) -> None:
    assert [enqueue_periodic(qimen) for _ in range(3)] == [1, 0, 0]
    clock.advance(timedelta(minutes=59))
    assert enqueue_periodic(qimen) == 0
    clock.advance(timedelta(minutes=1))
    assert enqueue_periodic(qimen) == 1
    assert run_due(qimen) == 2
    clock.advance(timedelta(days=8))
    assert purge(qimen) == 2
