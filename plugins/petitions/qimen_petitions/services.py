"""Use cases of petitions: taking one down, and moving it on."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from qimen_core import (
    Context,
    InvalidInput,
    Secret,
    UnitOfWork,
    scope,
    translations,
    unit_of_work,
)
from qimen_core.org.queries import get_unit
from qimen_core.privacy import mask_name, normal_phone
from qimen_orders import (
    Event,
    Inputs,
    NewOrder,
    Order,
    create_order,
    may_undo,
    read_path,
    split,
    start_part,
    undo,
)
from qimen_orders import move as move_order
from qimen_petitions.categories import leaf_category
from qimen_petitions.indexing import index_petition
from qimen_petitions.models import Petition
from qimen_petitions.photos import Photo, keep_photos
from qimen_petitions.rules import CHANNELS
from qimen_petitions.settings import PetitionSettings
from qimen_petitions.telling import tell_moved, tell_submitted
from qimen_petitions.tracking import code_from

__all__ = [
    "OWNER",
    "NewPetition",
    "Registered",
    "check_may",
    "code_hash",
    "create_petition",
    "draft_petition",
    "move",
    "register",
    "split_petition",
    "take_back",
    "version_of",
]

_ = translations("qimen_petitions")

OWNER = "petitions"
CREATE = "petitions.order.create"
_CODE = "petitions_petition.code_hash"
_TITLE_LENGTH = 40
# A mobile number, or a landline with or without its area code.
_PHONE = re.compile(r"1[3-9]\d{9}|(0\d{2,3})?[2-8]\d{6,7}")


@dataclass(frozen=True, slots=True)
class NewPetition:
    """A request as it is taken down; only place or words may be left to the clerk's judgement.

    Args:
        unit_id: The community it lies in.
        content: What the resident says.
        title: One line; the first sentence of the content when left out.
        name: Who asks; may stay empty.
        phone: Where to reach them; with it the case can be followed by code.
        place: Where it is, in words.
        category: Code of a category; may be set at acceptance.
        channel: One of ``CHANNELS``.
        anonymous: The name is not shown to anybody who handles it.
        photos: Checked pictures.
        parent_id: The order that it is a part of, in a joint order.
        key: Random text of the form; a form sent twice makes one petition.
    """

    unit_id: int
    content: str
    title: str = ""
    name: str = ""
    phone: str = ""
    place: str = ""
    category: str = ""
    channel: str = "visit_in"
    anonymous: bool = False
    photos: Sequence[Photo] = ()
    parent_id: int | None = None
    key: str = field(default_factory=lambda: secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class Registered:
    """What was made: the order, its number, and the code that is shown only here."""

    order_id: int
    number: str
    code: str


def register(
    ctx: Context, new: NewPetition, permission: str = CREATE, at: datetime | None = None
) -> Registered:
    """Take a petition down in one unit of work and return its number and code.

    Args:
        ctx: Who takes it down.
        new: What was said.
        permission: The right to write it; ``petitions.order.submit`` for the public form.
        at: When it came in; now when left out.

    Raises:
        NotFound: The unit is out of reach, or petitions are off there.
        InvalidInput: A field cannot be taken.
    """
    with scope(ctx.session, ctx, permission):
        unit = get_unit(ctx, new.unit_id)
        sent_before = _sent_before(ctx, new.key)
    if sent_before is not None:
        return sent_before
    try:
        with unit_of_work(ctx, CREATE, permission=permission, unit=unit.path) as uow:
            made = create_petition(uow, new, at)
            uow.subject = f"orders_order:{made.order_id}"
            tell_submitted(uow, made.order_id, new.unit_id, made.number)
    except IntegrityError:  # the same form was sent twice at the same moment
        with scope(ctx.session, ctx, permission):
            sent_before = _sent_before(ctx, new.key)
        if sent_before is None:
            raise
        return sent_before
    return made


def create_petition(uow: UnitOfWork, new: NewPetition, at: datetime | None = None) -> Registered:
    """Write a petition and its order, submitted, inside an open unit of work.

    Raises:
        NotFound: The unit is out of reach.
        InvalidInput: A field cannot be taken.
    """
    at = at or uow.ctx.qimen.clock.now()
    made = draft_petition(uow, new, at)
    move_order(uow, made.order_id, Event.SUBMIT, at=at)
    return made


def draft_petition(uow: UnitOfWork, new: NewPetition, at: datetime | None = None) -> Registered:
    """Write a petition and its order as a draft, which no clock presses yet.

    Raises:
        NotFound: The unit is out of reach.
        InvalidInput: A field cannot be taken.
    """
    at = at or uow.ctx.qimen.clock.now()
    unit = get_unit(uow.ctx, new.unit_id)
    phone = _checked(new)
    category = leaf_category(uow.session, new.category) if new.category else None
    title = new.title.strip() or title_of(new.content)
    order = create_order(
        uow,
        unit,
        NewOrder(
            owner=OWNER,
            title=title,
            kind=category.kind if category else "help",
            category=new.category,
            urgent=category.urgent if category else False,
            channel=new.channel,
            place=new.place,
            requester=shown_name(new.name, new.anonymous),
            parent_id=new.parent_id,
        ),
        at,
    )
    assert order.id is not None
    code = _code(uow.ctx, new.key)
    uow.session.add(_petition(uow, order, new, phone, code))
    uow.session.flush()
    keep_photos(uow, order.id, unit, new.photos)
    index_petition(uow, order, new.content)
    return Registered(order.id, order.number, code)


def move(
    ctx: Context,
    order_id: int,
    event: Event,
    inputs: Inputs | None = None,
    at: datetime | None = None,
) -> bool:
    """Move a petition's order by one event, in one unit of work.

    Returns whether the move may be taken back for some seconds.

    Raises:
        NotFound, Forbidden, Conflict, InvalidInput: As ``qimen_orders.move``.
    """
    unit = check_may(ctx, order_id, event)
    permission = f"{OWNER}.order.{event}"
    subject = f"orders_order:{order_id}"
    with unit_of_work(ctx, permission, subject=subject, unit=unit) as uow:
        if inputs is not None and inputs.category:
            inputs = _with_limits(uow, inputs)
        order = move_order(uow, order_id, event, inputs, at)
        tell_moved(uow, order, event)
        return may_undo(uow, order, event)


def take_back(ctx: Context, order_id: int, event: Event) -> None:
    """Take back the move just made, in one unit of work.

    Raises:
        NotFound, Forbidden, Conflict: As ``qimen_orders.undo``.
    """
    unit = check_may(ctx, order_id, event)
    permission = f"{OWNER}.order.{event}"
    action, subject = f"{OWNER}.order.undo", f"orders_order:{order_id}"
    with unit_of_work(ctx, action, permission=permission, subject=subject, unit=unit) as uow:
        undo(uow, order_id, event)


def split_petition(ctx: Context, order_id: int, title: str, taker: str) -> int:
    """Split off one part of a petition, send it to its taker, and return the part's id.

    Raises:
        NotFound, Forbidden, Conflict, InvalidInput: As ``qimen_orders.move``.
    """
    unit = check_may(ctx, order_id, Event.SPLIT)
    permission = f"{OWNER}.order.{Event.SPLIT}"
    subject = f"orders_order:{order_id}"
    with unit_of_work(ctx, permission, subject=subject, unit=unit) as uow:
        whole = split(uow, order_id, [title])
        new = NewPetition(
            unit_id=whole.org_id,
            content=title,
            title=title_of(title),
            place=whole.place,
            category=whole.category,
            channel=whole.channel,
            parent_id=order_id,
        )
        made = draft_petition(uow, new)
        part = start_part(uow, made.order_id, taker)
        tell_moved(uow, part, Event.DISPATCH)
        return made.order_id


def check_may(ctx: Context, order_id: int, verb: str) -> str:
    """Return the path of a petition's unit, where the actor may do ``verb``.

    Raises:
        NotFound: There is no such petition in reach.
        Forbidden: It is in reach, but the right is missing.
    """
    unit = read_path(ctx, order_id, "petitions.order.read")
    ctx.require(f"{OWNER}.order.{verb}", unit, see="petitions.order.read")
    return unit


def version_of(ctx: Context, order_id: int) -> int:
    """Return how often a petition's order was changed, 0 where it is out of reach."""
    with scope(ctx.session, ctx, f"{OWNER}.order.read"):
        order = ctx.session.get(Order, order_id)
        return order.version if order is not None else 0


