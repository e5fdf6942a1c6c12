"""A deployment with one record of every kind at every relation, put back after each change."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select

from qimen_core import Context, OrgUnit, Person, Position, Qimen, RowRef, lend, unit_of_work
from qimen_core.audit.models import AuditHead
from qimen_core.db.session import unscoped
from qimen_core.files import store
from qimen_core.models import Grant, Message
from qimen_core.testing.accounts import Account, create_account
from qimen_core.testing.units import OrgTree
from qimen_orders import Order
from qimen_petitions.models import NamedParty
from qimen_petitions.services import NewPetition, register
from tests.web.permissions.planting import plant_beside

RELATIONS: Mapping[str, str] = {
    "own": "township",
    "child": "community",
    "sibling": "other_township",
    "parent": "county",
    "other_county": "foreign_township",
}
OWN_RECORD = "own_record"
REACHED = frozenset({"own", "child", OWN_RECORD})
# Orders that complain about somebody: every account in person, or the unit where all of them stand.
# Each with what is told to whoever would otherwise be let in.
# Lent: an order of another township that was handed to the accounts' unit.
NAMED: Mapping[str, str] = {"named": "403", "named_unit": "in", "lent": "403"}


@dataclass
class World:
    """The accounts stand at 松岭镇; `records[relation]` holds the path parameters there."""

    qimen: Qimen
    tree: OrgTree
    accounts: dict[str, Account] = field(default_factory=dict)
    records: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)

    def plant(self) -> None:
        """Create accounts and records, and keep the database as it is then."""
        for role in self.qimen.registry.roles:
            self.accounts[role] = create_account(self.qimen, role, self.tree.township)
        for relation, attribute in RELATIONS.items():
            self.records[relation] = self._records(getattr(self.tree, attribute))
        community, township = self.tree.community, self.tree.township
        self.records["named"] = self._complaint(community, list(self.accounts.values()))
        self.records["named_unit"] = self._complaint(township, [])
        self.records["lent"] = self._lent(self.tree.other_township, township)
        self._copy(self._database, self._kept)

    def own_record(self, role: str, subject: str) -> dict[str, object]:
        """Return the path parameters of the account's record of itself; empty if it has none."""
        account = self.accounts.get(role)
        if account is None or subject not in {"account", "grant"}:
            return {}
        if subject == "account":
            return {"account_id": account.id}
        with self.qimen.db.session() as session, unscoped(session):
            held = select(Grant.id).where(Grant.user_id == account.id)  # type: ignore[call-overload]
            return {"grant_id": session.scalars(held).one()}

    def put_back(self) -> None:
        """Undo whatever a request has changed."""
        self.qimen.db.close()
        for suffix in ("-wal", "-shm"):
            self._database.with_name(self._database.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._kept, self._database)

    @property
    def _database(self) -> Path:
        return Path(str(self.qimen.db.engine.url.database))

    @property
    def _kept(self) -> Path:
        return self._database.with_suffix(".kept")

    def _copy(self, source: Path, target: Path) -> None:
        self.qimen.db.close()
        shutil.copyfile(source, target)

    def _records(self, unit: OrgUnit) -> dict[str, dict[str, object]]:
        other = create_account(self.qimen, "member", unit)
        with self.qimen.db.session() as session:
            ctx = self.qimen.system_context(session)
            with unit_of_work(ctx, "core.person.manage") as uow:
                place = {"org_id": unit.id or 0, "org_path": unit.path}
                person = Person(name="甲", **place)
                session.add(person)
                session.flush()
                since = date(2020, 1, 1)
                position = Position(
                    person_id=person.id or 0, role="楼长", valid_from=since, **place
                )
                session.add(position)
                session.flush()
                made = (person.id, position.id)
                uow.unit = unit.path
            row = session.scalars(select(AuditHead.seq)).one()  # type: ignore[call-overload]
            order = register(ctx, NewPetition(unit_id=unit.id or 0, title="路灯", content="不亮"))
            with unit_of_work(ctx, "petitions.order.create") as uow:
                subject = f"orders_order:{order.order_id}"
                photo = store(
                    uow, "a.png", b"png", "image/png", unit, plugin="petitions", subject=subject
                )
            with unscoped(session):
                grant = session.scalars(
                    select(Grant.id).where(Grant.user_id == other.id)  # type: ignore[call-overload]
                ).one()
            photo_id = photo.id
            beside = plant_beside(ctx, unit, order.order_id)
            messages = {state: self._message(ctx, unit, state) for state in ("dead", "paper")}
        return {
            "unit": {"unit_id": unit.id},
            "unit_code": {"unit": unit.code},
            "person": {"person_id": made[0], "position_id": made[1]},
            "account": {"account_id": other.id},
            "grant": {"grant_id": grant},
            "audit": {"seq": row},
            "order": {"order_id": order.order_id},
            "file": {"file_id": photo_id},
            **beside,
            **{f"message_{state}": {"message_id": each} for state, each in messages.items()},
        }

    def _message(self, ctx: Context, unit: OrgUnit, state: str) -> int:
        with unit_of_work(ctx, "core.message.send") as uow:
            row = Message(
                plugin="web",
                label="已答复",
                key=f"{state}:{unit.id}",
                state=state,
                not_before=ctx.now,
                created_at=ctx.now,
                org_id=unit.id or 0,
                org_path=unit.path,
            )
            uow.session.add(row)
            uow.session.flush()
            assert row.id is not None
            return row.id

    def _lent(self, unit: OrgUnit, to: OrgUnit) -> dict[str, dict[str, object]]:
        """Plant an order with a picture that lies out of reach and is lent."""
        with self.qimen.db.session() as session:
            ctx = self.qimen.system_context(session)
            made = register(ctx, NewPetition(unit_id=unit.id or 0, title="桥灯", content="不亮"))
            subject = f"orders_order:{made.order_id}"
            with unit_of_work(ctx, "petitions.order.dispatch") as uow:
                lend(uow, RowRef("orders_order", made.order_id, unit.path), to)
                photo = store(
                    uow, "c.png", b"png", "image/png", unit, plugin="petitions", subject=subject
                )
        return {"order": {"order_id": made.order_id}, "file": {"file_id": photo.id}}

    def _complaint(self, about: OrgUnit, people: Sequence[Account]) -> dict[str, dict[str, object]]:
        """Plant an order in the accounts' reach that names a unit, and some accounts in person."""
        where = self.tree.community
        with self.qimen.db.session() as session:
            ctx = self.qimen.system_context(session)
            new = NewPetition(unit_id=where.id or 0, content="不公开", named_unit=about.id)
            made = register(ctx, new)
            with unit_of_work(ctx, "petitions.order.create") as uow:
                order = uow.session.get(Order, made.order_id)
                assert order is not None
                place = {"org_id": order.org_id, "org_path": order.org_path}
                uow.session.add_all(
                    NamedParty(order_id=made.order_id, user_id=each.id, **place) for each in people
                )
                unit = self.tree.township if people else where
                assert unit.path == order.org_path
                subject = f"orders_order:{made.order_id}"
                photo = store(
                    uow, "b.png", b"png", "image/png", unit, plugin="petitions", subject=subject
                )
        return {"order": {"order_id": made.order_id}, "file": {"file_id": photo.id}}


FIXED: Mapping[str, dict[str, object]] = {
    "module": {"plugin": "petitions"},
    "day": {"day": "2026-10-01"},
    "delivery": {"event_id": 999_999, "plugin": "petitions"},
    "category": {"code": "no-such-category"},
    "figure": {"figure": "orders_received", "part": "numerator"},
    "document": {"document": "requests.json"},
    "gateway": {"gateway": "sms"},
    "list": {"file_id": 999_999},
    "foreign": {
        "notice_id": 999_999,
        "device_id": 999_999,
        "job_id": 999_999,
        "list_id": "nothing",
        "view_id": 999_999,
    },
}
