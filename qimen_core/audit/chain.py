"""The hash chain: one row a unit of work, in its transaction."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from qimen_core.audit.models import AuditHead, AuditRow
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.keys import KeyRing

if TYPE_CHECKING:
    from qimen_core.db.work import UnitOfWork

__all__ = ["Anchor", "append", "digest"]

_ = translations("qimen_core")

# SECURITY 23: a clock that runs further behind the last row than this refuses writes.
MAX_CLOCK_LAG = timedelta(minutes=5)


@dataclass(frozen=True)
class Anchor:
    """Where the chain ends after a commit; kept outside the table as well."""

    seq: int
    hash: str


def digest(keys: KeyRing, row: AuditRow) -> str:
    """Return the keyed hash of a row and of the one before it, as 64 hex digits."""
    body = json.dumps(
        [
            row.seq,
            row.at.isoformat(),
            row.actor_id,
            row.actor,
            row.action,
            row.org_path,
            row.subject,
            row.reason,
            row.fields,
            row.previous,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return keys.audit_mac(body.encode())


def append(uow: "UnitOfWork") -> Anchor:
    """Write the audit row of a unit of work at the end of the chain.

    The head row is locked until the commit, so the order of the chain is the order of commits.

    Raises:
        QimenError: The clock runs more than five minutes behind the last row.
    """
    session, ctx = uow.session, uow.ctx
    seq, previous = session.execute(
        select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()  # type: ignore[call-overload]
    ).one()
    at = ctx.qimen.clock.now()
    _refuse_late_clock(uow, seq)
    row = AuditRow(
        seq=seq + 1,
        at=at,
        actor_id=ctx.actor.user_id,
        actor=ctx.actor.name,
        action=uow.action,
        org_path=uow.unit,
        subject=uow.subject,
        reason=uow.reason,
        fields={table: dict(fields) for table, fields in uow.changes.items()},
        previous=previous,
        hash="",
    )
    row.hash = digest(ctx.qimen.keys, row)
    session.add(row)
    head = AuditHead.id == 1
    session.execute(
        update(AuditHead)  # lint-ok: sql-bulk -- the head of the chain, inside the unit of work
        .where(head)  # type: ignore[arg-type]
        .values(seq=row.seq, hash=row.hash)
    )
    session.flush()
    return Anchor(row.seq, row.hash)


def _refuse_late_clock(uow: "UnitOfWork", seq: int) -> None:
    last = uow.session.execute(
        select(AuditRow.at).where(AuditRow.seq == seq)  # type: ignore[call-overload]
    ).scalar_one_or_none()
    if last is not None and uow.ctx.qimen.clock.now() < last - MAX_CLOCK_LAG:
        raise QimenError(_("服务器时间比最后一条审计记录早 5 分钟以上,请先校准服务器时间再操作。"))
