"""The work calendar: month by month, edited day by day, filled with the announced holidays."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from qimen_core import NavItem
from qimen_core.db.work import unit_of_work
from qimen_core.errors import InvalidInput, NotFound
from qimen_core.i18n import translations
from qimen_core.models import Workday
from qimen_core.workdays import calendar_of, edit_day, forget_day, seed_days
from qimen_web import ui
from qimen_web.forms import Form, bind, blank
from qimen_web.handlers import action, page
from qimen_web.month_view import FIRST_YEAR, LAST_YEAR, month_of, read_day, read_month
from qimen_web.request import Request
from qimen_web.response import Response

_ = translations("qimen_web")
READ, MANAGE = "core.calendar.read", "core.calendar.manage"
NAV = (NavItem("calendar", _("工作日历"), "calendar", "/calendar", READ, order=845),)


class DayForm(BaseModel):
    """What is said of a day."""

    day: Annotated[date, Field(title=_("日期"), ge=date(FIRST_YEAR, 1, 1))]
    kind: Annotated[Literal["workday", "holiday"], Field(title=_("安排"))]
    name: Annotated[str, Field(title=_("名称"), max_length=40)] = ""


@page("/calendar", permission=READ)
def calendar(request: Request) -> Response:
    """Show a month; `day` opens the form of one of its days."""
    day = read_day(request.query.get("day", ""))
    form = _blank(request, day) if day else None
    return _page(request, read_month(request.query.get("month", ""), _today(request)), form)


@action("/calendar/day", permission=MANAGE)
def calendar_day(request: Request) -> Response:
    """Say of a day whether it is worked; all deadlines counted from now on follow."""
    form = bind(request, DayForm)
    if form.valid and form.data.day.year > LAST_YEAR:
        form.refuse(_("年份不合理").format(), "day")
    if not form.valid:
        typed = read_day(str(form.values.get("day", ""))) or _today(request)
        return _page(request, typed.replace(day=1), form, status=422)
    data = form.data
    with unit_of_work(
        request.ctx, "core.calendar.edit", permission=MANAGE, subject=f"day:{data.day}"
    ) as uow:
        known = uow.session.get(Workday, data.day) is not None
        edit_day(uow, data.day, data.kind == "workday", data.name)
    # What stood there before is not kept, so only a first word can be taken back by one click.
    undo = None if known else request.url("web:calendar_forget", day=str(data.day))
    return _back(request, data.day, _("已保存 {day}").format(day=data.day), undo)


@action("/calendar/day/{day:str}/forget", permission=MANAGE)
def calendar_forget(request: Request, day: str) -> Response:
    """Let a day follow the week again."""
    found = read_day(day)
    if found is None:
        raise NotFound
    with unit_of_work(
        request.ctx, "core.calendar.forget", permission=MANAGE, subject=f"day:{found}"
    ) as uow:
        forget_day(uow, found)
    return _back(request, found, _("{day} 恢复按周一至周五计算").format(day=found))


@action("/calendar/seed", permission=MANAGE)
def calendar_seed(request: Request) -> Response:
    """Enter the announced holidays of this and the next year; what people entered stays."""
    today = _today(request)
    days = seed_days(today.year, today.year + 1)
    if not days:
        text = _("系统自带的数据里没有 {year} 年的安排，请用表格导入。").format(year=today.year)
        raise InvalidInput({"": text})
    with unit_of_work(request.ctx, "core.calendar.import", permission=MANAGE) as uow:
        rows = {day.day: uow.session.get(Workday, day.day) for day in days}
        fresh = [day for day in days if (row := rows[day.day]) is None or row.source == "seed"]
        for day in fresh:
            edit_day(uow, day.day, day.is_workday, day.name, "seed")
    years = "、".join(str(year) for year in sorted({day.day.year for day in days}))
    text = _("已录入 {years} 年的节假日和调休，共 {count} 天")
    return _back(request, today, text.format(years=years, count=len(fresh)))


def _today(request: Request) -> date:
    return request.ctx.qimen.clock.today()


def _blank(request: Request, day: date) -> Form[DayForm]:
    row = request.session.get(Workday, day)
    worked = calendar_of(request.session).is_workday(day)
    values = {"day": day, "kind": "workday" if worked else "holiday"}
    return blank(DayForm, {**values, "name": row.name if row else ""})


def _page(request: Request, first: date, form: Form[DayForm] | None, status: int = 200) -> Response:
    today = _today(request)
    days = calendar_of(request.session)
    month = month_of(days, first)
    chosen = read_day(str(form.values.get("day", ""))) if form else None
    return ui.page(
        request,
        "web/calendar.html",
        block="content" if form is None or status == 200 else "form",
        status=status,
        month=month,
        today=today,
        form=form or blank(DayForm),
        chosen=chosen,
        decided=chosen is not None and request.session.get(Workday, chosen) is not None,
        # A deadline of today may end a month from now.
        banner=days.banner(max(today + timedelta(days=31), month.last)),
        seed_years=[today.year, today.year + 1],
        may_manage=request.ctx.can_anywhere(MANAGE),
    )


def _back(request: Request, day: date, toast: str, undo: str | None = None) -> Response:
    url = request.url("web:calendar", month=f"{day:%Y-%m}")
    return ui.redirect(request, url, toast=toast, undo=undo)
