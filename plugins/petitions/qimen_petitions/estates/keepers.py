"""Who may look after an estate: the companies and committees of a community, to choose from."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from qimen_core import Context, InvalidInput, OrgUnit, scoped, translations
from qimen_core.org.paths import ancestors
from qimen_petitions.estates.permissions import ESTATE_MANAGE

__all__ = ["COMMITTEE", "COMPANY", "Keeper", "check_keeper", "communities", "keepers"]

_ = translations("qimen_petitions")

COMPANY: Final = "property_company"
COMMITTEE: Final = "owners_committee"
_MOST: Final = 400
_u: Any = OrgUnit.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Keeper:
    """A unit to choose: a community, a property company or an owners' committee."""

    id: int
    path: str
    name: str
    kind: str


def communities(ctx: Context, permission: str = ESTATE_MANAGE) -> list[Keeper]:
    """Return the live communities where the actor holds a right, by their order."""
    return _units(ctx, permission, ("community",))


def keepers(ctx: Context, kind: str, permission: str = ESTATE_MANAGE) -> list[Keeper]:
    """Return the live units of a kind that are in reach, each named with its community."""
    return _units(ctx, permission, (kind,))


def check_keeper(ctx: Context, unit_id: int | None, kind: str, community: str) -> None:
    """Pass a unit of a kind that lies below a community, or none.

    Raises:
        InvalidInput: It is another community's, another kind's, archived or not there.
    """
    if unit_id is None:
        return
    found = next((each for each in keepers(ctx, kind) if each.id == unit_id), None)
    if found is None or community not in ancestors(found.path):
        field = "company_id" if kind == COMPANY else "committee_id"
        raise InvalidInput({field: _("请从该社区的单位中选择；没有的，请先在“组织”里新建")})


def _units(ctx: Context, permission: str, kinds: tuple[str, ...]) -> list[Keeper]:
    wanted = (
        select(_u.id, _u.path, _u.name, _u.kind)
        .where(_u.kind.in_(kinds), _u.valid_to.is_(None))
        .order_by(_u.path)
        .limit(_MOST)
    )
    return [Keeper(*row) for row in ctx.session.execute(scoped(wanted, ctx, permission, _u.path))]
