"""The web shell: what a plugin's pages are made of."""

from qimen_web import ui
from qimen_web.handlers import SELF, Route, action, collect, download, fragment, page, public
from qimen_web.request import Request, Upload
from qimen_web.response import Response
from qimen_web.ui import Toast

__all__ = [
    "SELF",
    "Request",
    "Response",
    "Route",
    "Toast",
    "Upload",
    "action",
    "collect",
    "download",
    "fragment",
    "page",
    "public",
    "ui",
]
