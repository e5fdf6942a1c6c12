"""Accounts and grants, the security administrator's pages."""

import secrets
from datetime import date

from pydantic import BaseModel, Field

from qimen_core import NavItem
from qimen_core.access import accounts as use_cases
from qimen_core.access import directory, grants
from qimen_core.errors import Conflict, Forbidden, InvalidInput
from qimen_core.i18n import translations
from qimen_core.org.queries import Unit, find
from qimen_core.settings import CoreSettings
from qimen_web import ui
from qimen_web.account_list import (
    EXPORT,
    READ,
    account_cells,
    account_source,
    account_spec,
    state_of,
)
from qimen_web.forms import Form, bind, blank
from qimen_web.handlers import action, download, page
from qimen_web.list_export import export_list
from qimen_web.lists import run_list
from qimen_web.request import Request
from qimen_web.response import Response

_ = translations("qimen_web")

MANAGE, GRANT = "core.user.manage", "core.grant.manage"

NAV = (NavItem("accounts", _("账号与授权"), "users", "/accounts", READ, order=820),)


class AccountForm(BaseModel):
    """What a new account is."""

    username: str = Field(title=str(_("用户名")), max_length=40)
    name: str = Field(title=str(_("姓名")), max_length=60)
    unit: str = Field(title=str(_("所在单位")), max_length=120)


class GrantForm(BaseModel):
    """What a new grant is."""

    role: str = Field(title=str(_("角色")), max_length=40, json_schema_extra={"choose": True})
    unit: str = Field(title=str(_("单位")), max_length=120)
    valid_from: date = Field(title=str(_("开始日期")))
    valid_to: date | None = Field(default=None, title=str(_("结束日期")))


@page("/accounts", permission=READ)
def accounts(request: Request) -> Response:
    """List the accounts in reach."""
    ctx = request.ctx
    found = run_list(request, account_spec(ctx), account_source(ctx))
    cells = account_cells(ctx)
    locked = directory.locked_until(ctx, [row[1] for row in found.rows])
    return ui.page(
        request,
        "web/accounts.html",
        block="list",
        list=found,
        rows=[
            (row[0], cells(row), state_of(row[5], row[6], locked.get(row[1]))) for row in found.rows
        ],
        may_manage=ctx.can_anywhere(MANAGE),
    )


@download("/accounts/export.xlsx", permission=EXPORT)
def accounts_export(request: Request) -> Response:
    """Answer the list as a workbook."""
    ctx = request.ctx
    return export_list(
        request,
        account_spec(ctx),
        account_source(ctx),
        str(_("账号与授权")),
        permission=EXPORT,
        cells=account_cells(ctx),
        limit=ctx.setting(CoreSettings).export_row_limit,
    )


@page("/accounts/new", permission=MANAGE)
def account_new(request: Request) -> Response:
    """Show the form of a new account."""
    return ui.page(request, "web/account_new.html", block="form", form=blank(AccountForm))


@action("/accounts", permission=MANAGE, lane="slow")
def account_create(request: Request) -> Response:
    """Make an account; its first password is shown once, on the answer."""
    form = bind(request, AccountForm)
    if not form.valid:
        return ui.page(request, "web/account_new.html", block="form", status=422, form=form)
    password = _first_password()
    try:
        unit = _unit(request, form.data.unit)
        hashed = request.shell.passwords.hash(password)
        made = use_cases.create_account(
            request.ctx,
            username=form.data.username,
            name=form.data.name,
            unit=unit,
            password_hash=hashed,
        )
    except InvalidInput as error:
        form.refuse(error)
        return ui.page(request, "web/account_new.html", block="form", status=422, form=form)
    return _password_shown(request, made, password)


@page("/accounts/{account_id:int}", permission=READ)
def account(request: Request, account_id: int) -> Response:
    """Show an account with its grants."""
    today = request.ctx.qimen.clock.today()
    return _account_page(request, account_id, blank(GrantForm, {"valid_from": today}))


@action("/accounts/{account_id:int}/password", permission=MANAGE, lane="slow")
def account_reset(request: Request, account_id: int) -> Response:
    """Give an account a first password again; all its devices are logged out."""
    directory.account(request.ctx, account_id)
    password = _first_password()
    hashed = request.shell.passwords.hash(password)
    use_cases.reset_password(request.ctx, account_id, hashed)
    request.shell.sign_ins.revoke(account_id)
    return _password_shown(request, account_id, password)


