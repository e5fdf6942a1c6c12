"""The list of petitions: its columns, its filters, and where its rows come from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, select

from qimen_core import LOCAL, Context, OrgUnit, local, scoped, translations
from qimen_core.org.paths import under
from qimen_core.org.queries import names_of
from qimen_core.search import find, one_of
from qimen_orders import OPEN_STATES, STATE_LABELS, Order, State
from qimen_petitions.categories import category_facts
from qimen_petitions.focus import FOCUS, linked_filters, my_filter
from qimen_petitions.handed import handed_orders
from qimen_petitions.indexing import KIND
from qimen_petitions.reading import READ
from qimen_petitions.rows import row_words
from qimen_petitions.rules import CHANNELS
from qimen_petitions.services import OWNER
from qimen_petitions.units import chosen_unit, units_to_filter
from qimen_web import Request
from qimen_web.list_page import ListPage
from qimen_web.list_spec import (
    BulkAction,
    Column,
    Filter,
    KeptOptions,
    ListSpec,
    Source,
    SpanFilter,
)
from qimen_web.lists import run_list

__all__ = ["Choices", "choices_of", "due_filter", "petition_list", "petition_source", "shown_page"]

_ = translations("qimen_petitions")

_order: Any = Order.__table__.c  # type: ignore[attr-defined]
_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]

_FOUND = 500
# Above so many matches, walking has found a page sooner than sorting.
MANY = 2000
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Choices:
    """What a reader may choose from in the filters; asked once a request.

    Attributes:
        units: The options of places.
        paths: The path of each of them by its option's value.
        categories: The options of categories, headings before their leaves.
        labels: The categories' labels by code.
    """

    units: KeptOptions
    paths: Mapping[str, str]
    categories: KeptOptions
    labels: Mapping[str, str]

    def within(self, unit_id: str) -> ColumnElement[bool]:
        """Return the condition for an option of places."""
        return under(_order.org_path, self.paths[unit_id])


def choices_of(request: Request) -> Choices:
    """Return the choices of this reader."""
    ctx, chosen = request.ctx, chosen_unit(request.query.get("unit", ""))

    def make() -> Choices:
        units = units_to_filter(ctx, chosen)
        categories = category_facts(ctx.session)
        return Choices(
            KeptOptions(unit.option for unit in units),
            {str(unit.id): unit.path for unit in units},
            KeptOptions((row.code, row.indented) for row in categories),
            {row.code: row.label for row in categories},
        )

    return ctx.remember(("petitions.choices", chosen), make)


def shown_page(request: Request) -> ListPage:
    """Return the page of the list that the address asks for, its rows in words."""
    ctx, choices = request.ctx, choices_of(request)
    ours = request.query.get("mine") == "handed"
    source = handed_source(ctx) if ours else petition_source(ctx)
    found = run_list(request, petition_list(request, choices), source)
    say = row_words(ctx, choices.labels)
    rows = [say(row) for row in found.rows]
    if ours:
        # Where it lies is out of the reader's reach; whoever sees the row may read the name.
        names = names_of(ctx, (row.unit for row in rows))
        rows = [row._replace(unit=names.get(row.unit, "")) for row in rows]
    return replace(found, rows=rows)


def petition_list(request: Request, choices: Choices) -> ListSpec:
    """Return what the list is for this reader; its places and "today" are the reader's.

    Args:
        request: The request.
        choices: What the filters offer.
    """
    return ListSpec(
        id="petitions",
        columns=_COLUMNS,
        filters=_filters(request, choices),
        sort="-number",
        bulk=_BULK,
        export="petitions:export_list" if request.ctx.can_anywhere(EXPORT) else "",
    )


def petition_source(ctx: Context, permission: str = READ) -> Source:
    """Return where the list's rows come from: a page's ids first, then its rows."""

    def make() -> Source:
        page = scoped(_IDS, ctx, permission, _order.org_path)
        return Source(_order.id, page, _rows, Order.__table__, MANY)  # type: ignore[attr-defined]

    return ctx.remember(("petitions.list", permission), make)


def handed_source(ctx: Context) -> Source:
    """Return where the rows of the list "handed to us" come from; no other list holds them."""

    def make() -> Source:
        page = handed_orders(ctx, select(_order.id))
        return Source(_order.id, page, _lent_rows, Order.__table__, MANY)  # type: ignore[attr-defined]

    return ctx.remember("petitions.handed_list", make)


_IDS = select(_order.id).where(_order.owner == OWNER)


def _rows(page: Subquery) -> Select[Any]:
    named = _columns(page, _unit.name)
    return named.join(OrgUnit.__table__, _unit.id == _order.org_id)  # type: ignore[attr-defined]


def _lent_rows(page: Subquery) -> Select[Any]:
    return _columns(page, _order.org_path)


def _columns(page: Subquery, unit: ColumnElement[str]) -> Select[Any]:
    return (
        select(
            _order.id,
            _order.number,
            _order.title,
            _order.requester,
            unit,
            _order.category,
            _order.state,
            _order.urgent,
            _order.due_at,
            _order.closed_at,
            _order.submitted_at,
            _order.channel,
            _order.handler_name,
            _order.place,
        )
        .select_from(page)
        .join(Order.__table__, _order.id == page.c.id)  # type: ignore[attr-defined]
    )


_FAR = datetime(9999, 12, 31, tzinfo=LOCAL)
_COLUMNS = (
    Column("number", _("编号"), sort=_order.id, width=22),
    Column("title", _("诉求"), width=40),
    Column("requester", _("诉求人"), width=12),
    Column("unit", _("属地"), width=18),
    Column("category", _("类别"), width=18),
    Column("state", _("状态"), width=12),
    Column("due", _("期限"), sort=func.coalesce(_order.due_at, _FAR), width=18),
    Column("submitted", _("提交时间"), default=False, width=18),
    Column("channel", _("来源"), default=False, width=12),
    Column("handler", _("承办人"), default=False, width=12),
    Column("place", _("地点"), default=False, width=24),
)
EXPORT = "petitions.order.export"
_BULK = (BulkAction(_("导出所选"), "petitions:export_selected", EXPORT),)


def _filters(request: Request, choices: Choices) -> Sequence[Filter | SpanFilter]:
    ctx = request.ctx
    places = Filter("unit", _("属地"), choices.within, "select", choices.units, fixed=True)
    return (
        Filter("q", _("编号、标题或内容"), lambda text: _matching(ctx, text)),
        _STATE,
        Filter("due", _("期限"), due_filter(ctx), "select", _DUES),
        *((places,) if choices.units else ()),
        Filter("category", _("类别"), _category_filter, "select", choices.categories, fixed=True),
        *_FIXED,
        my_filter(ctx),
        *linked_filters(request),
    )


_OPEN = sorted(OPEN_STATES)
_STATES = (("open", _("未办结")), *((state.value, STATE_LABELS[state]) for state in State))
_DUES = (("overdue", _("已超时")), ("today", _("今天到期")), ("week", _("七天内到期")))


def _state_filter(value: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (
        _order.state.in_(_OPEN) if value == "open" else _order.state == value
    )
    return found


_STATE = Filter("state", _("状态"), _state_filter, "select", _STATES, fixed=True)
_FIXED = (
    Filter(
        "channel",
        _("来源"),
        lambda channel: _order.channel == channel,
        "select",
        tuple(CHANNELS.items()),
        fixed=True,
    ),
    FOCUS,
    Filter("urgent", _("紧急"), lambda _value: _order.urgent.is_(True), "flag", fixed=True),
    SpanFilter(
        "submitted", _("提交日期"), lambda span: span.moments(_order.submitted_at), fixed=True
    ),
)


def due_filter(ctx: Context) -> Callable[[str], ColumnElement[bool]]:
    """Return what makes the condition of ``overdue``, ``today`` and ``week`` at this moment."""
    midnight = datetime.combine(local(ctx.now).date(), time(), LOCAL)

    def where(value: str) -> ColumnElement[bool]:
        due: ColumnElement[datetime] = _order.due_at
        if value == "overdue":
            return due < ctx.now
        # What is due at midnight is due on the day that midnight ends.
        days = _DAY if value == "today" else 7 * _DAY
        return and_(due >= ctx.now, due <= midnight + days)

    return where


def _category_filter(code: str) -> ColumnElement[bool]:
    """Return the condition for a leaf, or for every leaf of a heading."""
    column: ColumnElement[str] = _order.category
    if "." in code:
        return column == code
    # "/" follows "." in ASCII, so this is "begins with the code and a dot".
    return and_(column >= f"{code}.", column < f"{code}/")


def _matching(ctx: Context, text: str) -> ColumnElement[bool]:
    found = find(ctx.session, ctx, text, {KIND: READ}, limit=_FOUND)
    return one_of(ctx.session, _order.id, [int(each.ref) for each in found])
