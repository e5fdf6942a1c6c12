"""Taking a petition down: checked, sealed where it must be, with its order and its code."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from qimen_core import (
    Context,
    InvalidInput,
    Secret,
    UnitOfWork,
    translations,
)
from qimen_core.org.queries import get_unit
from qimen_core.privacy import mask_name, normal_phone
from qimen_orders import Event, Inputs, NewOrder, Order, create_order
from qimen_orders import move as move_order
from qimen_petitions.categories import leaf_category
from qimen_petitions.gathering.emergencies import passed_on, stop_emergency
from qimen_petitions.indexing import index_petition
from qimen_petitions.models import Petition
from qimen_petitions.naming import audit_path, check_named, name_parties, placed
from qimen_petitions.photos import Photo, keep_photos
from qimen_petitions.rules import CHANNELS
from qimen_petitions.sealing import SEALED, seal, without_complainant
from qimen_petitions.settings import PetitionSettings
from qimen_petitions.tracking import code_from

__all__ = [
    "CREATE",
    "OWNER",
    "NewPetition",
    "Registered",
    "code_hash",
    "code_of",
    "create_petition",
    "draft_petition",
    "is_phone",
    "petition_of",
    "sent_before",
    "shown_name",
    "title_of",
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
        anonymous: The name is not kept, so nobody who handles it sees one.
        sealed: Those complained about must not learn who complains; needs ``named_unit``.
        named_unit: The unit complained about; naming one seals.
        named_person: The name of the person complained about, at that unit.
        photos: Checked pictures.
        parent_id: The order that it is a part of, in a joint order.
        emergency_passed: Staff have passed an emergency on to those who answer the call.
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
    sealed: bool = False
    named_unit: int | None = None
    named_person: str = ""
    photos: Sequence[Photo] = ()
    parent_id: int | None = None
    emergency_passed: bool = False
    key: str = field(default_factory=lambda: secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class Registered:
    """What was made: the order, its number, the code that is shown only here, and where it lies."""

    order_id: int
    number: str
    code: str
    unit_id: int


def create_petition(uow: UnitOfWork, new: NewPetition, at: datetime | None = None) -> Registered:
    """Write a petition and its order, submitted, inside an open unit of work.

    Raises:
        NotFound: The unit is out of reach.
        InvalidInput: A field cannot be taken.
    """
    at = at or uow.ctx.qimen.clock.now()
    made = draft_petition(uow, new, at)
    note = passed_on(uow.session, new.category) if new.emergency_passed else ""
    move_order(uow, made.order_id, Event.SUBMIT, Inputs(note=note), at)
    return made


def draft_petition(uow: UnitOfWork, new: NewPetition, at: datetime | None = None) -> Registered:
    """Write a petition and its order as a draft, which no clock presses yet.

    Raises:
        NotFound: The unit is out of reach.
        InvalidInput: A field cannot be taken.
    """
    at = at or uow.ctx.qimen.clock.now()
    asked = get_unit(uow.ctx, new.unit_id)
    phone = _checked(new)
    if new.parent_id is None and not new.emergency_passed:
        stop_emergency(uow.session, new.category)
    category = leaf_category(uow.session, new.category) if new.category else None
    named = check_named(uow.ctx, asked, new.named_unit, new.named_person)
    unit = placed(uow, asked, named)
    said = new if named is None else without_complainant(new, phone or "")
    order = create_order(
        uow,
        unit,
        NewOrder(
            owner=OWNER,
            title=said.title.strip() or title_of(said.content),
            kind=category.kind if category else "help",
            category=new.category,
            urgent=category.urgent if category else False,
            channel=new.channel,
            place=said.place,
            requester=shown_name(new.name, new.anonymous) if named is None else str(SEALED),
            parent_id=new.parent_id,
        ),
        at,
    )
    assert order.id is not None
    code = code_of(uow.ctx, new.key)
    uow.session.add(petition_of(uow, order, said, code))
    uow.session.flush()
    if named is not None:
        seal(uow, order, new, phone or "")
        name_parties(uow, order, named, new.named_person)
        uow.unit = audit_path(uow.ctx, unit, named)
    keep_photos(uow, order.id, unit, new.photos)
    index_petition(uow, order, said.content)
    return Registered(order.id, order.number, code, unit.id)


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
    if new.phone.strip() and not is_phone(phone or ""):
        errors["phone"] = _("电话号码不对：手机为 11 位数字，座机请带区号，如 0559-4512345")
    if new.sealed and new.named_unit is None:
        errors["named_unit"] = _("请选择被反映的单位，系统才知道对谁密封")
    if errors:
        raise InvalidInput(errors)
    return phone


def is_phone(digits: str) -> bool:
    """Say whether a number in its normal form is a mobile's or a landline's."""
    return _PHONE.fullmatch(digits) is not None


def petition_of(uow: UnitOfWork, order: Order, said: NewPetition, code: str) -> Petition:
    """Return the petition of an order, to be written; the order has its id already."""
    keys = uow.ctx.qimen.keys
    settings = uow.ctx.setting(PetitionSettings, order.org_path)
    name = "" if said.anonymous else said.name.strip()
    phone = normal_phone(said.phone)
    assert order.id is not None
    return Petition(
        order_id=order.id,
        org_id=order.org_id,
        org_path=order.org_path,
        content=said.content.strip(),
        name=Secret(name) if name else None,
        name_index=keys.blind_index("petitions_petition.name", name) if name else None,
        phone=Secret(phone) if phone else None,
        phone_index=keys.blind_index("petitions_petition.phone", phone) if phone else None,
        anonymous=said.anonymous,
        sealed=said.named_unit is not None,
        code_hash=keys.blind_index(_CODE, code),
        followed_until=order.created_at + timedelta(days=settings.follow_days),
    )


def code_hash(ctx: Context, code: str) -> str:
    """Return the keyed hash under which a code is stored."""
    return ctx.qimen.keys.blind_index(_CODE, code)


def code_of(ctx: Context, key: str) -> str:
    """Return the tracking code of a petition by its form's key."""
    return code_from(ctx.qimen.keys.blind_index("petitions_petition.key", key))


def sent_before(ctx: Context, key: str) -> Registered | None:
    """Return what a form with this key has made already, within the session's scope."""
    code = code_of(ctx, key)
    found = ctx.session.execute(
        select(Order.id, Order.number, Order.org_id)  # type: ignore[call-overload]
        .join(Petition, Petition.order_id == Order.id)
        .where(Petition.code_hash == code_hash(ctx, code))
    ).one_or_none()
    if found is None:
        return None
    return Registered(found.id, found.number, code, found.org_id)
