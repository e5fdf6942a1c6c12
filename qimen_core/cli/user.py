"""`qimen user`: accounts from the command line, for set-up and for emergencies."""

import secrets
import sys
from pathlib import Path
from typing import Any, Final

import rich_click as click
from sqlalchemy import select

from qimen_core.access import accounts, grants, own_account
from qimen_core.access.models import Grant, UserAccount
from qimen_core.access.passwords import Passwords, password_faults
from qimen_core.access.policy import policy
from qimen_core.cli.application import Failure, QimenGroup
from qimen_core.cli.options import data_option, json_option, opened
from qimen_core.cli.output import emit_json, emit_table
from qimen_core.context import Context
from qimen_core.db.session import scope, unscoped
from qimen_core.errors import NotFound
from qimen_core.i18n import translations
from qimen_core.org.models import OrgUnit
from qimen_core.org.queries import by_code
from qimen_core.runtime import Qimen

__all__ = ["user"]

_ = translations("qimen_core")
A: Any = UserAccount
G: Any = Grant
U: Any = OrgUnit
_LENGTH: Final = 14
_SYMBOLS: Final = "-+=@#%"
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

password_option = click.option(
    "--password-stdin",
    is_flag=True,
    help=str(_("从标准输入读取密码；不给则生成一个并显示。首次登录须修改")),
)


@click.group(cls=QimenGroup, help=str(_("账号：新建、重设密码、列出。")))
def user() -> None:
    """Hold the commands on accounts."""


@user.command(help=str(_("新建账号，可同时授予一个角色。")))
@data_option
@click.argument("username")
@click.option("--name", required=True, help=str(_("姓名")))
@click.option("--unit", required=True, help=str(_("所属单位的代码")))
@click.option("--role", help=str(_("授予的角色，如 secadmin、community_clerk")))
@password_option
@json_option
def create(
    *,
    data: Path,
    username: str,
    name: str,
    unit: str,
    role: str | None,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Make an account."""
    with opened(data) as qimen, qimen.db.session() as session:
        if role is not None and role not in qimen.registry.roles:
            message = _("没有角色“{role}”；现有：{names}")
            names = "、".join(qimen.registry.roles)
            raise click.BadParameter(message.format(role=role, names=names))
        ctx = qimen.system_context(session, "qimen user create")
        with scope(session, ctx, "core.org.read"):
            home = by_code(ctx, unit)
        password = _password(qimen, username, password_stdin)
        made = accounts.create_account(
            ctx, username=username, name=name, unit=home, password_hash=Passwords().hash(password)
        )
        if role is not None:
            today = qimen.clock.today()
            grants.give(ctx, user_id=made, role=role, unit=home, valid_from=today)
    _tell(username, "" if password_stdin else password, as_json)


@user.command(help=str(_("重设密码，并取消动态口令。")))
@data_option
@click.argument("username")
@password_option
@json_option
def password(data: Path, username: str, password_stdin: bool, as_json: bool) -> None:
    """Give an account a first password again."""
    with opened(data) as qimen, qimen.db.session() as session:
        ctx = qimen.system_context(session, "qimen user password")
        found = own_account.credentials(session, username)
        if found is None:
            raise NotFound(_("没有账号“{username}”").format(username=username))
        new = _password(qimen, username, password_stdin)
        accounts.reset_password(ctx, found.id, Passwords().hash(new))
    _tell(username, "" if password_stdin else new, as_json)


@user.command("list", help=str(_("列出账号及其角色。")))
@data_option
@json_option
def list_(data: Path, as_json: bool) -> None:
    """List the accounts."""
    with opened(data) as qimen, qimen.db.session() as session:
        rows = _accounts(qimen.system_context(session))
    if as_json:
        emit_json(rows)
        return
    emit_table(
        (_("账号"), _("姓名"), _("单位"), _("状态"), _("角色")),
        (
            (each["username"], each["name"], each["unit"], each["state"], ", ".join(each["roles"]))
            for each in rows
        ),
    )


def _accounts(ctx: Context) -> list[dict[str, Any]]:
    today = ctx.qimen.clock.today()
    with unscoped(ctx.session):
        found = ctx.session.execute(
            select(A.id, A.username, A.name, A.state, U.name)
            .join(U, U.id == A.org_id)
            .order_by(A.username)
        ).all()
        held = ctx.session.execute(
            select(G.user_id, G.role).where(
                G.revoked_at.is_(None),
                G.valid_from <= today,
                G.valid_to.is_(None) | (G.valid_to > today),
            )
        ).all()
    roles: dict[int, list[str]] = {}
    for user_id, role in held:
        roles.setdefault(user_id, []).append(role)
    return [
        {
            "username": username,
            "name": name,
            "unit": unit,
            "state": state,
            "roles": sorted(roles.get(user_id, [])),
        }
        for user_id, username, name, state, unit in found
    ]


def _password(qimen: Qimen, username: str, from_stdin: bool) -> str:
    rules = policy(qimen.config.policy)
    if not from_stdin:
        return _generated(max(_LENGTH, rules.min_length))
    given = sys.stdin.readline().rstrip("\r\n")
    if faults := password_faults(given, rules, username):
        raise Failure("；".join(faults))
    return given


def _generated(length: int) -> str:
    """Return a password of four classes, easy to read aloud: no 0, O, 1, l."""
    body = "".join(secrets.choice(_LETTERS) for _index in range(length - 4))
    classes = (_LETTERS[:24], _LETTERS[24:-8], _LETTERS[-8:], _SYMBOLS)
    return "".join(secrets.choice(each) for each in classes) + body


def _tell(username: str, password: str, as_json: bool) -> None:
    if as_json:
        emit_json({"username": username, **({"password": password} if password else {})})
        return
    click.echo(_("账号：{username}").format(username=username))
    if password:
        click.echo(_("初始密码：{password}（首次登录须修改）").format(password=password))
