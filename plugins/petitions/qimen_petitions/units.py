"""Which units a reader may choose from: to file a petition under, and to filter by."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from qimen_core import Context, OrgUnit, scope, scoped
from qimen_petitions.reading import READ

__all__ = ["UnitChoice", "communities", "gathering_places", "list_places", "units_to_filter"]

CREATE = "petitions.order.create"
IMPORT = "petitions.list.import"
GATHER = "petitions.gathering.manage"
_MOST = 100
_MOST_PLACES = 400
_DIGITS = 18

_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit to choose; ``label`` is its name, indented where it lies below a chosen one."""

    id: int
    path: str
    label: str

    @property
    def option(self) -> tuple[str, str]:
        """The unit as an option of a form."""
        return str(self.id), self.label


def communities(ctx: Context) -> list[UnitChoice]:
    """Return the live communities under which the actor may file a petition, by their order."""
    return _desks(ctx, CREATE, ["community"])


def list_places(ctx: Context) -> list[UnitChoice]:
    """Return the townships and communities under which the actor may import, by their order."""
    return _desks(ctx, IMPORT, ["township", "community"])


def gathering_places(ctx: Context) -> list[UnitChoice]:
    """Return the communities at which the actor may write an event down, by their order."""
    return _desks(ctx, GATHER, ["community"])


def _desks(ctx: Context, permission: str, kinds: list[str]) -> list[UnitChoice]:
    wanted = (
        select(OrgUnit.id, OrgUnit.path, OrgUnit.name)  # type: ignore[call-overload]
        .where(_unit.kind.in_(kinds), _unit.valid_to.is_(None))
        .order_by(_unit.path)
        .limit(_MOST_PLACES)
    )
    with scope(ctx.session, ctx, permission):
        return [UnitChoice(*row) for row in ctx.session.execute(wanted)]


def units_under(ctx: Context, permission: str) -> list[UnitChoice]:
    """Return the live counties, townships and communities where the actor holds a right."""
    wanted = (
        select(_unit.id, _unit.path, _unit.name)
        .where(_unit.kind.in_(_KINDS), _unit.valid_to.is_(None))
        .order_by(_unit.path)
        .limit(_MOST_PLACES)
    )
    rows = ctx.session.execute(scoped(wanted, ctx, permission, _unit.path))
    return [UnitChoice(*row) for row in rows]


def chosen_unit(asked: str) -> int:
    """Return the unit that an address names, 0 for none."""
    return int(asked) if asked.isdecimal() and len(asked) < _DIGITS else 0


def units_to_filter(ctx: Context, unit_id: int) -> list[UnitChoice]:
    """Return the units a list may be narrowed to: those below the reader's reach, two levels deep.

    The second level is shown below the chosen unit only, so that a county's list does not carry
    every community along. Where there are too many to choose from by eye, only the chosen one is
    offered: one comes there by the unit's own page.

    Args:
        ctx: Who reads.
        unit_id: The unit that the address names, 0 for none.
    """
    first = _first_level(ctx)
    if len(first) > _MOST:
        first = []
    if not unit_id:
        return first
    known = next((unit for unit in first if unit.id == unit_id), None)
    if known is None:
        chosen = _units(ctx, _unit.id == unit_id)
        above = (u for u in first for each in chosen if each.path.startswith(u.path))
        known = next(above, None)
        if known is None:
            return [*first, *chosen]
    below = [UnitChoice(u.id, u.path, f"　{u.label}") for u in _units(ctx, _below([known.id]))]
    place = first.index(known) + 1
    return [*first[:place], *below[:_MOST], *first[place:]]


def _first_level(ctx: Context) -> list[UnitChoice]:
    """Return the units right below the reader's reach, and its tops where there are several."""
    reach = ctx.reach(READ)
    top = _unit.parent_id.is_(None) if reach == ("",) else _unit.path.in_(reach)
    found = _units(ctx, or_(top, _below(select(_unit.id).where(top))))
    shortest = min((len(unit.path) for unit in found), default=0)
    tops = [unit for unit in found if len(unit.path) == shortest]
    return found if len(tops) > 1 else [unit for unit in found if unit not in tops]


def _below(parents: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = _unit.parent_id.in_(parents)
    return found


def _units(ctx: Context, condition: ColumnElement[bool]) -> list[UnitChoice]:
    wanted = (
        select(_unit.id, _unit.path, _unit.name)
        .where(condition, _unit.valid_to.is_(None), _unit.kind.in_(_KINDS))
        .order_by(_unit.path)
        .limit(_MOST + 1)
    )
    return [UnitChoice(*row) for row in ctx.session.execute(scoped(wanted, ctx, READ, _unit.path))]


_KINDS = ("province", "city", "county", "township", "community")
