"""The list of people: its columns, filters and rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from qimen_core.context import Context
from qimen_core.db.session import scoped
from qimen_core.i18n import translations
from qimen_core.org.models import OrgUnit
from qimen_core.people.models import Person
from qimen_core.people.people import GENDERS, shown_name
from qimen_core.privacy import mask
from qimen_core.privacy.normal import normal_phone
from qimen_web.list_spec import Column, Filter, ListSpec, Source
from qimen_web.request import Request
from qimen_web.unit_filter import unit_filter

__all__ = ["READ", "cells", "people_spec", "source"]

_ = translations("qimen_web")
READ, EXPORT = "core.person.read", "core.person.export"
P: Any = Person
U: Any = OrgUnit

_COLUMNS = (
    Column("name", _("姓名"), sort=P.initials, width=12),
    Column("gender", _("性别"), width=6),
    Column("phone", _("联系电话"), width=16),
    Column("id_number", _("身份证号"), default=False, width=22),
    Column("address", _("住址"), default=False, width=40),
    Column("unit", _("所属单位"), sort=P.org_path, width=24),
)


def people_spec(ctx: Context) -> ListSpec:
    """Return what the list is; a phone typed in full is looked up by its blind index."""

    def matches(text: str) -> ColumnElement[bool]:
        found = [P.name.contains(text, autoescape=True)]
        if text.isascii():
            found.append(P.initials.startswith(text.lower(), autoescape=True))
        if len(digits := normal_phone(text)) >= 7:
            found.append(P.phone_index == ctx.qimen.keys.blind_index("core_person.phone", digits))
        return or_(*found)

    return ListSpec(
        id="people",
        columns=_COLUMNS,
        filters=(
            Filter("q", _("姓名、首字母或电话"), matches),
            unit_filter(P.org_path, READ),
            Filter("archived", _("已归档的"), lambda _on: P.archived_on.is_not(None), kind="flag"),
        ),
        sort="name",
        export="web:people_export" if ctx.can_anywhere(EXPORT) else "",
    )


def source(request: Request, permission: str = READ) -> Source:
    """Return where the rows come from: id, name, path, gender, phone, number, address, unit."""
    statement = select(
        P.id, P.name, P.org_path, P.gender, P.phone, P.id_number, P.address, U.name
    ).join(U, U.id == P.org_id)
    if request.query.get("archived") != "1":
        statement = statement.where(P.archived_on.is_(None))
    return Source(key=P.id, page=scoped(statement, request.ctx, permission, P.org_path))


def cells(ctx: Context, row: Sequence[Any]) -> tuple[object, ...]:
    """Return a row's cells in the order of the columns, masked."""
    _id, name, path, gender, phone, number, address, unit = row[:8]
    return (
        shown_name(ctx, name, path),
        str(GENDERS.get(gender, "")),
        mask("phone", phone),
        mask("id_number", number),
        mask("address", address),
        unit,
    )
