"""Builds the application: one handler per route, and nothing that is not a route."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import structlog
from anyio import to_thread
from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException, MethodNotAllowedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.response import Response as LitestarResponse
from litestar.types import ASGIApp, Receive, Scope, Send

from qimen_core.access.passwords import Passwords
from qimen_core.errors import Forbidden, NotFound, QimenError
from qimen_core.runtime import Qimen
from qimen_web.answering import answer
from qimen_web.assets import PREFIX, Assets
from qimen_web.body import AppRequest, read_body
from qimen_web.csrf import SAFE_METHODS
from qimen_web.handlers import Route, collect
from qimen_web.headers import harden
from qimen_web.refusals import TooLarge
from qimen_web.request import RawRequest, Sent
from qimen_web.response import Response
from qimen_web.shell import Shell

__all__ = ["UnguardedHandler", "create_app", "make_shell", "mount", "routes_of"]

log = structlog.get_logger("qimen.web")

_MARK = "qimen_route"


class UnguardedHandler(RuntimeError):
    """A plugin offers a handler that no decorator made, so that nothing guards it."""


def routes_of(qimen: Qimen) -> list[Route]:
    """Return every route of the loaded plugins, each under its owner's name.

    Raises:
        UnguardedHandler: Something else than a route was registered.
    """
    found: list[Route] = []
    taken: dict[tuple[str, str], str] = {}
    for each in qimen.registry.contributions:
        owner = each.meta.name
        for item in _flat((*each.routes, *each.public_routes)):
            route = _owned(owner, item)
            clash = [taken[key] for m in route.methods if (key := (m, route.path)) in taken]
            if clash:
                # The one who came first keeps the address; the other pages of both live on.
                log.error("route_taken", route=route.name, path=route.path, by=clash[0])
                continue
            taken.update({(method, route.path): route.name for method in route.methods})
            found.append(route)
    _refuse_twins(found)
    return found


def _flat(items: Iterable[object]) -> Iterable[object]:
    for item in items:
        if isinstance(item, ModuleType):
            yield from collect(item)
        else:
            yield item


def _owned(owner: str, item: object) -> Route:
    if not isinstance(item, Route):
        # A framework's own handler keeps the function as ``fn``: that is what its author wrote.
        function = getattr(item, "fn", item)
        name = getattr(function, "__qualname__", None) or type(item).__name__
        module = getattr(function, "__module__", "")
        raise UnguardedHandler(
            f"Plugin {owner!r} registers {module}.{name}, which no guard protects. Decorate it "
            "with @page, @fragment, @action or @download and a permission, or with @public."
        )
    return replace(item, name=f"{owner}:{item.view.__name__}")


def _refuse_twins(routes: Sequence[Route]) -> None:
    seen: dict[str, Route] = {}
    for route in routes:
        if route.name in seen:
            raise ValueError(
                f"Two routes are called {route.name!r}: {seen[route.name].path} and "
                f"{route.path}. Rename one of the functions."
            )
        seen[route.name] = route


def make_shell(qimen: Qimen, passwords: Passwords | None = None) -> Shell:
    """Return what requests of a deployment are answered with; a worker needs no more.

    Raises:
        UnguardedHandler: A plugin registers a handler without a guard.
    """
    return Shell(qimen, routes_of(qimen), _assets(qimen), passwords)


def create_app(
    qimen: Qimen,
    *,
    passwords: Passwords | None = None,
    on_startup: Sequence[Callable[[], None]] = (),
    on_shutdown: Sequence[Callable[[], None]] = (),
) -> Litestar:
    """Return the application of an opened deployment.

    Args:
        qimen: The deployment.
        passwords: The hasher; tests take a cheap one.
        on_startup: Called when the server is about to listen.
        on_shutdown: Called when it stops.

    Raises:
        UnguardedHandler: A plugin registers a handler without a guard.
    """
    shell = make_shell(qimen, passwords)
    app = mount(shell.routes, on_startup=on_startup, on_shutdown=on_shutdown)
    app.state.shell = shell
    return app


def mount(
    routes: Sequence[Route],
    *,
    on_startup: Sequence[Callable[[], None]] = (),
    on_shutdown: Sequence[Callable[[], None]] = (),
) -> Litestar:
    """Return an application of these routes that answers with the shell in its ``state.shell``.

    Args:
        routes: What :func:`routes_of` returned.
        on_startup: Called when the server is about to listen.
        on_shutdown: Called when it stops.
    """
    return Litestar(
        route_handlers=[*map(_handler, routes), _static()],
        guards=[_deny_unmarked],
        openapi_config=None,
        exception_handlers={HTTPException: _refused, Exception: _refused},
        request_max_body_size=64 * 1024,
        multipart_form_part_limit=200,
        logging_config=None,
        debug=False,
        on_startup=list(on_startup),
        on_shutdown=list(on_shutdown),
    )


def _assets(qimen: Qimen) -> Assets:
    folders: dict[str, Path] = {}
    for each in qimen.registry.contributions:
        folder = (
            Path(str(files(each.package))) / "static" / each.meta.name if each.package else None
        )
        if folder is not None and folder.is_dir():
            folders[each.meta.name] = folder
    return Assets(folders, dev=qimen.config.dev)


async def _deny_unmarked(
    connection: "ASGIConnection[Any, Any, Any, Any]", handler: BaseRouteHandler
) -> None:
    """Deny every handler that the decorators did not make: OPTIONS, mounts, whatever comes."""
    del connection
    if _MARK not in handler.opt:
        raise PermissionDeniedException


def _shell(request: AppRequest) -> Shell:
    shell: Shell = request.app.state.shell
    return shell


def _handler(route: Route) -> HTTPRouteHandler:
    async def endpoint(request: AppRequest) -> ASGIApp:
        shell = _shell(request)
        raw = RawRequest(request.scope)
        params: Mapping[str, object] = request.scope["path_params"]
        sent = Sent(params=params)
        if raw.method not in SAFE_METHODS:
            try:
                form, files = await read_body(request, whole=route.unsigned)
                sent = Sent(form, files, params)
            except QimenError as error:
                sent = Sent(params=params, problem=error)
        limiter = shell.slow_limiter if route.lane == "slow" else shell.limiter
        return await to_thread.run_sync(answer, shell, route, raw, sent, limiter=limiter)

    return HTTPRouteHandler(
        route.path,
        http_method=[HttpMethod(method) for method in route.methods],
        name=route.name,
        opt={_MARK: route},
        request_max_body_size=route.body_limit,
        status_code=200,
        include_in_schema=False,
    )(endpoint)


def _static() -> HTTPRouteHandler:
    async def endpoint(request: AppRequest) -> ASGIApp:
        raw = RawRequest(request.scope)
        status, headers, body = _shell(request).assets.answer(
            raw.method,
            raw.path[len(PREFIX) :],
            raw.header("if-none-match"),
            raw.header("accept-encoding"),
        )
        return _Ready(status, headers, body)

    return HTTPRouteHandler(
        f"{PREFIX}{{path:path}}",
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        name="web:static",
        opt={_MARK: None},
        status_code=200,
        include_in_schema=False,
    )(endpoint)


class _Ready(Response):
    """An answer whose headers are complete already."""

    __slots__ = ()

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        super().__init__(body, status=status, media_type="")
        self.headers = [pair for pair in headers if pair[0] != b"content-length"]


def _refused(request: AppRequest, error: Exception) -> LitestarResponse[bytes]:
    """Answer what never reached a route: unknown address, wrong method."""
    return _Later(_shell(request), RawRequest(request.scope), error)


def _missing(request: object) -> Response:
    raise NotFound


_NOWHERE = Route("", "public", ("GET",), None, "web", "web:missing", _missing)


class _Later(LitestarResponse[bytes]):
    """An answer that is made in a thread like every other, not on the event loop."""

    def __init__(self, shell: Shell, raw: RawRequest, error: Exception) -> None:
        super().__init__(b"", media_type="text/html")
        self._shell, self._raw, self._error = shell, raw, error

    def to_asgi_response(self, *_args: object, **_options: object) -> ASGIApp:  # type: ignore[override]
        """Return the application that makes and sends it."""
        return self._send

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await to_thread.run_sync(self._answer, limiter=self._shell.limiter)
        await response(scope, receive, send)

    def _answer(self) -> Response:
        error = self._error
        if isinstance(error, MethodNotAllowedException):
            response = Response(b"", status=405, media_type="")
            harden(response, secure=self._shell.cookies.secure)
        else:
            problem = _translated(error) if isinstance(error, HTTPException) else error
            response = answer(self._shell, _NOWHERE, self._raw, Sent(problem=problem))
        if isinstance(error, HTTPException):
            for name, value in (error.headers or {}).items():
                response.header(name.lower(), value)
        return response


def _translated(error: HTTPException) -> Exception:
    known: dict[int, type[QimenError]] = {403: Forbidden, 404: NotFound, 413: TooLarge}
    kind = known.get(error.status_code)
    if kind is not None:
        return kind()
    return QimenError() if error.status_code < 500 else error
