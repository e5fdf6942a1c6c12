"""The conditions by which a lent row is found, in SQL and one by one."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, false, literal, or_, select

from qimen_core.db.scoped import Scoped
from qimen_core.lending.models import Lent
from qimen_core.lending.references import RowRef

if TYPE_CHECKING:
    from qimen_core.context import Context

__all__ = ["borrowed", "is_lent", "visible_rows"]

# An alias: a statement that names the table itself must not be taken for the enclosing one.
_lent = Lent.__table__.alias("lent")  # type: ignore[attr-defined]


def visible_rows(ctx: "Context", permission: str, model: type[Scoped]) -> ColumnElement[bool]:
    """Return the condition for the rows of a model that the actor reaches, lent ones included."""
    reached = ctx.visible(permission, getattr(model, model.scope_column))
    if not _may_borrow(ctx, permission, model):
        return reached
    return or_(reached, borrowed(ctx, permission, model))


def borrowed(ctx: "Context", permission: str, model: type[Scoped]) -> ColumnElement[bool]:
    """Return the condition "lent to a unit where the actor holds the permission".

    False where the permission or the table is never lent. A plugin that is off, at the unit that
    borrows or at the row's own, closes the loan.
    """
    if not _may_borrow(ctx, permission, model) or model.lent_as is None:
        return false()
    kind, name = model.lent_as
    column: Any = getattr(model, name)
    path: Any = getattr(model, model.scope_column)
    ours = ctx.visible(permission, _lent.c.org_path)
    open_here = ctx.where_on(permission.partition(".")[0], path)
    return and_(column.in_(_named(kind).where(ours)), open_here)


def _named(kind: str) -> Select[Any]:
    """Return the ids lent of one kind; without a kind, the subjects ``kind:id`` of all of them."""
    if kind:
        return select(_lent.c.row_id).where(_lent.c.kind == kind)
    return select(_lent.c.kind + literal(":") + cast(_lent.c.row_id, String))


def _may_borrow(ctx: "Context", permission: str, model: type[Scoped]) -> bool:
    if model.lent_as is None:
        return False
    reach = ctx.reach(permission) if ctx.is_lent_right(permission) else ()
    return bool(reach) and reach != ("",)


def is_lent(ctx: "Context", permission: str, row: RowRef) -> bool:
    """Say whether a row is lent to a unit where the actor holds the permission."""
    if not ctx.is_lent_right(permission) or not ctx.reach(permission):
        return False
    found = select(_lent.c.id).where(
        _lent.c.kind == row.kind,
        _lent.c.row_id == row.row_id,
        ctx.visible(permission, _lent.c.org_path),
    )
    return ctx.session.execute(found.limit(1)).first() is not None
