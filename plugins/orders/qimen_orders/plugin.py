"""Contents of the order engine 工单: what it hands to the core."""

from collections.abc import Iterable

from sqlmodel import SQLModel

from qimen_core import (
    Context,
    EventType,
    Metric,
    OrgUnit,
    Permission,
    PersonalField,
    PluginMeta,
    SettingsSpec,
    hookimpl,
)
from qimen_core.i18n import translations
from qimen_orders import metrics, models, panels, privacy
from qimen_orders.services import TRANSITIONED
from qimen_orders.settings import OrderSettings

_ = translations("qimen_orders")

meta = PluginMeta(name="orders", label=_("工单"), core=">=0.1,<0.2")

_OFFICES = ("community_clerk", "township_office", "township_admin", "county_office")


@hookimpl
def register_models() -> Iterable[type[SQLModel]]:
    """Orders, their history, clocks, pauses and number sequences."""
    return (
        models.Order,
        models.OrderHistory,
        models.OrderClock,
        models.OrderPause,
        models.OrderSequence,
    )


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
