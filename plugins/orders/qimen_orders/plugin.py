"""Contents of the order engine 工单: what it hands to the core."""

from collections.abc import Iterable, Sequence

from sqlmodel import SQLModel

from qimen_core import (
    Context,
    EventType,
    JobSpec,
    Metric,
    OrgKind,
    OrgUnit,
    Permission,
    PersonalField,
    PluginMeta,
    SettingsSpec,
    hookimpl,
)
from qimen_core.i18n import translations
from qimen_orders import metrics, models, panels, privacy, recounting, time_outs, unit_takers
from qimen_orders.history import TRANSITIONED
from qimen_orders.models import Order
from qimen_orders.settings import OrderSettings
from qimen_orders.takers import Taker

_ = translations("qimen_orders")

meta = PluginMeta(name="orders", label=_("工单"), core=">=0.1,<0.2")

_OFFICES = ("community_clerk", "township_office", "township_admin", "county_office")


@hookimpl
def register_models() -> Iterable[type[SQLModel]]:
    """Orders, their history, clocks, takers and requests; number sequences and marks."""
    return (
        models.Order,
        models.OrderHistory,
        models.OrderClock,
        models.OrderPause,
        models.OrderTaker,
        models.OrderRequest,
        models.OrderSequence,
        models.OrderMark,
    )


@hookimpl
def register_org_kinds() -> Iterable[OrgKind]:
    """Departments of a county or a township."""
    return unit_takers.ORG_KINDS


@hookimpl
def register_jobs() -> Iterable[JobSpec]:
    """What time does by itself."""
    return (
        JobSpec("orders.pass_time", _("到期的挂起、吹哨和回访"), time_outs.pass_time, every=15),
        JobSpec("orders.recount", _("工作日历变动后重算期限"), recounting.recount, every=10),
    )


@hookimpl
def orders_takers(ctx: Context, order: Order) -> Sequence[Taker]:
    """The units on the way up and their departments."""
    return unit_takers.unit_takers(ctx, order)


@hookimpl
def register_permissions() -> Iterable[Permission]:
    """One right of its own; moving an order is the owner's right ``<owner>.order.<event>``."""
    return (Permission(metrics.PERMISSION, _("查看工单指标"), roles=_OFFICES),)


@hookimpl
def register_settings() -> SettingsSpec:
    """Limits of the clocks."""
    return SettingsSpec(OrderSettings, _("工单时限"))


@hookimpl
def register_metrics() -> Iterable[Metric]:
    """The rates of DOMAIN.md §5 that orders have data for."""
    return metrics.METRICS


@hookimpl
def register_events() -> Iterable[EventType]:
    """An order was moved."""
    return (
        EventType(
            TRANSITIONED,
            _("工单流转"),
            {
                "order_id": _("工单"),
                "owner": _("所属模块"),
                "event": _("动作"),
                "source": _("原状态"),
                "target": _("新状态"),
            },
        ),
    )


@hookimpl
def register_personal_data() -> Iterable[PersonalField]:
    """Names of staff and the masked requester."""
    return privacy.FIELDS


@hookimpl
def org_archive_blockers(ctx: Context, unit: OrgUnit) -> Iterable[str]:
    """Open orders keep a unit alive."""
    return panels.archive_blockers(ctx, unit)
