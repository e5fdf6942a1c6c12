"""Reading the rules: a unit's own, those it inherits, and the choices of their form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from qimen_core import Context, NotFound, OrgUnit, scope, translations
from qimen_core.org.paths import ancestors
from qimen_core.org.queries import Unit, children, get_unit, roots
from qimen_orders import KINDS, Order, Taker, find_takers
from qimen_petitions.categories import category_labels
from qimen_petitions.registering import OWNER
from qimen_petitions.routing.models import RoutingRule
from qimen_petitions.routing.rules import ABOVE, OWN, Rule, find_lead
from qimen_petitions.rules import KIND_LABELS

__all__ = [
    "LEAD_LABELS",
    "MANAGE",
    "READ_RULES",
    "ShownRule",
    "asked_unit",
    "place_options",
    "rules_at",
    "shown_rules",
    "stored_rule",
    "takers_at",
]

_ = translations("qimen_petitions")

READ_RULES = "petitions.routing.read"
MANAGE = "petitions.routing.manage"

LEAD_LABELS: dict[str, str] = {OWN: _("事项所在社区（村）"), ABOVE: _("事项所在社区的上一级")}

_rule = RoutingRule.__table__.c  # type: ignore[attr-defined]
_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule as its page says it; ``lost``: its lead is not there any more, so it is skipped."""

    id: int
    unit: str
    what: str
    where: str
    lead: str
    assists: str
    limit: str
    at_once: bool
    state: str
    learnt: int
    lost: bool


def asked_unit(ctx: Context, asked: str) -> Unit:
    """Return the unit that an address names, the topmost in reach when it names none.

    Raises:
        NotFound: It is out of reach, or the reader reaches nothing.
    """
    if asked.isdecimal() and len(asked) < 18:
        with scope(ctx.session, ctx, READ_RULES):
            return get_unit(ctx, int(asked))
    with scope(ctx.session, ctx, READ_RULES):
        tops = roots(ctx, READ_RULES)
    if asked or not tops:
        raise NotFound(_("没有这个单位，或不在您的管辖范围内"))
    return tops[0].unit


def place_options(ctx: Context, unit: Unit) -> list[tuple[str, str]]:
    """Return the places a unit's rule may be narrowed to: its units below, two levels deep."""
    with scope(ctx.session, ctx, READ_RULES):
        found = []
        for branch in children(ctx, unit.id):
            if branch.unit.kind not in _DIVISIONS:
                continue
            found.append((str(branch.unit.id), branch.unit.name))
            if branch.children and unit.kind != "township":
                below = (each.unit for each in children(ctx, branch.unit.id))
                found += [(str(u.id), f"　{u.name}") for u in below if u.kind in _DIVISIONS]
        return found


_DIVISIONS = ("county", "township", "community")


def takers_at(ctx: Context, unit_id: int, path: str) -> list[Taker]:
    """Return who may take what lies at a unit; nothing is written."""
    place = Order(
        org_id=unit_id, org_path=path, owner=OWNER, number="", title="", created_at=ctx.now
    )
    return find_takers(ctx, place)


def rules_at(ctx: Context, path: str) -> list[Rule]:
    """Return the rules that hold at a path, in the order they are asked: the nearest unit's first.

    The rules of units above hold below them, whatever the reader's reach upwards.
    """
    return [_as_rule(row, place) for row, _name, place in _rows(ctx, ancestors(path), ("active",))]


def _as_rule(row: RoutingRule, place: str | None) -> Rule:
    return Rule(
        id=row.id or 0,
        category=row.category,
        place_path=place or row.org_path,
        words=row.words,
        lead=row.lead,
        assists=tuple(row.assists),
        kind=row.kind if row.kind in KINDS else "",
        urgent=row.urgent,
        at_once=row.at_once,
    )


def _rows(
    ctx: Context, paths: Sequence[str], states: Sequence[str]
) -> list[tuple[RoutingRule, str, str | None]]:
    """Return the rules of these units, each with its unit's name and its place's path."""
    place = OrgUnit.__table__.alias("place")  # type: ignore[attr-defined]
    wanted: Select[Any] = (
        select(RoutingRule, _unit.name, place.c.path)
        .join(OrgUnit, _unit.id == _rule.org_id)
        .join(place, place.c.id == _rule.place_id, isouter=True)
        .where(_rule.org_path.in_(paths), _rule.state.in_(states))
        .order_by(_rule.org_path.desc(), _rule.position, _rule.id)
    )
    everything = ctx.qimen.system_context(ctx.session)
    with scope(ctx.session, everything, READ_RULES):
        return [tuple(row) for row in ctx.session.execute(wanted)]


def shown_rules(ctx: Context, unit: Unit, states: Sequence[str]) -> list[ShownRule]:
    """Return the rules of a unit and of those above it in words, in the order they are asked.

    Args:
        ctx: Who reads.
        unit: The unit.
        states: Of which states.
    """
    rows = _rows(ctx, ancestors(unit.path), states)
    labels = category_labels(ctx.session)
    takers = takers_at(ctx, unit.id, unit.path)
    names = {taker.key: taker.label for taker in takers}
    places = _names(ctx, [row.place_id for row, _name, _path in rows if row.place_id])
    return [
        ShownRule(
            id=row.id or 0,
            unit="" if row.org_id == unit.id else name,
            what=labels.get(row.category, "") or str(_("所有类别")),
            where=" · ".join(
                part for part in (places.get(row.place_id or 0, ""), row.words) if part
            )
            or str(_("辖区内各处")),
            lead=LEAD_LABELS.get(row.lead) or names.get(row.lead, row.lead_label),
            assists="、".join(names[key] for key in row.assists if key in names),
            limit="、".join(
                str(part)
                for part in (KIND_LABELS.get(row.kind, ""), _("紧急") if row.urgent else "")
                if part
            ),
            at_once=row.at_once,
            state=row.state,
            learnt=len(row.evidence),
            lost=row.lead not in LEAD_LABELS and find_lead(row.lead, unit.path, takers) is None,
        )
        for row, name, _path in rows
    ]


def _names(ctx: Context, ids: Sequence[int]) -> dict[int, str]:
    everything = ctx.qimen.system_context(ctx.session)
    wanted = select(OrgUnit.id, OrgUnit.name).where(_unit.id.in_(ids))  # type: ignore[call-overload]
    with scope(ctx.session, everything, READ_RULES):
        return dict(ctx.session.execute(wanted).all()) if ids else {}


def stored_rule(ctx: Context, rule_id: int) -> RoutingRule:
    """Return a rule within the session's scope.

    Raises:
        NotFound: There is none, or it is another unit's.
    """
    row = ctx.session.get(RoutingRule, rule_id)
    if row is None:
        raise NotFound(_("没有找到这条分派规则，或不在您的管辖范围内"))
    return row
