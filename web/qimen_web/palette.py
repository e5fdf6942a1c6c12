"""The palette: menus and records behind one box, found by name or pinyin initials."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from qimen_core.i18n import translations
from qimen_core.pinyin import initials

if TYPE_CHECKING:
    from qimen_core.context import Context
    from qimen_core.descriptors import NavItem

__all__ = ["Entry", "find"]

_ = translations("qimen_web")

_initials = lru_cache(maxsize=512)(initials)
_KIND_LIMIT = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette."""

    label: str
    detail: str
    url: str
    icon: str


def find(ctx: "Context", menu: Iterable["NavItem"], query: str) -> Mapping[str, list[Entry]]:
    """Return what matches, by Chinese kind: menus first, then records as the plugins rank them.

    Without a query only the menu is returned.

    Args:
        ctx: Who asks.
        menu: The menu as the asker has it.
        query: What was typed: Chinese, a number, or pinyin initials.
    """
    query = query.strip()
    found: dict[str, list[Entry]] = {}
    pages: list[NavItem | tuple[str, str, str]] = [*menu, *_OWN]
    hits = [
        Entry(str(label), "", url, icon)
        for label, url, icon in (_line(each) for each in pages)
        if _matches(str(label), query)
    ]
    if hits:
        found[str(_("功能"))] = hits
    if query:
        for hit in ctx.qimen.hooks.search(ctx, query):
            group = found.setdefault(str(hit.kind), [])
            if len(group) < _KIND_LIMIT:
                group.append(Entry(str(hit.label), str(hit.detail), hit.url, "arrow-right"))
    return found


_OWN = (
    (_("通知"), "/notices", "bell"),
    (_("个人设置"), "/me", "user-circle"),
    (_("修改密码"), "/me/password", "lock"),
)


def _line(page: "NavItem | tuple[str, str, str]") -> tuple[str, str, str]:
    return page if isinstance(page, tuple) else (page.label, page.url, page.icon)


def _matches(label: str, query: str) -> bool:
    lowered = query.lower()
    return lowered in label.lower() or _initials(label).startswith(lowered)
