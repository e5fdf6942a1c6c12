"""Reading requests: everybody's facts without a person in them, and one's own by its code."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from qimen_core import Context, OrgUnit, scope, scoped, translations
from qimen_core.org.paths import ancestors, under
from qimen_core.org.queries import Unit
from qimen_orders import ASIDE_STATES, State
from qimen_petitions.categories import category_labels
from qimen_petitions.following import Case
from qimen_petitions.open311.accounts import account_of
from qimen_petitions.open311.calls import Call, moment, place_of_call
from qimen_petitions.open311.documents import Document, Value
from qimen_petitions.open311.refusals import Problem, Refused
from qimen_petitions.open311.spans import span_of
from qimen_petitions.permissions import PUBLISHED
from qimen_petitions.published import (
    may_be_known,
    order,
    petition,
    redactor_at,
    words_may_be_shown,
)
from qimen_petitions.rules import public_word
from qimen_petitions.services import OWNER
from qimen_petitions.settings import PetitionSettings

__all__ = ["one", "several", "token"]

_ = translations("qimen_petitions")

# The specification's own figure; the rest is read with page and page_size, its usual extension.
_MOST = 1000
_LAST_PAGE = 1000
_MOST_NAMED = 100
_HASH = 64
_CLOSED = [state.value for state in (*sorted(ASIDE_STATES), State.CLOSED)]

_unit: Any = OrgUnit.__table__.c  # type: ignore[attr-defined]
_lead: Any = OrgUnit.__table__.alias("lead").c  # type: ignore[attr-defined]


def several(call: Call) -> Document:
    """Return the requests asked for, the newest first; with a resident's code, their own.

    Raises:
        Refused: An argument cannot be read, or see ``place_of_call`` and ``account_of``.
    """
    place = place_of_call(call)
    case = account_of(call)
    if case is not None:
        return _drawn(call, _at(call, place, order.number == case.number, known=False), own=case)
    numbers = call.listed("service_request_id")
    if numbers:
        wanted = _at(call, place, order.number.in_(numbers[:_MOST_NAMED]))
        return _drawn(call, wanted.limit(_MOST_NAMED), words=place.kind == "community")
    start, end = span_of(call)
    conditions = [order.submitted_at >= start, order.submitted_at <= end, *_states(call)]
    if codes := call.listed("service_code"):
        conditions.append(order.category.in_(codes[:_MOST_NAMED]))
    size = _number(call, "page_size", _MOST, _MOST)
    page = _number(call, "page", 1, _LAST_PAGE)
    wanted = _at(call, place, *conditions).order_by(order.submitted_at.desc(), order.id.desc())
    wanted = wanted.limit(size).offset((page - 1) * size)
    return _drawn(call, wanted, words=place.kind == "community")


def one(call: Call) -> Document:
    """Return one request; with its own code, with its words and what was answered.

    Raises:
        Refused: There is none of that number (404), or see ``several``.
    """
    place = place_of_call(call)
    case = account_of(call)
    own = case if case is not None and case.number == call.name else None
    wanted = _at(call, place, order.number == call.name, known=own is None)
    found = _drawn(call, wanted, words=True, own=own)
    if not found.body:
        raise Refused(Problem(404, str(_("service_request_id 不存在"))))
    return found


def token(call: Call) -> Document:
    """Return the number that a token stands for; none until the request is accepted or refused.

    Raises:
        Refused: There is no such token (404).
    """
    place = place_of_call(call)
    if len(call.name) != _HASH:
        raise _no_token()
    wanted = _joined(
        call.ctx, [order.number, order.state], petition.code_hash == call.name, order.owner == OWNER
    ).where(under(order.org_path, place.path))
    with scope(call.request.session, call.ctx, PUBLISHED):
        row = call.request.session.execute(wanted).one_or_none()
    if row is None:
        raise _no_token()
    waiting = row.state in {State.DRAFT.value, State.SUBMITTED.value}
    answer: Mapping[str, Value] = {
        "service_request_id": None if waiting else row.number,
        "token": call.name,
    }
    return Document("service_requests", [answer])


def _no_token() -> Refused:
    return Refused(Problem(404, str(_("token 不存在"))))


def _number(call: Call, name: str, default: int, most: int) -> int:
    sent = call.argument(name)
    if not sent:
        return default
    if not (sent.isascii() and sent.isdecimal() and len(sent) < _MOST and 1 <= int(sent) <= most):
        said = _("{name} 应为 1 到 {most} 的整数").format(name=name, most=most)
        raise Refused(Problem(400, str(said)))
    return int(sent)


def _states(call: Call) -> Sequence[ColumnElement[bool]]:
    asked = set(call.listed("status"))
    if asked - {"open", "closed"}:
        raise Refused(Problem(400, str(_("status 只能是 open 或 closed"))))
    if len(asked) != 1:
        return ()
    closed: ColumnElement[bool] = order.state.in_(_CLOSED)
    return (closed,) if asked == {"closed"} else (~closed,)


_COLUMNS = [
    order.id, order.number, order.state, order.hold, order.category, order.org_path,
    order.submitted_at, order.accepted_at, order.dispatched_at, order.claimed_at, order.replied_at,
    order.evaluated_at, order.closed_at, order.due_at, _unit.code, _unit.name.label("place"),
    _lead.name.label("lead"),
]  # fmt: skip


def _joined(ctx: Context, columns: Sequence[Any], *conditions: Any) -> Select[Any]:
    wanted = (
        select(*columns)
        .join_from(order.id.table, petition.order_id.table, petition.order_id == order.id)
        .where(*conditions)
    )
    return scoped(wanted, ctx, PUBLISHED, order.org_path)


def _at(call: Call, place: Unit, *conditions: Any, known: bool = True) -> Select[Any]:
    """Return the select of requests at a place; ``known`` leaves out what is not everybody's."""
    wanted = _joined(call.ctx, _COLUMNS, under(order.org_path, place.path), *conditions)
    wanted = wanted.join(_unit.id.table, _unit.id == order.org_id)
    wanted = wanted.outerjoin(_lead.id.table, _lead.id == order.lead_id)
    return wanted.where(may_be_known() if known else order.owner == OWNER)


