"""Writing the plan down through the use cases, so that a demo row is like any other."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from qimen_core import Context, OrgUnit, UnitOfWork, scope, unit_of_work
from qimen_core.demo import DemoSet, played_by_unit
from qimen_core.org.queries import Unit
from qimen_core.workdays import calendar_of
from qimen_orders import OPEN_STATES, Event, Order, move
from qimen_orders.settings import OrderSettings
from qimen_petitions.demo.acting import accounts_by_name, acting
from qimen_petitions.demo.handing import handed_over
from qimen_petitions.demo.life import Act, Limits
from qimen_petitions.demo.plan import Planned, plan
from qimen_petitions.demo.stage import Stage
from qimen_petitions.services import CREATE, NewPetition, create_petition, draft_petition

__all__ = ["seed", "stage_of"]

_O: Any = OrgUnit


def seed(ctx: Context, number: int, demo_set: DemoSet, stage: Stage) -> None:
    """Load the requests, each with its history, clocks and event; same seed, same rows.

    One unit of work a request: each has its line in the audit, written now by the demo itself,
    while its history names those who play it and is dated in the past.

    Args:
        ctx: Reaches the whole county.
        number: The seed.
        demo_set: Its name keeps the requests of two sets apart.
        stage: Where it is played; says where how much happens.
    """
    users = accounts_by_name(ctx)
    open_numbers: dict[tuple[str, str, str], str] = {}
    for nth, planned in enumerate(handed_over(stage, plan(stage, number))):
        with unit_of_work(ctx, CREATE, unit=planned.unit.path) as uow:
            order_id = _take_down(uow, planned, users, key=f"{demo_set.name} {number} {nth}")
            uow.subject = f"orders_order:{order_id}"
            for act in planned.acts:
                _play(uow, order_id, act, users, open_numbers.get(_matter(planned), ""))
            uow.ctx = ctx
            order = uow.session.get_one(Order, order_id)
            if order.state in OPEN_STATES:
                open_numbers[_matter(planned)] = order.number


def _matter(planned: Planned) -> tuple[str, str, str]:
    """Return what makes two requests the same matter: unit, category and place."""
    return planned.unit.path, planned.category, planned.place


def stage_of(ctx: Context, demo_set: DemoSet) -> Stage:
    """Return where the demo is played: the units as they stand, their people and the present."""
    with scope(ctx.session, ctx, "core.org.read"):
        shown = select(*(getattr(OrgUnit, name) for name in Unit._fields)).order_by(_O.path)
        units = [Unit(*row) for row in ctx.session.execute(shown).all()]
    settings = ctx.setting(OrderSettings)
    kinds = ("consult", "help", "complaint", "suggestion")
    limits = Limits(
        response=settings.response_workdays,
        urgent=settings.urgent_workdays,
        handling={kind: getattr(settings, f"{kind}_workdays") for kind in kinds},
    )
    now = ctx.qimen.clock.now()
    return Stage(
        units=units,
        people=played_by_unit(ctx),
        calendar=calendar_of(ctx.session),
        limits=limits,
        now=now,
        shares=demo_set.shares,
        elsewhere=demo_set.elsewhere,
    )


def _take_down(uow: UnitOfWork, planned: Planned, users: Mapping[str, int], key: str) -> int:
    by_resident = planned.channel == "web"
    uow.ctx = acting(uow.ctx, "" if by_resident else planned.clerk, users)
    new = NewPetition(
        unit_id=planned.unit.id,
        title=planned.title,
        content=planned.content,
        name=planned.requester.name,
        phone=planned.requester.phone,
        place=planned.place,
        category=planned.category,
        channel=planned.channel,
        anonymous=planned.anonymous,
        key=key,
    )
    write = create_petition if planned.submitted else draft_petition
    return write(uow, new, planned.born).order_id


def _play(uow: UnitOfWork, order_id: int, act: Act, users: Mapping[str, int], target: str) -> None:
    uow.ctx = acting(uow.ctx, act.actor, users)
    user_id = users.get(act.inputs.handler_name)
    inputs = replace(act.inputs, handler_user_id=user_id)
    if act.event is Event.MERGE:
        inputs = replace(inputs, target=target)
    move(uow, order_id, act.event, inputs, act.at)