@action("/accounts/{account_id:int}/disable", permission=MANAGE)
def account_disable(request: Request, account_id: int) -> Response:
    """Close an account."""
    directory.account(request.ctx, account_id)
    use_cases.set_state(request.ctx, account_id, active=False)
    request.shell.sign_ins.revoke(account_id)
    return _back(request, account_id, str(_("账号已停用")))


@action("/accounts/{account_id:int}/enable", permission=MANAGE)
def account_enable(request: Request, account_id: int) -> Response:
    """Open an account again."""
    directory.account(request.ctx, account_id)
    use_cases.set_state(request.ctx, account_id, active=True)
    return _back(request, account_id, str(_("账号已启用")))


@action("/accounts/{account_id:int}/grants", permission=GRANT)
def grant_give(request: Request, account_id: int) -> Response:
    """Grant a role."""
    directory.account(request.ctx, account_id)
    grants.refuse_own(request.ctx, account_id)
    form = bind(request, GrantForm)
    if not form.valid:
        return _account_page(request, account_id, form, 422)
    data = form.data
    try:
        grants.give(
            request.ctx,
            user_id=account_id,
            role=data.role,
            unit=_unit(request, data.unit),
            valid_from=data.valid_from,
            valid_to=data.valid_to,
        )
    except InvalidInput as error:
        return _account_page(request, account_id, form.refuse(error), 422)
    except (Conflict, Forbidden) as error:
        status = 409 if isinstance(error, Conflict) else 403
        return _account_page(request, account_id, form.refuse(error.message), status)
    return _back(request, account_id, str(_("已授权")))


@action("/grants/{grant_id:int}/revoke", permission=GRANT)
def grant_revoke(request: Request, grant_id: int) -> Response:
    """Take a grant back."""
    account_id = grants.revoke(request.ctx, grant_id)
    return _back(request, account_id, str(_("已收回授权")))


def _account_page(
    request: Request, account_id: int, form: "Form[GrantForm]", status: int = 200
) -> Response:
    found = directory.account(request.ctx, account_id)
    known = request.ctx.qimen.registry.roles
    locked = directory.locked_until(request.ctx, [found.username]).get(found.username)
    return ui.page(
        request,
        "web/account.html",
        block="form",
        status=status,
        account=found,
        state=state_of(found.state, found.last_login_at, locked),
        locked=locked,
        grants=grants.grants_of(request.ctx, account_id),
        form=form,
        roles=[(code, str(role.label)) for code, role in known.items()],
        may_manage=request.ctx.can(MANAGE, found.org_path),
        may_grant=request.ctx.can(GRANT, found.org_path),
        own=request.user_id == account_id,
    )


def _password_shown(request: Request, account_id: int, password: str) -> Response:
    """Answer with the first password, which is stored nowhere and seen on this page only."""
    found = directory.account(request.ctx, account_id)
    return ui.page(
        request,
        "web/account_password.html",
        block="content",
        account=found,
        password=password,
    )


def _back(request: Request, account_id: int, toast: str) -> Response:
    return ui.redirect(request, request.url("web:account", account_id=account_id), toast=toast)


def _first_password() -> str:
    """Return a password for one use: 20 characters without those that are read wrongly."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    parts = ["".join(secrets.choice(letters) for _n in range(4)) for _n in range(3)]
    digits = "".join(secrets.choice("23456789") for _n in range(4))
    return "-".join([parts[0].capitalize(), parts[1], parts[2], digits])


def _unit(request: Request, text: str) -> Unit:
    """Return the one unit in reach with this code or name.

    Raises:
        InvalidInput: There is none, or several.
    """
    found = find(request.ctx, text, limit=20)
    exact = [unit for unit in found if text in {unit.code, unit.name}]
    candidates = exact or found
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise InvalidInput({"unit": str(_("没有找到这个单位，请填写单位名称或 12 位编码"))})
    names = "、".join(f"{unit.name}（{unit.code or '—'}）" for unit in candidates[:5])
    raise InvalidInput({"unit": _("有多个单位符合，请填写编码：{names}").format(names=names)})
