"""`qimen metrics`: every figure, counted from rows now or as it was frozen."""

from pathlib import Path

import rich_click as click

from qimen_core.bulletins.reading import FrozenFigure, frozen_bulletin
from qimen_core.cli.application import QimenCommand
from qimen_core.cli.options import data_option, json_option, opened
from qimen_core.cli.output import emit_json, emit_table
from qimen_core.db.session import scope
from qimen_core.descriptors import Period
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.metrics import Figure, compute_all, exact, parse_period
from qimen_core.org.queries import by_code

__all__ = ["metrics"]

_ = translations("qimen_core")
_READ = "core.org.read"


@click.command(cls=QimenCommand, help=str(_("计算全部指标，由数据行现算，不存百分比。")))
@data_option
@click.option("--unit", help=str(_("单位代码；不给则为全部")))
@click.option("--period", help=str(_("期间：2026、2026Q3、2026-11 或 2026-01-01..2026-03-31")))
@click.option("--frozen", is_flag=True, help=str(_("读冻结的数字，须同时给出 --unit 和 --period")))
@click.option("--rows", is_flag=True, help=str(_("同时列出冻结时的件号，与 --frozen --json 合用")))
@json_option
def metrics(
    data: Path, unit: str | None, period: str | None, *, frozen: bool, rows: bool, as_json: bool
) -> None:
    """Print every metric."""
    span = parse_period(period) if period else None
    if frozen or rows:
        if not (frozen and unit and span) or (rows and not as_json):
            raise click.UsageError(
                str(_("--frozen 须同时给出 --unit 和 --period；--rows 只与 --frozen --json 合用"))
            )
        _print_frozen(data, unit, span, rows, as_json)
        return
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


def _print_frozen(data: Path, unit: str, span: Period, rows: bool, as_json: bool) -> None:
    with opened(data) as qimen, qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, _READ):
            found = frozen_bulletin(ctx, by_code(ctx, unit).path, span, _READ)
        if found is None:
            message = _("{unit} 的 {period} 没有冻结过")
            raise QimenError(message.format(unit=unit, period=span.label))
        machine: dict[str, object] = {}
        for name, figure in found.figures.items():
            ids = {"rows": dict(figure.parts)} if rows else {}
            machine[name] = {**figure.machine(), **ids}
    if as_json:
        emit_json({"frozen_at": found.frozen_at.isoformat(), "figures": machine})
        return
    emit_table(
        (_("指标"), _("名称"), _("数值"), _("口径")),
        (
            (name, figure.label, _shown(figure), figure.basis)
            for name, figure in found.figures.items()
        ),
    )


def _shown(figure: Figure | FrozenFigure) -> str:
    above = exact(figure.numerator, figure.halves)
    return above if figure.denominator is None else f"{above} / {figure.denominator}"
