"""An empty workbook with the headings of a list, for clerks who begin from nothing."""

from pathlib import Path

import xlsxwriter
from pydantic import BaseModel

from qimen_core.excel.mapping import label_of
from qimen_core.i18n import translations

__all__ = ["write_template"]

_ = translations("qimen_core")


def write_template(model: type[BaseModel], title: str, path: Path) -> None:
    """Write a workbook with the headings, a line of hints, and all cells formatted as text.

    Text cells are what keeps Excel from rounding an ID number.

    Args:
        model: The row model of the list.
        title: Name of the sheet.
        path: Where to.
    """
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(title[:31])
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "bg_color": "#F2F2F2", "num_format": "@"})
        hint = book.add_format({"font_color": "#888888", "num_format": "@"})
        for index, (name, field) in enumerate(model.model_fields.items()):
            sheet.set_column(index, index, 18, text)
            sheet.write_string(0, index, label_of(model, name), head)
            wanted = _("必填") if field.is_required() else _("选填")
            described = f"，{field.description}" if field.description else ""
            sheet.write_string(1, index, f"{wanted}{described}", hint)
        sheet.freeze_panes(1, 0)
