"""Addresses of routes by name, and addresses safe to send a browser to."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode, urlsplit

from qimen_web.handlers import Route

__all__ = ["Addresses", "ascii_url", "safe_next"]

_PARAMETER = re.compile(r"\{([a-z_]+):[a-z]+\}")
_URL_SAFE = "/:?#[]@!$&'()*+,;=%~-._"


def ascii_url(url: str) -> str:
    """Return an address whose characters all fit a header: Chinese is percent-encoded."""
    return quote(url, safe=_URL_SAFE)


def safe_next(url: str) -> str:
    """Return the address if it is a path of this site, else the start page.

    Whoever sends somebody a link to our login page must not choose where it leads.
    """
    if not url.startswith("/") or not url.isprintable() or "\\" in url:
        return "/"
    parts = urlsplit(url)
    if parts.scheme or parts.netloc or url.startswith("//"):
        return "/"
    return ascii_url(url)


class Addresses:
    """Builds addresses from the routes' names."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._paths: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        for route in routes:
            pieces = _PARAMETER.split(route.path)
            self._paths[route.name] = (tuple(pieces[0::2]), tuple(pieces[1::2]))

    def __contains__(self, name: str) -> bool:
        return name in self._paths

    def build(self, name: str, params: Mapping[str, object]) -> str:
        """Return the address of a route; see :meth:`qimen_web.request.Request.url`."""
        try:
            literals, names = self._paths[name]
        except KeyError:
            raise LookupError(f"no route is called {name!r}; see routes.lock") from None
        if not names and not params:
            return literals[0]
        rest = dict(params)
        parts = [literals[0]]
        for parameter, literal in zip(names, literals[1:], strict=True):
            if parameter not in rest:
                raise LookupError(f"url({name!r}) needs the parameter {parameter!r}")
            parts += [quote(str(rest.pop(parameter)), safe=""), literal]
        query = urlencode({k: v for k, v in rest.items() if v is not None}, doseq=True)
        return "".join(parts) + (f"?{query}" if query else "")
