"""What the answer puts on other pages."""

from qimen_core import NavItem, translations
from qimen_petitions.answering.templates import MANAGE
from qimen_petitions.reviewing.meetings import MANAGE as REVIEW

__all__ = ["answering_menu"]

_ = translations("qimen_petitions")


def answering_menu() -> list[NavItem]:
    """Return the lines of the menu."""
    url = "/petitions/templates"
    return [
        NavItem("templates", _("答复模板"), "message-circle", url, MANAGE, order=81),
        NavItem("reviews", _("评议会"), "users-group", "/petitions/reviews", REVIEW, order=82),
    ]
