"""Filters that numbers elsewhere link to: whose it is, who answers for it, what is said of it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, false, or_, select

from qimen_core import Context, OrgUnit, Person, UserAccount, scoped, translations
from qimen_core.org.paths import SEGMENT, under
from qimen_orders import (
    LEVEL_LABELS,
    RESULT_LABELS,
    Event,
    Order,
    State,
    happened,
    open_request,
    watched,
)
from qimen_petitions.handed import is_handed
from qimen_petitions.models import Petition
from qimen_petitions.reading import READ
from qimen_web import Request
from qimen_web.list_spec import Filter

__all__ = ["FOCUS", "accounts_value", "deciding", "linked_filters", "my_filter", "registered_by"]

_ = translations("qimen_petitions")

_order = Order.__table__.c  # type: ignore[attr-defined]
_petition = Petition.__table__.c  # type: ignore[attr-defined]
_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]

_user = UserAccount.__table__.c  # type: ignore[attr-defined]
_person = Person.__table__.c  # type: ignore[attr-defined]

_MOST_ACCOUNTS: Final = 9
_DIGITS: Final = 12


def _focused(value: str) -> ColumnElement[bool]:
    found: ColumnElement[bool]
    if value == "returned":
        found = happened(Event.RETURN)
    elif value == "supervised":
        found = watched()
    else:
        found = watched(int(value.removeprefix("level")))
    return found


_FOCUSES = (
    ("supervised", _("被督办")),
    *((f"level{level}", label) for level, label in LEVEL_LABELS.items()),
    ("returned", _("退过单")),
)
FOCUS: Final = Filter("focus", _("督办和退单"), _focused, "select", _FOCUSES, fixed=True)
"""What follows from the order and its history alone."""


_MINE = (
    ("handed", _("交给我们的")),
    ("handled", _("我承办的")),
    ("registered", _("我登记的")),
    ("decide", _("待我裁批的")),
)


def my_filter(ctx: Context) -> Filter:
    """Return the filter by what an order is to the reader."""

    def where(value: str) -> ColumnElement[bool]:
        if value == "handed":
            return is_handed(ctx)
        if value == "decide":
            return deciding(ctx)
        me = ctx.actor.user_id
        if me is None:
            return false()
        return registered_by([me]) if value == "registered" else _handled_by([me])

    return Filter("mine", _("与我有关"), where, "select", _MINE)


def deciding(ctx: Context) -> ColumnElement[bool]:
    """Return the condition "waits for the reader's decision": a return, a pause, more time.

    The same people as the guards let decide: one level above the lead for returns and more time,
    and never whoever asked.
    """
    me = ctx.actor.user_id
    suspend = ctx.visible("petitions.order.suspend", _order.org_path)
    return and_(
        # What is asked for is asked while it is handled: the index by state leaves the rest out.
        _order.state.in_([State.ARBITRATION.value, State.IN_PROGRESS.value]),
        or_(
            and_(_order.state == State.ARBITRATION.value, _above(ctx, "uphold")),
            and_(open_request("suspend", me), suspend),
            and_(open_request("extend", me), _above(ctx, "extend")),
        ),
    )


def _above(ctx: Context, verb: str) -> ColumnElement[bool]:
    """Return the condition "the reader's right reaches the unit above the lead"."""
    permission = f"petitions.order.{verb}"
    ways = ctx.reach(permission)
    if ways == ("",):
        return ctx.visible(permission, _order.org_path)
    below = or_(false(), *(and_(under(_unit.path, way), _unit.path != way) for way in ways))
    # At the root nobody stands higher, so whoever decides there decides for it.
    roots = [way for way in ways if len(way) == SEGMENT]
    leads = select(_unit.id).where(or_(below, _unit.path.in_(roots)))
    return and_(_order.lead_id.in_(leads), ctx.visible(permission, _order.org_path))


def _handled_by(accounts: Sequence[int]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = _order.handler_user_id.in_(accounts)
    return found


def registered_by(accounts: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition "taken down by one of these accounts", sealed ones left aside.

    Who took a sealed petition down is sealed with it, so no list and no count may tell.
    """
    sealed = select(_petition.order_id).where(_petition.sealed)
    return and_(_order.created_by.in_(accounts), _order.id.not_in(sealed))


def accounts_value(accounts: Sequence[int]) -> str:
    """Return how an address names a person: by the numbers of the accounts."""
    return ".".join(str(each) for each in accounts[:_MOST_ACCOUNTS])


def linked_filters(request: Request) -> tuple[Filter, ...]:
    """Return the filters that only an address brings in: by a person, by the lead, by the result.

    They are no choices of the filter bar, where one would have to choose from everybody; what they
    say is looked up only where the address has them.
    """
    query = request.query
    return tuple(make(request, query[key]) for key, make in _LINKED.items() if query.get(key))


def _by_handler(request: Request, value: str) -> Filter:
    return _by_person(request, "handler", _("承办人"), value)


def _by_registrar(request: Request, value: str) -> Filter:
    return _by_person(request, "registrar", _("登记人"), value)


def _by_person(request: Request, key: str, label: str, value: str) -> Filter:
    named = value if _accounts(value) else ""
    options = ((named, _name_of(request.ctx, _accounts(named))),) if named else ()
    choose = _handled_by if key == "handler" else registered_by
    return Filter(key, label, lambda text: choose(_accounts(text)), "select", options, fixed=True)


def _by_lead(request: Request, value: str) -> Filter:
    number = int(value) if value.isdecimal() and len(value) <= _DIGITS else 0
    ctx = request.ctx
    named = select(_unit.name).where(_unit.id == number)
    name = ctx.session.execute(scoped(named, ctx, READ, _unit.path)).scalar()
    options = ((value, str(name)),) if name else ()
    return Filter(
        "lead", _("承办单位"), lambda text: _order.lead_id == int(text), "select", options,
        fixed=True,
    )  # fmt: skip


def _by_result(_request: Request, _value: str) -> Filter:
    options = tuple(RESULT_LABELS.items())
    return Filter(
        "result", _("是否解决"), lambda value: _order.result == value, "select", options,
        fixed=True,
    )  # fmt: skip


_LINKED = {
    "handler": _by_handler,
    "registrar": _by_registrar,
    "lead": _by_lead,
    "result": _by_result,
}


def _accounts(value: str) -> list[int]:
    """Return the accounts that an address names; none where it is no list of numbers."""
    parts = value.split(".")[:_MOST_ACCOUNTS]
    fit = all(part.isdecimal() and len(part) <= _DIGITS for part in parts)
    return [int(part) for part in parts] if fit else []


def _name_of(ctx: Context, accounts: Sequence[int]) -> str:
    """Return the person's name where the reader sees the person, else a word for it."""
    named = (
        select(_person.name)
        .join(UserAccount.__table__, _user.person_id == _person.id)  # type: ignore[attr-defined]
        .where(_user.id.in_(accounts))
        .limit(1)
    )
    if not ctx.can_anywhere("core.person.read"):
        return str(_("所选人员"))
    found = scoped(named, ctx, "core.person.read", _person.org_path)
    return ctx.session.execute(found).scalar() or str(_("所选人员"))
