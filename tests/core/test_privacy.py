"""The privacy registry is complete, and what is revealed is on record."""

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Column, MetaData, String, Table
from sqlmodel import col, select

from qimen_core.audit.models import AuditRow
from qimen_core.db.encrypted import EncryptedStr, Secret
from qimen_core.db.metadata import metadata
from qimen_core.db.work import unit_of_work
from qimen_core.errors import Forbidden, InvalidInput, NotFound, Throttled
from qimen_core.models import Person
from qimen_core.privacy import Revealed, missing_entries, personal_columns, reveal, stale_entries

if TYPE_CHECKING:
    from qimen_core.clock import FixedClock
    from qimen_core.org.models import OrgUnit as Unit
    from qimen_core.runtime import Qimen
    from qimen_core.testing.accounts import Account
    from qimen_core.testing.fixtures import MakeAccount, MakeApp
    from qimen_core.testing.units import OrgTree

PHONE = "13800000000"
REASON = "居民来电核对"


def test_every_personal_column_of_every_plugin_is_registered_and_none_is_stale(
    qimen_app: "MakeApp",
) -> None:
    qimen = qimen_app(["web", "orders", "petitions"])
    assert missing_entries(qimen.registry, metadata) == []
    assert stale_entries(qimen.registry, metadata) == []
    assert len(personal_columns(metadata, ["core", "petitions"])) > 8


def test_a_new_personal_column_without_an_entry_is_found_by_its_type_its_name_or_its_mark() -> None:
    tables = MetaData()
    Table(
        "notes_note",
        tables,
        Column("sealed", EncryptedStr("notes_note.sealed")),
        Column("contact_phone", String),
        Column("name", String),
        Column("remark", String, info={"personal": True}),
        Column("office_address", String, info={"personal": False}),
        Column("title", String),
    )
    Table("notes_unit", tables, Column("name", String))
    assert personal_columns(tables) == {
        "notes_note.sealed",
        "notes_note.contact_phone",
        "notes_note.name",
        "notes_note.remark",
    }
    assert personal_columns(tables, ["other"]) == set()


def person(qimen: "Qimen", unit: "Unit") -> int:
    assert unit.id is not None
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.person.manage") as uow:
            row = Person(name="张三", phone=Secret(PHONE), org_id=unit.id, org_path=unit.path)
            uow.session.add(row)
        assert row.id is not None
        return row.id


def ask(account: "Account", row_id: int, field: str = "phone", *, reason: str = REASON) -> Revealed:
    with account.qimen.db.session() as session:
        ctx = account.context(session)
        return reveal(ctx, Person, row_id, field, reason=reason, per_hour=2)


@pytest.fixture
def clerk(org_tree: "OrgTree", as_user: "MakeAccount") -> "Account":
    return as_user("community_clerk", org_tree.community)


def records(qimen: "Qimen") -> list[AuditRow]:
    with qimen.db.session() as session:
        wanted = select(AuditRow).where(AuditRow.action == "core.person.reveal")
        return list(session.exec(wanted.order_by(col(AuditRow.seq))))


def test_a_revealed_field_is_on_record_with_the_reason_and_without_the_value(
    qimen: "Qimen", org_tree: "OrgTree", clerk: "Account"
) -> None:
    row_id = person(qimen, org_tree.community)
    assert ask(clerk, row_id) == Revealed(PHONE, 1)
    (record,) = records(qimen)
    assert record.actor_id == clerk.id
    assert record.subject == f"core_person:{row_id}"
    assert record.org_path == org_tree.community.path
    assert record.reason == REASON
    assert set(record.fields) == {"core_person"}
    assert set(record.fields["core_person"]) == {"phone"}
    assert PHONE not in str(record)


@pytest.mark.parametrize("reason", ["", "    ", "核对", "  查  "])
def test_nothing_is_revealed_without_a_reason(
    qimen: "Qimen", org_tree: "OrgTree", clerk: "Account", reason: str
) -> None:
    row_id = person(qimen, org_tree.community)
    with pytest.raises(InvalidInput, match="原因"):
        ask(clerk, row_id, reason=reason)
    assert records(qimen) == []


def test_only_registered_fields_in_reach_are_revealed(
    qimen: "Qimen", org_tree: "OrgTree", clerk: "Account", as_user: "MakeAccount"
) -> None:
    own, other = person(qimen, org_tree.community), person(qimen, org_tree.sibling)
    for row_id, field in ((other, "phone"), (own, "version"), (own, "absent"), (999_999, "phone")):
        with pytest.raises(NotFound):
            ask(clerk, row_id, field)
    with pytest.raises((NotFound, Forbidden)):
        ask(as_user("auditor", org_tree.county), own)
    assert records(qimen) == []
    assert ask(clerk, own).text == PHONE  # the control


def test_the_threshold_holds_for_an_hour_and_for_each_user_alone(
    qimen: "Qimen",
    org_tree: "OrgTree",
    clerk: "Account",
    as_user: "MakeAccount",
    clock: "FixedClock",
) -> None:
    row_id = person(qimen, org_tree.community)
    assert [ask(clerk, row_id).left for _ in range(2)] == [1, 0]
    with pytest.raises(Throttled, match="2 次"):
        ask(clerk, row_id)
    assert ask(as_user("community_clerk", org_tree.community), row_id).left == 1
    clock.advance(timedelta(minutes=59))
    with pytest.raises(Throttled):
        ask(clerk, row_id)
    clock.advance(timedelta(minutes=1))
    assert ask(clerk, row_id).left == 1


def test_reveals_at_the_same_moment_cannot_pass_the_threshold_together(
    qimen: "Qimen", org_tree: "OrgTree", clerk: "Account"
) -> None:
    row_id = person(qimen, org_tree.community)
    start, shown, refused = threading.Barrier(6), [], []

    def compete() -> None:
        start.wait()
        try:
            shown.append(ask(clerk, row_id).left)
        except Throttled:
            refused.append(1)

    threads = [threading.Thread(target=compete) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(shown), len(refused)) == ([0, 1], 4)
    assert len(records(qimen)) == 2
