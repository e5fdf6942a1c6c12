"""`qimen metrics`: every figure, counted from rows now."""

from pathlib import Path

import rich_click as click

from qimen_core.cli.application import QimenCommand
from qimen_core.cli.options import data_option, json_option, opened
from qimen_core.cli.output import emit_json, emit_table
from qimen_core.db.session import scope
from qimen_core.i18n import translations
from qimen_core.metrics import Figure, compute_all, parse_period
from qimen_core.org.queries import by_code

__all__ = ["metrics"]

_ = translations("qimen_core")


@click.command(cls=QimenCommand, help=str(_("计算全部指标，由数据行现算，不存百分比。")))
@data_option
@click.option("--unit", help=str(_("单位代码；不给则为全部")))
@click.option("--period", help=str(_("期间：2026、2026Q3、2026-11 或 2026-01-01..2026-03-31")))
@json_option
def metrics(data: Path, unit: str | None, period: str | None, as_json: bool) -> None:
    """Print every metric."""
    span = parse_period(period) if period else None
    with opened(data) as qimen, qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "core.org.read"):
            path = by_code(ctx, unit).path if unit else ""
            figures = compute_all(ctx, path, span)
    if as_json:
        emit_json({name: figure.machine() for name, figure in figures.items()})
        return
    emit_table(
        (_("指标"), _("名称"), _("数值"), _("口径")),
        (
            (name, figure.metric.label, _shown(figure), figure.metric.basis)
            for name, figure in figures.items()
        ),
    )


def _shown(figure: Figure) -> str:
    if figure.denominator is None:
        return str(figure.numerator)
    return f"{figure.numerator} / {figure.denominator}"
