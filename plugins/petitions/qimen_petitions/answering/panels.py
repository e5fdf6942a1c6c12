"""What the answer puts on other pages."""

from qimen_core import NavItem, translations
from qimen_petitions.answering.templates import MANAGE

__all__ = ["answering_menu"]

_ = translations("qimen_petitions")


def answering_menu() -> list[NavItem]:
    """Return the lines of the menu."""
    url = "/petitions/templates"
    return [NavItem("templates", _("答复模板"), "message-circle", url, MANAGE, order=81)]
