"""What became of one record, read from the audit: who changed which fields when, no values."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from qimen_core.audit.actions import action_label
from qimen_core.audit.models import AuditRow
from qimen_core.context import Context
from qimen_core.i18n import LazyText, translations

__all__ = ["Change", "record_history"]

_ = translations("qimen_core")
_row = AuditRow.__table__.c  # type: ignore[attr-defined]

# What the privacy registry has no name for.
_LABELS: Final[Mapping[str, LazyText]] = {
    "core_org.code": _("代码"),
    "core_org.name": _("名称"),
    "core_org.parent_id": _("上级单位"),
    "core_org.valid_to": _("停用日期"),
    "core_person.archived_on": _("归档日期"),
    "core_person.org_id": _("所属单位"),
    "core_position.org_id": _("任职单位"),
    "core_position.role": _("职务"),
    "core_position.valid_from": _("任职日期"),
    "core_position.valid_to": _("离任日期"),
}
# Kept beside a field and changed with it; they would only repeat it.
_DERIVED: Final = ("_index", ".initials")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a record; `fields` are the Chinese names of what changed."""

    at: datetime
    actor: str
    action: str
    fields: tuple[str, ...]


def record_history(
    ctx: Context, subject: str, *, without: Collection[str] = (), limit: int = 50
) -> list[Change]:
    """Return the changes of a record, newest first.

    The caller has loaded the record within its scope: whoever sees a record sees who changed it.
    Looking at it is no change and is left to the auditor.

    Args:
        ctx: Who asks.
        subject: As the audit names the record, e.g. ``core_person:7``.
        without: Tables that the asker may not read; changes of them are left out whole.
        limit: At most so many rows of the audit are looked at.
    """
    statement = (
        select(_row.at, _row.actor, _row.action, _row.fields)
        .where(_row.subject == subject)
        .order_by(_row.seq.desc())
        .limit(limit)
    )
    return [
        Change(at, actor, action_label(ctx.qimen.registry, action) or action, fields)
        for at, actor, action, changed in ctx.session.execute(statement)
        if not any(table in without for table in changed)
        and not action.endswith(".reveal")
        and (fields := tuple(_names(ctx, changed)))
    ]


def _names(ctx: Context, changed: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    known = ctx.qimen.registry.personal_data
    for table, fields in changed.items():
        for name in fields:
            column = f"{table}.{name}"
            if column in _LABELS:
                yield str(_LABELS[column])
            elif column in known and not column.endswith(_DERIVED):
                yield str(known[column].label)
