"""Migrations: one stream and one version table a plugin, core first, then in dependency order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from qimen_core.db.encrypted import EncryptedStr
from qimen_core.db.fts import is_search_table
from qimen_core.db.key_marks import mark_keys
from qimen_core.db.row_security import fence
from qimen_core.db.types import Json, PathType, UTCDateTime
from qimen_core.db.watch import watch

if TYPE_CHECKING:
    from qimen_core.runtime import Qimen

__all__ = [
    "StreamStatus",
    "differences",
    "downgrade",
    "pending",
    "revision",
    "status",
    "upgrade",
]

_TEMPLATE = '''"""{message}."""

import sqlalchemy as sa
from alembic import op

from qimen_core.db.types import Json, PathType, UTCDateTime

revision = "{name}"
down_revision = {previous!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    {up}


def downgrade() -> None:
    """Take it back."""
    {down}
'''


@dataclass(frozen=True)
class StreamStatus:
    """Where one plugin's tables stand: the revision applied and the newest one known."""

    plugin: str
    current: str | None
    head: str | None

    @property
    def pending(self) -> bool:
        """Whether a migration waits."""
        return self.current != self.head


def streams(qimen: "Qimen") -> Iterator[tuple[str, ScriptDirectory]]:
    """Yield each plugin that has migrations with its script directory, core first."""
    for each in qimen.registry.contributions:
        if not each.package:
            continue
        folder = Path(str(files(each.package) / "migrations"))
        if (folder / "versions").is_dir():
            yield each.meta.name, _scripts(folder)


def status(qimen: "Qimen") -> list[StreamStatus]:
    """Return where every stream stands, core first."""
    with qimen.db.connect() as connection:
        return [
            StreamStatus(name, _context(connection, name).get_current_revision(), _head(scripts))
            for name, scripts in streams(qimen)
        ]


def pending(qimen: "Qimen") -> list[str]:
    """Return the names of the plugins whose migrations wait."""
    return [each.plugin for each in status(qimen) if each.pending]


def upgrade(qimen: "Qimen", plugin: str = "") -> list[StreamStatus]:
    """Apply what waits, each stream in its own transaction, and return what was applied.

    Args:
        qimen: The application.
        plugin: Only this stream; all of them when left out.
    """
    before = {each.plugin: each for each in status(qimen)}
    for name, scripts in streams(qimen):
        if before[name].pending and plugin in ("", name):
            _run(qimen, name, scripts, "head")
    if not before["core"].pending or plugin in ("", "core"):
        mark_keys(qimen.db, qimen.keys)
    qimen.refresh_roles()
    return [each for each in before.values() if each.pending and plugin in ("", each.plugin)]


def downgrade(qimen: "Qimen", plugin: str, to: str = "base") -> None:
    """Take a plugin's tables back to a revision.

    Args:
        qimen: The application.
        plugin: Whose stream.
        to: The revision, ``base`` for none.
    """
    _run(qimen, plugin, dict(streams(qimen))[plugin], to, down=True)


def differences(qimen: "Qimen", plugin: str) -> list[Any]:
    """Return how a plugin's tables differ from its models; empty when they are equal."""
    with qimen.db.connect() as connection:
        ops = produce_migrations(_context(connection, plugin), SQLModel.metadata)
    return list((ops.upgrade_ops or UpgradeOps([])).ops)


def revision(qimen: "Qimen", plugin: str, message: str) -> Path:
    """Write a new revision with the differences between a plugin's models and its tables.

    Args:
        qimen: The application, its database at the newest revision.
        plugin: Whose stream; its package needs a folder ``migrations/versions``.
        message: What the revision does, in a few words.
    """
    scripts = dict(streams(qimen))[plugin]
    with qimen.db.connect() as connection:
        script = produce_migrations(_context(connection, plugin), SQLModel.metadata)
        up = _code(script.upgrade_ops)
        down = _code(script.downgrade_ops)
    name = f"{plugin}_{len(list(scripts.walk_revisions())) + 1:04d}"
    slug = re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")
    file = Path(scripts.versions) / f"{name}_{slug}.py"
    previous = scripts.get_current_head()
    file.write_text(
        _TEMPLATE.format(message=message, name=name, previous=previous, up=up, down=down), "utf-8"
    )
    return file


def _code(ops: Any) -> str:
    return (
        render_python_code(ops, sqlalchemy_module_prefix="sa.", render_item=_render_type)
        .replace("# ### commands auto generated by Alembic - please adjust! ###\n    ", "")
        .replace("\n    # ### end Alembic commands ###", "")
    )


def _scripts(folder: Path) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _head(scripts: ScriptDirectory) -> str | None:
    return scripts.get_current_head()


def _options(plugin: str) -> dict[str, Any]:
    prefix = f"{plugin}_"

    def include_name(name: str | None, kind: str, _parents: object) -> bool:
        if kind != "table" or name is None:
            return True
        return name.startswith(prefix) and not is_search_table(name)

    def include_object(_thing: object, name: str | None, kind: str, *_rest: object) -> bool:
        return include_name(name, kind, {})

    return {
        "version_table": f"alembic_version_{plugin}",
        "target_metadata": SQLModel.metadata,
        "include_name": include_name,
        "include_object": include_object,
        "compare_type": True,
        "render_item": _render_type,
    }


def _render_type(kind: str, thing: Any, _context: object) -> "str | Literal[False]":
    """Name our own types as the models do; a migration reads like the model it makes."""
    if kind != "type":
        return False
    if thing is PathType or thing is Json:
        return "PathType" if thing is PathType else "Json"
    if isinstance(thing, UTCDateTime):
        return "UTCDateTime()"
    if isinstance(thing, EncryptedStr):
        return "sa.Text()"
    if isinstance(thing, AutoString):
        return f"sa.String({thing.length or ''})"
    return False


def _context(connection: Connection, plugin: str) -> MigrationContext:
    return MigrationContext.configure(connection, opts=_options(plugin))


def _run(
    qimen: "Qimen", plugin: str, scripts: ScriptDirectory, to: str, *, down: bool = False
) -> None:
    def steps(current: Any, _context: MigrationContext) -> Any:
        if down:
            return scripts._downgrade_revs(to, current)
        return scripts._upgrade_revs(to, current)

    with (
        qimen.db.connect(write=True) as connection,
        EnvironmentContext(Config(), scripts, fn=steps, destination_rev=to) as environment,
    ):
        environment.configure(connection=connection, **_options(plugin))
        with environment.begin_transaction():
            environment.run_migrations()
        tables = inspect(connection).get_table_names()
        fence(connection, tables)
        watch(connection, tables)
