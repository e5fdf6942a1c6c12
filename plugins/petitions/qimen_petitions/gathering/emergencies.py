"""Matters that cannot wait for a form: the category says whom to call, and stops the form."""

# lint-ok-file: chinese -- marks between the numbers that people type

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from qimen_core import InvalidInput, UnitOfWork, translations
from qimen_petitions.gathering.models import Emergency
from qimen_petitions.models import Category

__all__ = ["EmergencyFacts", "emergencies", "passed_on", "set_emergency", "stop_emergency"]

_ = translations("qimen_petitions")

_emergency = Emergency.__table__.c  # type: ignore[attr-defined]
_category: Any = Category.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class EmergencyFacts:
    """Whom to call for one category.

    Attributes:
        code: The category.
        label: Its name.
        phone: What is printed, one or more numbers.
        answers: Who answers there.
        source: Where the number comes from.
    """

    code: str
    label: str
    phone: str
    answers: str
    source: str

    @property
    def numbers(self) -> list[str]:
        """The numbers one by one, as a telephone dials them."""
        parts = re.split(r"[/、，,;；]|\s+或\s*", self.phone)
        return [digits for part in parts if (digits := re.sub(r"[^\d+]", "", part))]


def emergencies(session: Session) -> list[EmergencyFacts]:
    """Return the emergencies of the scheme, in its order."""
    wanted = (
        select(_category.code, _category.label, _emergency.phone, _emergency.answers,
               _emergency.source)
        .join(Emergency.__table__, _emergency.code == _category.code)  # type: ignore[attr-defined]
        .where(_category.active)
        .order_by(_category.sort, _category.code)
    )  # fmt: skip
    return [EmergencyFacts(*row) for row in session.execute(wanted)]


def stop_emergency(session: Session, category: str) -> None:
    """Refuse to take down what must be called in.

    Raises:
        InvalidInput: The category is an emergency; the sentence says whom to call.
    """
    found = session.get(Emergency, category) if category else None
    if found is not None:
        text = _("这是紧急情况，请立即拨打 {phone}（{answers}），不要等网上答复")
        raise InvalidInput({"category": text.format(phone=found.phone, answers=found.answers)})


def passed_on(session: Session, category: str) -> str:
    """Return the note that whoever took it down has passed it on, ``""`` for no emergency."""
    found = session.get(Emergency, category) if category else None
    if found is None:
        return ""
    text = _("紧急情况：登记人确认已请诉求人拨打或已转告 {phone}（{answers}）")
    return text.format(phone=found.phone, answers=found.answers)


def set_emergency(uow: UnitOfWork, code: str, phone: str, answers: str, source: str) -> None:
    """Say whom to call for a category; without a number it is no emergency any more.

    Raises:
        InvalidInput: The number is none, or nobody is said to answer.
    """
    row = uow.session.get(Emergency, code)
    if not phone.strip():
        if row is not None:
            uow.session.delete(row)
        return
    errors = {}
    if not re.fullmatch(r"[\d+\-\s/、，或转]{3,40}", phone.strip()):
        errors["emergency_phone"] = _("请填写电话号码，几个号码用“/”隔开")
    if not answers.strip():
        errors["emergency_answers"] = _("请写明这个电话是谁接，如“燃气抢修”")
    if errors:
        raise InvalidInput(errors)
    row = row or Emergency(code=code, phone="", answers="")
    row.phone, row.answers, row.source = phone.strip(), answers.strip(), source.strip()
    row.version += 1
    uow.session.add(row)
