"""What petitions put on other pages: menu, 今日, unit pages, search."""

from dataclasses import replace

from qimen_core import (
    Context,
    NavItem,
    OrgUnit,
    Panel,
    Person,
    SearchHit,
    TodoItem,
    Widget,
    translations,
)
from qimen_core.access.holders import accounts_of
from qimen_core.search import find
from qimen_orders import State
from qimen_petitions.handed import HANDED_LIST, handed_todos, takes_only
from qimen_petitions.indexing import KIND
from qimen_petitions.overview import pressing, state_counts, to_decide
from qimen_petitions.reading import READ

__all__ = ["menu", "panels_of_person", "panels_of_unit", "search_petitions", "todos", "widgets"]

_ = translations("qimen_petitions")

_LIST = "/petitions"
_MOST_SHOWN = 999

_MENU = (
    NavItem("petitions", _("民意直通车"), "message-2", _LIST, READ, order=20),
    NavItem("hot", _("热点"), "activity", f"{_LIST}/hot", READ, order=21),
    NavItem("board", _("督办台"), "gauge", f"{_LIST}/board", "petitions.board.read", order=22),
    NavItem(
        "routing",
        _("分派规则"),
        "hierarchy",
        f"{_LIST}/routing",
        "petitions.routing.read",
        order=78,
    ),
    NavItem(
        "figures",
        _("诉求指标"),
        "chart-bar",
        f"{_LIST}/figures",
        "petitions.figure.read",
        order=79,
    ),
    NavItem(
        "gatherings",
        _("走访和座谈"),
        "users-group",
        f"{_LIST}/gatherings",
        "petitions.gathering.read",
        order=21,
    ),
    NavItem(
        "categories",
        _("诉求类别"),
        "category",
        f"{_LIST}/categories",
        "petitions.category.manage",
        order=80,
    ),
)


def menu(ctx: Context) -> list[NavItem]:
    """Return the lines of the menu; the badge counts what waits to be taken up."""
    if takes_only(ctx):
        # Of what lies in a district a department has nothing: its list is what it was handed.
        return [NavItem("petitions", _("民意直通车"), "message-2", HANDED_LIST, READ, order=20)]
    badge = 0
    if ctx.can_anywhere("petitions.order.accept"):
        waiting = state_counts(ctx, [State.SUBMITTED], _MOST_SHOWN)
        badge = waiting[State.SUBMITTED]
    first, *others = _MENU
    return [replace(first, badge=badge), *others]


def widgets(ctx: Context) -> list[Widget]:
    """Return the cards of 今日."""
    first = Widget("next", _("先办这些"), f"{_LIST}/widgets/next", READ, order=31)
    if takes_only(ctx):
        return [first]
    return [Widget("volumes", _("收到诉求"), f"{_LIST}/widgets/volumes", READ, order=30), first]


def todos(ctx: Context) -> list[TodoItem]:
    """Return what waits, each count with the list it opens."""
    if not ctx.can_anywhere(READ):
        return []
    handed = handed_todos(ctx)
    if takes_only(ctx):
        return handed
    due = pressing(ctx)
    wanted = [State.SUBMITTED, State.ACCEPTED, State.DISPATCHED, State.REPLIED, State.EVALUATED]
    counts = state_counts(ctx, wanted)
    return [
        *handed,
        TodoItem(
            "overdue", _("已超时"), due.overdue, f"{_LIST}?due=overdue", READ,
            tone="bad", icon="alert-triangle", order=10,
        ),
        TodoItem(
            "today", _("今天到期"), due.today, f"{_LIST}?due=today", READ,
            tone="warn", icon="clock", order=11,
        ),
        *(
            TodoItem(
                f"state-{state}", label, counts[state],
                _OWN_LISTS.get(state, f"{_LIST}?state={state}"),
                f"petitions.order.{verb}", tone="info", icon=icon, order=12 + at,
            )
            for at, (state, label, verb, icon) in enumerate(_WAITING)
        ),
        _decisions(ctx),
    ]  # fmt: skip


def _decisions(ctx: Context) -> TodoItem:
    """Return what waits one level up: for the reader to decide, else the returns on their way."""
    label, count, query, verb = _("退单待裁"), 0, f"state={State.ARBITRATION}", "return"
    if ctx.can_anywhere("petitions.order.uphold"):
        label, count, query, verb = _("待我裁批"), to_decide(ctx), "mine=decide", "uphold"
    elif ctx.can_anywhere("petitions.order.return"):
        count = state_counts(ctx, [State.ARBITRATION])[State.ARBITRATION]
    return TodoItem(
        "decide", label, count, f"{_LIST}?{query}", f"petitions.order.{verb}",
        tone="warn", icon="scale", order=20,
    )  # fmt: skip


_WAITING = (
    (State.SUBMITTED, _("待受理"), "accept", "inbox"),
    (State.ACCEPTED, _("待派单"), "dispatch", "send"),
    (State.DISPATCHED, _("待接单"), "claim", "user-check"),
    (State.REPLIED, _("待回访"), "callback", "phone"),
    (State.EVALUATED, _("待销号"), "close_off", "circle-check"),
)
_OWN_LISTS = {State.REPLIED: f"{_LIST}/callbacks"}


def panels_of_unit(_ctx: Context, unit: OrgUnit) -> list[Panel]:
    """Return the card on a unit's page."""
    return [Panel("petitions", _("民意诉求"), f"{_LIST}/units/{unit.id}/card", READ, order=20)]


def panels_of_person(ctx: Context, person: Person) -> list[Panel]:
    """Return the card on the page of a person who has an account; others handle nothing."""
    if person.id is None or not accounts_of(ctx, person.id):
        return []
    return [Panel("petitions", _("经办诉求"), f"{_LIST}/people/{person.id}/card", READ, order=20)]


def search_petitions(ctx: Context, query: str) -> list[SearchHit]:
    """Return the petitions that hold every word, newest first."""
    return [
        SearchHit(hit.label, hit.detail, hit.url, str(_("诉求")))
        for hit in find(ctx.session, ctx, query, {KIND: READ})
    ]
