"""The frame around a page: menu, account, name of the site."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qimen_core.descriptors import NavItem
from qimen_core.i18n import current_language, translations
from qimen_web.handlers import SELF
from qimen_web.notices import unread

if TYPE_CHECKING:
    from qimen_web.request import Request

__all__ = ["NavEntry", "frame", "menu"]

_ = translations("qimen_web")

# Everybody's start page stands in no permission table, so no hook can offer it.
_TODAY = NavItem("today", _("今日"), "home", "/today", SELF, order=0)


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One line of the menu."""

    label: str
    icon: str
    url: str
    badge: int | None
    active: bool


def frame(request: "Request") -> dict[str, object]:
    """Return what ``web/layout.html`` and ``web/public.html`` need."""
    values: dict[str, object] = {
        "site_name": request.shell.qimen.config.site_name,
        "language": current_language(),
        "user": request.user,
        "nav": (),
        "notices_count": 0,
    }
    if request.sign_in is not None and request.ctx.actor.kind == "user":
        values["nav"] = _entries(request)
        values["notices_count"] = unread(request.ctx)
    return values


def menu(request: "Request") -> list[NavItem]:
    """Return the menu as the asker has it."""
    return [_TODAY, *request.shell.qimen.hooks.nav_items(request.ctx)]


def _entries(request: "Request") -> tuple[NavEntry, ...]:
    items = menu(request)
    here = request.path
    paths = {item.url: item.url.partition("?")[0] for item in items}
    matching = [url for url, path in paths.items() if here == path or here.startswith(path + "/")]
    best = max(matching, key=lambda url: len(paths[url]), default="")
    return tuple(
        NavEntry(str(item.label), item.icon, item.url, item.badge or None, item.url == best)
        for item in items
    )
