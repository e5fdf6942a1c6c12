"""Noticeboard: notices of a unit."""

from collections.abc import Iterable

from noticeboard import models, routes
from sqlmodel import SQLModel

from qimen_core import Context, NavItem, Panel, Permission, TodoItem, Widget, hookimpl
from qimen_core.meta import PluginMeta
from qimen_core.org.models import OrgUnit
from qimen_web import collect

meta = PluginMeta(name="noticeboard", label="公告栏", core=">=0.1,<0.2", requires=("web",))

_STAFF = ("community_clerk", "township_office", "township_admin", "county_office")


@hookimpl
def register_models() -> list[type[SQLModel]]:
    """The one table."""
    return [models.Notice]


@hookimpl
def register_permissions() -> list[Permission]:
    """Read and write."""
    return [
        Permission(routes.READ, "查看公告", roles=_STAFF),
        Permission(routes.WRITE, "发布公告", roles=_STAFF),
    ]


@hookimpl
def register_routes() -> Iterable[object]:
    """Page, fragment, download and action."""
    return [route for route in collect(routes) if route.kind != "public"]


@hookimpl
def register_public_routes() -> Iterable[object]:
    """The page for residents."""
    return [route for route in collect(routes) if route.kind == "public"]


@hookimpl
def nav_items(ctx: Context) -> list[NavItem]:
    """One line."""
    return [NavItem("notices", "公告栏", "bell", "/noticeboard", routes.READ)]


@hookimpl
def dashboard_widgets(ctx: Context) -> list[Widget]:
    """One card."""
    return [Widget("notices", "公告", "/noticeboard/card", routes.READ)]


@hookimpl
def org_panels(ctx: Context, unit: OrgUnit) -> list[Panel]:
    """One card."""
    return [Panel("notices", "公告", "/noticeboard/card", routes.READ)]


@hookimpl
def todo_items(ctx: Context) -> list[TodoItem]:
    """One count, where the plugin is on."""
    if not ctx.can_anywhere(routes.READ):
        return []
    return [TodoItem("notices", "公告", len(routes.texts(ctx)), "/noticeboard", routes.READ)]
