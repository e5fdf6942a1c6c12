"""Moving a subtree: every path in it is rewritten, in all tables, in one transaction."""

from typing import Any

from sqlalchemy import func, select

from qimen_core import search
from qimen_core.db.rewriting import rewrite_paths
from qimen_core.db.session import unscoped
from qimen_core.db.types import PATH_LIMIT
from qimen_core.db.work import UnitOfWork
from qimen_core.errors import InvalidInput
from qimen_core.i18n import translations
from qimen_core.org.history import keep_state
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import SEGMENT, under
from qimen_core.org.queries import Unit
from qimen_core.org.tree import check_kind, free_path, load, view

__all__ = ["move"]

_ = translations("qimen_core")
U: Any = OrgUnit


def move(
    uow: UnitOfWork, unit_id: int, new_parent_id: int | None, version: int | None = None
) -> Unit:
    """Put a unit and everything below it under another parent, from today on; return it.

    Codes stay as they are: after a transfer between counties the statistics bureau issues new
    ones later, by its own table.

    Args:
        uow: opened with `moving=True`.
        unit_id: the unit.
        new_parent_id: its new parent; None makes it a root.
        version: the unit's version that the actor saw.

    Raises:
        RuntimeError: the unit of work was not opened for moving.
        InvalidInput: the new parent lies in the subtree, or may not have such a child.
        NotFound: the unit or the new parent is out of reach.
        Forbidden: the actor may not manage units at both places.
        Conflict: somebody else changed the unit since `version` was read.
    """
    if not uow.moving:
        raise RuntimeError("move() needs unit_of_work(…, moving=True)")
    unit = load(uow, unit_id, version)
    parent = load(uow, new_parent_id, lock=True) if new_parent_id is not None else None
    uow.check_reach(unit.path)
    uow.check_reach(parent.path if parent else "")
    if unit.parent_id == new_parent_id:
        return view(unit)
    if parent is not None and parent.path.startswith(unit.path):
        raise InvalidInput({"parent_id": _("不能把单位移到它自己的下级之下").format()})
    if errors := check_kind(uow, unit.kind, parent):
        raise InvalidInput({"parent_id": errors["kind"]})
    old, new = unit.path, free_path(uow, parent)
    _refuse_too_deep(uow, old, new)
    keep_state(uow, unit, uow.ctx.qimen.clock.today())
    unit.parent_id = new_parent_id
    unit.version += 1
    rewrite_paths(uow, old, new)
    search.moved(uow, new)
    moved = load(uow, unit_id)
    return view(moved)


def _refuse_too_deep(uow: UnitOfWork, old: str, new: str) -> None:
    with unscoped(uow.session):
        longest = uow.session.execute(
            select(func.max(func.length(U.path))).where(under(U.path, old))
        ).scalar_one()
    if longest - len(old) + len(new) > PATH_LIMIT:
        message = _("组织层级最多 {count} 层").format(count=PATH_LIMIT // SEGMENT)
        raise InvalidInput({"parent_id": message})
