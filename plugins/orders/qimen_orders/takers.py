"""Who may take an order on: every plugin offers its own, each with the reason (DOMAIN.md §3)."""

from dataclasses import dataclass

from qimen_core import Context
from qimen_core.i18n import translations
from qimen_orders.models import Order

__all__ = ["RUNGS", "RUNG_LABELS", "Taker", "find_takers"]

_ = translations("qimen_orders")

# The widening ladder when nobody claims, nearest first (DOMAIN.md §3).
RUNG_LABELS: dict[str, str] = {
    "building_group": _("楼栋党小组"),
    "grid_branch": _("网格党支部"),
    "team": _("社区和志愿队伍"),
    "unit": _("驻地单位"),
    "township": _("乡镇和部门"),
}
RUNGS: tuple[str, ...] = tuple(RUNG_LABELS)


@dataclass(frozen=True, slots=True)
class Taker:
    """One that may take an order on.

    Args:
        kind: What it is, a word of the plugin that offers it: ``unit``, ``department`` …
        ref: Which one; unique within the kind.
        label: Its name.
        reason: Why it is offered: duty, distance, skill, load.
        unit_id: The unit that it belongs to; who may claim there acts for it.
        unit_path: That unit's path.
        rung: A key of ``RUNG_LABELS``: when the ladder reaches it.
    """

    kind: str
    ref: str
    label: str
    reason: str
    unit_id: int
    unit_path: str
    rung: str = "township"

    @property
    def key(self) -> str:
        """What a form sends for it."""
        return f"{self.kind}:{self.ref}"


def find_takers(ctx: Context, order: Order) -> list[Taker]:
    """Return the takers of every plugin that is on where the order lies, nearest rung first."""
    offered = ctx.qimen.hooks.collect("orders_takers", ctx, order=order)
    takers = [
        taker
        for each in offered
        if ctx.plugin_on(each.plugin, order.org_path)
        for taker in each.value
        if ctx.plugin_on(order.owner, taker.unit_path)
    ]
    return sorted(takers, key=lambda taker: RUNGS.index(taker.rung))
