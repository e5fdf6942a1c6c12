"""A person's own account: password, second factor, and the devices that are logged in."""

import io

import segno
from pydantic import BaseModel, Field

from qimen_core.access import own_account
from qimen_core.access.own_account import Credentials
from qimen_core.access.passwords import password_faults
from qimen_core.access.throttle import Reservation, login_limits
from qimen_core.access.totp import accepted_step, new_secret, provisioning_uri
from qimen_core.errors import NotFound
from qimen_core.i18n import translations
from qimen_web import ui
from qimen_web.cookies import set_cookie
from qimen_web.forms import Form, bind, blank
from qimen_web.guards import password_due
from qimen_web.handlers import SELF, action, fragment, page
from qimen_web.request import Request
from qimen_web.response import Response

_ = translations("qimen_web")


class PasswordForm(BaseModel):
    """What changing one's password asks."""

    old: str = Field(title=str(_("现在的密码")), max_length=400)
    new: str = Field(title=str(_("新密码")), max_length=400)
    again: str = Field(title=str(_("再输一遍新密码")), max_length=400)


class TotpForm(BaseModel):
    """What putting the second factor into force asks."""

    code: str = Field(title=str(_("动态口令")), max_length=12)


@page("/me", permission=SELF)
def profile(request: Request) -> Response:
    """Show the account, its rights and its devices."""
    found = _own(request)
    return ui.page(
        request,
        "web/profile.html",
        account=found,
        grants=_grants(request),
        devices=request.shell.sign_ins.devices(request.session, found.id),
        this_device=request.sign_in.id if request.sign_in else 0,
        policy=request.shell.policy,
    )


@page("/me/password", permission=SELF, unfinished=True)
def password(request: Request) -> Response:
    """Show the page where the password is changed."""
    return _password_page(request, blank(PasswordForm))


@action("/me/password", permission=SELF, lane="slow", unfinished=True)
def password_send(request: Request) -> Response:
    """Change the password; every other device is logged out and this one gets a new id."""
    form = bind(request, PasswordForm)
    for name in form.values:
        form.values[name] = ""
    if not form.valid:
        return _password_page(request, form, 422)
    shell, data, found = request.shell, form.data, _own(request)
    reservation = _reserve(request, found)
    right, _rehash = shell.passwords.verify(data.old, found.password_hash)
    if not right:
        reservation.failed()
        return _password_page(request, form.refuse(str(_("现在的密码不对")), "old"), 422)
    reservation.succeeded()
    faults = password_faults(data.new, shell.policy, found.username)
    if data.new == data.old:
        faults.append(str(_("新密码要和现在的不同")))
    if faults:
        return _password_page(request, form.refuse("；".join(faults), "new"), 422)
    if data.new != data.again:
        return _password_page(request, form.refuse(str(_("两次输入不一样")), "again"), 422)
    new_hash = shell.passwords.hash(data.new)
    own_account.change_own_password(shell.qimen, request.session, found, new_hash)
    return _renewed(request, found, "/me", str(_("密码已修改，其他设备已退出")))


@page("/me/totp", permission=SELF, unfinished=True)
def totp(request: Request) -> Response:
    """Show how the second factor is set up."""
    return _totp_page(request, blank(TotpForm))


@action("/me/totp/begin", permission=SELF, unfinished=True)
def totp_begin(request: Request) -> Response:
    """Make a secret; it is in force only when a code proves that the phone has it."""
    own_account.begin_totp(request.shell.qimen, request.session, _own(request), new_secret())
    return ui.redirect(request, "/me/totp")


