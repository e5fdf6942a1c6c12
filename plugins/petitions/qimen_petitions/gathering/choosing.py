"""The page on which a list's columns are chosen, and what was chosen on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, Field

from qimen_core import InvalidInput, StoredFile, translations
from qimen_core.excel import ImportReport
from qimen_core.privacy import mask_name, mask_phone
from qimen_petitions.categories import category_options
from qimen_petitions.gathering.fields import FIELDS, SOURCES, Head, ListColumn, guess, letter
from qimen_petitions.gathering.list_row import ListRow
from qimen_petitions.gathering.mapping import ListMapping, named
from qimen_petitions.rules import CHANNELS
from qimen_petitions.units import list_places
from qimen_web import Request, Response, ui
from qimen_web.forms import Form, bind, blank

__all__ = ["Choosing", "ListForm", "chosen", "first_choice", "mapping_of"]

_ = translations("qimen_petitions")

_SHOWN: Final = 200


class ListForm(BaseModel):
    """What is chosen for a list as a whole; its columns are chosen beside."""

    head_row: int = Field(ge=1, le=1000, title=_("表头行"))
    source: str = Field(default="12345", max_length=20, title=_("名单来源"))
    channel: str = Field(default="transfer", max_length=16, title=_("来源渠道"))
    category: str = Field(default="", max_length=40, title=_("类别"))
    unit_id: int | None = Field(default=None, title=_("属地"))


@dataclass(frozen=True)
class Choosing:
    """One showing of the page.

    Attributes:
        file: The kept list.
        head: Its columns.
        fields: Our field by the column's index.
        form: What is chosen for the list as a whole.
        as_before: It is filled in as the unit chose the last time.
    """

    file: StoredFile
    head: Head
    fields: Mapping[int, str]
    form: Form[ListForm]
    as_before: bool = False

    def page(
        self, request: Request, report: ImportReport[ListRow] | None = None, status: int = 200
    ) -> Response:
        """Return the page, with what a dry run found."""
        return ui.page(
            request,
            "petitions/list_columns.html",
            block="content",
            status=status,
            file=self.file,
            top=self.head,
            letters={each.index: letter(each.index) for each in self.head.columns},
            samples={each.index: self._samples(each) for each in self.head.columns},
            chosen=self.fields,
            fields=list(FIELDS.items()),
            sources=list(SOURCES.items()),
            channels=list(CHANNELS.items()),
            categories=category_options(request.session),
            places=[each.option for each in list_places(request.ctx)],
            form=self.form,
            report=report,
            errors=list(report.errors[:_SHOWN]) if report else [],
            as_before=self.as_before,
        )

    def _samples(self, column: ListColumn) -> list[str]:
        """Return what stands in a column's first rows, people masked as on any other page."""
        cover = _COVERS.get(self.fields.get(column.index, ""), str)
        return [cover(text) for text in column.samples]


_COVERS: Mapping[str, Callable[[str], str]] = {"name": mask_name, "phone": mask_phone}


def first_choice(
    request: Request, file: StoredFile, head: Head, last: Mapping[str, object]
) -> Choosing:
    """Return the page as it is first shown: as chosen the last time, else as recognised."""
    known = {key: last[key] for key in ("source", "channel", "category", "unit_id") if key in last}
    before = last.get("columns")
    columns = before if isinstance(before, dict) else {}
    fields = {index: name for name, index in columns.items() if name in FIELDS}
    places = list_places(request.ctx)
    if len(places) == 1:
        known.setdefault("unit_id", places[0].id)
    form = blank(ListForm, {"head_row": head.row, **known})
    return Choosing(file, head, fields or guess(head.columns), form, as_before=bool(last))


def chosen(request: Request, file: StoredFile, head: Head) -> Choosing:
    """Return the page as it was sent."""
    texts = {each.index: request.form.get(f"column_{each.index}", "") for each in head.columns}
    fields = {index: text for index, text in texts.items() if text in FIELDS}
    return Choosing(file, head, fields, bind(request, ListForm))


def mapping_of(now: Choosing) -> ListMapping:
    """Return how the list is to be read.

    Raises:
        InvalidInput: Something is missing in the choices, or chosen twice.
    """
    columns = {name: index for index, name in now.fields.items()}
    if len(columns) < len(now.fields):
        names = list(now.fields.values())
        twice = next(name for name in names if names.count(name) > 1)
        text = _("有两列都选了“{field}”，只能选一列").format(field=FIELDS[twice])
        raise InvalidInput({"columns": text})
    headings, ignored = named(now.head, columns)
    typed = now.form.data
    mapping = ListMapping(
        head=now.head.row,
        columns=columns,
        headings=headings,
        ignored=ignored,
        source=typed.source,
        channel=typed.channel,
        category=typed.category,
        unit_id=typed.unit_id,
    )
    mapping.check()
    return mapping
