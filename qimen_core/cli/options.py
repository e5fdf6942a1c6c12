"""The options that every command shares, and the opened deployment behind `--data`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

from qimen_core.config import QimenConfig
from qimen_core.db.migrate import pending
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.runtime import Qimen

__all__ = ["Number", "data_option", "json_option", "opened"]

_ = translations("qimen_core")
F = TypeVar("F", bound=Callable[..., Any])

data_option: Callable[[F], F] = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="QIMEN_DATA",
    default=Path("data"),
    show_default=True,
    show_envvar=True,
    help=str(_("数据目录：数据库、密钥和文件所在的文件夹")),
)
json_option: Callable[[F], F] = click.option(
    "--json", "as_json", is_flag=True, help=str(_("以 JSON 输出，供程序读取"))
)


class Number(click.IntRange):
    """A whole number within bounds, refused in Chinese."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; see click."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            message = _("应为 {low} 至 {high} 的整数，实为“{value}”")
            self.fail(message.format(low=self.min, high=self.max, value=value), param, ctx)


@contextmanager
def opened(data: Path, *, migrated: bool = True) -> Iterator[Qimen]:
    """Open the deployment in a folder, and close its database at the end.

    Raises:
        QimenError: `migrated` is asked for and migrations wait; the message names the command.
    """
    qimen = Qimen.open(QimenConfig.load(data))
    try:
        if migrated and (names := pending(qimen)):
            message = _("数据目录 {data} 有未执行的迁移（{names}）；请先运行 qimen db upgrade")
            raise QimenError(message.format(data=data, names="、".join(names)))
        yield qimen
    finally:
        qimen.db.close()
