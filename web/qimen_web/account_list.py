"""The list of accounts: its columns, filters and rows."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_

from qimen_core.access import directory
from qimen_core.access.models import UserAccount
from qimen_core.context import Context
from qimen_core.i18n import translations
from qimen_web.list_spec import Column, Filter, ListSpec, Source, SpanFilter
from qimen_web.unit_filter import unit_filter

__all__ = ["EXPORT", "READ", "account_cells", "account_source", "account_spec", "state_of"]

_ = translations("qimen_web")
READ, EXPORT = "core.user.read", "core.user.export"
_user = UserAccount.__table__.c  # type: ignore[attr-defined]
# Before every sign-in there is, so that accounts without one can be sorted, too.
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = func.coalesce(_user.last_login_at, _NEVER, type_=_user.last_login_at.type)

_COLUMNS = (
    Column("username", _("用户名"), sort=_user.username, width=18),
    Column("name", _("姓名"), sort=_user.name, width=12),
    Column("unit", _("所在单位"), sort=_user.org_path, width=24),
    Column("roles", _("角色"), width=30),
    Column("state", _("状态"), sort=_user.state, width=10),
    Column("login", _("上次登录"), sort=_LAST, width=18),
    Column("totp", _("动态口令"), default=False, width=10),
    Column("created", _("开户时间"), sort=_user.created_at, default=False, width=18),
)
_STATES: Final = {
    "active": (_("使用中"), "ok"),
    "disabled": (_("已停用"), "muted"),
    "locked": (_("已锁定"), "warn"),
    "never": (_("从未登录"), "info"),
}


def account_spec(ctx: Context) -> ListSpec:
    """Return what the list is."""
    roles = ctx.qimen.registry.roles
    return ListSpec(
        id="accounts",
        columns=_COLUMNS,
        filters=(
            Filter("q", _("用户名或姓名"), _named),
            Filter(
                "role",
                _("角色"),
                lambda role: directory.holders(ctx, role),
                kind="select",
                options=[(code, str(role.label)) for code, role in roles.items()],
            ),
            Filter(
                "state",
                _("状态"),
                lambda state: _in_state(ctx, state),
                kind="select",
                options=[(state, str(label)) for state, (label, _tone) in _STATES.items()],
            ),
            unit_filter(_user.org_path, READ, _("所在单位")),
            SpanFilter("login", _("上次登录"), lambda span: span.moments(_user.last_login_at)),
        ),
        sort="username",
        export="web:accounts_export" if ctx.can_anywhere(EXPORT) else "",
    )


def account_source(ctx: Context) -> Source:
    """Return where the rows come from, see `directory.account_rows`."""
    return Source(key=_user.id, page=directory.account_rows(ctx))


def account_cells(ctx: Context) -> Callable[[Sequence[Any]], tuple[object, ...]]:
    """Return what makes of a row its cells in the order of the columns, as an export writes it."""
    known = ctx.qimen.registry.roles

    def cells(row: Sequence[Any]) -> tuple[object, ...]:
        _id, username, name, unit, roles, state, login, totp, created = row[:9]
        held = [str(known[each].label) if each in known else each for each in _split(roles)]
        return (
            username,
            name,
            unit,
            "、".join(held),
            state_of(state, login)[0],
            login,
            totp,
            created,
        )

    return cells


def state_of(state: str, login: datetime | None, until: datetime | None = None) -> tuple[str, str]:
    """Return an account's state in a word, and the tone of its badge.

    Args:
        state: As stored.
        login: The last sign-in.
        until: Until when it takes no login after too many wrong passwords.
    """
    told = "disabled" if state != "active" else "locked" if until else "" if login else "never"
    label, tone = _STATES[told or "active"]
    return str(label), tone


def _named(text: str) -> ColumnElement[bool]:
    return or_(
        _user.username.contains(text.casefold(), autoescape=True),
        _user.name.contains(text, autoescape=True),
    )


def _in_state(ctx: Context, state: str) -> ColumnElement[bool]:
    if state == "locked":
        return directory.locked(ctx)
    stored: ColumnElement[bool] = _user.state == state
    never: ColumnElement[bool] = _user.last_login_at.is_(None)
    return never if state == "never" else stored


def _split(roles: str | None) -> list[str]:
    return roles.split(",") if roles else []
