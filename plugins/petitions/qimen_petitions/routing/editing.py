"""Changing the rules: each change one unit of work at the rule's own unit."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from sqlalchemy import func, select, update

from qimen_core import (
    Conflict,
    Context,
    InvalidInput,
    UnitOfWork,
    scope,
    scoped,
    translations,
    unit_of_work,
)
from qimen_core.org.queries import Unit
from qimen_petitions.categories import category_labels
from qimen_petitions.routing.forms import RuleForm
from qimen_petitions.routing.models import RoutingRule
from qimen_petitions.routing.reading import (
    LEAD_LABELS,
    MANAGE,
    READ_RULES,
    place_options,
    stored_rule,
    takers_at,
)

__all__ = ["add_rule", "change_rule", "check_rule", "move_rule", "set_state"]

_ = translations("qimen_petitions")

_rule = RoutingRule.__table__.c  # type: ignore[attr-defined]
_ACTIVE = "active"


def add_rule(
    ctx: Context, unit: Unit, typed: RuleForm, evidence: Sequence[int] = (), state: str = _ACTIVE
) -> int:
    """Write a new rule at the end of a unit's list and return its id.

    Args:
        ctx: Who writes it.
        unit: Whose rule it is.
        typed: What it says.
        evidence: The orders that a proposal came from.
        state: ``active``, or ``dismissed`` for a proposal that is not wanted.

    Raises:
        NotFound, Forbidden: The actor may not manage the unit's rules.
        InvalidInput: It names what is not there.
    """
    ctx.require(MANAGE, unit.path, see=READ_RULES)
    label = check_rule(ctx, unit, typed)
    with unit_of_work(ctx, MANAGE, unit=unit.path) as uow:
        rule = RoutingRule(
            org_id=unit.id,
            org_path=unit.path,
            position=_last(uow, unit.id) + 1,
            lead_label=label,
            evidence=list(evidence),
            state=state,
            lead=typed.lead,
            **_columns(typed),  # type: ignore[arg-type]
        )
        uow.session.add(rule)
        uow.session.flush()
        uow.subject = f"petitions_routing_rule:{rule.id}"
        return rule.id or 0


def change_rule(ctx: Context, rule_id: int, unit: Unit, typed: RuleForm) -> None:
    """Change a rule; what it proposed before stays as it is.

    Raises:
        NotFound, Forbidden: The actor may not manage it.
        InvalidInput: It names what is not there.
        Conflict: Somebody else changed it since the form was opened.
    """
    label = check_rule(ctx, unit, typed)
    values = {**_columns(typed), "lead": typed.lead, "lead_label": label}
    with _changing(ctx, rule_id, unit.path) as uow:
        stored = stored_rule(uow.ctx, rule_id)
        changed = uow.claim(
            update(RoutingRule)
            .where(_rule.id == rule_id, _rule.version == typed.version)
            .values(**values, version=typed.version + 1)
        )
        if not changed:
            raise Conflict(
                _("这条分派规则刚被他人修改，请刷新后再改"),
                current=stored.model_dump(),
                submitted=typed.model_dump(),
            )


def set_state(ctx: Context, rule_id: int, unit: Unit, state: str) -> None:
    """Archive a rule, or bring an archived one back at the end of its unit's list."""
    with _changing(ctx, rule_id, unit.path) as uow:
        rule = stored_rule(uow.ctx, rule_id)
        rule.state, rule.version = state, rule.version + 1
        if state == _ACTIVE:
            rule.position = _last(uow, unit.id) + 1
        uow.session.add(rule)


def move_rule(ctx: Context, rule_id: int, unit: Unit, step: int) -> None:
    """Let a rule be asked one place earlier (``step`` -1) or later (1) in its unit's list."""
    with _changing(ctx, rule_id, unit.path) as uow:
        mine = select(RoutingRule).where(_rule.org_id == unit.id, _rule.state == _ACTIVE)
        rows = list(uow.session.scalars(mine.order_by(_rule.position, _rule.id)))
        here = next((at for at, row in enumerate(rows) if row.id == rule_id), -1)
        there = here + step
        if here < 0 or not 0 <= there < len(rows):
            return
        rows[here], rows[there] = rows[there], rows[here]
        for at, row in enumerate(rows, start=1):
            row.position = at
            uow.session.add(row)


def check_rule(ctx: Context, unit: Unit, typed: RuleForm) -> str:
    """Return the name of a rule's lead.

    Raises:
        InvalidInput: Its category, place, lead or an assist is not there to be chosen.
    """
    takers = {taker.key: taker.label for taker in takers_at(ctx, unit.id, unit.path)}
    errors: dict[str, str] = {}
    if typed.category and typed.category not in category_labels(ctx.session):
        errors["category"] = _("请从列表中选择类别")
    places = {int(value) for value, _label in place_options(ctx, unit)}
    if typed.place_id is not None and typed.place_id not in places:
        errors["place_id"] = _("请从列表中选择属地")
    if typed.lead not in takers and typed.lead not in LEAD_LABELS:
        errors["lead"] = _("请从列表中选择主办单位")
    if unknown := [key for key in typed.assists if key not in takers]:
        errors["assists"] = _("没有这些协办单位：{names}").format(names="、".join(unknown))
    if errors:
        raise InvalidInput(errors)
    return takers.get(typed.lead, "")


def _changing(ctx: Context, rule_id: int, path: str) -> AbstractContextManager[UnitOfWork]:
    ctx.require(MANAGE, path, see=READ_RULES)
    with scope(ctx.session, ctx, READ_RULES):
        stored_rule(ctx, rule_id)
    subject = f"petitions_routing_rule:{rule_id}"
    return unit_of_work(ctx, MANAGE, subject=subject, unit=path)


def _columns(typed: RuleForm) -> dict[str, object]:
    return {
        "category": typed.category,
        "place_id": typed.place_id,
        "words": typed.words,
        "assists": [key for key in typed.assists if key != typed.lead],
        "kind": typed.kind,
        "urgent": typed.urgent,
        "at_once": typed.at_once,
    }


def _last(uow: UnitOfWork, unit_id: int) -> int:
    wanted = select(func.max(_rule.position)).where(_rule.org_id == unit_id)
    found = uow.session.execute(scoped(wanted, uow.ctx, MANAGE, _rule.org_path)).scalar()
    return found or 0
