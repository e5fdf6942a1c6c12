"""People in from a clerk's own table and out into a workbook (qimen_core.excel does the rest)."""

# lint-ok-file: chinese -- headings and words in clerks' own tables, read and never shown

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field
from sqlalchemy import select

from qimen_core.context import Context
from qimen_core.db.session import unscoped
from qimen_core.db.work import UnitOfWork
from qimen_core.excel import (
    CellError,
    ExcelDate,
    ExcelIdNumber,
    ExcelPhone,
    ExportColumn,
    ParsedRow,
    column,
    duplicates,
)
from qimen_core.i18n import translations
from qimen_core.org.models import OrgUnit
from qimen_core.people.models import Person
from qimen_core.people.people import GENDERS, PersonInput, enter, shown_name
from qimen_core.privacy import mask

__all__ = ["EXPORT_COLUMNS", "PEOPLE", "PersonRow", "export_rows"]

_ = translations("qimen_core")
P: Any = Person
U: Any = OrgUnit

EXPORT_COLUMNS: Final = (
    ExportColumn(_("姓名"), 12),
    ExportColumn(_("性别"), 6),
    ExportColumn(_("出生日期"), 12),
    ExportColumn(_("联系电话"), 16),
    ExportColumn(_("身份证号"), 22),
    ExportColumn(_("住址"), 40),
    ExportColumn(_("所属单位"), 24),
)


class PersonRow(BaseModel):
    """One line of a clerk's list of people; the unit is named by code or by its name in reach."""

    name: Annotated[str, Field(max_length=60)] = column(_("姓名"), "名字", "户主姓名", "居民姓名")
    unit: str = column(_("所属单位"), "单位", "社区", "村（社区）", "村居", "单位代码")
    gender: str = column(_("性别"), default="")
    birth_date: ExcelDate | None = column(_("出生日期"), "出生年月", default=None)
    phone: ExcelPhone | None = column(_("联系电话"), "手机号", "电话", "联系方式", default=None)
    id_number: ExcelIdNumber | None = column(
        _("身份证号"), "公民身份号码", "证件号码", default=None
    )
    address: Annotated[str, Field(max_length=200)] = column(_("住址"), "家庭住址", default="")
    note: Annotated[str, Field(max_length=400)] = column(_("备注"), default="")


class _PeopleImporter:
    """What the import of people checks and how it writes."""

    name = "core.person.import"
    label: str = _("人员")
    permission = "core.person.manage"
    row: type[PersonRow] = PersonRow

    def check(self, ctx: Context, rows: Sequence[ParsedRow[PersonRow]]) -> Iterable[CellError]:
        """Yield unknown units, people twice in the list, and people who are here already."""
        units = _units(ctx)
        known = _known(ctx, [row.value.id_number for row in rows if row.value.id_number])
        yield from duplicates(rows, "id_number", "身份证号")
        for row in rows:
            found = units.get(row.value.unit, [])
            if len(found) != 1:
                yield _unit_error(row, len(found))
            if row.value.gender not in _GENDER_WORDS:
                message = _("性别只能是“男”或“女”").format()
                yield CellError(row.number, "性别", row.value.gender, message)
            if row.value.id_number and _index(ctx, row.value.id_number) in known:
                message, remedy = _("系统中已有此人").format(), _("请删去这一行").format()
                yield CellError(row.number, "身份证号", "", message, remedy)

    def save(self, uow: UnitOfWork, rows: Sequence[PersonRow]) -> int:
        """Enter each person; the list was checked, the unique ID number has the last word."""
        units = _units(uow.ctx)
        for row in rows:
            new = PersonInput(
                name=row.name,
                org_id=units[row.unit][0],
                gender=_GENDER_WORDS[row.gender],
                birth_date=row.birth_date,
                phone=row.phone or "",
                id_number=row.id_number or "",
                address=row.address,
                note=row.note,
            )
            enter(uow, new)
        return len(rows)


PEOPLE: Final = _PeopleImporter()
_GENDER_WORDS: Final = {"": "", "男": "m", "女": "f", "男性": "m", "女性": "f"}


def export_rows(ctx: Context, people: Iterable[tuple[Any, ...]]) -> Iterator[tuple[object, ...]]:
    """Yield the cells of `EXPORT_COLUMNS`, masked as on screen.

    Args:
        ctx: who exports.
        people: tuples of name, org_path, gender, birth_date, phone, id_number, address, unit.
    """
    for name, path, gender, birth, phone, number, address, unit in people:
        yield (
            shown_name(ctx, name, path),
            str(GENDERS.get(gender, "")),
            birth,
            mask("phone", phone),
            mask("id_number", number),
            mask("address", address),
            unit,
        )


def _units(ctx: Context) -> dict[str, list[int]]:
    """Return the live units in reach by code and by name; a name may stand for several."""
    rows = ctx.session.execute(select(U.id, U.code, U.name).where(U.valid_to.is_(None)))
    found: dict[str, list[int]] = {}
    for unit_id, code, name in rows:
        for key in filter(None, {code, name}):
            found.setdefault(key, []).append(unit_id)
    return found


def _unit_error(row: ParsedRow[PersonRow], count: int) -> CellError:
    message = (
        _("有 {count} 个同名单位").format(count=count) if count else _("没有这个单位").format()
    )
    remedy = _("请改填单位代码").format() if count else _("请核对名称，或改填 12 位代码").format()
    return CellError(row.number, "所属单位", row.value.unit, message, remedy)


def _index(ctx: Context, number: str) -> str:
    return ctx.qimen.keys.blind_index("core_person.id_number", number)


def _known(ctx: Context, numbers: Sequence[str]) -> set[str]:
    # Also people out of reach: one identity is one record.
    indexes = [_index(ctx, number) for number in numbers]
    found: set[str] = set()
    with unscoped(ctx.session):
        for start in range(0, len(indexes), 500):
            wanted = P.id_number_index.in_(indexes[start : start + 500])
            found.update(ctx.session.scalars(select(P.id_number_index).where(wanted)))
    return found
