"""What is known of one order, read when it is asked for and once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select

from qimen_core import Context, OrgUnit, scope
from qimen_core.workdays import Calendar, calendar_for
from qimen_orders.clock_rows import clocks_of
from qimen_orders.clocks import Clock, running
from qimen_orders.events import UNDO, Event
from qimen_orders.models import Order, OrderHistory, OrderRequest, OrderTaker
from qimen_orders.rules import ClockKind
from qimen_orders.settings import OrderSettings
from qimen_orders.takers import Taker, find_takers

__all__ = ["ASSIST", "CANDIDATE", "Dossier"]

CANDIDATE, ASSIST = "candidate", "assist"
_unit = OrgUnit.__table__.c  # type: ignore[attr-defined]


@dataclass
class Dossier:
    """One order and what belongs to it, as it stands; rows are read within the session's scope.

    Attributes:
        ctx: Who asks.
        order: The order.
        at: The moment that counts as now.
    """

    ctx: Context
    order: Order
    at: datetime

    @cached_property
    def settings(self) -> OrderSettings:
        """The limits that hold at the order's unit."""
        return self.ctx.setting(OrderSettings, self.order.org_path)

    @cached_property
    def calendar(self) -> Calendar:
        """Which days are worked."""
        return calendar_for(self.ctx)

    @cached_property
    def clocks(self) -> list[Clock]:
        """The order's clocks in the order in which they started."""
        return clocks_of(self.ctx.session, self.order.id or 0)

    @cached_property
    def handling(self) -> Clock | None:
        """The handling clock that runs."""
        return running(self.clocks, ClockKind.HANDLING)

    @cached_property
    def history(self) -> list[OrderHistory]:
        """What happened, oldest first."""
        found = select(OrderHistory).where(OrderHistory.order_id == self.order.id)  # type: ignore[arg-type]
        return list(self.ctx.session.scalars(found.order_by(OrderHistory.id)))  # type: ignore[arg-type]

    @cached_property
    def standing(self) -> list[OrderHistory]:
        """What happened and was not taken back, oldest first."""
        kept: list[OrderHistory] = []
        for line in self.history:
            if line.event == UNDO:
                kept.pop()
            else:
                kept.append(line)
        return kept

    @cached_property
    def requests(self) -> list[OrderRequest]:
        """What the taker asked for, oldest first."""
        found = select(OrderRequest).where(OrderRequest.order_id == self.order.id)  # type: ignore[arg-type]
        return list(self.ctx.session.scalars(found.order_by(OrderRequest.id)))  # type: ignore[arg-type]

    @cached_property
    def asked(self) -> OrderRequest | None:
        """The request that waits for a decision."""
        return next((each for each in self.requests if each.state == "open"), None)

    @cached_property
    def parts(self) -> list[OrderTaker]:
        """Candidates and assists, oldest first."""
        found = select(OrderTaker).where(OrderTaker.order_id == self.order.id)  # type: ignore[arg-type]
        return list(self.ctx.session.scalars(found.order_by(OrderTaker.id)))  # type: ignore[arg-type]

    def open_parts(self, part: str) -> list[OrderTaker]:
        """Return the candidates, or the assists, that are still open."""
        return [each for each in self.parts if each.part == part and each.state == "open"]

    @cached_property
    def takers(self) -> list[Taker]:
        """Who may take the order on, nearest first."""
        return find_takers(self.ctx, self.order)

    @cached_property
    def children(self) -> list[Order]:
        """The orders that this one was split into."""
        found = select(Order).where(Order.parent_id == self.order.id).order_by(Order.id)  # type: ignore[arg-type]
        return list(self.ctx.session.scalars(found))

    @cached_property
    def lead_path(self) -> str:
        """The path of the lead's unit; the order's own while nobody leads."""
        if self.order.lead_id is None:
            return self.order.org_path
        return self.unit_paths([self.order.lead_id]).get(self.order.lead_id, self.order.org_path)

    def unit_paths(self, ids: list[int]) -> dict[int, str]:
        """Return the paths of units by id, wherever they lie."""
        everything = self.ctx.qimen.system_context(self.ctx.session)
        wanted = select(OrgUnit.id, OrgUnit.path).where(_unit.id.in_(ids))  # type: ignore[call-overload]
        with scope(self.ctx.session, everything, "core.org.read"):
            return dict(self.ctx.session.execute(wanted).all())

    def last(self, event: Event) -> OrderHistory | None:
        """Return the last line of an event that was not taken back."""
        return next((line for line in reversed(self.standing) if line.event == event), None)

    def count_since(self, event: Event, moment: datetime | None) -> int:
        """Return how often an event happened since a moment."""
        lines = [line for line in self.standing if line.event == event]
        return sum(moment is None or line.at >= moment for line in lines)

    def may(self, verb: str, path: str) -> bool:
        """Say whether the actor holds the owner's permission for ``verb`` at a path."""
        return self.ctx.can(f"{self.order.owner}.order.{verb}", path)

    def may_here(self, verb: str) -> bool:
        """Say whether the actor holds it on this very order, which may be lent to them."""
        return self.ctx.can_on(f"{self.order.owner}.order.{verb}", self.order)

    def count_parts(self, *, but_in: Collection[str]) -> int:
        """Return how many orders this one was split into, whoever reaches them.

        Args:
            but_in: States in which a part is not counted.
        """
        everything = self.ctx.qimen.system_context(self.ctx.session)
        wanted = select(Order.id).where(  # type: ignore[call-overload]
            Order.parent_id == self.order.id,
            Order.state.not_in(but_in),  # type: ignore[attr-defined]
        )
        with scope(self.ctx.session, everything, "orders.metric.read"):
            return len(self.ctx.session.execute(wanted).all())
