"""The 公示 of a month as a CSV that Excel opens: with a mark of its encoding, and no formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from qimen_core import translations
from qimen_orders import SATISFACTION_LABELS
from qimen_petitions.publicity import Figures, Ratio, Solved

__all__ = ["written"]

_ = translations("qimen_petitions")

# Without it Excel reads UTF-8 as GBK.
_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(unit: str, month: date, figures: Figures, items: Sequence[Solved]) -> bytes:
    """Return the table: the numbers above, the solved matters below.

    Args:
        unit: The unit's name.
        month: Its first day.
        figures: The month in numbers.
        items: The solved matters, redacted already.
    """
    out = io.StringIO(newline="")
    table = csv.writer(out)
    out.write(_MARK)
    title = _("{unit} {year}年{month}月诉求办理公示")
    rows: list[Sequence[object]] = [
        [title.format(unit=unit, year=month.year, month=month.month)],
        [],
        [_("项目"), _("数量"), _("总数"), _("说明")],
        *_numbers(figures),
        [],
        [_("类别"), _("事项"), _("答复"), _("收到"), _("办结"), _("满意度")],
        *(
            [
                each.category, each.title, each.answer, each.received.isoformat(),
                each.closed.isoformat(), SATISFACTION_LABELS.get(each.satisfaction, _("未评价")),
            ]
            for each in items
        ),
    ]  # fmt: skip
    for row in rows:
        table.writerow([_safe(str(cell)) for cell in row])
    return out.getvalue().encode()


def _numbers(figures: Figures) -> Iterable[Sequence[object]]:
    received, closed, due = _("按收到时间"), _("按办结时间"), _("按到期时间")
    yield [_("收到"), figures.received, "", received]
    yield [_("受理"), figures.accepted, "", received]
    yield [_("不予受理"), figures.not_accepted, "", received]
    yield [_("并件、转送"), figures.aside, "", received]
    yield [_("待受理"), figures.waiting, "", received]
    yield [_("办结"), figures.closed, "", closed]
    yield _ratio(_("按时办结"), figures.on_time, due)
    yield _ratio(_("已解决"), figures.solved, closed)
    yield _ratio(_("群众满意"), figures.satisfied, closed)
    yield [_("未评价"), figures.unrated, "", closed]
    days = "" if figures.days is None else f"{figures.days:.1f}"
    yield [_("从收到到答复的天数（中位数）"), days, "", closed]


def _ratio(label: str, ratio: Ratio, basis: str) -> Sequence[object]:
    return [label, ratio.numerator, ratio.denominator, basis]


def _safe(cell: str) -> str:
    """Return a cell that no program takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
