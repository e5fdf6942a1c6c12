"""Migrations: every stream goes up, down and up again, and ends equal to the models."""

from importlib.metadata import entry_points

import pytest
from sqlalchemy import inspect

from qimen_core import Qimen
from qimen_core.db import migrate
from qimen_core.loader import GROUP
from qimen_core.testing.fixtures import MakeApp

PLUGINS = sorted(point.name for point in entry_points(group=GROUP))


@pytest.fixture
def whole(qimen_app: MakeApp) -> Qimen:
    """A migrated deployment with every plugin of the workspace."""
    return qimen_app(PLUGINS)


def test_every_stream_equals_its_models(whole: Qimen) -> None:
    for stream in migrate.status(whole):
        assert not stream.pending
        assert migrate.differences(whole, stream.plugin) == []


def test_every_table_belongs_to_a_stream(whole: Qimen) -> None:
    owners = {each.meta.name for each in whole.registry.contributions}
    with whole.db.connect() as connection:
        tables = inspect(connection).get_table_names()
    strays = {
        table
        for table in tables
        if not table.startswith(("alembic_version_", *(f"{owner}_" for owner in owners)))
    }
    assert strays == set()


def test_all_streams_go_down_to_nothing_and_up_again(whole: Qimen) -> None:
    names = [stream.plugin for stream in migrate.status(whole)]
    for name in reversed(names):
        migrate.downgrade(whole, name)
    with whole.db.connect() as connection:
        left = {
            table
            for table in inspect(connection).get_table_names()
            if not table.startswith("alembic_version_")
        }
    assert left == set()
    assert [each.plugin for each in migrate.upgrade(whole)] == names
    for name in names:
        assert migrate.differences(whole, name) == []


def test_a_pending_migration_is_named(qimen_app: MakeApp) -> None:
    qimen = qimen_app(["web"])
    assert migrate.pending(qimen) == []
    migrate.downgrade(qimen, "core", "core_0001")
    assert migrate.pending(qimen) == ["core"]
