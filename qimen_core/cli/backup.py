"""`qimen backup` and `qimen restore`."""

from dataclasses import asdict
from pathlib import Path

import rich_click as click

from qimen_core.backup import backup as make_backup
from qimen_core.backup import restore as put_back
from qimen_core.cli.options import data_option, json_option, opened
from qimen_core.cli.output import emit_json
from qimen_core.config import QimenConfig
from qimen_core.i18n import translations

__all__ = ["backup", "restore"]

_ = translations("qimen_core")


@click.command(help=str(_("把数据库和文件加密备份到一个文件夹；密钥目录 keys 须另行保管")))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@data_option
@json_option
def backup(folder: Path, data: Path, as_json: bool) -> None:
    """Write a backup and print its path."""
    with opened(data) as qimen:
        made = make_backup(qimen, folder)
    if as_json:
        emit_json({"file": str(made), "bytes": made.stat().st_size})
    else:
        click.echo(_("已备份到 {file}").format(file=made))


@click.command(help=str(_("用备份填充一个空的数据目录；先把当时的密钥目录 keys 放回去")))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
@json_option
def restore(file: Path, data: Path, as_json: bool) -> None:
    """Restore a backup and print what it was."""
    manifest = put_back(file, QimenConfig.load(data))
    if as_json:
        emit_json(asdict(manifest))
    else:
        click.echo(_("已恢复 {at} 的备份").format(at=manifest.made_at))
