"""Records of petitions that stand beside an order: what fills the parameters of their routes."""

from datetime import date, timedelta

from qimen_core import Context, OrgUnit, unit_of_work
from qimen_core.bulletins.models import Bulletin, BulletinRows
from qimen_petitions.answering.forms import TemplateForm
from qimen_petitions.answering.templates import save_template
from qimen_petitions.gathering.models import Gathering
from qimen_petitions.reviewing.models import Review, ReviewItem
from qimen_petitions.routing.models import RoutingRule
from tests.web.permissions.planting_ratings import plant_rating

__all__ = ["plant_beside"]

DAY = date(2020, 1, 1)


def plant_beside(ctx: Context, unit: OrgUnit, order_id: int) -> dict[str, dict[str, object]]:
    """Make a record of each kind, those of the order among them; return their parameters."""
    typed = TemplateForm(name="办好", unit_id=unit.id or 0, text="已经办好了")
    return {
        "rule": {"rule_id": _rule(ctx, unit)},
        "template": {"template_id": save_template(ctx, typed)},
        "review": _review(ctx, unit, order_id),
        "gathering": {"gathering_id": _gathering(ctx, unit)},
        **plant_rating(ctx, unit),
        "bulletin": _bulletin(ctx, unit, order_id),
    }


def _place(unit: OrgUnit) -> dict[str, object]:
    return {"org_id": unit.id or 0, "org_path": unit.path}


def _rule(ctx: Context, unit: OrgUnit) -> int | None:
    with unit_of_work(ctx, "petitions.routing.manage") as uow:
        rule = RoutingRule(lead="own", **_place(unit))  # type: ignore[arg-type]
        uow.session.add(rule)
        uow.session.flush()
        uow.unit = unit.path
        return rule.id


def _gathering(ctx: Context, unit: OrgUnit) -> int | None:
    with unit_of_work(ctx, "petitions.gathering.manage") as uow:
        event = Gathering(
            kind="visit",
            held_on=DAY,
            created_at=ctx.now,
            **_place(unit),  # type: ignore[arg-type]
        )
        uow.session.add(event)
        uow.session.flush()
        return event.id


def _review(ctx: Context, unit: OrgUnit, order_id: int) -> dict[str, object]:
    with unit_of_work(ctx, "petitions.review.manage") as uow:
        row = Review(
            held_on=DAY, start=DAY, end=DAY, size=1, drawn_from=1, seed="s",
            created_at=ctx.now, **_place(unit),  # type: ignore[arg-type]
        )  # fmt: skip
        uow.session.add(row)
        uow.session.flush()
        item = ReviewItem(
            review_id=row.id or 0,
            order_id=order_id,
            place=1,
            **_place(unit),  # type: ignore[arg-type]
        )
        uow.session.add(item)
        uow.session.flush()
        return {"review_id": row.id, "item_id": item.id}


def _bulletin(ctx: Context, unit: OrgUnit, order_id: int) -> dict[str, object]:
    figure, part = "orders_received", "numerator"
    with unit_of_work(ctx, "petitions.figure.freeze") as uow:
        start = DAY + timedelta(days=order_id)  # a unit's days are frozen once
        row = Bulletin(
            start=start,
            end=start + timedelta(days=1),
            frozen_at=ctx.now,
            label=str(start),
            **_place(unit),  # type: ignore[arg-type]
        )
        uow.session.add(row)
        uow.session.flush()
        rows = {"bulletin_id": row.id, "metric": figure, "part": part, "label": "收到件数"}
        uow.insert(BulletinRows, [{**_place(unit), **rows, "basis": "", "ids": [order_id]}])
        return {"bulletin_id": row.id, "figure": figure, "part": part}
