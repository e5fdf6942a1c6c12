"""Whom an order complains about, and where it therefore lies (SECURITY 6).

A complaint about a unit is not that unit's to receive: where the writer's right reaches the unit
above, the order lies there, and by the scope the unit complained about has no way to it at all.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from qimen_core import (
    Context,
    InvalidInput,
    Person,
    UnitOfWork,
    UserAccount,
    scope,
    translations,
)
from qimen_core.org.paths import SEGMENT, under
from qimen_core.org.queries import Unit, ancestors, children, get_unit
from qimen_petitions.models import NamedParty

if TYPE_CHECKING:
    from qimen_orders import Order
    from qimen_petitions.units import UnitChoice

__all__ = ["audit_path", "check_named", "name_parties", "nameable", "nameable_options",
           "placed"]  # fmt: skip

_ = translations("qimen_petitions")

_person = Person.__table__.c  # type: ignore[attr-defined]
_user = UserAccount.__table__.c  # type: ignore[attr-defined]
_CREATE = "petitions.order.create"
# Above these nobody here could take the matter up: such a complaint goes to 信访 at a higher level.
_TOO_HIGH = ("province", "city", "county")
# Kinds whose desk takes petitions up.
_DESKS = ("community", "township")


def nameable(ctx: Context, unit: Unit) -> list[Unit]:
    """Return the units a petition of ``unit`` may complain about: above, itself, right below.

    The session's scope must reach ``unit``.
    """
    way_up = _way_up(ctx, unit.path)
    below = [branch.unit for branch in children(ctx, unit.id)]
    return [each for each in (*reversed(way_up), *below) if each.valid_to is None]


def nameable_options(ctx: Context, places: "Sequence[UnitChoice]") -> list[tuple[str, str]]:
    """Return the units that a form for several places offers as complained about."""
    if len(places) == 1:
        with scope(ctx.session, ctx, _CREATE):
            found = nameable(ctx, get_unit(ctx, places[0].id))
        return [(str(unit.id), unit.name) for unit in found]
    above: dict[int, str] = {}
    for top in sorted({place.path[:-SEGMENT] for place in places}):
        above |= {unit.id: unit.name for unit in _way_up(ctx, top)}
    return [(str(id_), name) for id_, name in above.items()] + [place.option for place in places]


def check_named(ctx: Context, unit: Unit, unit_id: int | None, person: str) -> Unit | None:
    """Return the unit complained about, None when nobody is named.

    Raises:
        InvalidInput: A person is named without their unit, or the unit is none of the choices.
    """
    if unit_id is None:
        if person.strip():
            raise InvalidInput({"named_unit": _("请选择被反映人所在的单位，系统才知道对谁密封")})
        return None
    found = next((each for each in nameable(ctx, unit) if each.id == unit_id), None)
    if found is None:
        raise InvalidInput(
            {"named_unit": _("不能反映这个单位：请从列表中选择；反映县级单位请向上级信访部门提出")}
        )
    return found


def placed(uow: UnitOfWork, unit: Unit, named: Unit | None) -> Unit:
    """Return the unit where a new order lies: above the one complained about, where it has a desk.

    Args:
        uow: The open unit of work; its permission says how high the writer may write.
        unit: Where the resident turned to.
        named: Whom they complain about.
    """
    if named is None or not unit.path.startswith(named.path):
        return unit
    above = _above(uow.ctx, named)
    if above is None or above.kind not in _DESKS or not uow.ctx.can(uow.permission, above.path):
        return unit
    return above


def audit_path(ctx: Context, unit: Unit, named: Unit | None) -> str:
    """Return the path under which a registration stands in the audit, out of the named's sight."""
    if named is None or not unit.path.startswith(named.path):
        return unit.path
    above = _above(ctx, named)
    return above.path if above is not None else unit.path


def name_parties(uow: UnitOfWork, order: "Order", named: Unit, person: str) -> None:
    """Write down whom an order complains about.

    A typed name stands for everybody of that name who is kept as a person or has an account in the
    township: to hide the complainant from one too many costs nothing.
    """
    assert order.id is not None
    party = partial(NamedParty, order_id=order.id, org_id=order.org_id, org_path=order.org_path)
    uow.session.add(party(unit_id=named.id))
    if person.strip():
        people, accounts = _called(uow, person.strip(), _township(uow.ctx, named))
        uow.session.add_all(party(person_id=each) for each in people)
        uow.session.add_all(party(user_id=each) for each in accounts)


def _called(uow: UnitOfWork, name: str, path: str) -> tuple[Sequence[int], Sequence[int]]:
    """Return the ids of people, and of accounts without a person, who have this name."""
    everything = uow.ctx.qimen.system_context(uow.session)
    with scope(uow.session, everything, "core.person.read"):
        kept: Iterable[int] = uow.session.scalars(
            select(Person.id).where(Person.name == name, under(_person.org_path, path))  # type: ignore[call-overload]
        )
        people = set(kept)
    with scope(uow.session, everything, "core.user.read"):
        accounts = uow.session.execute(
            select(UserAccount.id, UserAccount.person_id).where(  # type: ignore[call-overload]
                UserAccount.name == name, under(_user.org_path, path)
            )
        ).all()
    people |= {person for _id, person in accounts if person is not None}
    return sorted(people), sorted(id_ for id_, person in accounts if person is None)


def _way_up(ctx: Context, path: str) -> list[Unit]:
    return [each for each in ancestors(ctx, path, itself=True) if each.kind not in _TOO_HIGH]


def _township(ctx: Context, unit: Unit) -> str:
    way_up = ancestors(ctx, unit.path, itself=True)
    return next((each.path for each in way_up if each.kind == "township"), unit.path)


def _above(ctx: Context, unit: Unit) -> Unit | None:
    way_up = ancestors(ctx, unit.path)
    return way_up[-1] if way_up else None
