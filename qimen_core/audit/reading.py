"""Reading the audit within the reader's reach, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from qimen_core.audit.models import AuditRow
from qimen_core.context import Context
from qimen_core.org.paths import SEGMENT

__all__ = ["READ", "AuditFilter", "AuditLine", "audit_rows"]

READ = "core.audit.read"
_row = AuditRow.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True)
class AuditFilter:
    """What to look for; empty values look for everything."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AuditLine:
    """One row of the audit as it is shown."""

    seq: int
    at: datetime
    actor: str
    action: str
    org_path: str
    subject: str
    reason: str
    fields: dict[str, dict[str, str]]
    hash: str


def audit_rows(
    ctx: Context, wanted: AuditFilter, *, before: int = 0, limit: int = 50
) -> Sequence[AuditLine]:
    """Return rows of the units in reach, newest first.

    What concerns no unit (a refused login of an unknown name) is shown to whoever reads the
    audit of a whole county.

    Args:
        ctx: Who reads.
        wanted: The filter.
        before: Only rows before this number; 0 for the newest.
        limit: How many at most.
    """
    statement = select(
        _row.seq,
        _row.at,
        _row.actor,
        _row.action,
        _row.org_path,
        _row.subject,
        _row.reason,
        _row.fields,
        _row.hash,
    )
    statement = _filtered(statement.where(_in_reach(ctx)), wanted)
    if before:
        statement = statement.where(_row.seq < before)
    statement = statement.order_by(_row.seq.desc()).limit(limit)
    return [AuditLine(*row) for row in ctx.session.execute(statement)]


def _in_reach(ctx: Context) -> ColumnElement[bool]:
    shown = ctx.visible(READ, _row.org_path)
    if any(len(path) <= SEGMENT for path in ctx.reach(READ)):
        return or_(shown, _row.org_path == "")
    return shown


def _filtered(statement, wanted: AuditFilter):  # type: ignore[no-untyped-def]
    if wanted.actor:
        statement = statement.where(_row.actor.contains(wanted.actor, autoescape=True))
    if wanted.action:
        # A prefix names a plugin or a thing: "core." or "petitions.order.".
        statement = statement.where(
            or_(
                _row.action == wanted.action, _row.action.startswith(wanted.action, autoescape=True)
            )
        )
    if wanted.subject:
        statement = statement.where(_row.subject == wanted.subject)
    if wanted.since:
        statement = statement.where(_row.at >= wanted.since)
    if wanted.until:
        statement = statement.where(_row.at < wanted.until)
    return statement
