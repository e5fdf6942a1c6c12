"""The pages of an application, read from its router, so that a new one is tested unasked."""

import re
from collections.abc import Iterator, Mapping

from qimen_core.context import Context
from qimen_core.runtime import Qimen
from qimen_web.app import routes_of
from qimen_web.handlers import SELF, Route

__all__ = ["address", "open_pages", "parameters", "routes_by_plugin"]

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def routes_by_plugin(qimen: Qimen, plugin: str) -> list[Route]:
    """Return the routes that are gone where ``plugin`` is off."""
    return [route for route in routes_of(qimen) if route.plugin == plugin]


def parameters(route: Route) -> list[str]:
    """Return the names of a route's path parameters."""
    return _PARAMETER.findall(route.path)


def address(route: Route, samples: Mapping[str, object]) -> str:
    """Return the route's path with its parameters filled in.

    Raises:
        KeyError: There is no sample for a parameter; add one where the samples are made.
    """
    return _PARAMETER.sub(lambda found: str(samples[found[1]]), route.path)


def open_pages(qimen: Qimen, ctx: Context) -> Iterator[Route]:
    """Yield the pages without parameters that ``ctx`` may see."""
    for route in routes_of(qimen):
        if route.kind != "page" or parameters(route):
            continue
        if route.permission == SELF or ctx.can_anywhere(route.permission or ""):
            yield route
