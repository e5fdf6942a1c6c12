"""The supervision board 督办台: what presses in each unit; every number opens its list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from qimen_core import Context, scope, scoped, translations
from qimen_core.org.paths import SEGMENT, under
from qimen_core.org.queries import Unit, children
from qimen_orders import LEVEL_LABELS, OPEN_STATES, Event, Order, State, happened
from qimen_petitions.focus import deciding
from qimen_petitions.listing import due_filter
from qimen_petitions.reading import READ
from qimen_petitions.services import OWNER

__all__ = ["BOARD", "COLUMNS", "BoardColumn", "BoardRow", "board_rows"]

_ = translations("qimen_petitions")

BOARD = "petitions.board.read"

_order = Order.__table__.c  # type: ignore[attr-defined]
_OPEN = [state.value for state in OPEN_STATES]
_TONES = ("info", "warn", "danger")
_DIVISIONS = ("county", "township", "community")


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A number of the board: its name, and the list it opens.

    Attributes:
        key: Which one.
        label: Its Chinese name.
        query: The list's filters.
        tone: The colour of a number that is not zero.
    """

    key: str
    label: str
    query: Mapping[str, str]
    tone: str = "muted"


COLUMNS: tuple[BoardColumn, ...] = (
    BoardColumn("open", _("未办结"), {"state": "open"}),
    BoardColumn("overdue", _("已超时"), {"due": "overdue"}, "danger"),
    BoardColumn("today", _("今天到期"), {"due": "today"}, "warn"),
    *(
        BoardColumn(f"level{level}", label, {"state": "open", "focus": f"level{level}"}, tone)
        for (level, label), tone in zip(LEVEL_LABELS.items(), _TONES, strict=True)
    ),
    BoardColumn("returned", _("退过单"), {"state": "open", "focus": "returned"}, "warn"),
    BoardColumn("arbitration", _("退单待裁"), {"state": State.ARBITRATION.value}, "danger"),
    BoardColumn("decide", _("待我裁批"), {"mine": "decide"}, "warn"),
    BoardColumn("suspended", _("已挂起"), {"state": State.SUSPENDED.value}),
)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One unit's numbers, in the order of the columns; ``below``: it has a board of its own."""

    unit: Unit
    label: str
    numbers: tuple[int, ...]
    below: bool = False


def board_rows(ctx: Context, unit: Unit) -> list[BoardRow]:
    """Return the numbers of a unit's whole subtree first, then those of each unit right below."""
    with scope(ctx.session, ctx, READ):
        below = [each for each in children(ctx, unit.id) if each.unit.kind in _DIVISIONS]
    counts = _counted(ctx, unit.path)
    none = (0,) * len(COLUMNS)
    sums = zip(*counts.values(), strict=True)
    rows = [BoardRow(unit, unit.name, tuple(sum(each) for each in sums) or none)]
    if not below:
        return rows
    return rows + [
        BoardRow(each.unit, each.unit.name, counts.get(each.unit.path, none), each.children > 0)
        for each in below
    ]


def _counted(ctx: Context, path: str) -> dict[str, tuple[int, ...]]:
    """Return the numbers by the path right below ``path``, in one statement."""
    head = func.substr(_order.org_path, 1, len(path) + SEGMENT)
    numbers: Sequence[Any] = [func.count().filter(each) for each in _conditions(ctx)]
    wanted = (
        select(head, *numbers)
        .where(_order.owner == OWNER, _order.state.in_(_OPEN), under(_order.org_path, path))
        .group_by(head)
    )
    rows = ctx.session.execute(scoped(wanted, ctx, READ, _order.org_path))
    return {row[0]: tuple(row[1:]) for row in rows}


def _conditions(ctx: Context) -> list[ColumnElement[bool]]:
    """Return each column's condition, the same as the one behind its list's filters."""
    due = due_filter(ctx)
    state = _order.state
    made: dict[str, ColumnElement[bool]] = {
        "open": state.in_(_OPEN),
        "overdue": due("overdue"),
        "today": due("today"),
        **{f"level{level}": _order.level == level for level in LEVEL_LABELS},
        "returned": happened(Event.RETURN),
        "arbitration": state == State.ARBITRATION.value,
        "decide": deciding(ctx),
        "suspended": state == State.SUSPENDED.value,
    }
    return [made[column.key] for column in COLUMNS]