@action("/me/totp", permission=SELF, unfinished=True)
def totp_send(request: Request) -> Response:
    """Put the second factor into force."""
    form = bind(request, TotpForm)
    form.values["code"] = ""
    if not form.valid:
        return _totp_page(request, form, 422)
    found = _own(request)
    if found.totp_secret is None or found.totp_enabled:
        raise NotFound
    reservation = _reserve(request, found)
    step = accepted_step(
        found.totp_secret.reveal(), form.data.code, request.ctx.now, found.totp_last_step
    )
    if step is None:
        reservation.failed()
        wrong = str(_("动态口令不对，请核对手机时间后再试"))
        return _totp_page(request, form.refuse(wrong, "code"), 422)
    reservation.succeeded()
    own_account.confirm_totp(request.shell.qimen, request.session, found, step)
    return _renewed(request, found, "/me", str(_("动态口令已启用")))


@fragment("/me/totp/qr.png", permission=SELF, unfinished=True)
def totp_qr(request: Request) -> Response:
    """Answer the picture that an authenticator reads; gone once the factor is in force."""
    found = _own(request)
    if found.totp_secret is None or found.totp_enabled:
        raise NotFound
    issuer = request.shell.qimen.config.site_name
    uri = provisioning_uri(found.totp_secret.reveal(), found.username, issuer)
    picture = io.BytesIO()
    segno.make(uri, error="m").save(picture, kind="png", scale=6, border=2)
    return Response(picture.getvalue(), media_type="image/png")


@action("/me/devices/{device_id:int}/revoke", permission=SELF)
def device_revoke(request: Request, device_id: int) -> Response:
    """Log another device out; only one's own, whatever the number says."""
    own_account.end_devices(request.shell.qimen, request.session, _own(request), device_id)
    return ui.redirect(request, "/me", toast=str(_("已退出该设备")))


@action("/me/devices/revoke", permission=SELF)
def devices_revoke(request: Request) -> Response:
    """Log every other device out."""
    here = request.sign_in.id if request.sign_in else None
    qimen, found = request.shell.qimen, _own(request)
    count = own_account.end_devices(qimen, request.session, found, keep=here)
    return ui.redirect(request, "/me", toast=_("已退出 {n} 台设备").format(n=count))


def _own(request: Request) -> Credentials:
    found = own_account.credentials(request.session, user_id=request.user_id)
    if found is None:
        raise NotFound
    return found


def _reserve(request: Request, found: Credentials) -> Reservation:
    limits = login_limits(request.shell.policy, found.username, request.address)
    return request.shell.throttle.reserve(limits)


def _renewed(request: Request, found: Credentials, url: str, toast: str) -> Response:
    """End all of the account's sign-ins, this one too, and start it anew under a new id."""
    shell = request.shell
    shell.sign_ins.revoke(found.id)
    fresh = _own(request)
    token = shell.sign_ins.start(
        fresh.id, fresh.rights_version, request.address, request.raw.header("user-agent")
    )
    response = ui.redirect(request, url, toast=toast)
    response.header("set-cookie", set_cookie(shell.cookies, shell.cookies.session, token))
    return response


def _grants(request: Request) -> list[tuple[str, str]]:
    """Return the account's own roles with the name of the unit of each."""
    from qimen_core.org.queries import ancestors

    roles = request.ctx.qimen.registry.roles
    found: list[tuple[str, str]] = []
    for role, path in request.ctx.grants:
        way = ancestors(request.ctx, path, itself=True)
        label = str(roles[role].label) if role in roles else role
        found.append((label, " / ".join(unit.name for unit in way)))
    return found


def _password_page(request: Request, form: "Form[PasswordForm]", status: int = 200) -> Response:
    sign_in, policy = request.sign_in, request.shell.policy
    due = sign_in is not None and password_due(sign_in, policy, request.ctx.now)
    return ui.page(
        request, "web/password.html", block="form", status=status, form=form, due=due,
        policy=policy,
    )  # fmt: skip


def _totp_page(request: Request, form: "Form[TotpForm]", status: int = 200) -> Response:
    found = _own(request)
    return ui.page(
        request,
        "web/totp.html",
        block="form",
        status=status,
        form=form,
        enabled=found.totp_enabled,
        begun=found.totp_secret is not None,
        secret=found.totp_secret.reveal() if found.totp_secret and not found.totp_enabled else "",
        required=request.shell.policy.totp == "required",
    )
