"""The list of the audit: its columns, filters and rows, and a row's words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from qimen_core.audit.actions import action_label
from qimen_core.audit.models import AuditRow
from qimen_core.audit.reading import EXPORT, READ, acted, audit_lines, of_plugin
from qimen_core.context import Context
from qimen_core.i18n import translations
from qimen_core.org.queries import names_of
from qimen_web.list_spec import Column, Filter, ListSpec, Source, SpanFilter
from qimen_web.unit_filter import unit_filter

__all__ = ["audit_cells", "audit_source", "audit_spec", "changed_fields"]

_ = translations("qimen_web")
_row = AuditRow.__table__.c  # type: ignore[attr-defined]
# How much of what changed the list shows.
_TABLES, _FIELDS = 2, 3

_COLUMNS = (
    Column("seq", _("序号"), sort=_row.seq, numeric=True, width=10),
    Column("at", _("时间"), width=18),
    Column("actor", _("操作人"), width=16),
    Column("action", _("操作"), width=24),
    Column("code", _("操作代码"), default=False, width=28),
    Column("unit", _("单位"), width=24),
    Column("subject", _("对象"), width=22),
    Column("reason", _("原因"), default=False, width=30),
    Column("content", _("内容"), width=60),
)


def audit_spec(ctx: Context) -> ListSpec:
    """Return what the list is."""
    return ListSpec(
        id="audit",
        columns=_COLUMNS,
        filters=(
            Filter("actor", _("操作人"), lambda text: _row.actor.contains(text, autoescape=True)),
            Filter("action", _("操作"), lambda text: acted(ctx, text)),
            Filter("subject", _("对象"), lambda text: _row.subject == text),
            Filter("plugin", _("模块"), of_plugin, kind="select", options=_plugins(ctx)),
            unit_filter(_row.org_path, READ, _("单位")),
            SpanFilter("at", _("时间"), lambda span: span.moments(_row.at)),
        ),
        sort="-seq",
        export="web:audit_export" if ctx.can_anywhere(EXPORT) else "",
        # A row more is written with every action: nobody waits for a count of millions.
        cap=10_000,
    )


def audit_source(ctx: Context, permission: str = READ) -> Source:
    """Return where the rows come from, in the order of `AuditLine`'s fields."""
    return Source(key=_row.seq, page=audit_lines(ctx, permission))


def audit_cells(
    ctx: Context, paths: Iterable[str] = ()
) -> Callable[[Sequence[Any]], tuple[object, ...]]:
    """Return what makes of a row its cells in the order of the columns, masked as written.

    Args:
        ctx: Who reads.
        paths: Of the units of a page's rows, to ask for their names at once.
    """
    units = names_of(ctx, paths)

    def cells(row: Sequence[Any]) -> tuple[object, ...]:
        seq, at, actor, action, path, subject, reason, fields = row[:8]
        if path and path not in units:
            # A unit that has moved since is no longer at the path that was written down.
            units[path] = names_of(ctx, [path]).get(path, "")
        label = action_label(ctx.qimen.registry, action)
        return (
            seq,
            at,
            actor,
            label or action,
            action,
            units.get(path, ""),
            subject,
            reason,
            _with_values(fields),
        )

    return cells


def changed_fields(fields: Mapping[str, Mapping[str, str]]) -> str:
    """Return the names of the first changed fields of the first tables, and how many there are.

    A petition that comes in fills fifty fields; all of them stand on the row's own page.
    """
    told = [f"{table}：{_first(each)}" for table, each in list(fields.items())[:_TABLES]]
    more = len(fields) - len(told)
    return "；".join(told) + (_("；另有 {n} 张表").format(n=more) if more else "")


def _first(names: Mapping[str, str]) -> str:
    shown = "、".join(list(names)[:_FIELDS])
    return (
        shown if len(names) <= _FIELDS else _("{names} 等 {n} 项").format(names=shown, n=len(names))
    )


def _with_values(fields: Mapping[str, Mapping[str, str]]) -> str:
    return "；".join(
        f"{table}.{name}={value}" for table, each in fields.items() for name, value in each.items()
    )


def _plugins(ctx: Context) -> list[tuple[str, str]]:
    loaded = [report for report in ctx.qimen.reports if report.state == "loaded"]
    return [("core", str(_("核心"))), *((each.name, str(each.label)) for each in loaded)]
