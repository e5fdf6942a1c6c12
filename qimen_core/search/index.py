"""The search index: written in the transaction of the data, read within the reader's reach."""

# lint-ok-file: sql-bulk -- the index follows its record, in the record's unit of work

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Table,
    any_,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from qimen_core.db.fts import TokenRow, match, put_tokens, remove_tokens
from qimen_core.db.session import scoped, unscoped
from qimen_core.models import SearchDocument
from qimen_core.org.paths import under
from qimen_core.search.tokens import (
    Query,
    normalise,
    parse_query,
    reach_token,
    reach_tokens,
    tokenise,
)

if TYPE_CHECKING:
    from qimen_core.context import Context
    from qimen_core.db.work import UnitOfWork

__all__ = ["Entry", "Found", "find", "moved", "one_of", "put", "put_many", "remove"]

_ENTRY: Table = SearchDocument.__table__  # type: ignore[attr-defined]
_CHUNK = 1000
# With more places than this the token condition costs more than it saves.
_MOST_REACH_TOKENS = 24


@dataclass(frozen=True, slots=True)
class Entry:
    """One searchable thing.

    Attributes:
        kind: ``<plugin>.<thing>``, e.g. ``petitions.order``.
        ref: Its id within the kind.
        org_id: Its unit.
        org_path: The path of its unit.
        label: What a hit shows first.
        detail: What a hit shows second.
        url: Where a hit leads.
        text: What is searched besides the label. Never a phone, an ID number or an address.
        initials: Pinyin initials of a name, searched as a word; may be empty.
    """

    kind: str
    ref: str
    org_id: int
    org_path: str
    label: str
    detail: str = ""
    url: str = ""
    text: str = ""
    initials: str = ""

    @property
    def body(self) -> str:
        """Return the normalised text that is searched."""
        return normalise(" ".join((self.label, self.text, self.initials)))


@dataclass(frozen=True, slots=True)
class Found:
    """A hit."""

    kind: str
    ref: str
    label: str
    detail: str
    url: str
    org_path: str


def put(uow: "UnitOfWork", entry: Entry) -> None:
    """Put a thing into the index, or replace what the index holds of it."""
    put_many(uow, [entry])


def put_many(uow: "UnitOfWork", entries: Sequence[Entry]) -> None:
    """Put many things into the index, a thousand at a time.

    Raises:
        Forbidden: One lies out of reach of the unit of work's permission.
    """
    for path in {entry.org_path for entry in entries}:
        uow.check_reach(path)
    uow.session.flush()
    with unscoped(uow.session):
        for start in range(0, len(entries), _CHUNK):
            _put_chunk(uow, entries[start : start + _CHUNK])


def remove(uow: "UnitOfWork", kind: str, ref: str) -> None:
    """Take a thing out of the index; nothing happens when it is not there."""
    with unscoped(uow.session):
        ids = list(_known_ids(uow, kind, [ref]).values())
        remove_tokens(uow.session, ids)
        uow.session.execute(delete(_ENTRY).where(_ENTRY.c.id.in_(ids)))


def moved(uow: "UnitOfWork", new_path: str) -> None:
    """Rewrite the unit tokens below ``new_path``, after a move has rewritten the entries' paths."""
    wanted = select(_ENTRY.c.id, _ENTRY.c.body, _ENTRY.c.org_path)
    wanted = wanted.where(under(_ENTRY.c.org_path, new_path)).order_by(_ENTRY.c.id).limit(_CHUNK)
    last = 0
    with unscoped(uow.session):
        while rows := uow.session.execute(wanted.where(_ENTRY.c.id > last)).all():
            put_tokens(uow.session, [_token_row(*row) for row in rows])
            last = rows[-1][0]


