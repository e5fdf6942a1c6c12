"""Use cases on people: enter, correct, archive; and a person as a page may show it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field, field_validator
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from stdnum.cn import ric

from qimen_core.context import Context
from qimen_core.db.encrypted import Secret
from qimen_core.db.work import UnitOfWork
from qimen_core.errors import Conflict, InvalidInput, NotFound, QimenError
from qimen_core.i18n import LazyText, translations
from qimen_core.org.models import OrgUnit
from qimen_core.people.models import PartyMembership, Person, Position
from qimen_core.pinyin import name_initials
from qimen_core.privacy import mask, mask_name
from qimen_core.privacy.normal import is_id_number, normal_id_number, normal_phone

__all__ = [
    "GENDERS",
    "PersonInput",
    "PersonView",
    "archive",
    "enter",
    "revise",
    "shown_name",
    "view",
]

_ = translations("qimen_core")
P: Any = Person
D: Any = Position
M: Any = PartyMembership

GENDERS: Final[dict[str, LazyText]] = {"f": _("女"), "m": _("男")}
INITIALS_LIMIT: Final = 30


class PersonInput(BaseModel):
    """A person as typed. What is masked on screen (phone, ID number, address) is left alone when
    its field is empty."""

    name: Annotated[str, Field(min_length=1, max_length=60, title=_("姓名"))]
    org_id: Annotated[int, Field(title=_("所属单位"))]
    gender: Annotated[Literal["", "f", "m"], Field(title=_("性别"))] = ""
    birth_date: Annotated[date | None, Field(title=_("出生日期"))] = None
    phone: Annotated[str, Field(max_length=20, title=_("联系电话"))] = ""
    id_number: Annotated[str, Field(max_length=20, title=_("身份证号"))] = ""
    address: Annotated[str, Field(max_length=200, title=_("住址"))] = ""
    note: Annotated[str, Field(max_length=400, title=_("备注"))] = ""
    forget_phone: Annotated[bool, Field(title=_("清除联系电话"))] = False
    forget_id_number: Annotated[bool, Field(title=_("清除身份证号"))] = False
    forget_address: Annotated[bool, Field(title=_("清除住址"))] = False

    @field_validator("phone")
    @classmethod
    def _phone(cls, text: str) -> str:
        digits = normal_phone(text)
        if text and not 7 <= len(digits) <= 12:
            raise ValueError(_("请填写手机号，或带区号的固定电话").format())
        return digits

    @field_validator("id_number")
    @classmethod
    def _id_number(cls, text: str) -> str:
        if text and not is_id_number(text):
            raise ValueError(_("身份证号应为 18 位，请核对出生日期和最后一位").format())
        return normal_id_number(text) if text else ""


@dataclass(frozen=True)
class PersonView:
    """A person as a page shows it: masked on the server (SECURITY 19)."""

    id: int
    name: str
    gender: str
    birth_date: date | None
    phone: str
    id_number: str
    address: str
    note: str
    org_id: int
    org_path: str
    archived_on: date | None
    version: int


def view(ctx: Context, person_id: int) -> PersonView:
    """Return a person within the session's scope, masked.

    Raises:
        NotFound: there is none in reach.
    """
    person = ctx.session.get(Person, person_id)
    if person is None:
        raise NotFound(_("没有这个人员，或不在您的管辖范围内"))
    assert person.id is not None
    return PersonView(
        person.id,
        shown_name(ctx, person.name, person.org_path),
        str(GENDERS.get(person.gender, "")),
        person.birth_date,
        mask("phone", person.phone),
        mask("id_number", person.id_number),
        mask("address", person.address),
        person.note,
        person.org_id,
        person.org_path,
        person.archived_on,
        person.version,
    )


def shown_name(ctx: Context, name: str, path: str) -> str:
    """Return a name in full for those who look after the person, masked for all others."""
    return name if ctx.can("core.person.manage", path) else mask_name(name)


def enter(uow: UnitOfWork, new: PersonInput) -> int:
    """Enter a person and return the id.

    Raises:
        InvalidInput: the ID number is another person's; keys are the fields'.
        NotFound: there is no such unit in reach.
    """
    unit = _unit(uow, new.org_id)
    person = Person(name=new.name, org_id=new.org_id, org_path=unit.path)
    _fill(uow, person, new)
    uow.session.add(person)
    _flush(uow)
    assert person.id is not None
    return person.id


def revise(uow: UnitOfWork, person_id: int, version: int, new: PersonInput) -> None:
    """Correct a person.

    Raises:
        Conflict: somebody else changed the person since `version` was read, with both values.
        InvalidInput: the ID number is another person's.
        NotFound: there is no such person or unit in reach.
        QimenError: the person is archived.
    """
    person = _load(uow, person_id)
    if person.version != version:
        fields = ("name", "gender", "birth_date", "note")
        current = {field: getattr(person, field) for field in fields}
        submitted = {field: getattr(new, field) for field in fields}
        raise Conflict(_("此人的信息刚被他人修改，请核对后再保存"), current, submitted)
    if new.org_id != person.org_id:
        _settle(uow, person, _unit(uow, new.org_id))
    _fill(uow, person, new)
    person.version += 1
    _flush(uow)


def archive(uow: UnitOfWork, person_id: int, *, back: bool = False) -> None:
    """Put a person's record away, or take it `back`; open positions end today.

    Raises:
        NotFound: there is no such person in reach.
    """
    person = uow.session.get(Person, person_id)
    if person is None:
        raise NotFound(_("没有这个人员，或不在您的管辖范围内"))
    today = uow.ctx.qimen.clock.today()
    person.archived_on = None if back else today
    person.version += 1
    if not back:
        held = select(Position).where(D.person_id == person_id, D.valid_to.is_(None))
        for position in uow.session.scalars(held):
            position.valid_to = today
    uow.session.flush()


def _load(uow: UnitOfWork, person_id: int) -> Person:
    person = uow.session.get(Person, person_id)
    if person is None:
        raise NotFound(_("没有这个人员，或不在您的管辖范围内"))
    if person.archived_on is not None:
        raise QimenError(_("此人的档案已归档，不能再修改"))
    return person


def _unit(uow: UnitOfWork, org_id: int) -> OrgUnit:
    unit = uow.session.get(OrgUnit, org_id)
    if unit is None or unit.valid_to is not None:
        raise InvalidInput({"org_id": _("没有这个单位，或不在您的管辖范围内").format()})
    return unit


def _settle(uow: UnitOfWork, person: Person, unit: OrgUnit) -> None:
    """Put a person and what is known of the membership into the care of another unit."""
    assert unit.id is not None
    kept = select(PartyMembership).where(M.person_id == person.id)
    for row in (person, *uow.session.scalars(kept)):
        row.org_id, row.org_path = unit.id, unit.path


def _fill(uow: UnitOfWork, person: Person, new: PersonInput) -> None:
    keys = uow.ctx.qimen.keys
    person.name = new.name
    person.initials = name_initials(new.name)[:INITIALS_LIMIT]
    person.gender = new.gender
    person.birth_date = new.birth_date
    person.note = new.note
    if new.address or new.forget_address:
        person.address = new.address
    if new.phone or new.forget_phone:
        person.phone = Secret(new.phone) if new.phone else None
        index = keys.blind_index("core_person.phone", new.phone) if new.phone else None
        person.phone_index = index
    if new.id_number or new.forget_id_number:
        person.id_number = Secret(new.id_number) if new.id_number else None
        index = keys.blind_index("core_person.id_number", new.id_number) if new.id_number else None
        person.id_number_index = index
    if new.id_number and new.birth_date is None:
        person.birth_date = ric.get_birth_date(new.id_number)


def _flush(uow: UnitOfWork) -> None:
    try:
        with uow.session.begin_nested():
            uow.session.flush()
    except IntegrityError as error:
        # Also when that person is out of reach: two records of one identity help nobody.
        message = _("已有此身份证号的人员，请先查找").format()
        raise InvalidInput({"id_number": message}) from error
