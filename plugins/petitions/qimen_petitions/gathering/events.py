"""走访, 座谈会 and 居民议事会: one event, and what was asked at it, one request after another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from pydantic import BaseModel, Field
from sqlalchemy import Row, func, select
from sqlalchemy.exc import IntegrityError

from qimen_core import (
    Context,
    InvalidInput,
    NotFound,
    OrgUnit,
    local,
    scope,
    scoped,
    translations,
    unit_of_work,
)
from qimen_core.org.queries import get_unit
from qimen_orders import STATE_LABELS, STATE_TONES, Order
from qimen_petitions.gathering.models import Gathered, Gathering
from qimen_petitions.registering import (
    CREATE,
    NewPetition,
    Registered,
    create_petition,
    sent_before,
)

__all__ = [
    "CHANNEL_OF",
    "KINDS",
    "MANAGE",
    "READ",
    "Event",
    "GatheringForm",
    "RequestForm",
    "add_request",
    "hold",
    "read_event",
]

_ = translations("qimen_petitions")

READ: Final = "petitions.gathering.read"
MANAGE: Final = "petitions.gathering.manage"
_MOST_PEOPLE: Final = 100_000

KINDS: dict[str, str] = {
    "visit": _("走访"),
    "symposium": _("座谈会"),
    "deliberation": _("居民议事会"),
}
CHANNEL_OF: Mapping[str, str] = {
    "visit": "visit_out",
    "symposium": "symposium",
    "deliberation": "deliberation",
}
"""The channel of what is asked at each kind of event."""

_g: Any = Gathering.__table__.c  # type: ignore[attr-defined]
_gathered: Any = Gathered.__table__.c  # type: ignore[attr-defined]
_order: Any = Order.__table__.c  # type: ignore[attr-defined]
_unit: Any = OrgUnit.__table__.c  # type: ignore[attr-defined]


class GatheringForm(BaseModel):
    """An event as it is written down."""

    kind: Literal["visit", "symposium", "deliberation"] = Field(
        title=_("方式"), json_schema_extra={"choose": True}
    )
    held_on: date = Field(title=_("日期"))
    unit_id: int = Field(title=_("社区"), json_schema_extra={"choose": True})
    place: str = Field(default="", max_length=120, title=_("地点"))
    hosts: str = Field(default="", max_length=200, title=_("组织人"))
    people: int = Field(default=0, ge=0, le=_MOST_PEOPLE, title=_("人数"))
    note: str = Field(default="", max_length=5000, title=_("记录"))


class RequestForm(BaseModel):
    """One request at an event; what the event says is not asked again."""

    content: str = Field(min_length=2, max_length=5000, title=_("诉求内容"))
    place: str = Field(default="", max_length=120, title=_("地点"))
    category: str = Field(max_length=40, title=_("类别"), json_schema_extra={"choose": True})
    name: str = Field(default="", max_length=30, title=_("诉求人"))
    phone: str = Field(default="", max_length=20, title=_("联系电话"))
    emergency_passed: bool = Field(default=False, title=_("已转告"))
    key: str = Field(min_length=32, max_length=64, pattern=r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Event:
    """An event as its page shows it.

    Attributes:
        id: Its number.
        kind: What it was, in words.
        held_on: On which day.
        unit: Name of the unit.
        unit_path: Where that lies.
        place, hosts, people, note: As they were written down.
        requests: ``(id, number, title, state, tone)`` of what was asked, as far as it may be read.
    """

    id: int
    kind: str
    held_on: date
    unit: str
    unit_path: str
    place: str
    hosts: str
    people: int
    note: str
    requests: tuple[tuple[int, str, str, str, str], ...]


def hold(ctx: Context, typed: GatheringForm) -> int:
    """Write an event down and return its id.

    Raises:
        NotFound: The unit is out of reach.
        InvalidInput: It lies in the future.
    """
    if typed.held_on > local(ctx.now).date():
        raise InvalidInput({"held_on": _("日期不能晚于今天：等开完会再登记")})
    with scope(ctx.session, ctx, MANAGE):
        unit = get_unit(ctx, typed.unit_id)
    with unit_of_work(ctx, MANAGE, unit=unit.path) as uow:
        row = Gathering(
            org_id=unit.id,
            org_path=unit.path,
            created_by=ctx.actor.user_id,
            created_at=ctx.now,
            **typed.model_dump(exclude={"unit_id"}),
        )
        uow.session.add(row)
        uow.session.flush()
        uow.subject = f"petitions_gathering:{row.id}"
        return row.id or 0


def add_request(ctx: Context, gathering_id: int, typed: RequestForm) -> Registered:
    """Take down one request of an event; the form sent twice makes one.

    Raises:
        NotFound: There is no such event in reach.
        InvalidInput: A field cannot be taken.
    """
    with scope(ctx.session, ctx, CREATE):
        held = ctx.session.get(Gathering, gathering_id)
        if held is None:
            raise NotFound(_("没有这次活动，或不在您的管辖范围内"))
        new = NewPetition(
            unit_id=held.org_id,
            channel=CHANNEL_OF[held.kind],
            **typed.model_dump(),
        )
        path = held.org_path
        known = sent_before(ctx, typed.key)
    if known is not None:
        return known
    try:
        with unit_of_work(ctx, CREATE, unit=path) as uow:
            made = create_petition(uow, new)
            order = uow.session.get_one(Order, made.order_id)
            uow.session.add(
                Gathered(
                    order_id=made.order_id,
                    gathering_id=gathering_id,
                    org_id=order.org_id,
                    org_path=order.org_path,
                )
            )
            uow.subject = f"orders_order:{made.order_id}"
            return made
    except IntegrityError:
        # The same form was sent at the same moment; the other one made it.
        with scope(ctx.session, ctx, CREATE):
            known = sent_before(ctx, typed.key)
        if known is None:
            raise
        return known


def read_event(ctx: Context, gathering_id: int) -> Event:
    """Return an event with its requests, within the session's scope.

    Raises:
        NotFound: There is none in reach.
    """
    held = ctx.session.get(Gathering, gathering_id)
    if held is None:
        raise NotFound(_("没有这次活动，或不在您的管辖范围内"))
    unit = get_unit(ctx, held.org_id)
    return Event(
        id=gathering_id,
        kind=KINDS[held.kind],
        held_on=held.held_on,
        unit=unit.name,
        unit_path=unit.path,
        place=held.place,
        hosts=held.hosts,
        people=held.people,
        note=held.note,
        requests=tuple(_request(row) for row in _requests(ctx, gathering_id)),
    )


def _requests(ctx: Context, gathering_id: int) -> list[Row[Any]]:
    permission = "petitions.order.read"
    if not ctx.can_anywhere(permission):
        return []
    wanted = (
        select(_order.id, _order.number, _order.title, _order.state)
        .join(Gathered.__table__, _gathered.order_id == _order.id)  # type: ignore[attr-defined]
        .where(_gathered.gathering_id == gathering_id)
        .order_by(_order.id)
    )
    return list(ctx.session.execute(scoped(wanted, ctx, permission, _order.org_path)))


def _request(row: Row[Any]) -> tuple[int, str, str, str, str]:
    return row.id, row.number, row.title, STATE_LABELS[row.state], STATE_TONES[row.state]


ROWS = (
    select(
        _g.id,
        _g.held_on,
        _g.kind,
        _unit.name,
        _g.place,
        _g.hosts,
        _g.people,
        select(func.count())
        .where(_gathered.gathering_id == _g.id)
        .scalar_subquery()
        .label("requests"),
    )
    .select_from(Gathering.__table__)  # type: ignore[attr-defined]
    .join(OrgUnit.__table__, _unit.id == _g.org_id)  # type: ignore[attr-defined]
)
"""Events as the list shows them, to be scoped by their unit."""
