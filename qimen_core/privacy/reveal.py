"""Reading one masked field in full: with a reason, on record, and not too often (SECURITY 19)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from qimen_core.audit.models import AuditHead, AuditRow
from qimen_core.db.encrypted import Secret
from qimen_core.db.work import UnitOfWork, unit_of_work
from qimen_core.errors import InvalidInput, NotFound, Throttled
from qimen_core.i18n import translations

if TYPE_CHECKING:
    from qimen_core.context import Context

__all__ = ["Revealed", "reveal"]

_ = translations("qimen_core")
_WINDOW = timedelta(hours=1)
_SHORTEST_REASON = 4


@dataclass(frozen=True, slots=True)
class Revealed:
    """One field, read in full.

    Attributes:
        text: The value.
        left: How many more the user may reveal within the hour.
    """

    text: str
    left: int


def reveal(
    ctx: "Context",
    model: type[SQLModel],
    row_id: int,
    field: str,
    *,
    reason: str,
    permission: str = "core.person.reveal",
    per_hour: int | None = None,
) -> Revealed:
    """Return one personal field in full and write into the audit who read it and why.

    Args:
        ctx: Who asks.
        model: The table; scoped ones are looked up within the reach of ``permission``.
        row_id: The row.
        field: One column with an entry in the privacy registry.
        reason: Why, in the user's words; at least four characters.
        permission: The right to reveal; also the action in the audit.
        per_hour: The threshold; the setting ``reveals_per_hour`` of core when left out.

    Raises:
        InvalidInput: No reason.
        NotFound: No such row in reach, or the field is not a registered personal one.
        Throttled: The user has revealed as many fields in the last hour as is allowed.
    """
    _refuse_thin_reason(reason)
    column = f"{model.__tablename__}.{field}"
    if column not in ctx.qimen.registry.personal_data:
        raise NotFound
    limit = _threshold(ctx) if per_hour is None else per_hour
    subject = f"{model.__tablename__}:{row_id}"
    with unit_of_work(
        ctx, permission, permission=permission, subject=subject, reason=reason.strip()
    ) as uow:
        left = limit - _revealed_lately(uow) - 1
        if left < 0:
            raise Throttled(
                _("一小时内查看完整信息已达 {n} 次上限，请稍后再试。").format(n=limit),
                retry_after=int(_WINDOW.total_seconds()),
            )
        row = uow.session.get(model, row_id)
        if row is None:
            raise NotFound
        uow.unit = getattr(row, "org_path", "")
        uow.changes[str(model.__tablename__)] = {field: _("已查看")}
        value = getattr(row, field)
    return Revealed(value.reveal() if isinstance(value, Secret) else str(value or ""), left)


def _refuse_thin_reason(reason: str) -> None:
    if len(reason.strip()) < _SHORTEST_REASON:
        raise InvalidInput({"reason": _("请写明查看的原因（至少 4 个字）。")})


def _revealed_lately(uow: UnitOfWork) -> int:
    # Locking the head first makes one user's reveals queue, so that two cannot both be the last.
    uow.session.execute(select(col(AuditHead.seq)).where(col(AuditHead.id) == 1).with_for_update())
    counted = select(func.count()).where(
        col(AuditRow.actor_id) == uow.ctx.actor.user_id,
        col(AuditRow.action) == uow.action,
        col(AuditRow.at) > uow.ctx.qimen.clock.now() - _WINDOW,
    )
    return int(uow.session.execute(counted).scalar_one())


def _threshold(ctx: "Context") -> int:
    from qimen_core.settings import CoreSettings

    return ctx.setting(CoreSettings).reveals_per_hour
