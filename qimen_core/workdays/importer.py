"""A year's holidays from a clerk's own table, as the notice of the State Council lists them."""

# lint-ok-file: chinese -- words in clerks' own tables, read and never shown

from collections.abc import Iterable, Sequence
from typing import Annotated, Final

from pydantic import BaseModel, Field

from qimen_core.context import Context
from qimen_core.db.work import UnitOfWork
from qimen_core.excel import CellError, ExcelDate, ParsedRow, column, duplicates
from qimen_core.i18n import translations
from qimen_core.workdays.stored import edit_day

__all__ = ["WORKDAYS", "WorkdayRow"]

_ = translations("qimen_core")
_WORDS: Final = {
    **dict.fromkeys(("上班", "工作日", "调休上班", "调休", "补班", "班"), True),
    **dict.fromkeys(("放假", "节假日", "休息", "休息日", "假日", "休"), False),
}


class WorkdayRow(BaseModel):
    """One day that differs from the week."""

    day: ExcelDate = column(_("日期"), "放假日期", "调休日期", "日子")
    kind: str = column(_("安排"), "类型", "性质", "是否上班")
    name: Annotated[str, Field(max_length=40)] = column(
        _("名称"), "节日", "节假日", "节日名称", default=""
    )


class _WorkdayImporter:
    """What the import of the calendar checks and how it writes."""

    name = "core.calendar.import"
    label: str = _("节假日")
    permission = "core.calendar.manage"
    row: type[WorkdayRow] = WorkdayRow

    def check(self, ctx: Context, rows: Sequence[ParsedRow[WorkdayRow]]) -> Iterable[CellError]:
        """Yield days that stand in the list twice, and words that say neither work nor rest."""
        del ctx
        yield from duplicates(rows, "day", "日期")
        for row in rows:
            if row.value.kind not in _WORDS:
                message = _("看不出这一天是上班还是放假").format()
                remedy = _("请填“上班”或“放假”。").format()
                yield CellError(row.number, "安排", row.value.kind, message, remedy)

    def save(self, uow: UnitOfWork, rows: Sequence[WorkdayRow]) -> int:
        """Say of each day whether it is worked; what was said of it before is replaced."""
        for row in rows:
            edit_day(uow, row.day, _WORDS[row.kind], row.name, "import")
        return len(rows)


WORKDAYS: Final = _WorkdayImporter()
