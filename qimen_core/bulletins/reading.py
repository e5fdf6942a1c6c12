"""Reading what was frozen: the figures of a bulletin, and the ids behind each number."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from qimen_core.bulletins.models import Bulletin, BulletinRows
from qimen_core.context import Context
from qimen_core.db.session import scope
from qimen_core.descriptors import Period
from qimen_core.errors import NotFound

__all__ = ["Frozen", "FrozenFigure", "frozen_bulletin", "get_bulletin"]

_bulletin: Any = Bulletin.__table__.c  # type: ignore[attr-defined]
_rows: Any = BulletinRows.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class FrozenFigure:
    """One metric as it was counted then: the ids of its parts (numerator, half, denominator)."""

    name: str
    label: str
    basis: str
    parts: Mapping[str, Sequence[int]]

    @property
    def numerator(self) -> int:
        """Rows that count whole above the line."""
        return len(self.parts["numerator"])

    @property
    def halves(self) -> int:
        """Rows that count one half above the line."""
        return len(self.parts.get("half", ()))

    @property
    def denominator(self) -> int | None:
        """Rows below the line; None for a count."""
        below = self.parts.get("denominator")
        return None if below is None else len(below)

    def machine(self) -> dict[str, int]:
        """Return the same keys as a live figure does."""
        if self.denominator is None:
            return {"count": self.numerator}
        halves = {"halves": self.halves} if self.halves else {}
        return {"numerator": self.numerator, **halves, "denominator": self.denominator}

    def without(self, ids: Set[int]) -> "FrozenFigure":
        """Return the figure without some rows, for a page that shows only a part of them."""
        if not ids:
            return self
        left = {
            part: [each for each in some if each not in ids] for part, some in self.parts.items()
        }
        return replace(self, parts=left)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A bulletin: when it was frozen, by whose account (None: at month end), and its figures."""

    id: int
    unit_id: int
    path: str
    label: str
    frozen_at: datetime
    frozen_by: int | None
    figures: dict[str, FrozenFigure]


def frozen_bulletin(ctx: Context, path: str, period: Period, permission: str) -> Frozen | None:
    """Return a unit's bulletin of exactly these days, None when it was not frozen.

    Args:
        ctx: Who asks.
        path: The unit's path.
        period: The days.
        permission: By what right; out of its reach there is none.
    """
    where = (_bulletin.start == period.start, _bulletin.end == period.end)
    return _found(ctx, permission, _bulletin.org_path == path, *where)


def get_bulletin(ctx: Context, bulletin_id: int, permission: str) -> Frozen:
    """Return a bulletin by its id.

    Raises:
        NotFound: There is none in reach of the right.
    """
    found = _found(ctx, permission, _bulletin.id == bulletin_id)
    if found is None:
        raise NotFound
    return found


def _found(ctx: Context, permission: str, *where: Any) -> Frozen | None:
    with scope(ctx.session, ctx, permission):
        row = ctx.session.scalars(select(Bulletin).where(*where)).first()
        return None if row is None else _shown(ctx, row)


def _shown(ctx: Context, row: Bulletin) -> Frozen:
    figures: dict[str, FrozenFigure] = {}
    parts: dict[str, dict[str, Sequence[int]]] = {}
    wanted = select(BulletinRows).where(_rows.bulletin_id == row.id).order_by(_rows.id)
    for each in ctx.session.scalars(wanted):
        known = parts.setdefault(each.metric, {})
        known[each.part] = each.ids
        figures[each.metric] = FrozenFigure(each.metric, each.label, each.basis, known)
    return Frozen(
        row.id or 0, row.org_id, row.org_path, row.label, row.frozen_at, row.frozen_by, figures
    )
