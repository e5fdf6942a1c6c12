"""Tables of petitions. An order holds where the matter stands; here is what the resident said."""

from datetime import datetime
from typing import ClassVar, Final

from sqlmodel import Field, SQLModel, Text

from qimen_core import EncryptedStr, ScopedModel, Secret, UTCDateTime

__all__ = ["BY_ORDER", "Category", "NamedParty", "Petition", "SealedComplainant"]

BY_ORDER: Final = ("orders_order", "order_id")
"""What is read through an order is lent with it."""


class Petition(ScopedModel, table=True):
    """A resident's request 诉求, one to one with its order.

    The tracking code is kept as a keyed hash only: whoever reads the table cannot follow a case.
    """

    __tablename__: ClassVar[str] = "petitions_petition"
    lent_as: ClassVar[tuple[str, str] | None] = BY_ORDER

    order_id: int = Field(
        primary_key=True, foreign_key="orders_order.id", sa_column_kwargs={"autoincrement": False}
    )
    content: str = Field(default="", sa_type=Text)
    name: Secret | None = Field(default=None, sa_type=EncryptedStr("petitions_petition.name"))
    name_index: str | None = Field(default=None, max_length=64, index=True)
    phone: Secret | None = Field(default=None, sa_type=EncryptedStr("petitions_petition.phone"))
    phone_index: str | None = Field(default=None, max_length=64, index=True)
    anonymous: bool = False
    sealed: bool = False
    code_hash: str = Field(max_length=64, unique=True)
    followed_until: datetime = Field(sa_type=UTCDateTime)
    version: int = 1


class SealedComplainant(ScopedModel, table=True):
    """Who complains, where those complained about must not learn it 密封投诉人 (SECURITY 6).

    Their petition holds no name, phone or place of theirs, so whatever reads petitions or orders
    has nothing to give away.
    """

    __tablename__: ClassVar[str] = "petitions_sealed"
    lent_as: ClassVar[tuple[str, str] | None] = BY_ORDER

    order_id: int = Field(
        primary_key=True, foreign_key="orders_order.id", sa_column_kwargs={"autoincrement": False}
    )
    name: Secret | None = Field(default=None, sa_type=EncryptedStr("petitions_sealed.name"))
    phone: Secret | None = Field(default=None, sa_type=EncryptedStr("petitions_sealed.phone"))
    place: Secret | None = Field(default=None, sa_type=EncryptedStr("petitions_sealed.place"))
    accused: Secret | None = Field(default=None, sa_type=EncryptedStr("petitions_sealed.accused"))


class NamedParty(ScopedModel, table=True):
    """Whom an order complains about: one unit 被反映单位, one person or one account 被反映人."""

    __tablename__: ClassVar[str] = "petitions_named"
    lent_as: ClassVar[tuple[str, str] | None] = BY_ORDER

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders_order.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="core_org.id")
    person_id: int | None = Field(default=None, foreign_key="core_person.id")
    user_id: int | None = Field(default=None, foreign_key="core_user.id")


class Category(SQLModel, table=True):
    """One category of the scheme; a heading has no parent. Editable data of the deployment."""

    __tablename__: ClassVar[str] = "petitions_category"
    watched: ClassVar[bool] = True

    code: str = Field(primary_key=True, max_length=40)
    parent: str = Field(default="", max_length=40)
    label: str = Field(max_length=40)
    kind: str = Field(default="help", max_length=16)
    urgent: bool = False
    sort: int = 0
    active: bool = True
    version: int = 1