def _drawn(
    call: Call, wanted: Select[Any], *, words: bool = False, own: Case | None = None
) -> Document:
    """Return the rows of a select as they are answered.

    Args:
        call: The call.
        wanted: As ``_at`` makes it.
        words: Whether to tell what may be told of the words. They are redacted by the names known
            in each unit, which is too much to do for a whole county at a stranger's wish.
        own: The case of the resident who asks, whose words are told as they are.
    """
    ctx = call.ctx
    with scope(call.request.session, ctx, PUBLISHED):
        rows = call.request.session.execute(wanted).all()
    labels = category_labels(call.request.session)
    shown = {path: ctx.setting(PetitionSettings, path) for path in {row.org_path for row in rows}}
    rows = [row for row in rows if shown[row.org_path].open311 or own is not None]
    told: Mapping[int, str] = {}
    if own is not None:
        told = _own_words(ctx, [row.id for row in rows])
    elif words:
        told = _public_words(ctx, [row.id for row in rows if shown[row.org_path].publicity])
    addresses = _addresses(ctx, {row.org_path for row in rows})
    return Document(
        "service_requests",
        [_request(row, labels, addresses[row.org_path], own, told.get(row.id)) for row in rows],
    )


def _addresses(ctx: Context, paths: Collection[str]) -> Mapping[str, str]:
    """Return each unit with those above it, from the nearest to the county."""
    above = {path: ancestors(path) for path in paths}
    wanted = select(_unit.path, _unit.name).where(
        _unit.path.in_({each for line in above.values() for each in line})
    )
    rows = ctx.session.execute(scoped(wanted, ctx, PUBLISHED, _unit.path))
    names = {row.path: row.name for row in rows}
    return {
        path: "，".join(names[each] for each in reversed(line) if each in names)
        for path, line in above.items()
    }


def _own_words(ctx: Context, orders: Sequence[int]) -> Mapping[int, str]:
    found = ctx.session.execute(
        _joined(ctx, [order.id, petition.content], order.id.in_(orders), order.owner == OWNER)
    )
    return {row.id: row.content for row in found}


def _public_words(ctx: Context, orders: Sequence[int]) -> Mapping[int, str]:
    """Return the redacted titles of those orders whose words may be shown."""
    columns = [order.id, order.title, order.org_path, order.handler_name, petition.name]
    wanted = _joined(ctx, columns, order.id.in_(orders), words_may_be_shown())
    rows = ctx.session.execute(wanted).all()
    redactors = {path: redactor_at(ctx, path) for path in {row.org_path for row in rows}}
    return {
        row.id: redactors[row.org_path].redacted(
            row.title, (row.name.reveal() if row.name else "", row.handler_name)
        )
        for row in rows
    }


def _request(
    row: Any, labels: Mapping[str, str], address: str, own: Case | None, words: str | None
) -> Mapping[str, Value]:
    closed = row.state in _CLOSED
    return {
        "service_request_id": row.number,
        "status": "closed" if closed else "open",
        "status_notes": _notes(row, own),
        "service_name": labels.get(row.category, ""),
        "service_code": row.category,
        "description": words,
        "agency_responsible": row.lead or row.place,
        "service_notice": None,
        "requested_datetime": moment(row.submitted_at),
        "updated_datetime": moment(_updated(row)),
        "expected_datetime": moment(row.due_at),
        "address": address,
        "address_id": row.code,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def _notes(row: Any, own: Case | None) -> str:
    # Its own state is over, while what its resident is told follows the order it was merged into.
    merged = str(_("与同一事项合并办理")) if row.state == State.MERGED.value else ""
    if own is None:
        return merged or public_word(row.state, row.hold)
    if merged:
        return f"{merged}：{own.word}"
    told = next((note.text for note in own.notes if note.text), "")
    return f"{own.word}：{told}" if told else own.word


def _updated(row: Any) -> datetime | None:
    if row.closed_at is not None:
        return row.closed_at  # type: ignore[no-any-return]
    moments = (
        row.submitted_at, row.accepted_at, row.dispatched_at, row.claimed_at, row.replied_at,
        row.evaluated_at,
    )  # fmt: skip
    return max((at for at in moments if at is not None), default=None)
