"""A sealed complainant is unseen by the person or unit complained about (SECURITY 6).

What is sealed never enters the petition, the order or the search index: name, phone and place go
into a table of their own, and the complainant's name and number are blotted out of title and
words. So lists, exports, search, notices and the API need no rule of their own. Only what reads
the sealed table asks who is asking: see :mod:`.standing`.
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from qimen_core import Secret, UnitOfWork, translations
from qimen_orders import Order
from qimen_petitions.models import SealedComplainant

if TYPE_CHECKING:
    from qimen_petitions.services import NewPetition

__all__ = ["SEALED", "blot", "seal", "without_complainant"]

_ = translations("qimen_petitions")

SEALED = _("密封")


def blot(text: str, name: str, phone: str) -> str:
    """Return a text with a person's name and number taken out, however the number is spaced."""
    if len(name) > 1:
        text = text.replace(name, str(_("〔姓名〕")))
    if len(phone) > 6:
        text = re.sub(r"[\s\-－—]*".join(phone), str(_("〔电话〕")), text)
    return text


def seal(uow: UnitOfWork, order: Order, new: "NewPetition", phone: str) -> None:
    """Keep who complains about whom, encrypted and apart from the petition.

    Args:
        uow: The open unit of work.
        order: The order as it was made, without any of it.
        new: What was said.
        phone: The number in its normal form, ``""`` without one.
    """
    assert order.id is not None
    uow.session.add(
        SealedComplainant(
            order_id=order.id,
            org_id=order.org_id,
            org_path=order.org_path,
            name=None if new.anonymous else _secret(new.name.strip()),
            phone=_secret(phone),
            place=_secret(new.place.strip()),
            accused=_secret(new.named_person.strip()),
        )
    )


def _secret(text: str) -> Secret | None:
    return Secret(text) if text else None


def without_complainant(new: "NewPetition", phone: str) -> "NewPetition":
    """Return what petition and order may hold of a sealed request: nothing of who made it."""
    name = new.name.strip()
    return replace(
        new,
        title=blot(new.title, name, phone),
        content=blot(new.content, name, phone),
        place="",
        name="",
        phone="",
    )
