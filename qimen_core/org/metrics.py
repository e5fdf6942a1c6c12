"""Core's own counts."""

from sqlalchemy import func, select

from qimen_core.context import Context
from qimen_core.descriptors import Measure, Metric, Period
from qimen_core.i18n import translations
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import under

__all__ = ["CORE_METRICS"]

_ = translations("qimen_core")


def _communities(ctx: Context, path: str, period: Period | None) -> Measure:
    unit = OrgUnit.__table__.c  # type: ignore[attr-defined]
    rows = select(unit.id).where(
        unit.kind == "community",
        # Digits 10–12 tell a residents' committee (001–199) from a village (GB/T 10114).
        func.substr(unit.code, 10, 3).between("001", "199"),
        unit.valid_to.is_(None),
        ctx.visible("core.org.read", unit.path),
    )
    return Measure(rows.where(under(unit.path, path)) if path else rows)


CORE_METRICS = (Metric("communities", _("社区数"), _communities, "core.org.read", url="/org"),)
