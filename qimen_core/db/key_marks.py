"""Which keys a database needs: lost or swapped ones are noticed before anything is written.

Without this, a key folder that is gone would be made anew at the next start: every encrypted
column unreadable, every blind index useless, the audit chain broken, and nobody told.
"""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import insert, inspect, select

from qimen_core.audit.models import AuditHead
from qimen_core.db.engine import Database
from qimen_core.errors import QimenError
from qimen_core.i18n import translations
from qimen_core.keys import KeyRing
from qimen_core.models import KeyMark

__all__ = ["KeysLost", "KeysSwapped", "mark_keys", "open_keys"]

_ = translations("qimen_core")

_mark = KeyMark.__table__.c  # type: ignore[attr-defined]
_head = AuditHead.__table__.c  # type: ignore[attr-defined]


class KeysLost(QimenError):
    """The key folder is gone, and the database holds what only its keys open."""


class KeysSwapped(QimenError):
    """The key folder holds other keys than the database was written with."""


def open_keys(database: Database, folder: Path) -> KeyRing:
    """Return the keys in ``folder``; new ones are made only for a database that is new, too.

    Args:
        database: What the keys are for.
        folder: Where they lie.

    Raises:
        KeysLost: There is no such folder, but the database is in use.
        KeysSwapped: A key is not the one that the database was written with, or is missing.
        UnsafeKeyFile: A key file is damaged, or others may read it.
    """
    marks = _marks(database)
    if not folder.exists() and (marks or _in_use(database)):
        raise KeysLost(
            _(
                "密钥文件夹 {folder} 不见了，而数据库里已有用这些密钥加密的数据。"
                "请从安全保管处恢复整个文件夹再启动；没有生成新密钥，数据没有改动。"
            ).format(folder=folder)
        )
    keys = KeyRing.open_or_create(folder)
    wrong = sorted(name for name, mark in marks.items() if keys.fingerprints.get(name) != mark)
    if wrong:
        raise KeysSwapped(
            _(
                "{folder} 里的密钥与数据库不符：{names}。"
                "请恢复与这个数据库一起使用的密钥文件夹，再启动。"
            ).format(folder=folder, names="、".join(f"{name}.key" for name in wrong))
        )
    return keys


def mark_keys(database: Database, keys: KeyRing) -> None:
    """Write down the fingerprints of keys that the database does not know yet."""
    known = _marks(database)
    new = [
        {"name": name, "fingerprint": mark}
        for name, mark in keys.fingerprints.items()
        if name not in known
    ]
    if new:
        with database.connect(write=True) as connection:
            connection.execute(insert(KeyMark), new)


def _marks(database: Database) -> Mapping[str, str]:
    """Return the fingerprints by name; none before the table is there."""
    with database.connect() as connection:
        if not inspect(connection).has_table(str(KeyMark.__tablename__)):
            return {}
        rows = connection.execute(select(_mark.name, _mark.fingerprint))
        return {row.name: row.fingerprint for row in rows}


def _in_use(database: Database) -> bool:
    """Return whether anything was ever written: each change adds a row to the keyed audit."""
    with database.connect() as connection:
        if not inspect(connection).has_table(str(AuditHead.__tablename__)):
            return False
        return bool(connection.execute(select(_head.seq)).scalar())
