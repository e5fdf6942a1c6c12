"""What templates get besides their values: the stamp of htmx elements, and a few filters."""

import re
from collections.abc import Callable, MutableMapping
from datetime import date, datetime
from html import escape as escape_text
from types import FunctionType
from typing import Any

from jinja2 import Environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.nodes import Template
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode
from markupsafe import Markup, escape

from qimen_core.clock import local
from qimen_web.devices import device_name
from qimen_web.rendering import rendering

__all__ = ["FILTERS", "NonceStamp", "ShellEnvironment", "put_out"]


_SPECIAL = re.compile("[&<>\"']").search


def put_out(value: object) -> str:
    """Return a value as a template puts it out: escaped, unless it is markup already.

    A page with a list puts out a thousand values, and most of them are plain words, which need
    nothing; wrapping each of them in a ``Markup`` took half of the time of the page.
    """
    if type(value) is str:
        return escape_text(value) if _SPECIAL(value) else value
    if type(value) is int:
        return str(value)
    return value if type(value) is Markup else escape(value)


class _ShellCode(CodeGenerator):
    """Compiles templates so that what they put out goes through :func:`put_out`."""

    def visit_Template(self, node: Template, frame: Frame | None = None) -> None:  # noqa: N802
        """Write the module; the last line takes the place of the escape it imports."""
        super().visit_Template(node, frame)
        self.writeline("from qimen_web.markup import put_out as escape")


class _ShellContext(Context):
    """Calls plain functions and macros straight away.

    Jinja looks at every call for what else the function wants to be given; ours want nothing, and
    what macros want, whether to escape, is the same in all templates.
    """

    @internalcode
    def call(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Return what a function, a macro or anything else that is called returns."""
        kind = type(function)
        if kind is Macro or (kind is FunctionType and not hasattr(function, "jinja_pass_arg")):
            # What a loop and a block have set is meant for functions that take the context.
            named.pop("_loop_vars", None)
            named.pop("_block_vars", None)
            return function(*args, **named)
        return super().call(function, *args, **named)


class ShellEnvironment(Environment):
    """The environment of the shell's templates."""

    code_generator_class = _ShellCode
    context_class = _ShellContext

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals themselves where a template brings none of its own.

        Jinja chains two mappings, and copies the chain name by name at every import of macros.
        """
        return super().make_globals(d) if d else self.globals


class NonceStamp(Extension):
    """Put the nonce on every element that htmx will act on.

    The ``hx-csp`` extension strips ``hx-*`` from an element without the page's nonce, so markup
    that slipped in with data can do nothing. Only what a template's author wrote is stamped: the
    source is read before any value is filled in.
    """

    _acting = re.compile(r"(?<=\s)(hx-(?:get|post|put|patch|delete|query|action|boost)=)")

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the template's source with the stamps in it."""
        return self._acting.sub(r'hx-nonce="{{ csp_nonce() }}" \1', source)


def _this_year() -> int | None:
    """Return the year of the request that is being answered, None outside of one."""
    current = rendering.get(None)
    if current is None or current.request is None:
        return None
    return local(current.request.ctx.now).year


def _moment(value: datetime | None) -> str:
    """Return ``11-24 16:40`` in local time, with the year when it is not the present one."""
    if value is None:
        return "—"
    here = local(value)
    return here.strftime("%m-%d %H:%M" if here.year == _this_year() else "%Y-%m-%d %H:%M")


def _day(value: date | datetime | None) -> str:
    """Return ``2026-11-24``; a moment is read in local time."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = local(value).date()
    return value.isoformat()


def _number(value: float | None) -> str:
    """Return ``1,234``."""
    return "—" if value is None else f"{value:,}"


FILTERS: dict[str, Callable[..., str]] = {
    "day": _day,
    "device": device_name,
    "dt": _moment,
    "num": _number,
}
"""For ``Environment.filters``: a date, a ``User-Agent``, a moment, a number."""
