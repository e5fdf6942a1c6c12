"""The full-text side table of the search index, on both databases.

``core_search`` holds one row per searchable thing; ``core_search_fts`` holds its tokens under the
same id. SQLite gets an FTS5 table with the ``ascii`` tokeniser, which splits at ASCII punctuation
only and so never needs to know a Chinese character (the ``unicode61`` one drops those newer than
its Unicode tables). PostgreSQL gets a ``tsvector`` built by us, never by a text parser, so that the
tokens are the same on both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.orm import Session

__all__ = [
    "SEARCH_TABLE",
    "Match",
    "TokenRow",
    "create_search_tables",
    "drop_search_tables",
    "is_search_table",
    "match",
    "put_tokens",
    "remove_tokens",
]

SEARCH_TABLE = "core_search_fts"

# Two shapes of one table. Neither is in the metadata of the models: they are made by the helpers
# below, and a virtual table has no types that a migration could be compared with.
_FTS5 = table(SEARCH_TABLE, column("rowid", Integer), column("body", Text), column("reach", Text))
# FTS5 takes its query against a hidden column that has the table's own name.
_FTS5_MATCH = literal_column(f"{SEARCH_TABLE}.{SEARCH_TABLE}", Text)
_IDS_PER_STATEMENT = 500
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
    # The planner must know how common a bigram is to choose between the index and the newest rows.
    f"ALTER TABLE {SEARCH_TABLE} ALTER COLUMN vector SET STATISTICS 1000",
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


@dataclass(frozen=True, slots=True)
class TokenRow:
    """The tokens of one entry.

    Attributes:
        id: ``core_search.id``.
        body: Tokens of the text, in order.
        reach: One token for the entry's unit and one for each unit above it.
    """

    id: int
    body: Sequence[str]
    reach: Sequence[str]


def put_tokens(session: Session, rows: Sequence[TokenRow]) -> None:
    """Store the tokens of entries, replacing what was there; inside a unit of work."""
    if not rows:
        return
    remove_tokens(session, [row.id for row in rows])
    if session.get_bind().dialect.name == "sqlite":
        values = [
            {"rowid": row.id, "body": " ".join(row.body), "reach": " ".join(row.reach)}
            for row in rows
        ]
        session.execute(insert(_FTS5), values)
        return
    vectors = insert(_VECTORS).values(id=bindparam("id"), vector=cast(bindparam("text"), TSVECTOR))
    session.execute(vectors, [{"id": row.id, "text": _vector(row.body, row.reach)} for row in rows])


def remove_tokens(session: Session, ids: Sequence[int]) -> None:
    """Forget the tokens of entries; inside a unit of work."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    tokens = _FTS5 if sqlite else _VECTORS
    key = _FTS5.c.rowid if sqlite else _VECTORS.c.id
    for start in range(0, len(ids), _IDS_PER_STATEMENT):
        some = ids[start : start + _IDS_PER_STATEMENT]
        session.execute(delete(tokens).where(key.in_(some)))


@dataclass(frozen=True, slots=True)
class Match:
    """What a query needs: join ``table`` on ``key`` = the entry's id and add ``where``."""

    table: FromClause
    key: ColumnElement[int]
    where: ColumnElement[bool]


def match(
    dialect: str,
    phrases: Sequence[Sequence[str]],
    reach: Sequence[str] = (),
    *,
    body: ColumnElement[str],
    needles: Sequence[str] = (),
) -> Match:
    """Return the condition that an entry holds every phrase and lies under one of ``reach``.

    Args:
        dialect: ``sqlite`` or ``postgresql``.
        phrases: Each a list of tokens that stand side by side; a last token that ends in ``*``
            matches by prefix.
        reach: Unit tokens; empty means anywhere.
        body: The column with the normalised text, for the recheck.
        needles: What the text must hold in one piece; FTS5 sees that by itself.
    """
    if dialect == "sqlite":
        expression = _fts5_expression(phrases, reach)
        found = _FTS5_MATCH.op("MATCH", is_comparison=True)(expression)
        return Match(_FTS5, _FTS5.c.rowid, found)
    query = cast(_tsquery(phrases, reach), TSQUERY)
    ids = select(_VECTORS.c.id).where(_VECTORS.c.vector.bool_op("@@")(query))
    # Materialised, so that the index of tokens is asked first: left alone the planner begins with
    # the entries, because it takes the row-level security on them for a narrow filter.
    hits = ids.order_by(_VECTORS.c.id.desc()).cte("hits").prefix_with("MATERIALIZED")
    return Match(hits, hits.c.id, and_(true(), *(func.strpos(body, text) > 0 for text in needles)))


def _fts5_expression(phrases: Sequence[Sequence[str]], reach: Sequence[str]) -> str:
    parts = ["body : " + _fts5_phrase(tokens) for tokens in phrases]
    if reach:
        parts.append("reach : (" + " OR ".join(f'"{token}"' for token in reach) + ")")
    return " AND ".join(parts)


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
