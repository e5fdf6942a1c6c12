"""The command group: Chinese help panels, and every expected failure as one readable line."""

from collections.abc import Callable
from typing import Any, Final, NoReturn

import rich_click as click
from click.exceptions import MissingParameter, NoSuchCommand, NoSuchOption
from rich_click import RichCommand, RichGroup, RichHelpConfiguration
from sqlalchemy.exc import OperationalError

from qimen_core.errors import QimenError
from qimen_core.i18n import translations

__all__ = ["HELP", "Failure", "QimenCommand", "QimenGroup"]

_ = translations("qimen_core")

HELP: Final = RichHelpConfiguration(
    arguments_panel_title=str(_("参数")),
    options_panel_title=str(_("选项")),
    commands_panel_title=str(_("命令")),
    errors_panel_title=str(_("用法有误")),
    errors_suggestion=str(_("加 -h 查看用法。")),
    aborted_text=str(_("已中止。")),
)


class Failure(click.ClickException):
    """Something was found wrong: one line on standard error, exit code 1."""

    exit_code = 1


class QimenCommand(RichCommand):
    """A command whose own options speak Chinese."""

    def get_help_option(self, ctx: Any) -> click.Option | None:
        """Return the help option with a Chinese sentence."""
        return _with_help(super().get_help_option(ctx))


class QimenGroup(RichGroup):
    """A group that turns expected errors into exit code 1 and wrong usage into exit code 2."""

    command_class = QimenCommand
    group_class = type

    def get_help_option(self, ctx: Any) -> click.Option | None:
        """Return the help option with a Chinese sentence."""
        return _with_help(super().get_help_option(ctx))

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; see the class."""
        try:
            result: object = super().invoke(ctx)
        except QimenError as error:
            _fail(ctx, str(error.message) or type(error).__name__)
        except OperationalError as error:
            _fail(ctx, _("数据库无法使用：{reason}").format(reason=error.orig))
        except Failure as error:
            _fail(ctx, error.message)
        except click.UsageError as error:
            raise _in_chinese(error) from error
        return result


def _fail(ctx: click.Context, message: str) -> NoReturn:
    # Without a frame: a log keeps the line, and a program finds it whole.
    click.echo(_("错误：{message}").format(message=message), err=True)
    ctx.exit(1)


def _with_help(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = str(_("显示这段说明"))
    return option


def _in_chinese(error: click.UsageError) -> click.UsageError:
    """Return the same complaint in Chinese where we know its kind; the exit code stays 2."""
    message = error.message
    for known, write in _MESSAGES:
        if isinstance(error, known):
            message = write(error)
            break
    translated = click.UsageError(message, ctx=error.ctx)
    translated.__cause__ = error
    return translated


def _missing(error: Any) -> str:
    name = error.param.make_metavar(ctx=error.ctx) if error.param is not None else ""
    if error.param is not None and error.param.opts and error.param.param_type_name == "option":
        name = " / ".join(error.param.opts)
    return _("缺少 {name}").format(name=name)


def _no_option(error: Any) -> str:
    hint = "、".join(error.possibilities or ())
    message = _("没有选项 {name}").format(name=error.option_name)
    return message + (_("；您是不是要写 {hint}").format(hint=hint) if hint else "")


def _no_command(error: Any) -> str:
    hint = "、".join(error.possibilities or ())
    message = _("没有命令 {name}").format(name=error.command_name)
    return message + (_("；您是不是要写 {hint}").format(hint=hint) if hint else "")


def _bad_value(error: Any) -> str:
    if error.param is None:
        return str(error.message)
    name = " / ".join(error.param.opts)
    return _("{name} 的值不对：{message}").format(name=name, message=error.message)


_MESSAGES: Final[tuple[tuple[type[click.UsageError], Callable[[Any], str]], ...]] = (
    (MissingParameter, _missing),
    (NoSuchOption, _no_option),
    (NoSuchCommand, _no_command),
    (click.BadParameter, _bad_value),
)
