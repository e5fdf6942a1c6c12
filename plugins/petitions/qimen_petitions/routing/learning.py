"""What returns teach: where orders were sent back and then went elsewhere, a rule is proposed.

A proposal is counted from the history each time it is looked at, and a person takes it on or puts
it aside; nothing of it is ever applied by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from qimen_core import Context, scoped
from qimen_core.org.paths import under
from qimen_core.org.queries import Unit, names_of
from qimen_orders import Event, Order, lines_of
from qimen_petitions.categories import category_labels
from qimen_petitions.reading import READ
from qimen_petitions.registering import OWNER
from qimen_petitions.routing.models import RoutingRule
from qimen_petitions.routing.reading import READ_RULES, rules_at, takers_at
from qimen_petitions.routing.rules import Matter, first_match
from qimen_petitions.settings import PetitionSettings

__all__ = ["Learnt", "Proposed", "detours", "learnt_rules"]

_order = Order.__table__.c  # type: ignore[attr-defined]
_rule = RoutingRule.__table__.c  # type: ignore[attr-defined]

# Enough to learn from; the newest count.
_MOST_LINES = 20_000


class Step(NamedTuple):
    """A line of the history that says who led an order, or that a return was upheld."""

    order_id: int
    event: str
    lead_id: int | None
    lead_name: str


class Detour(NamedTuple):
    """An order that one unit gave back and another took: the last unit is where it stayed."""

    order_id: int
    first: str
    last_id: int


class Learnt(NamedTuple):
    """An order as evidence."""

    id: int
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A rule that the returns speak for.

    Attributes:
        category: The category's code.
        what: Its label.
        place_id: The unit where the orders lie.
        where: Its name.
        lead: Key of the taker they went to.
        lead_label: Its name.
        firsts: Names of the units that gave them back.
        evidence: The orders, newest first.
    """

    category: str
    what: str
    place_id: int
    where: str
    lead: str
    lead_label: str
    firsts: str
    evidence: tuple[Learnt, ...]


def detours(steps: Iterable[Step]) -> Iterator[Detour]:
    """Yield the orders that were given back, the return upheld, and then sent to another unit.

    Args:
        steps: Lines of dispatches and upheld returns, in the order they were written.
    """
    by_order: dict[int, list[Step]] = defaultdict(list)
    for step in steps:
        by_order[step.order_id].append(step)
    for order_id, mine in by_order.items():
        ups = [at for at, step in enumerate(mine) if step.event == Event.UPHOLD]
        if not ups:
            continue
        before = [step for step in mine[: ups[-1]] if step.event == Event.DISPATCH]
        after = [step for step in mine[ups[-1] :] if step.event == Event.DISPATCH]
        last = after[-1] if after else None
        if before and last and last.lead_id is not None and last.lead_id != before[-1].lead_id:
            yield Detour(order_id, before[-1].lead_name, last.lead_id)


def learnt_rules(ctx: Context, unit: Unit) -> list[Proposed]:
    """Return the rules that returns at and below a unit speak for, most evidence first.

    Left out is what a rule says already, and what was put aside unless as much came again.
    """
    wanted = ctx.setting(PetitionSettings, unit.path)
    since = ctx.now - timedelta(days=wanted.route_learn_days)
    found = {each.order_id: each for each in detours(_steps(ctx, unit.path, since))}
    groups: dict[tuple[str, int, str], list[Any]] = defaultdict(list)
    for row in _orders(ctx, list(found)):
        # Whoever leads it now is the one it went to; a later change of lead teaches nothing.
        if row.lead_id == found[row.id].last_id and row.taker:
            groups[row.category, row.org_id, row.taker].append(row)
    aside = _dismissed(ctx, unit.id)
    labels = category_labels(ctx.session)
    proposed = []
    for (category, place_id, taker), rows in groups.items():
        enough = len(rows) >= wanted.route_learn_from + aside.get((category, place_id, taker), 0)
        if not enough or _known(ctx, category, rows[0], taker):
            continue
        firsts = dict.fromkeys(found[row.id].first for row in rows)
        where = names_of(ctx, [rows[0].org_path])[rows[0].org_path]
        evidence = tuple(Learnt(row.id, row.number, row.title) for row in rows)
        proposed.append(
            Proposed(
                category,
                labels.get(category, category),
                place_id,
                where,
                taker,
                rows[0].lead_name,
                "、".join(firsts),
                evidence,
            )
        )
    return sorted(proposed, key=lambda each: (-len(each.evidence), each.category, each.place_id))


def _steps(ctx: Context, path: str, since: object) -> list[Step]:
    wanted = lines_of((Event.DISPATCH, Event.UPHOLD)).where(
        _order.owner == OWNER, _order.dispatched_at >= since, under(_order.org_path, path)
    )
    rows = ctx.session.execute(scoped(wanted.limit(_MOST_LINES), ctx, READ, _order.org_path))
    return [Step(*row) for row in rows]


def _orders(ctx: Context, ids: Sequence[int]) -> Sequence[Any]:
    if not ids:
        return ()
    wanted = select(
        _order.id, _order.number, _order.title, _order.category, _order.org_id, _order.org_path,
        _order.lead_id, _order.taker, _order.lead_name,
    ).where(_order.id.in_(ids[:_MOST_LINES]), _order.category != "")  # fmt: skip
    newest = wanted.order_by(_order.id.desc())
    return ctx.session.execute(scoped(newest, ctx, READ, _order.org_path)).all()


def _dismissed(ctx: Context, unit_id: int) -> dict[tuple[str, int, str], int]:
    """Return with how much evidence each proposal was put aside."""
    wanted = select(_rule.category, _rule.place_id, _rule.lead, _rule.evidence).where(
        _rule.org_id == unit_id, _rule.state == "dismissed"
    )
    rows = ctx.session.execute(scoped(wanted, ctx, READ_RULES, _rule.org_path))
    found: dict[tuple[str, int, str], int] = {}
    for category, place_id, lead, evidence in rows:
        key = (category, place_id, lead)
        found[key] = max(found.get(key, 0), len(evidence))
    return found


def _known(ctx: Context, category: str, row: Any, taker: str) -> bool:
    """Say whether the rules send such a matter there already."""
    matter = Matter(category, row.org_path)
    takers = takers_at(ctx, row.org_id, row.org_path)
    found = first_match(rules_at(ctx, row.org_path), matter, takers, frozenset())
    return found is not None and found.lead.key == taker
