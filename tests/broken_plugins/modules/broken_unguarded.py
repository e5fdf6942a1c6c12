"""Returns a handler that names no permission: the app must not start."""

from collections.abc import Iterable

from litestar import get

from qimen_core import hookimpl
from qimen_core.meta import PluginMeta

meta = PluginMeta(
    name="broken_unguarded", label="坏插件：无权限", core=">=0.1,<0.2", requires=("web",)
)


@get("/broken-unguarded", sync_to_thread=False)
def everything() -> dict[str, str]:
    """Tell everybody everything."""
    return {"secret": "out"}


@hookimpl
def register_routes() -> Iterable[object]:
    """Return the bare handler."""
    return [everything]
