"""Reading the audit within the reader's reach.

What is shown is what was written: field names with values that the unit of work masked before the
row was hashed. No value is looked up anew, so nothing sealed can come in by this way.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from qimen_core.audit.actions import actions_called
from qimen_core.audit.models import AuditRow
from qimen_core.context import Context
from qimen_core.errors import NotFound
from qimen_core.i18n import translations
from qimen_core.org.paths import SEGMENT

__all__ = ["EXPORT", "READ", "AuditLine", "acted", "audit_line", "audit_lines", "of_plugin"]

_ = translations("qimen_core")
READ, EXPORT = "core.audit.read", "core.audit.export"
_row = AuditRow.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One row of the audit as its page shows it."""

    seq: int
    at: datetime
    actor: str
    action: str
    org_path: str
    subject: str
    reason: str
    fields: dict[str, dict[str, str]]
    previous: str
    hash: str


def audit_lines(ctx: Context, permission: str = READ) -> Select[Any]:
    """Return the select of the rows in reach, in the order of `AuditLine`'s fields.

    What concerns no unit (a refused login of an unknown name) is shown to whoever reads the
    audit of a whole county.

    Args:
        ctx: Who reads.
        permission: By what right.
    """
    columns = (getattr(_row, name) for name in AuditLine.__dataclass_fields__)
    return select(*columns).where(_in_reach(ctx, permission))


def audit_line(ctx: Context, seq: int) -> AuditLine:
    """Return one row.

    Raises:
        NotFound: There is none, or it concerns a unit out of reach.
    """
    row = ctx.session.execute(audit_lines(ctx).where(_row.seq == seq)).first()
    if row is None:
        raise NotFound(_("没有这条审计记录，或不在您的审计范围内"))
    return AuditLine(*row)


def of_plugin(plugin: str) -> ColumnElement[bool]:
    """Return the condition that an action is a plugin's."""
    # A range, which the index answers at any size: "." is followed by "/".
    return and_(_row.action >= f"{plugin}.", _row.action < f"{plugin}/")


def acted(ctx: Context, text: str) -> ColumnElement[bool]:
    """Return the condition that an action begins with a text, or that its name holds it.

    Args:
        ctx: Who reads.
        text: ``core.grant``, ``petitions.order.``, or Chinese such as 停用账号.
    """
    begins: ColumnElement[bool] = _row.action.startswith(text, autoescape=True)
    called = actions_called(ctx.qimen.registry, text)
    return or_(begins, _row.action.in_(called)) if called else begins


def _in_reach(ctx: Context, permission: str) -> ColumnElement[bool]:
    shown = ctx.visible(permission, _row.org_path)
    if any(len(path) <= SEGMENT for path in ctx.reach(permission)):
        return or_(shown, _row.org_path == "")
    return shown