def find(
    session: Session, ctx: "Context", query: str, kinds: Mapping[str, str], limit: int = 20
) -> list[Found]:
    """Return the things that hold every word of the query, newest first.

    Only what lies within the reader's reach, and only kinds whose plugin is on there.

    Args:
        session: The session.
        ctx: Who asks.
        query: What was typed: Chinese of one character or more, words, numbers, pinyin initials.
        kinds: The kinds to look in, each with the permission to read it.
        limit: At most so many.
    """
    parsed = parse_query(query)
    if not parsed:
        return []
    rows: list[tuple[int, Found]] = []
    for permission in sorted(set(kinds.values())):
        wanted = [kind for kind, needed in kinds.items() if needed == permission]
        if ctx.can_anywhere(permission):
            statement = _statement(session, ctx, parsed, wanted, permission).limit(limit)
            rows += [(row.id, _found(row)) for row in session.execute(statement).all()]
    rows.sort(key=lambda pair: -pair[0])
    return [found for _, found in rows[:limit]]


def one_of(session: Session, column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of these ids, sent as one parameter.

    As ``column.in_(ids)``, which sends one each: with hundreds of ids that takes longer than the
    search that found them.

    Args:
        session: The session that will ask.
        column: A column of integers.
        ids: Hundreds of them, or none.
    """
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(literal(list(ids), ARRAY(BigInteger)))
    each = func.json_each(json.dumps(list(ids))).table_valued("value")
    return column.in_(select(each.c.value))


def _found(row: Row[Any]) -> Found:
    return Found(row.kind, row.ref, row.label, row.detail, row.url, row.org_path)


def _statement(
    session: Session, ctx: "Context", query: Query, kinds: Sequence[str], permission: str
) -> Select[tuple[int, str, str, str, str, str, str]]:
    entry = _ENTRY.c
    dialect = session.get_bind().dialect.name
    reach = ctx.reach(permission)
    narrow = "" not in reach and len(reach) <= _MOST_REACH_TOKENS
    found = match(
        dialect,
        query.phrases,
        [reach_token(path) for path in reach] if narrow else (),
        body=entry.body,
        needles=query.needles,
    )
    columns = (entry.kind, entry.ref, entry.label, entry.detail, entry.url, entry.org_path)
    statement = (
        select(entry.id, *columns)
        .join_from(found.table, _ENTRY, entry.id == found.key)
        .where(found.where, entry.kind.in_(kinds))
        .order_by(found.key.desc())
    )
    return scoped(statement, ctx, permission, entry.org_path)


def _put_chunk(uow: "UnitOfWork", entries: Sequence[Entry]) -> None:
    for kind in {entry.kind for entry in entries}:
        some = {entry.ref: entry for entry in entries if entry.kind == kind}
        known = _known_ids(uow, kind, list(some))
        new = [_values(uow, entry) for ref, entry in some.items() if ref not in known]
        if new:
            uow.session.execute(insert(_ENTRY), new)
        for ref, id_ in known.items():
            change = update(_ENTRY).where(_ENTRY.c.id == id_).values(_values(uow, some[ref]))
            uow.session.execute(change)
        ids = _known_ids(uow, kind, list(some))
        rows = [_token_row(ids[ref], entry.body, entry.org_path) for ref, entry in some.items()]
        put_tokens(uow.session, rows)


def _values(uow: "UnitOfWork", entry: Entry) -> dict[str, object]:
    return {
        "kind": entry.kind,
        "ref": entry.ref,
        "org_id": entry.org_id,
        "org_path": entry.org_path,
        "label": entry.label[:200],
        "detail": entry.detail[:300],
        "url": entry.url[:300],
        "body": entry.body,
        "updated_at": uow.ctx.now,
    }


def _known_ids(uow: "UnitOfWork", kind: str, refs: Sequence[str]) -> dict[str, int]:
    statement = select(_ENTRY.c.ref, _ENTRY.c.id).where(
        _ENTRY.c.kind == kind, _ENTRY.c.ref.in_(refs)
    )
    rows = uow.session.execute(statement)
    return {row.ref: row.id for row in rows}


def _token_row(id_: int, body: str, path: str) -> TokenRow:
    return TokenRow(id_, tokenise(body), reach_tokens(path))
