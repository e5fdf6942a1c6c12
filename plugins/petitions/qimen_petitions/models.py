"""Tables of petitions. An order holds where the matter stands; here is what the resident said."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel, Text

from qimen_core import EncryptedStr, ScopedModel, Secret, UTCDateTime

__all__ = ["Category", "Petition"]


class Petition(ScopedModel, table=True):
    """A resident's request 诉求, one to one with its order.

    The tracking code is kept as a keyed hash only: whoever reads the table cannot follow a case.
    """

    __tablename__: ClassVar[str] = "petitions_petition"

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
