"""One sealed file: a manifest, the database, the stored files, the anchor, the configuration."""

import io
import json
import os
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, cast

from qimen_core.backup.dumps import dump, load
from qimen_core.backup.sealed_stream import BrokenBackup, SealedReader, SealedWriter
from qimen_core.clock import local
from qimen_core.config import QimenConfig
from qimen_core.db.migrate import status
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.keys import KeyRing
from qimen_core.runtime import Qimen

__all__ = ["Manifest", "backup", "restore"]

_ = translations("qimen_core")

PURPOSE = "backup"
# Beside the database; the folder ``keys`` is never among them.
PARTS = ("files", "audit.anchor", "qimen.toml")


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    Args:
        made_at: ISO 8601, Asia/Shanghai.
        version: Version of qimen-core.
        dialect: ``sqlite`` or ``postgresql``; a backup goes back to the same one.
        streams: Each plugin's applied revision.
    """

    made_at: str
    version: str
    dialect: str
    streams: dict[str, str | None]


def backup(qimen: Qimen, folder: Path) -> Path:
    """Write a sealed backup into ``folder`` and return its path; the server may go on.

    It opens only with the key folder of this deployment, which is kept apart from it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = local(qimen.clock.now())
    target = folder / f"qimen-{now:%Y%m%d-%H%M%S}.qbk"
    manifest = Manifest(
        made_at=now.isoformat(timespec="seconds"),
        version=version("qimen-core"),
        dialect=qimen.db.dialect,
        streams={each.plugin: each.current for each in status(qimen)},
    )
    unfinished = target.with_suffix(".part")
    with tempfile.TemporaryDirectory(dir=folder) as scratch, unfinished.open("wb") as raw:
        copy = Path(scratch) / "database"
        # The anchor first: it may lag behind the rows, never run ahead of them.
        parts = _snapshot(qimen.config.data, Path(scratch))
        dump(qimen.config.url, copy)
        _write(raw, qimen.keys, manifest, [*parts, ("database", copy)])
        raw.flush()
        os.fsync(raw.fileno())
    unfinished.replace(target)
    return target


def _snapshot(data: Path, scratch: Path) -> list[tuple[str, Path]]:
    anchor = data / "audit.anchor"
    kept = scratch / "audit.anchor"
    if anchor.is_file():
        kept.write_bytes(anchor.read_bytes())
    return [
        (name, kept if name == "audit.anchor" else data / name)
        for name in PARTS
        if (data / name).exists()
    ]


def _write(
    raw: IO[bytes], keys: KeyRing, manifest: Manifest, parts: list[tuple[str, Path]]
) -> None:
    sealed = SealedWriter(cast("io.BufferedWriter", raw), keys.derive(PURPOSE))
    with tarfile.open(fileobj=cast("IO[bytes]", sealed), mode="w|") as tar:
        head = json.dumps(asdict(manifest)).encode()
        entry = tarfile.TarInfo("manifest.json")
        entry.size = len(head)
        tar.addfile(entry, io.BytesIO(head))
        for name, path in parts:
            tar.add(path, arcname=name)
    sealed.close()


def restore(source: Path, config: QimenConfig) -> Manifest:
    """Fill an empty deployment from a backup and return the backup's manifest.

    Args:
        source: A ``.qbk`` file.
        config: The deployment to fill; its folder ``keys`` is already back in place.

    Raises:
        BrokenBackup: The file was cut or changed, or the keys are others.
        QimenError: There is data already, or the backup is of the other kind of database.
    """
    keys = KeyRing.open(config.data / "keys")
    with tempfile.TemporaryDirectory(dir=config.data) as scratch, source.open("rb") as raw:
        sealed = SealedReader(raw, keys.derive(PURPOSE))
        try:
            with tarfile.open(fileobj=cast("IO[bytes]", sealed), mode="r|") as tar:
                tar.extractall(scratch, filter="data")
            # The tar's own end may stand before the last chunk; the seal of that one counts.
            sealed.read()
        except tarfile.TarError as error:
            raise BrokenBackup(_("备份文件已损坏。请改用另一份备份。")) from error
        return _put_back(Path(scratch), config)


def _put_back(scratch: Path, config: QimenConfig) -> Manifest:
    manifest = Manifest(**json.loads((scratch / "manifest.json").read_text("utf-8")))
    dialect = "sqlite" if config.url.startswith("sqlite") else "postgresql"
    if manifest.dialect != dialect:
        raise QimenError(
            _(
                "这份备份来自 {theirs} 数据库,不能恢复到 {ours}。请在 qimen.toml 中改用同类数据库。"
            ).format(theirs=manifest.dialect, ours=dialect)
        )
    for name in PARTS:
        target = config.data / name
        if (scratch / name).exists() and not (name == "qimen.toml" and target.exists()):
            if target.exists():
                raise QimenError(_("{file} 已存在。请恢复到一个空的数据目录。").format(file=target))
            (scratch / name).rename(target)
    load(scratch / "database", config.url)
    return manifest
