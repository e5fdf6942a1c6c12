"""What the blanks of a reply hold for one petition."""

# lint-ok-file: chinese -- the keys are placeholders, see placeholders.py

from datetime import date, datetime

from sqlalchemy import select

from qimen_core import Context, OrgUnit, local, scope
from qimen_core.org.queries import ancestors
from qimen_core.privacy import mask_name
from qimen_orders import Order
from qimen_petitions.answering.words import GREETING, SIR_OR_MADAM
from qimen_petitions.categories import category_labels
from qimen_petitions.models import Petition

__all__ = ["salutation", "values_of"]

READ = "petitions.order.read"


def values_of(ctx: Context, order_id: int) -> dict[str, str]:
    """Return the value of every placeholder for a petition in the actor's reach, by its word."""
    with scope(ctx.session, ctx, READ):
        order = ctx.session.get(Order, order_id)
        petition = ctx.session.get(Petition, order_id)
        if order is None or petition is None:
            return {}
        own = ancestors(ctx, order.org_path, itself=True)[-1]
        return {
            "称呼": salutation(petition),
            "编号": order.number,
            "事项": order.title,
            "类别": category_labels(ctx.session).get(order.category, ""),
            "属地": own.name,
            "主办单位": _lead(ctx, order) or own.name,
            "提交日期": _day(order.submitted_at),
            "受理日期": _day(order.accepted_at),
            "办结期限": _day(order.due_at),
            "今天": _written(local(ctx.now).date()),
        }


def salutation(petition: Petition) -> str:
    """Return how the resident is addressed: by the surname alone, or by nothing at all."""
    name = petition.name.reveal() if petition.name and not petition.anonymous else ""
    surname = mask_name(name.strip()).rstrip("*")
    return SIR_OR_MADAM.format(surname=surname) if surname else str(GREETING)


def _lead(ctx: Context, order: Order) -> str:
    if order.lead_id is None:
        return order.lead_name
    everything = ctx.qimen.system_context(ctx.session)
    with scope(ctx.session, everything, "core.org.read"):
        name = ctx.session.execute(
            select(OrgUnit.name).where(OrgUnit.id == order.lead_id)  # type: ignore[call-overload]
        ).scalar_one_or_none()
    return str(name or order.lead_name)


def _day(moment: datetime | None) -> str:
    return _written(local(moment).date()) if moment is not None else ""


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
