"""From a request to its answer, all in one thread: session, guards, view, rendering."""

from contextlib import nullcontext
from dataclasses import replace

from qimen_core.access.sessions import SignIn
from qimen_core.context import Actor, Context
from qimen_core.db.session import QimenSession, scope
from qimen_core.errors import NotFound
from qimen_web import errors
from qimen_web.cookies import set_cookie
from qimen_web.csrf import FIELD, HEADER, SAFE_METHODS, check_origin, check_token
from qimen_web.guards import check_account, check_permission, check_public_unit
from qimen_web.handlers import SELF, Route
from qimen_web.headers import harden
from qimen_web.refusals import AccountBlocked, LoginRequired
from qimen_web.rendering import Rendering, rendering
from qimen_web.request import RawRequest, Request, Sent
from qimen_web.response import Response
from qimen_web.shell import Shell

__all__ = ["answer"]

BACKGROUND = "x-background"
_BIGGEST = 2**63 - 1
_NOTHING = Sent()


def answer(shell: Shell, route: Route, raw: RawRequest, sent: Sent = _NOTHING) -> Response:
    """Answer a request.

    Args:
        shell: The running shell.
        route: What was asked.
        raw: What came over the wire.
        sent: What came with it: form, files, parameters of the path.
    """
    work = Rendering(shell, raw)
    token = rendering.set(work)
    try:
        with shell.qimen.db.session() as session:
            response = _answer(work, route, session, sent)
            sign_in = work.request.sign_in if work.request else None
    finally:
        rendering.reset(token)
    for cookie in (*work.cookies, *(work.request.set_cookies if work.request else ())):
        response.header("set-cookie", cookie)
    page = (response.get("content-type") or "").startswith("text/html")
    harden(response, work.nonce if page else "", shell.cookies.secure)
    # What asks by itself every few seconds must not keep an unattended page logged in.
    if sign_in is not None and response.status < 500 and not raw.header(BACKGROUND):
        shell.sign_ins.touch(sign_in)
    return response


def _answer(work: Rendering, route: Route, session: QimenSession, sent: Sent) -> Response:
    try:
        if sent.problem is not None:
            raise sent.problem
        request = _admit(work, route, session, sent)
        return _call(request, route, sent)
    except (LoginRequired, AccountBlocked) as error:
        return errors.redirected(error, work.raw, route)
    except Exception as error:
        session.rollback()
        failure = errors.failure_of(error)
        errors.write_log(failure, error, work.raw.method, route)
        return _failure(work, route, session, failure)


def _failure(
    work: Rendering, route: Route, session: QimenSession, failure: errors.Failure
) -> Response:
    try:
        if work.request is None:
            sign_in = _signed_in(work, session)
            ctx = _context(work.shell, session, sign_in)
            work.request = Request(work.shell, route, work.raw, ctx, sign_in=sign_in)
        return errors.failure_page(work.request, failure)
    except Exception as error:
        failure = replace(failure, status=500)
        errors.write_log(failure, error, work.raw.method, route)
        return errors.last_resort(failure)


def _admit(work: Rendering, route: Route, session: QimenSession, sent: Sent) -> Request:
    """Pass the guards in their fixed order and return the request; see :mod:`.guards`."""
    shell, raw = work.shell, work.raw
    unsafe = raw.method not in SAFE_METHODS and not route.unsigned
    if unsafe:
        check_origin(raw.header("sec-fetch-site"), raw.header("origin"), raw.header("host"))
    if any(_impossible(value) for value in sent.params.values()):
        raise NotFound
    sign_in = _signed_in(work, session)
    if route.kind == "public":
        ctx = shell.qimen.public_context(session)
        request = Request(shell, route, raw, ctx, sign_in=sign_in, sent=sent)
        unit = sent.params.get("unit")
        request.unit = check_public_unit(route, ctx, None if unit is None else str(unit))
        work.request = request
    else:
        if sign_in is None:
            raise LoginRequired
        ctx = _context(shell, session, sign_in)
        work.request = request = Request(shell, route, raw, ctx, sign_in=sign_in, sent=sent)
        check_account(route, sign_in, shell.policy, ctx)
    if unsafe:
        check_token(work.expected_token(), raw.header(HEADER) or request.form.get(FIELD, ""))
    if route.kind != "public":
        check_permission(route, ctx)
    return request


def _impossible(value: object) -> bool:
    """Return whether no column could hold it: the database would answer with an error."""
    return abs(value) > _BIGGEST if isinstance(value, int) else "\x00" in str(value)


def _call(request: Request, route: Route, sent: Sent) -> Response:
    permission = route.permission
    scoped = permission is not None and permission != SELF
    limit = scope(request.session, request.ctx, permission or "") if scoped else nullcontext()
    with limit:
        return route.view(request, **sent.params)


def _signed_in(work: Rendering, session: QimenSession) -> SignIn | None:
    """Return the live sign-in; its id is replaced where the account's rights have changed."""
    shell, raw = work.shell, work.raw
    token = raw.cookies.get(shell.cookies.session, "")
    found = shell.sign_ins.find(session, token) if token else None
    if found is None or found.state != "active":
        return None
    if found.rights_changed:
        fresh = shell.sign_ins.replace(found, raw.address, raw.header("user-agent"))
        work.cookies.append(set_cookie(shell.cookies, shell.cookies.session, fresh))
    return found


def _context(shell: Shell, session: QimenSession, sign_in: SignIn | None) -> Context:
    if sign_in is None:
        return shell.qimen.public_context(session)
    actor = Actor("user", sign_in.name, sign_in.user_id, sign_in.person_id, sign_in.org_path)
    return shell.qimen.context_of(session, actor, sign_in.epoch)
