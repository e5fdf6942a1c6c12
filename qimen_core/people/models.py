"""People once, their positions dated, and party membership apart with its own permission."""

from datetime import date

from sqlmodel import Field

from qimen_core.db.encrypted import EncryptedStr, Secret
from qimen_core.db.scoped import ScopedModel

__all__ = ["PartyMembership", "Person", "Position"]


class Person(ScopedModel, table=True):
    """An identity; the unit is where the person is looked after (home community or office)."""

    __tablename__ = "core_person"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=60)
    initials: str = Field(default="", max_length=30, index=True)
    gender: str = Field(default="", max_length=1)
    birth_date: date | None = None
    phone: Secret | None = Field(default=None, sa_type=EncryptedStr("core_person.phone"))
    phone_index: str | None = Field(default=None, max_length=64, index=True)
    id_number: Secret | None = Field(default=None, sa_type=EncryptedStr("core_person.id_number"))
    id_number_index: str | None = Field(default=None, max_length=64, unique=True)
    address: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=400)
    archived_on: date | None = None
    version: int = 1


class Position(ScopedModel, table=True):
    """Who does what where, from when to when; several at a time are normal."""

    __tablename__ = "core_position"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="core_person.id", index=True)
    role: str = Field(max_length=60)
    valid_from: date
    valid_to: date | None = None


class PartyMembership(ScopedModel, table=True):
    """A dated, sensitive fact; read by ``core.party.read`` only."""

    __tablename__ = "core_party_membership"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="core_person.id", index=True)
    status: str = Field(default="full", max_length=16)
    valid_from: date
    valid_to: date | None = None
