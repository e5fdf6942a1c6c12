"""The five decorators that make routes; there is no other way to answer a request.

A view is a plain synchronous function. The decorator turns it into a :class:`Route`; the app
makes one handler of each route, with its session, guards and rendering in one thread.
"""

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Concatenate, Literal, ParamSpec

from qimen_web.response import Response

if TYPE_CHECKING:
    from qimen_web.request import Request

__all__ = ["SELF", "Route", "action", "collect", "download", "fragment", "page", "public"]

P = ParamSpec("P")
View = Callable[Concatenate["Request", P], Response]
Kind = Literal["page", "fragment", "action", "download", "public"]
Lane = Literal["main", "slow"]

SELF = "core.account.own"
"""What every logged-in account may: its own profile, its own start page, logging out."""

KIB, MIB = 1024, 1024 * 1024


@dataclass(frozen=True)
class Route:
    """One address and the view that answers it.

    Attributes:
        path: With Litestar's typed parameters, e.g. ``/petitions/{order_id:int}``.
        kind: Which decorator made it.
        methods: HTTP methods.
        permission: The right it needs; None for public routes only.
        plugin: The plugin that must be on: the first part of the permission, or as named.
        name: ``<owner>:<function>``; what ``url()`` takes. The owner is the plugin that
            registers the route.
        view: The function.
        body_limit: Bytes a body may have.
        lane: ``slow`` runs beside the others, two at a time (password hashes).
        unfinished: Whether an account that must change its password first may come here.
        unsigned: Whether a browser or a program posts here without a form of ours and so without
            a token; the body arrives whole in the form field ``body``.
    """

    path: str
    kind: Kind
    methods: tuple[str, ...]
    permission: str | None
    plugin: str
    name: str
    view: Callable[..., Response]
    body_limit: int = 256 * KIB
    lane: Lane = "main"
    unfinished: bool = False
    unsigned: bool = False

    def __call__(self, request: "Request", **params: object) -> Response:
        """Call the view itself."""
        return self.view(request, **params)


def _check(view: Callable[..., object], permission: str) -> None:
    name = f"{view.__module__}.{view.__qualname__}"
    parts = permission.split(".")
    if len(parts) < 2 or not all(parts):
        raise TypeError(
            f"{name}: permission {permission!r} must be '<plugin>.<thing>.<verb>'; "
            "name the right the handler needs"
        )
    if inspect.iscoroutinefunction(view):
        raise TypeError(f"{name}: a view is a plain function; take 'async' away")


def _made(
    kind: Kind,
    path: str,
    permission: str,
    *,
    methods: Sequence[str] = ("GET",),
    body_limit: int = KIB,
    lane: Lane = "main",
    unfinished: bool = False,
) -> Callable[[Callable[P, Response]], Route]:
    def decorate(view: Callable[P, Response]) -> Route:
        _check(view, permission)
        owner = permission.partition(".")[0]
        return Route(
            path=path,
            kind=kind,
            methods=tuple(methods),
            permission=permission,
            plugin=owner,
            name=f"{owner}:{view.__name__}",
            view=view,
            body_limit=body_limit,
            lane=lane,
            unfinished=unfinished,
        )

    return decorate


def page(
    path: str, *, permission: str, unfinished: bool = False
) -> Callable[[Callable[P, Response]], Route]:
    """Make a GET route that answers a whole page, or a block of it to htmx.

    Args:
        path: The address.
        permission: The right it needs.
        unfinished: Open to an account that must change its password first.
    """
    return _made("page", path, permission, unfinished=unfinished)


def fragment(
    path: str, *, permission: str, unfinished: bool = False
) -> Callable[[Callable[P, Response]], Route]:
    """Make a GET route that answers a part of a page; guarded like a page."""
    return _made("fragment", path, permission, unfinished=unfinished)


def action(
    path: str,
    *,
    permission: str,
    body_limit: int = 256 * KIB,
    lane: Lane = "main",
    unfinished: bool = False,
) -> Callable[[Callable[P, Response]], Route]:
    """Make a POST route; origin and form token are checked before the view is called.

    Args:
        path: The address.
        permission: The right it needs.
        body_limit: Bytes the body may have; raise it where files are sent.
        lane: ``slow`` for what hashes a password.
        unfinished: Open to an account that must change its password first.
    """
    return _made(
        "action",
        path,
        permission,
        methods=("POST",),
        body_limit=body_limit,
        lane=lane,
        unfinished=unfinished,
    )


def download(path: str, *, permission: str) -> Callable[[Callable[P, Response]], Route]:
    """Make a GET route that answers a file."""
    return _made("download", path, permission)


def public(
    path: str,
    *,
    plugin: str,
    methods: Sequence[str] = ("GET",),
    body_limit: int = 256 * KIB,
    lane: Lane = "main",
    unsigned: bool = False,
) -> Callable[[Callable[P, Response]], Route]:
    """Make a route that needs no account.

    A parameter called ``unit`` holds a division code: where the plugin is off at that unit the
    answer is 404.

    Args:
        path: The address.
        plugin: The plugin that must be on.
        methods: HTTP methods; unsafe ones need origin and form token like an action.
        body_limit: Bytes the body may have.
        lane: ``slow`` for what hashes a password.
        unsigned: Takes what a browser posts by itself, for reports that change nothing; or what a
            program posts, for views that ask it for a key and give a sign-in no weight.
    """

    def decorate(view: Callable[P, Response]) -> Route:
        _check(view, f"{plugin}.public")
        return Route(
            path=path,
            kind="public",
            methods=tuple(methods),
            permission=None,
            plugin=plugin,
            name=f"{plugin}:{view.__name__}",
            view=view,
            body_limit=body_limit,
            lane=lane,
            unsigned=unsigned,
        )

    return decorate


def collect(*modules: ModuleType) -> list[Route]:
    """Return every route that the modules define, in the order of their source."""
    found: Iterable[object] = (value for module in modules for value in vars(module).values())
    return [value for value in found if isinstance(value, Route)]
