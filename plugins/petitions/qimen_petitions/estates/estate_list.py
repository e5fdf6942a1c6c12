"""The list of estates: its columns, filters and rows."""

from typing import Any, Final

from sqlalchemy import and_, func, or_, select

from qimen_core import Context, OrgUnit, local, scoped, translations
from qimen_petitions.estates.models import Estate
from qimen_petitions.estates.permissions import ESTATE_EXPORT, ESTATE_READ
from qimen_web.list_spec import Column, Filter, ListSpec, Source
from qimen_web.unit_filter import unit_filter

__all__ = ["estate_list", "estate_source"]

_ = translations("qimen_petitions")

_e: Any = Estate.__table__.c  # type: ignore[attr-defined]
_unit, _company, _committee = (
    OrgUnit.__table__.alias(name)  # type: ignore[attr-defined]
    for name in ("unit", "company", "committee")
)
_COLUMNS: Final = (
    Column("name", _("小区"), sort=_e.name, width=24),
    Column("unit", _("社区"), sort=_e.org_path, width=18),
    Column("address", _("地址"), default=False, width=30),
    Column("households", _("户数"), sort=_e.households, numeric=True, width=8),
    Column("company", _("物业公司"), width=24),
    Column("committee", _("业委会"), width=24),
    Column("valid_from", _("从哪天起"), sort=_e.valid_from, default=False, width=12),
    Column("valid_to", _("到哪天止"), default=False, width=12),
)


def estate_list(ctx: Context) -> ListSpec:
    """Return what the list is."""
    today = local(ctx.now).date()

    def matches(text: str) -> Any:
        told = (_e.name, _e.address, _company.c.name)
        return or_(*(func.coalesce(each, "").contains(text, autoescape=True) for each in told))

    lacking = {
        "company": _e.company_id.is_(None),
        "committee": _e.committee_id.is_(None),
        "households": _e.households == 0,
    }
    labels = {
        "company": _("没有物业公司"),
        "committee": _("没有业委会"),
        "households": _("户数未填"),
    }
    return ListSpec(
        id="petitions-estates",
        columns=_COLUMNS,
        filters=(
            Filter("q", _("小区、地址或物业公司"), matches),
            unit_filter(_e.org_path, ESTATE_READ),
            Filter("lacks", _("缺什么"), lambda key: lacking[key], "select", [*labels.items()]),
            Filter(
                "gone",
                _("已撤销的"),
                lambda _on: and_(_e.valid_to.is_not(None), _e.valid_to < today),
                kind="flag",
            ),
        ),
        sort="name",
        export="petitions:export_estates" if ctx.can_anywhere(ESTATE_EXPORT) else "",
    )


def estate_source(ctx: Context, permission: str, *, gone: bool) -> Source:
    """Return where the rows come from: id, then one value a column.

    Args:
        ctx: Who reads.
        permission: By what right.
        gone: Whether those that are there no more are wanted too.
    """
    estate = Estate.__table__  # type: ignore[attr-defined]
    wanted = select(
        _e.id, _e.name, _unit.c.name, _e.address, _e.households,
        func.coalesce(_company.c.name, ""), func.coalesce(_committee.c.name, ""),
        _e.valid_from, _e.valid_to,
    ).select_from(
        estate.join(_unit, _unit.c.id == _e.org_id)
        .outerjoin(_company, _company.c.id == _e.company_id)
        .outerjoin(_committee, _committee.c.id == _e.committee_id)
    )  # fmt: skip
    if not gone:
        wanted = wanted.where(_e.valid_to.is_(None) | (_e.valid_to >= local(ctx.now).date()))
    return Source(_e.id, scoped(wanted, ctx, permission, _e.org_path))
