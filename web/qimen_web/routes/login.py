"""Logging in and out."""

import json
from hmac import compare_digest

from pydantic import BaseModel, Field

from qimen_core.access import own_account
from qimen_core.access.own_account import Credentials
from qimen_core.access.throttle import Reservation, login_limits
from qimen_core.access.totp import accepted_step
from qimen_core.errors import Throttled
from qimen_core.i18n import translations
from qimen_core.keys import Unreadable
from qimen_web import ui
from qimen_web.addresses import safe_next
from qimen_web.cookies import dropped, set_cookie
from qimen_web.forms import Form, bind, blank
from qimen_web.handlers import SELF, action, public
from qimen_web.request import Request
from qimen_web.response import Response

_ = translations("qimen_web")

_PENDING = "web.login.pending"
_PENDING_SECONDS = 300


class LoginForm(BaseModel):
    """What the login page asks."""

    username: str = Field(title=str(_("用户名")), max_length=60)
    password: str = Field(title=str(_("密码")), max_length=400)


class CodeForm(BaseModel):
    """What the page of the second factor asks."""

    pending: str = Field(max_length=1000)
    code: str = Field(title=str(_("动态口令")), max_length=12)


@public("/login", plugin="web")
def login(request: Request) -> Response:
    """Show the login page; who is logged in already goes on."""
    if request.sign_in is not None:
        return ui.redirect(request, safe_next(request.query.get("next", "/")))
    if not own_account.any_account(request.session):
        return ui.redirect(request, request.url("web:setup"))
    return _login_page(request, blank(LoginForm))


@public("/login", plugin="web", methods=("POST",), lane="slow")
def login_send(request: Request) -> Response:
    """Check name and password; count the try first, so that tries at once count as well."""
    form = bind(request, LoginForm)
    form.values["password"] = ""
    if not form.valid:
        return _login_page(request, form, 422)
    shell, data = request.shell, form.data
    try:
        limits = login_limits(shell.policy, data.username.strip(), request.address)
        reservation = shell.throttle.reserve(limits)
    except Throttled as error:
        return _login_page(request, form.refuse(error.message), 429)
    found = own_account.credentials(request.session, data.username)
    usable = found is not None and found.state == "active"
    stored = found.password_hash if found is not None and usable else None
    right, new_hash = shell.passwords.verify(data.password, stored)
    if not right or found is None:
        return _refused(request, form, reservation, found)
    if own_account.dormant(found, shell.policy, shell.qimen.clock):
        own_account.disable_dormant(shell.qimen, request.session, found)
        text = _("账号长期没有使用，已经停用，请联系安全管理员")
        return _login_page(request, form.refuse(str(text)), 422)
    if found.totp_enabled:
        reservation.half_way()
        return _code_page(request, blank(CodeForm, {"pending": _seal(request, found)}))
    reservation.succeeded()
    return _enter(request, found, new_hash)


@public("/login/code", plugin="web", methods=("POST",))
def login_code(request: Request) -> Response:
    """Check the second factor of somebody whose password was right."""
    form = bind(request, CodeForm)
    form.values["code"] = ""
    found = _unseal(request, form.values.get("pending", ""))
    if found is None:
        retry: Form[LoginForm] = blank(LoginForm)
        return _login_page(request, retry.refuse(str(_("等待时间太长，请重新登录"))), 422)
    if not form.valid:
        return _code_page(request, form, 422)
    shell = request.shell
    try:
        limits = login_limits(shell.policy, found.username, request.address)
        reservation = shell.throttle.reserve(limits)
    except Throttled as error:
        return _code_page(request, form.refuse(error.message), 429)
    secret = found.totp_secret.reveal() if found.totp_secret else ""
    step = accepted_step(secret, form.data.code, request.ctx.now, found.totp_last_step)
    # The code is used up by a conditional UPDATE: of two logins with one code, one wins.
    if step is None or not own_account.use_totp_step(shell.qimen, request.session, found, step):
        reservation.failed()
        own_account.note_refusal(shell.qimen, request.session, found, "totp", request.address)
        return _code_page(request, form.refuse(str(_("动态口令不对，或已经用过")), "code"), 422)
    reservation.succeeded()
    return _enter(request, found, None)


@action("/logout", permission=SELF, unfinished=True)
def logout(request: Request) -> Response:
    """End this sign-in."""
    shell, sign_in = request.shell, request.sign_in
    if sign_in is not None:
        found = own_account.credentials(request.session, user_id=sign_in.user_id)
        shell.sign_ins.revoke(sign_in.user_id, sign_in.id)
        if found is not None:
            own_account.note_logout(shell.qimen, request.session, found)
    response = ui.redirect(request, "/login", toast=str(_("已退出")))
    response.header("set-cookie", dropped(shell.cookies, shell.cookies.session))
    return response


def _refused(
    request: Request,
    form: "Form[LoginForm]",
    reservation: Reservation,
    found: Credentials | None,
) -> Response:
    reservation.failed()
    own_account.note_refusal(
        request.shell.qimen, request.session, found, "password", request.address
    )
    return _login_page(request, form.refuse(str(_("用户名或密码不正确"))), 422)


def _enter(request: Request, found: Credentials, new_hash: str | None) -> Response:
    """Start a sign-in under an id that did not exist before; what the browser brought ends."""
    shell = request.shell
    if request.sign_in is not None:
        shell.sign_ins.revoke(request.sign_in.user_id, request.sign_in.id)
    own_account.note_login(shell.qimen, request.session, found, new_hash)
    token = shell.sign_ins.start(
        found.id, found.rights_version, request.address, request.raw.header("user-agent")
    )
    response = ui.redirect(request, safe_next(_next(request)))
    response.header("set-cookie", set_cookie(shell.cookies, shell.cookies.session, token))
    response.header("set-cookie", dropped(shell.cookies, shell.cookies.guest))
    return response


def _next(request: Request) -> str:
    return request.form.get("next", "") or request.query.get("next", "") or "/"


def _login_page(request: Request, form: "Form[LoginForm]", status: int = 200) -> Response:
    return ui.page(
        request, "web/login.html", block="form", status=status, form=form, next=_next(request)
    )


def _code_page(request: Request, form: "Form[CodeForm]", status: int = 200) -> Response:
    return ui.page(
        request, "web/login_code.html", block="form", status=status, form=form, next=_next(request)
    )


def _seal(request: Request, found: Credentials) -> str:
    """Return a sealed note that the password was right; it opens for this browser only."""
    note = [found.id, int(request.ctx.now.timestamp()), _browser(request)]
    return request.shell.qimen.keys.seal(_PENDING, json.dumps(note))


def _unseal(request: Request, pending: object) -> Credentials | None:
    try:
        text = request.shell.qimen.keys.unseal(_PENDING, str(pending))
    except Unreadable:
        return None
    user_id, at, browser = json.loads(text)
    if not compare_digest(str(browser), _browser(request)):
        return None
    if request.ctx.now.timestamp() - at > _PENDING_SECONDS:
        return None
    found = own_account.credentials(request.session, user_id=user_id)
    return found if found is not None and found.state == "active" else None


def _browser(request: Request) -> str:
    return request.raw.cookies.get(request.shell.cookies.guest, "")
