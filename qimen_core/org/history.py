"""What the tree was on a past day: names, parents, kinds and codes of then.

`OrgUnit` holds the present, `OrgVersion` every state that has ended. A state that begins and ends
on the same day never was: the day's last state counts for the whole day.
"""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, or_, select

from qimen_core.context import Context
from qimen_core.db.session import QimenSession, unscoped
from qimen_core.db.work import UnitOfWork
from qimen_core.errors import InvalidInput
from qimen_core.i18n import translations
from qimen_core.org.models import OrgUnit, OrgVersion

__all__ = [
    "PastUnit",
    "State",
    "as_of",
    "keep_state",
    "parse_day",
    "past_names",
    "state_began",
    "states",
]

_ = translations("qimen_core")
U: Any = OrgUnit
V: Any = OrgVersion


class PastUnit(NamedTuple):
    """A unit as it was on a day."""

    id: int
    parent_id: int | None
    kind: str
    code: str | None
    name: str


class State(NamedTuple):
    """One state of a unit, true on `valid_from <= day < valid_to`; the last one is open."""

    valid_from: date
    valid_to: date | None
    name: str
    kind: str
    code: str | None
    parent_id: int | None
    parent_name: str | None


def as_of(ctx: Context, day: date) -> dict[int, PastUnit]:
    """Return the units that existed on a day, by id, within the session's scope.

    The scope is today's: who looks after a unit now may look at its past, wherever it was then.
    """
    return {row[0]: PastUnit(*row) for row in ctx.session.execute(_as_of(day))}


def _as_of(day: date) -> Select[Any]:
    past = and_(V.org_id == U.id, V.valid_from <= day, day < V.valid_to)
    return (
        select(U.id, *(_then(name) for name in PastUnit._fields[1:]))
        .outerjoin(V, past)
        .where(U.valid_from <= day, or_(U.valid_to.is_(None), day < U.valid_to))
    )


def _then(name: str) -> Any:
    # A version may say NULL (a root once), so coalesce would lie: ask whether there is a version.
    return case((V.id.is_not(None), getattr(V, name)), else_=getattr(U, name))


def states(ctx: Context, unit_id: int) -> list[State]:
    """Return every state of a unit, oldest first, the present one last."""
    unit = ctx.session.get(OrgUnit, unit_id)
    if unit is None:
        return []
    versions = ctx.session.scalars(
        select(OrgVersion).where(V.org_id == unit_id).order_by(V.valid_from)
    ).all()
    begun = versions[-1].valid_to if versions else unit.valid_from
    parents = {version.parent_id for version in versions} | {unit.parent_id}
    with unscoped(ctx.session):
        names = dict(ctx.session.execute(select(U.id, U.name).where(U.id.in_(parents))).all())
    past = [
        State(v.valid_from, v.valid_to, v.name, v.kind, v.code, v.parent_id, names.get(v.parent_id))
        for v in versions
    ]
    now = State(
        begun, unit.valid_to, unit.name, unit.kind, unit.code, unit.parent_id,
        names.get(unit.parent_id),
    )  # fmt: skip
    return [*past, now]


def parse_day(text: str) -> date | None:
    """Return the day in a text like `2026-03-02`, None if it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def past_names(ctx: Context, unit_id: int, day: date) -> list[str]:
    """Return the names from the root down to a unit as they were on a day, or nothing."""
    names: list[str] = []
    wanted: int | None = unit_id
    with unscoped(ctx.session):
        while wanted is not None:
            row = ctx.session.execute(_as_of(day).where(U.id == wanted)).first()
            if row is None:
                break
            past = PastUnit(*row)
            names.append(past.name)
            wanted = past.parent_id
    return names[::-1]


def state_began(session: QimenSession, unit: OrgUnit) -> date:
    """Return the first day of a unit's present state."""
    last = session.execute(
        select(func.max(V.valid_to)).where(V.org_id == unit.id)
    ).scalar_one_or_none()
    return last or unit.valid_from


def keep_state(uow: UnitOfWork, unit: OrgUnit, day: date) -> None:
    """Write down what a unit was until a day, before it is changed from that day on.

    Raises:
        InvalidInput: the present state began after that day.
    """
    assert unit.id is not None
    begun = state_began(uow.session, unit)
    if day < begun:
        message = _("生效日期不能早于上一次变更（{day}）").format(day=begun.isoformat())
        raise InvalidInput({"day": message})
    if day == begun:
        return
    uow.session.add(
        OrgVersion(
            org_id=unit.id,
            parent_id=unit.parent_id,
            kind=unit.kind,
            code=unit.code,
            name=unit.name,
            valid_from=begun,
            valid_to=day,
        )
    )
