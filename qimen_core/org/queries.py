"""Reading the tree: units, their children, the way up to the root, and finding one."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from qimen_core.context import Context
from qimen_core.db.session import unscoped
from qimen_core.errors import NotFound
from qimen_core.i18n import translations
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import SEGMENT, successor
from qimen_core.org.paths import ancestors as ancestor_paths

__all__ = [
    "Branch",
    "Unit",
    "ancestors",
    "at_path",
    "by_code",
    "children",
    "find",
    "get_unit",
    "matching",
    "names_of",
    "roots",
]

_ = translations("qimen_core")
U: Any = OrgUnit


class Unit(NamedTuple):
    """A unit as it is today, outside of any session."""

    id: int
    parent_id: int | None
    kind: str
    code: str | None
    name: str
    path: str
    valid_from: date
    valid_to: date | None
    version: int


class Branch(NamedTuple):
    """A unit in the tree with the number of its live children."""

    unit: Unit
    children: int


def columns() -> Select[Any]:
    """Return the select of a `Unit`'s columns, in order; it is scoped like any ORM select."""
    return select(*(getattr(U, name) for name in Unit._fields))


def get_unit(ctx: Context, unit_id: int) -> Unit:
    """Return a unit within the session's scope.

    Raises:
        NotFound: there is none, or it is out of reach.
    """
    row = ctx.session.execute(columns().where(U.id == unit_id)).first()
    if row is None:
        raise NotFound(_("没有这个单位，或不在您的管辖范围内"))
    return Unit(*row)


def by_code(ctx: Context, code: str) -> Unit:
    """Return the unit with a division code, within the session's scope.

    Raises:
        NotFound: there is none, or it is out of reach.
    """
    row = ctx.session.execute(columns().where(U.code == code)).first()
    if row is None:
        raise NotFound(_("没有代码为“{code}”的单位").format(code=code))
    return Unit(*row)


def at_path(ctx: Context, path: str) -> Unit | None:
    """Return the unit at a path within the session's scope, None if there is none."""
    if not path or len(path) % SEGMENT:
        return None
    row = ctx.session.execute(columns().where(U.path == path)).first()
    return Unit(*row) if row is not None else None


def ancestors(ctx: Context, path: str, *, itself: bool = False) -> list[Unit]:
    """Return the units from the root down to a path's parent (or to itself).

    The way up is shown to everyone who sees the unit, whatever the reach upwards.
    """
    paths = ancestor_paths(path)
    wanted = paths if itself else paths[:-1]
    with unscoped(ctx.session):
        rows = ctx.session.execute(columns().where(U.path.in_(wanted)).order_by(U.path))
        return [Unit(*row) for row in rows]


def names_of(ctx: Context, paths: Iterable[str]) -> dict[str, str]:
    """Return the names of units by path; for rows in reach, which say where they belong."""
    with unscoped(ctx.session):
        rows = ctx.session.execute(select(U.path, U.name).where(U.path.in_(set(paths))))
        return dict(rows.all())


def roots(ctx: Context, permission: str = "core.org.read") -> list[Branch]:
    """Return the topmost units that the actor reaches."""
    reach = ctx.reach(permission)
    condition = U.parent_id.is_(None) if reach == ("",) else U.path.in_(reach)
    return _branches(ctx, condition, archived=False)


def children(ctx: Context, unit_id: int, *, archived: bool = False) -> list[Branch]:
    """Return a unit's children in their order, archived ones only when asked for."""
    return _branches(ctx, U.parent_id == unit_id, archived=archived)


def _branches(ctx: Context, condition: ColumnElement[bool], archived: bool) -> list[Branch]:
    statement = columns().where(condition).order_by(U.sort, U.path)
    if not archived:
        statement = statement.where(U.valid_to.is_(None))
    units = [Unit(*row) for row in ctx.session.execute(statement)]
    counts = _child_counts(ctx, [unit.id for unit in units])
    return [Branch(unit, counts.get(unit.id, 0)) for unit in units]


def _child_counts(ctx: Context, ids: Sequence[int]) -> dict[int, int]:
    rows = ctx.session.execute(
        select(U.parent_id, func.count(U.id))
        .where(U.parent_id.in_(ids), U.valid_to.is_(None))
        .group_by(U.parent_id)
    )
    return dict(rows.all())


def find(ctx: Context, text: str, limit: int = 20) -> list[Unit]:
    """Return live units by code or pinyin initials (from the start), else by part of the name."""
    text = text.strip()
    if not text:
        return []
    if text.isascii() and (found := _found(ctx, _begins(text), limit)):
        return found
    return _found(ctx, U.name.contains(text, autoescape=True), limit)


def matching(text: str) -> ColumnElement[bool]:
    """Return the condition that a unit's code begins with a number, or its name holds a text.

    Latin letters are initials as well, from the start.
    """
    named: ColumnElement[bool] = U.name.contains(text, autoescape=True)
    if text.isdecimal():
        return _begins(text)
    return or_(_begins(text), named) if text.isascii() else named


def _begins(text: str) -> ColumnElement[bool]:
    # A range, which both indexes answer at any size; LIKE would read every row on SQLite.
    column, start = (U.code, text) if text.isdecimal() else (U.initials, text.lower())
    return and_(
        column >= start, column < successor(start), column.startswith(start, autoescape=True)
    )


def _found(ctx: Context, condition: ColumnElement[bool], limit: int) -> list[Unit]:
    statement = columns().where(condition, U.valid_to.is_(None)).order_by(U.path).limit(limit)
    return [Unit(*row) for row in ctx.session.execute(statement)]
