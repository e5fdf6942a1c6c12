"""A small organisation tree that every relation of a test can be found in."""

# lint-ok-file: chinese -- names of the test's units, none of them a real place

from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from qimen_core.context import Context
from qimen_core.db.session import scope
from qimen_core.db.work import unit_of_work
from qimen_core.org.models import OrgUnit
from qimen_core.org.tree import NewUnit, create

__all__ = ["OrgTree", "plant_tree", "read_tree"]


@dataclass(frozen=True)
class OrgTree:
    """云溪县 with two townships, and a county of its own beside it.

    `community` is the place to stand: `sibling` is next to it, `township` and `county` are above,
    `other_township` with `other_community` and `other_county` with `foreign_community` are out of
    reach.
    """

    county: OrgUnit
    township: OrgUnit
    community: OrgUnit
    sibling: OrgUnit
    other_township: OrgUnit
    other_community: OrgUnit
    other_county: OrgUnit
    foreign_township: OrgUnit
    foreign_community: OrgUnit


# Attribute of OrgTree, parent's attribute, kind, code, name.
_UNITS = (
    ("county", "", "county", "990101000000", "云溪县"),
    ("township", "county", "township", "990101100000", "松岭镇"),
    ("community", "township", "community", "990101100001", "城东社区"),
    ("sibling", "township", "community", "990101100002", "城西社区"),
    ("other_township", "county", "township", "990101102000", "柳溪镇"),
    ("other_community", "other_township", "community", "990101102001", "柳东社区"),
    ("other_county", "", "county", "990102000000", "海平县"),
    ("foreign_township", "other_county", "township", "990102100000", "平安镇"),
    ("foreign_community", "foreign_township", "community", "990102100001", "安和社区"),
)
_SINCE = date(2000, 1, 1)


def plant_tree(ctx: Context) -> None:
    """Creates the units of the tree; `ctx` has to reach everything."""
    ids: dict[str, int] = {}
    with unit_of_work(ctx, "core.org.manage", subject="core_org") as uow:
        for attribute, parent, kind, code, name in _UNITS:
            unit = NewUnit(kind, name, ids.get(parent), code, valid_from=_SINCE)
            ids[attribute] = create(uow, unit).id


def read_tree(ctx: Context) -> OrgTree:
    """Reads the tree that `plant_tree` has created; the units are detached."""
    with scope(ctx.session, ctx, "core.org.read"):
        units = {unit.code: unit for unit in ctx.session.exec(select(OrgUnit))}
        ctx.session.expunge_all()
    ctx.session.rollback()
    return OrgTree(**{attribute: units[code] for attribute, _, _, code, _ in _UNITS})
