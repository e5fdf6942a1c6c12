"""The list of petitions: its columns, its filters, and where its rows come from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from qimen_core import LOCAL, Context, OrgUnit, local, scoped, translations
from qimen_core.org.paths import under
from qimen_core.search import find
from qimen_orders import STATE_LABELS, Order, State
from qimen_petitions.categories import CategoryFacts, category_facts
from qimen_petitions.indexing import KIND
from qimen_petitions.reading import READ
from qimen_petitions.rows import row_words
from qimen_petitions.rules import CHANNELS
from qimen_petitions.services import OWNER
from qimen_petitions.units import UnitChoice, units_to_filter
from qimen_petitions.walking import Columns, plain, run_walking
from qimen_web import Request
from qimen_web.list_page import ListPage
from qimen_web.list_spec import BulkAction, Column, Filter, ListSpec, Source, SpanFilter

__all__ = ["Choices", "choices_of", "petition_list", "petition_source", "shown_page"]

_ = translations("qimen_petitions")

_order = Order.__table__.c  # type: ignore[attr-defined]
_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]

_FOUND = 500
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Choices:
    """What a reader may choose from in the filters; asked once a request."""

    units: Sequence[UnitChoice]
    categories: Sequence[CategoryFacts]


def choices_of(request: Request) -> Choices:
    """Return the choices of this reader."""
    return Choices(units_to_filter(request), category_facts(request.session))


def shown_page(request: Request) -> ListPage:
    """Return the page of the list that the address asks for, its rows in words."""
    ctx, choices = request.ctx, choices_of(request)
    found = run_walking(
        request,
        lambda on: petition_list(request, choices, on),
        lambda on: petition_source(ctx, on=on),
    )
    say = row_words(ctx, {row.code: row.label for row in choices.categories})
    return replace(found, rows=[say(row) for row in found.rows])


def petition_list(request: Request, choices: Choices, on: Columns = plain) -> ListSpec:
    """Return what the list is for this reader; its places and "today" are the reader's.

    Args:
        request: The request.
        choices: What the filters offer.
        on: Says how filters name their columns; see :mod:`.walking`.
    """
    return ListSpec(
        id="petitions",
        columns=_columns(),
        filters=_filters(request.ctx, choices, on),
        sort="-number",
        bulk=(BulkAction(_("导出所选"), "petitions:export_selected", "petitions.order.export"),),
        export="petitions:export_list",
    )


def petition_source(ctx: Context, permission: str = READ, on: Columns = plain) -> Source:
    """Return where the list's rows come from: ids first, then a page's rows."""
    mine = on(_order.owner) == OWNER
    page = scoped(select(_order.id).where(mine), ctx, permission, on(_order.org_path))
    return Source(_order.id, page, _rows(ctx))


def _rows(ctx: Context) -> Select[Any]:
    wanted = (
        select(
            _order.id,
            _order.number,
            _order.title,
            _order.requester,
            _unit.name,
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
        .join_from(Order.__table__, OrgUnit.__table__, _unit.id == _order.org_id)  # type: ignore[attr-defined]
        .where(_order.id.in_(bindparam("ids", expanding=True)))
    )
    return scoped(wanted, ctx, READ, _order.org_path)


def _columns() -> Sequence[Column]:
    return (
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


_FAR = datetime(9999, 12, 31, tzinfo=LOCAL)


def _filters(ctx: Context, choices: Choices, on: Columns) -> Sequence[Filter | SpanFilter]:
    units = choices.units
    states = [(state.value, STATE_LABELS[state]) for state in State]
    filters: list[Filter | SpanFilter] = [
        Filter("q", _("编号、标题或内容"), lambda text: _matching(ctx, text)),
        Filter("state", _("状态"), _state_filter(on), "select", (*_GROUPS, *states)),
        Filter("due", _("期限"), _due_filter(ctx, on), "select", _DUES),
        Filter(
            "category",
            _("类别"),
            lambda code: _category_filter(on(_order.category), code),
            "select",
            [(row.code, row.indented) for row in choices.categories],
        ),
        Filter(
            "channel",
            _("来源"),
            lambda channel: on(_order.channel) == channel,
            "select",
            tuple(CHANNELS.items()),
        ),
        Filter("urgent", _("紧急"), lambda _value: on(_order.urgent).is_(True), "flag"),
    ]
    if units:
        paths = {str(unit.id): unit.path for unit in units}
        options = [(str(unit.id), unit.label) for unit in units]
        filters.insert(
            3,
            Filter(
                "unit",
                _("属地"),
                lambda unit_id: under(on(_order.org_path), paths[unit_id]),
                "select",
                options,
            ),
        )
    filters.append(
        SpanFilter("submitted", _("提交日期"), lambda span: span.moments(_order.submitted_at))
    )
    return filters


_GROUPS = (("open", _("未办结")),)
_OPEN = [
    state.value for state in State if state not in (State.DRAFT, State.CLOSED, State.NOT_ACCEPTED)
]
_DUES = (("overdue", _("已超时")), ("today", _("今天到期")), ("week", _("七天内到期")))


def _state_filter(
    on: Columns,
) -> Callable[[str], ColumnElement[bool]]:
    def where(value: str) -> ColumnElement[bool]:
        column = on(_order.state)
        return column.in_(_OPEN) if value == "open" else column == value

    return where


def _due_filter(ctx: Context, on: Columns) -> Callable[[str], ColumnElement[bool]]:
    midnight = datetime.combine(local(ctx.now).date(), time(), LOCAL)

    def where(value: str) -> ColumnElement[bool]:
        due = on(_order.due_at)
        if value == "overdue":
            return due < ctx.now
        # What is due at midnight is due on the day that midnight ends.
        days = _DAY if value == "today" else 7 * _DAY
        return and_(due >= ctx.now, due <= midnight + days)

    return where


def _category_filter(column: ColumnElement[Any], code: str) -> ColumnElement[bool]:
    """Return the condition for a leaf, or for every leaf of a heading."""
    if "." in code:
        return column == code
    # "/" follows "." in ASCII, so this is "begins with the code and a dot".
    return and_(column >= f"{code}.", column < f"{code}/")


def _matching(ctx: Context, text: str) -> ColumnElement[bool]:
    found = find(ctx.session, ctx, text, {KIND: READ}, limit=_FOUND)
    here: ColumnElement[bool] = _order.id.in_([int(each.ref) for each in found])
    return here
