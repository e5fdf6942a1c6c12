"""Estates from a clerk's own table."""

# lint-ok-file: chinese -- headings and words in clerks' own tables, read and never shown

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field
from sqlalchemy import select

from qimen_core import Context, UnitOfWork, local, translations
from qimen_core.excel import CellError, ExcelDate, ExcelInt, ParsedRow, column
from qimen_petitions.estates.estates import EstateForm, new_code, put_estate
from qimen_petitions.estates.keepers import COMMITTEE, COMPANY, Keeper, communities, keepers
from qimen_petitions.estates.models import Estate
from qimen_petitions.estates.permissions import ESTATE_MANAGE

__all__ = ["ESTATES", "EstateRow"]

_ = translations("qimen_petitions")

_E: Any = Estate


class EstateRow(BaseModel):
    """One line of a clerk's list of estates."""

    unit: str = column(_("社区"), "所属社区", "居委会", "村（社区）")
    name: Annotated[str, Field(min_length=2, max_length=60)] = column(
        _("小区"), "小区名称", "楼盘", "物业项目", "项目名称"
    )
    address: Annotated[str, Field(max_length=120)] = column(_("地址"), "位置", "坐落", default="")
    households: Annotated[ExcelInt, Field(ge=0, le=20_000)] = column(
        _("户数"), "总户数", "住户数", default=0
    )
    company: str = column(_("物业公司"), "物业服务企业", "物业", default="")
    committee: str = column(_("业委会"), "业主委员会", "物管会", default="")
    valid_from: ExcelDate | None = column(_("从哪天起"), "交付日期", "入住日期", default=None)


class _EstateImporter:
    """What the import of estates checks and how it writes."""

    name = "petitions.estate.import"
    label: str = _("小区")
    permission = ESTATE_MANAGE
    row: type[EstateRow] = EstateRow

    def check(self, ctx: Context, rows: Sequence[ParsedRow[EstateRow]]) -> Iterable[CellError]:
        """Yield unknown communities and keepers, and estates that are there or come twice."""
        places = {each.name: each for each in communities(ctx)}
        known = {tuple(each) for each in ctx.session.execute(select(_E.org_id, _E.name))}
        kept = {kind: keepers(ctx, kind) for kind in (COMPANY, COMMITTEE)}
        seen: set[tuple[int, str]] = set()
        for row in rows:
            place = places.get(row.value.unit)
            if place is None:
                message = _("没有这个社区，或不在您的管辖范围内").format()
                remedy = _("请填社区的全称").format()
                yield CellError(row.number, "社区", row.value.unit, message, remedy)
                continue
            key = (place.id, row.value.name)
            if key in known or key in seen:
                message = _("该社区已有这个小区").format()
                remedy = _("请删去这一行；要改的请在页面上改").format()
                yield CellError(row.number, "小区", row.value.name, message, remedy)
            seen.add(key)
            yield from _unknown(row, kept, place)

    def save(self, uow: UnitOfWork, rows: Sequence[EstateRow]) -> int:
        """Write each estate; the list was checked, the unique name has the last word."""
        places = {each.name: each for each in communities(uow.ctx)}
        kept = {kind: keepers(uow.ctx, kind) for kind in (COMPANY, COMMITTEE)}
        today = local(uow.ctx.now).date()
        for row in rows:
            place = places[row.unit]
            typed = EstateForm(
                unit_id=place.id,
                name=row.name,
                address=row.address,
                households=row.households,
                company_id=_named(kept[COMPANY], row.company, place),
                committee_id=_named(kept[COMMITTEE], row.committee, place),
                valid_from=row.valid_from or today,
            )
            put_estate(uow, typed, new_code())
        return len(rows)


ESTATES: Final = _EstateImporter()


def _unknown(
    row: ParsedRow[EstateRow], kept: dict[str, list[Keeper]], place: Keeper
) -> Iterator[CellError]:
    for heading, kind, name in (
        ("物业公司", COMPANY, row.value.company),
        ("业委会", COMMITTEE, row.value.committee),
    ):
        if name and _named(kept[kind], name, place) is None:
            message = _("{unit}没有这个单位").format(unit=place.name)
            remedy = _("请先在“组织”里新建，或留空").format()
            yield CellError(row.number, heading, name, message, remedy)


def _named(found: Iterable[Keeper], name: str, place: Keeper) -> int | None:
    below = (each for each in found if each.name == name and each.path.startswith(place.path))
    return next((each.id for each in below), None)
