"""What was handed to the reader's unit from where it does not reach: found in one click.

Lists, counts and search hold what lies in the reader's district. A department has none: what it is
asked to do lies elsewhere and is lent to it, so its figures and its list are these.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, select

from qimen_core import Context, TodoItem, handed, translations
from qimen_orders import OPEN_STATES, Order, State
from qimen_petitions.reading import READ
from qimen_petitions.services import OWNER

__all__ = [
    "HANDED_LIST",
    "handed_counts",
    "handed_orders",
    "handed_todos",
    "is_handed",
    "takes_only",
]

_ = translations("qimen_petitions")

HANDED_LIST: Final = "/petitions?mine=handed"
_order = Order.__table__.c  # type: ignore[attr-defined]
_OPEN = [state.value for state in OPEN_STATES]
_WAITING = (State.DISPATCHED.value, State.WHISTLED.value)


@dataclass(frozen=True, slots=True)
class Handed:
    """How many open petitions were handed over, and how many of them wait or are late."""

    open: int
    waiting: int
    overdue: int


def takes_only(ctx: Context) -> bool:
    """Say whether the reader only takes on what is handed over: a department's clerk."""
    return ctx.can_anywhere("petitions.order.claim") and not ctx.can_anywhere(
        "petitions.order.create"
    )


def handed_orders(ctx: Context, statement: Select[Any]) -> Select[Any]:
    """Return a select from orders limited to petitions that were handed over."""
    return handed(statement.where(_order.owner == OWNER), ctx, READ, Order)


def is_handed(ctx: Context) -> ColumnElement[bool]:
    """Return the condition "it was handed over"."""
    found: ColumnElement[bool] = _order.id.in_(handed_orders(ctx, select(_order.id)))
    return found


def handed_counts(ctx: Context) -> Handed:
    """Count the open petitions that were handed over."""
    counted = select(
        func.count(),
        func.coalesce(func.sum(case((_order.state.in_(_WAITING), 1), else_=0)), 0),
        func.coalesce(func.sum(case((_order.due_at < ctx.now, 1), else_=0)), 0),
    ).where(_order.state.in_(_OPEN))
    return Handed(*(int(each) for each in ctx.session.execute(handed_orders(ctx, counted)).one()))


def handed_todos(ctx: Context) -> list[TodoItem]:
    """Return what was handed over, for 今日; nothing for a desk that was handed nothing."""
    found = handed_counts(ctx)
    if not found.open and not takes_only(ctx):
        return []
    hint = _("待接单 {n} 件").format(n=found.waiting) if found.waiting else ""
    items = [
        TodoItem(
            "handed", _("交给我们的"), found.open, f"{HANDED_LIST}&state=open", READ,
            tone="info", icon="inbox", hint=hint, order=9,
        ),
    ]  # fmt: skip
    if found.overdue or takes_only(ctx):
        items.append(
            TodoItem(
                "handed-overdue", _("交给我们的，已超时"), found.overdue,
                f"{HANDED_LIST}&due=overdue", READ, tone="bad", icon="alert-triangle", order=8,
            )
        )  # fmt: skip
    return items
