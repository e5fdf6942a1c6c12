"""Writing what a list brought: petitions with their orders, and the history that is known."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from qimen_core import Conflict, UnitOfWork, translations
from qimen_core.org.queries import Unit
from qimen_core.search import put_many
from qimen_orders import Event, NewOrder, Order, PastOrder, PastStep, record_past
from qimen_petitions.categories import leaf_category
from qimen_petitions.gathering.list_row import ListRow
from qimen_petitions.gathering.models import OutsideNumber
from qimen_petitions.indexing import entry_of
from qimen_petitions.models import Petition
from qimen_petitions.registering import (
    OWNER,
    NewPetition,
    code_of,
    petition_of,
    shown_name,
    title_of,
)
from qimen_web.notices import notify

__all__ = ["Arrival", "take_in"]

_ = translations("qimen_petitions")

_READ = "petitions.order.read"
_OWN_NUMBER = "="


@dataclass(frozen=True, slots=True)
class Arrival:
    """One row on its way to becoming a petition.

    Attributes:
        row: What the list says.
        unit: Where the matter lies.
        source: The list that it comes from.
        number: What it is known by there.
        category: Code of its category; may be empty while it is not answered.
        channel: A key of ``CHANNELS``.
    """

    row: ListRow
    unit: Unit
    source: str
    number: str
    category: str
    channel: str


def take_in(uow: UnitOfWork, arrivals: Sequence[Arrival]) -> None:
    """Write all of them in an open unit of work, and tell each unit once how many came.

    A row with a reply becomes an answered order. What lies between its coming in and the reply is
    not in the list: those steps are dated to its coming in and say so in their note, so that the
    time of handling is counted in full, and when the resident was first contacted, which nobody
    knows, is left out of 响应率.

    Raises:
        Conflict: Somebody imported one of the numbers a moment ago.
        InvalidInput: A category is not in use any more.
    """
    if not arrivals:
        return
    orders = record_past(uow, [_past(uow, each) for each in arrivals])
    pairs = list(zip(arrivals, orders, strict=True))
    uow.insert(Petition, [_petition(uow, each, order) for each, order in pairs])
    try:
        uow.insert(OutsideNumber, [_outside(uow, each, order) for each, order in pairs])
    except IntegrityError as error:
        raise Conflict(_("有人刚刚导入了同样编号的诉求，请重新检查后再导入")) from error
    put_many(uow, [entry_of(order, _content(each.row)) for each, order in pairs])
    _tell(uow, pairs)


def _past(uow: UnitOfWork, each: Arrival) -> PastOrder:
    row = each.row
    category = leaf_category(uow.session, each.category) if each.category else None
    new = NewOrder(
        owner=OWNER,
        title=row.title.strip() or title_of(row.content),
        kind=category.kind if category else "help",
        category=each.category,
        urgent=category.urgent if category else False,
        channel=each.channel,
        place=row.place,
        requester=shown_name(row.name, row.anonymous),
    )
    return PastOrder(each.unit, new, tuple(_steps(row)), row.handler.strip() or each.unit.name)


def _steps(row: ListRow) -> list[PastStep]:
    came = PastStep(Event.SUBMIT, row.received, note=str(_("从表格导入")))
    if not row.reply or row.replied is None:
        return [came]
    note = str(_("从表格导入：原系统没有记下这一步的时间，按收到时间补记"))
    between = [
        PastStep(event, row.received, note, assumed=True)
        for event in (Event.ACCEPT, Event.DISPATCH, Event.CLAIM)
    ]
    reply = PastStep(Event.REPLY, row.replied, str(_("从表格导入")), row.reply)
    return [came, *between, reply]


def _content(row: ListRow) -> str:
    return row.content.strip() or row.title.strip()


def _petition(uow: UnitOfWork, each: Arrival, order: Order) -> dict[str, Any]:
    said = NewPetition(
        unit_id=each.unit.id,
        content=_content(each.row),
        name=each.row.name,
        phone=each.row.phone,
        anonymous=each.row.anonymous,
    )
    row = petition_of(uow, order, said, code_of(uow.ctx, secrets.token_hex(16)))
    return _values(row)


def _outside(uow: UnitOfWork, each: Arrival, order: Order) -> dict[str, Any]:
    return _values(
        OutsideNumber(
            order_id=order.id or 0,
            org_id=order.org_id,
            org_path=order.org_path,
            source=each.source,
            number=each.number,
            words=each.row.category.strip(),
            imported_at=uow.ctx.now,
        )
    )


def _values(row: Petition | OutsideNumber) -> dict[str, Any]:
    columns = row.__table__.c  # type: ignore[union-attr]
    return {column.name: getattr(row, column.name) for column in columns}


def _tell(uow: UnitOfWork, pairs: Sequence[tuple[Arrival, Order]]) -> None:
    """Tell a unit once of what waits for it; of what is answered there is no news."""
    waiting = Counter(each.unit.id for each, order in pairs if not each.row.reply)
    first = {each.unit.id: order.id for each, order in reversed(pairs)}
    for unit_id, count in waiting.items():
        notify(
            uow,
            unit_id,
            permission=_READ,
            text=_("导入了 {n} 件新诉求").format(n=count),
            url=f"/petitions?unit={unit_id}&state=submitted",
            key=f"petitions.list:{unit_id}:{first[unit_id]}",
            by=uow.ctx.actor.user_id,
        )
