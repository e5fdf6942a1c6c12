"""Units by the names that lists give them: with or without 居委会, below their township or not."""

# lint-ok-file: chinese -- endings of units' names in other people's lists

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from qimen_core import Context, OrgUnit, translations
from qimen_core.excel import BadCell
from qimen_core.org.paths import SEGMENT
from qimen_core.org.queries import Unit

__all__ = ["Places"]

_ = translations("qimen_petitions")

_U: Any = OrgUnit
_DESKS = ("community", "township")
_MOST = 20_000
_ENDING = re.compile(r"(?:居民委员会|村民委员会|居委会|村委会|委会)$")
_KIND = re.compile(r"(?:社区|村)$")
_SHORT_CODE = 9


class Places:
    """The units within reach that may be given a petition, by name and by code.

    Args:
        ctx: Who imports; the session is scoped to the permission to import.
    """

    def __init__(self, ctx: Context) -> None:
        columns = (getattr(OrgUnit, name) for name in Unit._fields)
        wanted = (
            select(*columns).where(_U.valid_to.is_(None), _U.kind.in_(_DESKS)).order_by(_U.path)
        )
        self._units = [Unit(*row) for row in ctx.session.execute(wanted.limit(_MOST))]
        self._paths = {unit.path: unit for unit in self._units}
        self._ids = {unit.id: unit for unit in self._units}
        self._exact: dict[str, list[Unit]] = defaultdict(list)
        self._loose: dict[str, list[Unit]] = defaultdict(list)
        for unit in self._units:
            for name in self._full(unit):
                self._exact[name].append(unit)
            for name in self._short(unit):
                self._loose[name].append(unit)

    def by_id(self, unit_id: int) -> Unit | None:
        """Return a unit within reach, None where there is none of that id."""
        return self._ids.get(unit_id)

    def find(self, text: str) -> Unit:
        """Return the unit that a cell means.

        Raises:
            BadCell: None within reach is called so, or several are.
        """
        name = _tidy(text)
        found = self._exact.get(name) or self._loose.get(_bare(name)) or []
        if len(found) == 1:
            return found[0]
        if not found:
            raise BadCell(
                _("您的辖区内没有“{name}”").format(name=text),
                _("请写社区、村或乡镇的名称，或 12 位区划代码。"),
            )
        names = "、".join(f"{self._above(unit)}{unit.name}" for unit in found[:4])
        raise BadCell(
            _("有 {n} 个单位叫“{name}”").format(n=len(found), name=text),
            _("请在前面加上乡镇，如：{names}。").format(names=names),
        )

    def _above(self, unit: Unit) -> str:
        up = self._paths.get(unit.path[:-SEGMENT])
        return up.name if up is not None else ""

    def _full(self, unit: Unit) -> Iterator[str]:
        yield _tidy(unit.name)
        if above := self._above(unit):
            yield _tidy(above + unit.name)
        if unit.code:
            yield unit.code
            yield unit.code[:_SHORT_CODE] if unit.kind == "township" else unit.code

    def _short(self, unit: Unit) -> Iterator[str]:
        yield _bare(_tidy(unit.name))
        if above := self._above(unit):
            yield _bare(_tidy(above + unit.name))


def _tidy(text: str) -> str:
    return re.sub(r"[\s/\\>\-—·]+", "", unicodedata.normalize("NFKC", text))


def _bare(name: str) -> str:
    return _KIND.sub("", _ENDING.sub("", name))
