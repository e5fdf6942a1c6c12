"""The unit of work: all or nothing, and one audit row."""

import threading

import pytest
from sqlalchemy import select, update

from qimen_core import OrgUnit, Person, Qimen, Secret, unit_of_work
from qimen_core.db.session import QimenSession, unscoped
from qimen_core.models import AuditRow
from qimen_core.registry import UnknownName
from qimen_core.testing.units import OrgTree

MANAGE = "core.person.manage"


def audit(session: QimenSession) -> list[AuditRow]:
    return list(session.scalars(select(AuditRow).order_by(AuditRow.seq)))  # type: ignore[arg-type]


def people(session: QimenSession) -> int:
    with unscoped(session):
        return len(session.scalars(select(Person)).all())


def person(tree: OrgTree, name: str = "张三") -> Person:
    unit = tree.community
    return Person(name=name, phone=Secret("13800000000"), org_id=unit.id or 0, org_path=unit.path)


def test_a_unit_of_work_leaves_one_audit_row_with_fields_and_no_personal_value(
    qimen: Qimen, session: QimenSession, org_tree: OrgTree
) -> None:
    before = len(audit(session))
    ctx = qimen.system_context(session)
    with unit_of_work(
        ctx, MANAGE, subject="core_person:1", unit=org_tree.community.path, reason="登记"
    ):
        session.add(person(org_tree))
        session.add(person(org_tree, "李四"))
    rows = audit(session)[before:]
    assert len(rows) == 1
    row = rows[0]
    assert (row.action, row.subject, row.reason) == (MANAGE, "core_person:1", "登记")
    assert row.fields["core_person"]["phone"] == "***"
    text = str(row.fields)
    assert "138" not in text
    assert "张三" not in text
    assert "李四" not in text


def test_an_error_takes_back_data_audit_and_chain_head(
    qimen: Qimen, session: QimenSession, org_tree: OrgTree
) -> None:
    before = len(audit(session))
    ctx = qimen.system_context(session)
    with pytest.raises(ZeroDivisionError), unit_of_work(ctx, MANAGE):
        session.add(person(org_tree))
        session.flush()
        raise ZeroDivisionError
    assert people(session) == 0
    assert len(audit(session)) == before
    with unit_of_work(ctx, MANAGE):
        session.add(person(org_tree))
    assert people(session) == 1


def test_when_the_audit_fails_the_action_fails(
    qimen: Qimen, session: QimenSession, org_tree: OrgTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_message: bytes) -> str:
        raise OSError("no key")

    ctx = qimen.system_context(session)
    monkeypatch.setattr(qimen.keys, "audit_mac", broken)
    with pytest.raises(OSError, match="no key"), unit_of_work(ctx, MANAGE):
        session.add(person(org_tree))
    assert people(session) == 0


def test_one_unit_of_work_does_not_open_inside_another(qimen: Qimen, session: QimenSession) -> None:
    ctx = qimen.system_context(session)
    with (
        unit_of_work(ctx, MANAGE),
        pytest.raises(RuntimeError, match="inside another"),
        unit_of_work(ctx, MANAGE),
    ):
        pass


def test_an_event_or_a_job_that_nobody_registered_is_refused(
    qimen: Qimen, session: QimenSession
) -> None:
    ctx = qimen.system_context(session)
    with pytest.raises(UnknownName, match="register_events"), unit_of_work(ctx, MANAGE) as uow:
        uow.emit("core.nothing", {})
    with pytest.raises(UnknownName, match="register_jobs"), unit_of_work(ctx, MANAGE) as uow:
        uow.enqueue("core.nothing")


def race(qimen: Qimen, unit_id: int, *, conditional: bool) -> int:
    """Let eight threads rename one unit from the same old name and return how many "won"."""
    wins: list[int] = []
    start = threading.Barrier(8)

    def rename(number: int) -> None:
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            with unscoped(session):
                unit = session.get(OrgUnit, unit_id)
                assert unit is not None
                old = unit.name
            start.wait(timeout=30)
            with unit_of_work(ctx, "core.org.manage") as uow:
                statement = update(OrgUnit).where(OrgUnit.id == unit_id)  # type: ignore[arg-type]
                if conditional:
                    statement = statement.where(OrgUnit.name == old)  # type: ignore[arg-type]
                if uow.claim(statement.values(name=f"新名 {number}")):
                    wins.append(number)

    threads = [threading.Thread(target=rename, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return len(wins)


def test_a_race_has_one_winner_because_the_database_decides_it(
    qimen: Qimen, org_tree: OrgTree
) -> None:
    assert race(qimen, org_tree.community.id or 0, conditional=True) == 1


def test_the_control_without_the_condition_has_many_winners(
    qimen: Qimen, org_tree: OrgTree
) -> None:
    assert race(qimen, org_tree.community.id or 0, conditional=False) > 1


def test_writers_that_queue_lose_no_row_and_keep_one_chain(qimen: Qimen, org_tree: OrgTree) -> None:
    from qimen_core.audit.verify import verify

    def write(number: int) -> None:
        for step in range(5):
            with qimen.db.session() as session:
                with unit_of_work(qimen.system_context(session), MANAGE):
                    session.add(person(org_tree, f"{number}-{step}"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with qimen.db.session() as session:
        assert people(session) == 40
    assert verify(qimen).intact
