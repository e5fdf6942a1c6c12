"""The first start: the county, its security administrator and its system administrator."""

from pydantic import BaseModel, Field

from qimen_core.access.accounts import username_faults
from qimen_core.access.first_accounts import FirstAccount, first_accounts
from qimen_core.access.own_account import any_account
from qimen_core.access.passwords import password_faults
from qimen_core.access.throttle import Limit, address_key
from qimen_core.errors import InvalidInput, NotFound, Throttled
from qimen_core.i18n import translations
from qimen_web import ui
from qimen_web.forms import Form, bind, blank
from qimen_web.handlers import public
from qimen_web.request import Request
from qimen_web.response import Response
from qimen_web.setup_token import forget_setup_token, setup_token_fits

_ = translations("qimen_web")


class SetupForm(BaseModel):
    """What the first start asks."""

    token: str = Field(title=str(_("安装口令")), max_length=80)
    county: str = Field(title=str(_("县（区、市）名称")), max_length=60)
    code: str = Field(
        title=str(_("区划代码")),
        pattern=r"[0-9]{12}",
        json_schema_extra={"hint": str(_("区划代码是 12 位数字"))},
    )
    secadmin: str = Field(title=str(_("安全管理员用户名")), max_length=40)
    secadmin_password: str = Field(title=str(_("安全管理员密码")), max_length=400)
    sysadmin: str = Field(title=str(_("系统管理员用户名")), max_length=40)
    sysadmin_password: str = Field(title=str(_("系统管理员密码")), max_length=400)


@public("/setup", plugin="web")
def setup(request: Request) -> Response:
    """Show the set-up page; it exists only while there is no account."""
    _only_at_first(request)
    return _setup_page(request, blank(SetupForm))


@public("/setup", plugin="web", methods=("POST",), lane="slow")
def setup_send(request: Request) -> Response:
    """Make the first two accounts."""
    _only_at_first(request)
    form = bind(request, SetupForm)
    for name in ("secadmin_password", "sysadmin_password"):
        form.values[name] = ""
    if not form.valid:
        return _setup_page(request, form, 422)
    shell, data = request.shell, form.data
    try:
        limit = Limit("setup:" + address_key(request.address), 10, 10)
        reservation = shell.throttle.reserve([limit])
    except Throttled as error:
        return _setup_page(request, form.refuse(error.message), 429)
    if not setup_token_fits(shell.qimen, data.token):
        reservation.failed()
        return _setup_page(request, form.refuse(str(_("安装口令不对")), "token"), 422)
    if faults := _faults(request, data):
        return _setup_page(request, form.refuse(InvalidInput(faults)), 422)
    made = [
        FirstAccount("secadmin", data.secadmin, shell.passwords.hash(data.secadmin_password)),
        FirstAccount("sysadmin", data.sysadmin, shell.passwords.hash(data.sysadmin_password)),
    ]
    try:
        first_accounts(shell.qimen, request.session, data.county, data.code, made)
    except InvalidInput as error:
        return _setup_page(request, form.refuse(error), 422)
    forget_setup_token(shell.qimen)
    return ui.redirect(request, "/login", toast=str(_("已完成安装，请用安全管理员登录")))


def _only_at_first(request: Request) -> None:
    if any_account(request.session):
        raise NotFound


def _faults(request: Request, data: SetupForm) -> dict[str, str]:
    faults: dict[str, str] = {}
    for name in ("secadmin", "sysadmin"):
        username = str(getattr(data, name)).strip().casefold()
        if fault := username_faults(username):
            faults[name] = fault
        password = str(getattr(data, f"{name}_password"))
        if wrong := password_faults(password, request.shell.policy, username):
            faults[f"{name}_password"] = "；".join(wrong)
    if data.secadmin.strip().casefold() == data.sysadmin.strip().casefold():
        faults["sysadmin"] = str(_("两个账号的用户名要不同"))
    return faults


def _setup_page(request: Request, form: "Form[SetupForm]", status: int = 200) -> Response:
    return ui.page(request, "web/setup.html", block="form", status=status, form=form)
