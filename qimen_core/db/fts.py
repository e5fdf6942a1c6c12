"""The full-text side table of the search index, on both databases.

``core_search`` holds one row per searchable thing; ``core_search_fts`` holds its tokens under the
same id. SQLite gets an FTS5 table with the ``ascii`` tokeniser, which splits at ASCII punctuation
only and so never needs to know a Chinese character (the ``unicode61`` one drops those newer than
its Unicode tables). PostgreSQL gets a ``tsvector`` built by us, never by a text parser, so that the
tokens are the same on both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    cast,
    column,
    delete,
    func,
    insert,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.sql import ColumnElement, Select

__all__ = [
    "SEARCH_TABLE",
    "create_search_tables",
    "drop_search_tables",
    "is_search_table",
    "matching_ids",
    "put_tokens",
    "remove_tokens",
]

SEARCH_TABLE = "core_search_fts"

# Two shapes of one table. Neither is in the metadata of the models: they are made by the helpers
# below, and a virtual table has no types that a migration could be compared with.
_FTS5 = table(SEARCH_TABLE, column("rowid", Integer), column("body", Text), column("reach", Text))
_FTS5_MATCH = column(SEARCH_TABLE, Text)
_VECTORS = Table(
    SEARCH_TABLE,
    MetaData(),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("vector", TSVECTOR, nullable=False),
)

_CREATE_SQLITE = (
    f"CREATE VIRTUAL TABLE {SEARCH_TABLE} USING fts5(body, reach, tokenize='ascii', detail=full)",
)
_CREATE_POSTGRESQL = (
    f"CREATE TABLE {SEARCH_TABLE} ("
    " id BIGINT PRIMARY KEY REFERENCES core_search (id) ON DELETE CASCADE,"
    " vector TSVECTOR NOT NULL)",
    f"CREATE INDEX ix_{SEARCH_TABLE}_vector ON {SEARCH_TABLE} USING gin (vector)",
)


class Operations(Protocol):
    """The part of Alembic's ``op`` that is needed here."""

    def execute(self, sqltext: str) -> None: ...

    def get_bind(self) -> Connection: ...


def create_search_tables(op: Operations) -> None:
    """Create the token table; called by the migration that creates ``core_search``."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _CREATE_SQLITE if sqlite else _CREATE_POSTGRESQL:
        op.execute(statement)


def drop_search_tables(op: Operations) -> None:
    """Drop the token table (its index and shadow tables go with it)."""
    op.execute(f"DROP TABLE IF EXISTS {SEARCH_TABLE}")


def is_search_table(name: str | None) -> bool:
    """Say whether a table is the token table or one of FTS5's shadow tables."""
    return name is not None and (name == SEARCH_TABLE or name.startswith(f"{SEARCH_TABLE}_"))


def put_tokens(
    connection: Connection, entry_id: int, body: Sequence[str], reach: Sequence[str]
) -> None:
    """Store the tokens of one entry, replacing what was there.

    Args:
        connection: The connection of the running transaction.
        entry_id: ``core_search.id``.
        body: Tokens of the text, in order.
        reach: One token per unit above the entry (see :func:`qimen_core.search.tokens.reach`).
    """
    remove_tokens(connection, entry_id)
    if connection.dialect.name == "sqlite":
        values = {"rowid": entry_id, "body": " ".join(body), "reach": " ".join(reach)}
        connection.execute(insert(_FTS5).values(values))
        return
    vector = cast(_vector(body, reach), TSVECTOR)
    connection.execute(insert(_VECTORS).values(id=entry_id, vector=vector))


def remove_tokens(connection: Connection, entry_id: int) -> None:
    """Forget the tokens of one entry."""
    if connection.dialect.name == "sqlite":
        connection.execute(delete(_FTS5).where(_FTS5.c.rowid == entry_id))
    else:
        connection.execute(delete(_VECTORS).where(_VECTORS.c.id == entry_id))


def matching_ids(
    dialect: str, phrases: Sequence[Sequence[str]], reach: Sequence[str] = ()
) -> Select[tuple[int]]:
    """Select the ids of entries that hold every phrase and lie under one of ``reach``.

    Args:
        dialect: ``"sqlite"`` or ``"postgresql"``.
        phrases: Each a list of tokens that stand side by side; a last token that ends in ``*``
            matches by prefix.
        reach: Unit tokens; empty means anywhere.
    """
    if dialect == "sqlite":
        return select(_FTS5.c.rowid).where(_match_fts5(phrases, reach))
    query = cast(_tsquery(phrases, reach), TSQUERY)
    return select(_VECTORS.c.id).where(_VECTORS.c.vector.bool_op("@@")(query))


def _match_fts5(phrases: Sequence[Sequence[str]], reach: Sequence[str]) -> ColumnElement[bool]:
    parts = ["body : " + _fts5_phrase(tokens) for tokens in phrases]
    if reach:
        parts.append("reach : (" + " OR ".join(f'"{token}"' for token in reach) + ")")
    return and_(_FTS5_MATCH.op("MATCH", is_comparison=True)(" AND ".join(parts)))


def _fts5_phrase(tokens: Sequence[str]) -> str:
    star = "*" if tokens[-1].endswith("*") else ""
    return '"' + " ".join(token.rstrip("*") for token in tokens) + f'"{star}'


def _vector(body: Sequence[str], reach: Sequence[str]) -> str:
    """Write a tsvector literal: positions for the text, none for the units."""
    # PostgreSQL keeps 256 positions of a lexeme and none beyond 16383; what is lost there costs
    # no recall, because the query side asks for the tokens only and rechecks the text.
    lexemes = [f"'{token}':{min(at, 16383)}" for at, token in enumerate(body, start=1)]
    return " ".join([*lexemes, *(f"'{token}'" for token in reach)])


def _tsquery(phrases: Sequence[Sequence[str]], reach: Sequence[str]) -> str:
    parts = [_lexeme(token) for tokens in phrases for token in tokens]
    if reach:
        parts.append("(" + " | ".join(f"'{token}'" for token in reach) + ")")
    return " & ".join(parts)


def _lexeme(token: str) -> str:
    return f"'{token.rstrip('*')}':*" if token.endswith("*") else f"'{token}'"


def recheck(body: ColumnElement[str], needles: Sequence[str]) -> ColumnElement[bool]:
    """Say in SQL that the normalised text really holds each needle (adjacency on PostgreSQL)."""
    return and_(*(func.strpos(body, needle) > 0 for needle in needles))
