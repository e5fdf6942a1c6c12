"""Requests that go on in a worker: what takes long is asked for once and done in a job.

The job calls the same view with the same address and form, in the name of who asked and with the
rights that this account has by then. A view that can go on so asks :func:`carried_by`.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from json import dumps, loads
from typing import Any, Final
from weakref import WeakKeyDictionary

from litestar.types import HTTPScope
from sqlalchemy import select

from qimen_core.context import Context
from qimen_core.db.session import scope, unscoped
from qimen_core.errors import Forbidden, NotFound, QimenError
from qimen_core.i18n import translations
from qimen_core.jobs import JobRefused, RunningJob
from qimen_core.org.models import OrgUnit
from qimen_core.runtime import Qimen
from qimen_web.csrf import FIELD
from qimen_web.guards import check_permission
from qimen_web.handlers import Route
from qimen_web.request import FormData, RawRequest, Request, Sent
from qimen_web.shell import Shell

__all__ = [
    "CarriedRequest",
    "Home",
    "asked",
    "carried_by",
    "home",
    "run_carried",
    "seal",
    "unsealed",
]

_ = translations("qimen_web")
TRAY: Final = "core.job.read"
_U: Any = OrgUnit
_shells: WeakKeyDictionary[Qimen, Shell] = WeakKeyDictionary()


class CarriedRequest(Request):
    """A request that a worker goes on with; ``job`` takes progress, result and files."""

    def __init__(self, shell: Shell, route: Route, ctx: Context, job: RunningJob) -> None:
        asked = job.payload
        params: Mapping[str, object] = asked["params"]
        scope_: Any = {
            "type": "http",
            "method": route.methods[0],
            "path": shell.urls.build(route.name, params),
            "query_string": str(asked["query"]).encode("latin-1"),
            "headers": [],
            "path_params": params,
        }
        made: HTTPScope = scope_
        sent = Sent(form=FormData([(name, value) for name, value in asked["form"]]), params=params)
        super().__init__(shell, route, RawRequest(made), ctx, sent=sent)
        self.job = job


def carried_by(request: Request) -> RunningJob | None:
    """Return the job that goes on with a request, None while a browser waits for the answer."""
    return request.job if isinstance(request, CarriedRequest) else None


def asked(request: Request, title: str) -> dict[str, Any]:
    """Return a request as a job's payload: JSON-able, without the form token."""
    return {
        "route": request.route.name,
        "params": dict(request.raw.scope.get("path_params", {})),
        "query": request.raw.query_string.decode("latin-1"),
        "form": [list(pair) for pair in request.form.pairs() if pair[0] != FIELD],
        "title": str(title),
    }


def run_carried(job: RunningJob) -> None:
    """Call the view that a request asked for; the rights are those of this moment.

    Raises:
        JobRefused: The account may not do it any more, or what was asked cannot be done.
    """
    if job.state.get("done"):
        return  # the worker died between the last step and saying so
    shell = _shell(job.qimen)
    route = next((each for each in shell.routes if each.name == job.payload["route"]), None)
    if route is None or route.permission is None:
        raise JobRefused(_("这项功能已不再提供，任务没有执行。"))
    with job.context() as ctx:
        try:
            check_permission(route, ctx)
            request = CarriedRequest(shell, route, ctx, job)
            with scope(ctx.session, ctx, route.permission):
                route(request, **job.payload["params"])
        except JobRefused:
            raise
        except (Forbidden, NotFound) as error:
            raise JobRefused(_no_longer(job, route.permission)) from error
        except QimenError as error:
            # What was asked is at fault and not the moment: another try would find the same.
            raise JobRefused(error.message) from error


@dataclass(frozen=True, slots=True)
class Home:
    """The unit that a file belongs to."""

    id: int
    path: str


def home(ctx: Context, permission: str) -> Home:
    """Return the unit that a file made by ``permission`` belongs to: one's own, or the topmost.

    Raises:
        NotFound: The permission holds nowhere.
    """
    reach = (ctx.actor.org_path, *ctx.reach(permission))
    paths = [path for path in reach if ctx.can(permission, path) and ctx.can(TRAY, path)]
    with unscoped(ctx.session):
        for path in paths:
            found = ctx.session.execute(select(_U.id, _U.path).where(_U.path == path)).first()
            if found is not None:
                return Home(found.id, found.path)
    raise NotFound


def seal(shell: Shell, user_id: int, payload: Mapping[str, Any]) -> tuple[str, str]:
    """Return a payload as text and its seal, for a form that comes back from the same account."""
    text = dumps(payload, ensure_ascii=True, sort_keys=True)
    return text, _mac(shell, user_id, text)


def unsealed(shell: Shell, user_id: int, text: str, mac: str) -> dict[str, Any]:
    """Return what was sealed for this account.

    Raises:
        NotFound: It was not.
    """
    if not hmac.compare_digest(_mac(shell, user_id, text).encode(), mac.encode()):
        raise NotFound
    found: dict[str, Any] = loads(text)
    return found


def _mac(shell: Shell, user_id: int, text: str) -> str:
    key = shell.qimen.keys.derive("carried")
    return hmac.new(key, f"{user_id} {text}".encode(), sha256).hexdigest()


def _no_longer(job: RunningJob, permission: str) -> str:
    known = job.qimen.registry.permissions.get(permission)
    text = _("您已没有“{right}”的权限，或该模块已停用，任务没有执行。")
    return text.format(right=known.label if known else permission)


def _shell(qimen: Qimen) -> Shell:
    """Return a shell for workers; they know addresses and routes, and listen to nobody."""
    found = _shells.get(qimen)
    if found is None:
        from qimen_web.app import make_shell

        found = _shells[qimen] = make_shell(qimen)
    return found
