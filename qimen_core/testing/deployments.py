"""Fresh deployments for tests: a migrated template is built once per run, every test gets a copy.

A copy costs about a millisecond on SQLite (a file) and thirty on PostgreSQL (CREATE DATABASE …
TEMPLATE), so tests commit, race and break things as they like and never see one another.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from qimen_core.testing import folders, postgres

__all__ = ["DIALECTS", "Deployments", "Plant", "Run"]

DIALECTS = ("sqlite", "postgresql")

Plant = Callable[[Path, str], None]
"""Fills a new template: given its data folder and the URL of its empty database."""


@dataclass(frozen=True)
class Run:
    """One run of pytest: what its worker processes share.

    Args:
        folder: A folder that is gone when the run is over.
        worker: Name of this process among them, for example `gw1`.
    """

    folder: Path
    worker: str = "main"

    @property
    def databases(self) -> Path:
        """Where databases and data folders lie: in memory where there is room."""
        return folders.databases(self.folder)

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Lets one process at a time into the block."""
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def server(self) -> str:
        """The URL of the run's PostgreSQL server, which the first caller starts.

        QIMEN_TEST_PG_URL names another server to use; its user has to be able to create databases.

        Raises:
            postgres.PostgresError: it cannot be started.
        """
        if given := os.environ.get("QIMEN_TEST_PG_URL"):
            return given
        with self.alone("postgres"):
            return postgres.start(self.folder)


@dataclass
class Deployments:
    """Makes and removes the deployments of one kind of database.

    Args:
        dialect: One of `DIALECTS`.
        run: The run they belong to.
    """

    dialect: str
    run: Run
    _made: list[str] = field(default_factory=list)

    def fresh(self, key: Sequence[str], plant: Plant, data: Path) -> str:
        """Makes a copy of the template for `key` in the empty folder `data`.

        Args:
            key: Everything on which the template's content depends.
            plant: Fills the template; called once in a run.
            data: The data folder of the copy: keys and files.

        Returns:
            The URL of the copy's database.
        """
        template = self._template(key, plant)
        shutil.copytree(template, data, dirs_exist_ok=True)
        if self.dialect == "sqlite":
            return _sqlite_url(data)
        name = f"{self._prefix}_{self.run.worker}_{len(self._made)}"
        template_name = self._name(key)
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template_name}" STRATEGY FILE_COPY')
        self._made.append(name)
        return self._url(name)

    def empty(self, data: Path) -> str:
        """Makes a database without any table for the folder `data` and returns its URL."""
        if self.dialect == "sqlite":
            return _sqlite_url(data)
        name = f"{self._prefix}_{self.run.worker}_{len(self._made)}"
        self._administer(f'CREATE DATABASE "{name}"')
        self._made.append(name)
        return self._url(name)

    def drop(self) -> None:
        """Removes the databases that `fresh` has made since the last call."""
        for name in self._made:
            self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.clear()

    def _template(self, key: Sequence[str], plant: Plant) -> Path:
        folder = self.run.databases / f"{self.dialect}-{_digest(key)}"
        with self.run.alone(folder.name):
            if not folder.exists():
                building = folder.with_suffix(".building")
                shutil.rmtree(building, ignore_errors=True)
                building.mkdir()
                plant(building, self._empty(key, building))
                building.rename(folder)
        return folder

    def _empty(self, key: Sequence[str], folder: Path) -> str:
        if self.dialect == "sqlite":
            return _sqlite_url(folder)
        name = self._name(key)
        self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._administer(f'CREATE DATABASE "{name}"')
        return self._url(name)

    @property
    def _prefix(self) -> str:
        return f"qt_{_digest([str(self.run.folder)])}"

    def _name(self, key: Sequence[str]) -> str:
        return f"{self._prefix}_template_{_digest(key)}"

    def _url(self, name: str) -> str:
        return make_url(self.run.server()).set(database=name).render_as_string(hide_password=False)

    def _administer(self, statement: str) -> None:
        engine = create_engine(self.run.server(), isolation_level="AUTOCOMMIT")
        try:
            # lint-ok: sql-raw -- the test kit's own databases, no deployment's
            with engine.connect() as connection:
                # lint-ok: sql-text -- CREATE DATABASE has no construct
                connection.execute(text(statement))
        finally:
            engine.dispose()


def _sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'qimen.db'}"


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]
