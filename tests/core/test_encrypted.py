"""Encrypted columns on a bare table; the tables of core use the same type."""

import copy
import json
import pickle
from pathlib import Path

import pytest
from pydantic import BaseModel
from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    select,
)
from sqlalchemy.exc import StatementError

from qimen_core.db.encrypted import EncryptedStr, Secret, attach_keys
from qimen_core.db.metadata import metadata as all_tables
from qimen_core.keys import KeyRing, Unreadable

PHONE = "13800000000"
_tables = MetaData()
_notes = Table(
    "notes",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("phone", EncryptedStr("notes.phone")),
    Column("plain", String(40)),
)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{tmp_path / 'notes.db'}")
    attach_keys(engine, KeyRing.open_or_create(tmp_path / "keys"))
    _tables.create_all(engine)
    return engine


def test_a_value_comes_back_and_does_not_lie_in_the_file(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.execute(insert(_notes).values(id=1, phone=Secret(PHONE), plain="13900000000"))
        assert connection.scalar(select(_notes.c.phone)) == Secret(PHONE)
    engine.dispose()
    stored = (tmp_path / "notes.db").read_bytes()
    assert PHONE.encode() not in stored
    assert b"13900000000" in stored  # the control: a plain column is found this way


def test_nothing_stays_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(_notes).values(id=1, phone=None))
        assert connection.scalar(select(_notes.c.phone)) is None


def test_a_value_copied_into_another_row_opens_but_under_other_keys_it_does_not(
    engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.execute(insert(_notes).values(id=1, phone=PHONE))
    other = create_engine(f"sqlite:///{tmp_path / 'notes.db'}")
    attach_keys(other, KeyRing.open_or_create(tmp_path / "other"))
    with other.begin() as connection, pytest.raises(Unreadable):
        connection.scalar(select(_notes.c.phone))


def test_two_engines_in_one_process_keep_their_own_keys(engine: Engine, tmp_path: Path) -> None:
    second = create_engine(f"sqlite:///{tmp_path / 'second.db'}")
    attach_keys(second, KeyRing.open_or_create(tmp_path / "second"))
    _tables.create_all(second)
    for each in (engine, second, engine):
        with each.begin() as connection:
            connection.execute(insert(_notes).values(phone=PHONE))
            found = connection.scalars(select(_notes.c.phone)).all()
        assert set(found) == {Secret(PHONE)}


def test_comparing_an_encrypted_column_is_a_fault_of_the_program() -> None:
    with pytest.raises(TypeError, match="blind index"):
        select(_notes).where(_notes.c.phone == PHONE)
    assert "IS NULL" in str(select(_notes).where(_notes.c.phone.is_(None)))


def test_an_engine_without_keys_refuses(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'bare.db'}")
    _tables.create_all(engine)
    with engine.begin() as connection, pytest.raises(StatementError, match="attach_keys"):
        connection.execute(insert(_notes).values(phone=PHONE))


def test_a_secret_hides_in_every_kind_of_text() -> None:
    class Form(BaseModel):
        phone: Secret

    form = Form.model_validate({"phone": PHONE})
    shown = [str(form.phone), repr(form.phone), f"{form.phone}", f"{form.phone!r:>20}", repr(form)]
    shown += [form.model_dump_json(), json.dumps(form.model_dump(mode="json"))]
    assert [text for text in shown if PHONE in text] == []
    assert form.phone.reveal() == PHONE
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(form.phone)
    assert copy.deepcopy(form.phone) == form.phone
    with pytest.raises(ValueError, match="text"):
        Form.model_validate({"phone": 13800000000})


def test_every_encrypted_column_is_bound_to_its_own_place() -> None:
    import qimen_core.models  # noqa: F401

    places = {
        f"{table.name}.{column.name}": column.type.column
        for table in all_tables.tables.values()
        for column in table.c
        if isinstance(column.type, EncryptedStr)
    }
    assert places
    assert [place for place, bound in places.items() if place != bound] == []
