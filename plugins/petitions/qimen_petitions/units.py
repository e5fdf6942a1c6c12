"""Which units a reader may choose from: to file a petition under, and to filter by."""

from dataclasses import dataclass

from sqlalchemy import select

from qimen_core import Context, OrgUnit, scope
from qimen_petitions.reading import READ
from qimen_web import Request

__all__ = ["UnitChoice", "communities", "units_to_filter"]

CREATE = "petitions.order.create"
_MOST = 400


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
    with scope(ctx.session, ctx, CREATE):
        found = ctx.session.execute(
            select(OrgUnit.id, OrgUnit.path, OrgUnit.name)  # type: ignore[call-overload]
            .where(OrgUnit.kind == "community", OrgUnit.valid_to.is_(None))  # type: ignore[union-attr]
            .order_by(OrgUnit.path)
            .limit(_MOST)
        )
        return [UnitChoice(*row) for row in found]


def units_to_filter(request: Request) -> list[UnitChoice]:
    """Return the units a list may be narrowed to: those below the reader's reach, two levels deep.

    The second level is shown below the chosen unit only, so that a county's list does not carry
    every community along.
    """
    ctx = request.ctx
    tops = _tops(ctx)
    first = _below(ctx, [unit.id for unit in tops])
    if len(tops) > 1:
        first = [*tops, *first][:_MOST]
    chosen = request.query.get("unit", "")
    known = next((unit for unit in first if str(unit.id) == chosen), None)
    if chosen.isdecimal() and known is None:
        known = _parent_of(ctx, int(chosen), first)
    if known is None:
        return first
    below = [UnitChoice(u.id, u.path, f"　{u.label}") for u in _below(ctx, [known.id])]
    place = first.index(known) + 1
    return [*first[:place], *below, *first[place:]]


def _tops(ctx: Context) -> list[UnitChoice]:
    reach = ctx.reach(READ)
    condition = OrgUnit.parent_id.is_(None) if reach == ("",) else OrgUnit.path.in_(reach)  # type: ignore[union-attr,attr-defined]
    return _units(ctx, condition)


def _below(ctx: Context, parents: list[int]) -> list[UnitChoice]:
    return _units(ctx, OrgUnit.parent_id.in_(parents)) if parents else []  # type: ignore[union-attr]


def _parent_of(ctx: Context, unit_id: int, first: list[UnitChoice]) -> UnitChoice | None:
    found = _units(ctx, OrgUnit.id == unit_id)
    return next((u for u in first for each in found if each.path.startswith(u.path)), None)


def _units(ctx: Context, condition: object) -> list[UnitChoice]:
    found = ctx.session.execute(
        select(OrgUnit.id, OrgUnit.path, OrgUnit.name)  # type: ignore[call-overload]
        .where(condition, OrgUnit.valid_to.is_(None), OrgUnit.kind.in_(_KINDS))  # type: ignore[union-attr,attr-defined]
        .order_by(OrgUnit.path)
        .limit(_MOST)
    )
    return [UnitChoice(*row) for row in found]


_KINDS = ("province", "city", "county", "township", "community")
