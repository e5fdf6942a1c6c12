"""Finding the server without importing it: core knows no web framework."""

from importlib.metadata import EntryPoint, entry_points
from typing import Final, Protocol

from qimen_core.config import QimenConfig
from qimen_core.errors import QimenError
from qimen_core.i18n import translations

__all__ = ["GROUP", "Run", "server"]

_ = translations("qimen_core")
GROUP: Final = "qimen.server"


class Run(Protocol):
    """What a distribution offers as `qimen.server`: serve until stopped."""

    def __call__(self, config: QimenConfig, *, host: str, port: int, workers: int) -> None:
        """Serve a deployment; see the class."""
        ...


def server() -> Run:
    """Return the installed server.

    Raises:
        QimenError: none is installed, or more than one.
    """
    found: list[EntryPoint] = list(entry_points(group=GROUP))
    if not found:
        raise QimenError(_("没有安装网页服务；请运行 pip install qimen-web"))
    if len(found) > 1:
        names = "、".join(sorted(point.value for point in found))
        raise QimenError(_("安装了多个网页服务：{names}；请只保留一个").format(names=names))
    run: Run = found[0].load()
    return run
