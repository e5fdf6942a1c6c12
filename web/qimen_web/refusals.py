"""Why a request goes no further; each has one answer in :mod:`qimen_web.errors`."""

from qimen_core.errors import QimenError

__all__ = ["AccountBlocked", "Forged", "LoginRequired", "TooLarge"]


class LoginRequired(Exception):
    """Nobody is logged in: 302 to the login page, or 401 with ``HX-Redirect``."""


class AccountBlocked(Exception):
    """The account must do something first, e.g. change its password.

    Args:
        path: The page where it does so.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Forged(QimenError):
    """The request was not sent by one of our own pages (403)."""


class TooLarge(QimenError):
    """The body is larger than the route takes (413)."""