def shown_name(name: str, anonymous: bool) -> str:
    """Return who asks as lists show it: masked, or a word where there is no name to show."""
    if anonymous:
        return str(_("匿名"))
    return mask_name(name.strip()) if name.strip() else str(_("未留姓名"))


def title_of(content: str) -> str:
    """Return the first sentence of what was said, at most 40 characters."""
    text = " ".join(content.split())
    ends = [place for mark in "。！？；!?" if (place := text.find(mark)) > 0]
    first = text[: min(ends)] if ends else text
    return first if len(first) <= _TITLE_LENGTH else first[: _TITLE_LENGTH - 1] + "…"


def _checked(new: NewPetition) -> str | None:
    """Return the phone in its normal form, None without one."""
    errors: dict[str, str] = {}
    if not new.content.strip():
        errors["content"] = _("请写明诉求内容")
    if new.channel not in CHANNELS:
        errors["channel"] = _("请选择来源渠道")
    phone = normal_phone(new.phone) or None
    if new.phone.strip() and not _PHONE.fullmatch(phone or ""):
        errors["phone"] = _("电话号码不对：手机为 11 位数字，座机请带区号，如 0559-4512345")
    if errors:
        raise InvalidInput(errors)
    return phone


def _petition(
    uow: UnitOfWork, order: Order, new: NewPetition, phone: str | None, code: str
) -> Petition:
    keys = uow.ctx.qimen.keys
    settings = uow.ctx.setting(PetitionSettings, order.org_path)
    name = new.name.strip()
    assert order.id is not None
    return Petition(
        order_id=order.id,
        org_id=order.org_id,
        org_path=order.org_path,
        content=new.content.strip(),
        name=Secret(name) if name else None,
        name_index=keys.blind_index("petitions_petition.name", name) if name else None,
        phone=Secret(phone) if phone else None,
        phone_index=keys.blind_index("petitions_petition.phone", phone) if phone else None,
        anonymous=new.anonymous,
        code_hash=keys.blind_index(_CODE, code),
        followed_until=order.created_at + timedelta(days=settings.follow_days),
    )


def _with_limits(uow: UnitOfWork, inputs: Inputs) -> Inputs:
    """Let a newly chosen category bring its kind and urgency along."""
    category = leaf_category(uow.session, inputs.category)
    return replace(inputs, kind=category.kind, urgent=category.urgent)


def code_hash(ctx: Context, code: str) -> str:
    """Return the keyed hash under which a code is stored."""
    return ctx.qimen.keys.blind_index(_CODE, code)


def _code(ctx: Context, key: str) -> str:
    return code_from(ctx.qimen.keys.blind_index("petitions_petition.key", key))


def _sent_before(ctx: Context, key: str) -> Registered | None:
    code = _code(ctx, key)
    found = ctx.session.execute(
        select(Order.id, Order.number)  # type: ignore[call-overload]
        .join(Petition, Petition.order_id == Order.id)
        .where(Petition.code_hash == code_hash(ctx, code))
    ).one_or_none()
    return Registered(found.id, found.number, code) if found is not None else None
