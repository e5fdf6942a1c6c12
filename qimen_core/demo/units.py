"""The units of a demo set, planted as a deployment's tree."""

from collections.abc import Sequence

from qimen_core.db.work import UnitOfWork
from qimen_core.demo.sets import DemoSet, DemoUnit
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.org.queries import Unit
from qimen_core.org.tree import NewUnit, create

__all__ = ["plant"]

_ = translations("qimen_core")


def plant(uow: UnitOfWork, chosen: DemoSet, units: Sequence[DemoUnit]) -> dict[str, Unit]:
    """Create the units and return them by code.

    Raises:
        QimenError: A unit stands before its parent.
    """
    planted: dict[str, Unit] = {}
    for unit in units:
        if unit.parent and unit.parent not in planted:
            message = _("演示集 {name}：{unit} 的上级 {parent} 不在它前面")
            raise QimenError(
                message.format(name=chosen.name, unit=unit.name or unit.code, parent=unit.parent)
            )
        new = NewUnit(
            kind=unit.kind,
            name=unit.name,
            code=unit.code if unit.code.isdecimal() else None,
            parent_id=planted[unit.parent].id if unit.parent else None,
            valid_from=chosen.since,
        )
        planted[unit.code] = create(uow, new)
    return planted
