"""The shell as a plugin: its pages, its menu, its settings."""

import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from types import ModuleType

from sqlmodel import SQLModel

from qimen_core import Context, JobSpec, NavItem, PluginMeta, SearchHit, hookimpl
from qimen_core.demo import DemoSet
from qimen_core.i18n import translations
from qimen_core.messages.channels import MessageChannel
from qimen_web import routes
from qimen_web.channels.sms import sms_channels
from qimen_web.handlers import Route, collect
from qimen_web.jobs import JOBS, ask_for_a_check
from qimen_web.models import Notice

_ = translations("qimen_web")

meta = PluginMeta("web", _("网页"), core=">=0.1,<0.2", toggleable=False)


@cache
def _modules() -> tuple[ModuleType, ...]:
    """Return the modules of ``routes/``; adding one is enough to add its pages."""
    names = sorted(found.name for found in pkgutil.iter_modules(routes.__path__))
    return tuple(import_module(f"{routes.__name__}.{name}") for name in names)


def _routes() -> list[Route]:
    return collect(*_modules())


@hookimpl
def register_models() -> Iterable[type[SQLModel]]:
    """Return the notices."""
    return (Notice,)


@hookimpl
def register_routes() -> Iterable[object]:
    """Return the pages of the shell."""
    return [route for route in _routes() if route.kind != "public"]


@hookimpl
def register_public_routes() -> Iterable[object]:
    """Return the pages that need no account."""
    return [route for route in _routes() if route.kind == "public"]


@hookimpl
def register_jobs() -> Iterable[JobSpec]:
    """Return what takes too long for a request."""
    return JOBS


@hookimpl
def register_demo(ctx: Context, demo_set: DemoSet) -> None:
    """A job that the auditor asked for."""
    ask_for_a_check(ctx, demo_set)


@hookimpl
def nav_items(ctx: Context) -> Iterable[NavItem]:
    """Return the menu of the shell: what each module of ``routes/`` says in ``NAV``."""
    del ctx
    return [item for module in _modules() for item in getattr(module, "NAV", ())]


@hookimpl
def message_channels(ctx: Context) -> Iterable[MessageChannel]:
    """The SMS gateway of ``qimen.toml``, where there is one."""
    return sms_channels(ctx)


@hookimpl
def search(ctx: Context, query: str) -> Iterable[SearchHit]:
    """Return units and people: what each module of ``routes/`` finds by its ``search``."""
    finders = [module.search for module in _modules() if hasattr(module, "search")]
    return [hit for find in finders for hit in find(ctx, query)]
