"""Every table of core, imported in one place so that the metadata is whole."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Text
from sqlmodel import Field, SQLModel, UniqueConstraint

from qimen_core.access.models import (
    Grant,
    RolePermission,
    SavedView,
    Throttle,
    UserAccount,
    WebSession,
)
from qimen_core.audit.models import AuditHead, AuditRow
from qimen_core.bulletins.models import Bulletin, BulletinRows
from qimen_core.db.scoped import ScopedModel
from qimen_core.db.types import Json, UTCDateTime
from qimen_core.db.watch import Epoch
from qimen_core.events.models import Outbox, OutboxDelivery
from qimen_core.jobs.models import Job
from qimen_core.lending.models import Lent
from qimen_core.messages.models import Gateway, Message
from qimen_core.org.models import OrgUnit, OrgVersion
from qimen_core.people.models import PartyMembership, Person, Position

__all__ = [
    "AuditHead",
    "AuditRow",
    "Bulletin",
    "BulletinRows",
    "Epoch",
    "Gateway",
    "Grant",
    "IdempotencyKey",
    "Job",
    "KeyMark",
    "Lent",
    "Message",
    "OrgUnit",
    "OrgVersion",
    "Outbox",
    "OutboxDelivery",
    "PartyMembership",
    "Person",
    "PluginToggle",
    "Position",
    "RolePermission",
    "SavedView",
    "SearchDocument",
    "SettingValue",
    "StoredFile",
    "Throttle",
    "UserAccount",
    "WebSession",
    "Workday",
]


class PluginToggle(ScopedModel, table=True):
    """An "off" mark: the plugin is off at this unit and below."""

    __tablename__ = "core_plugin_toggle"
    watched: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("plugin", "org_id"),)

    id: int | None = Field(default=None, primary_key=True)
    plugin: str = Field(max_length=40)
    off: bool = True
    changed_at: datetime = Field(sa_type=UTCDateTime)
    changed_by: int | None = Field(default=None, foreign_key="core_user.id")


class SettingValue(ScopedModel, table=True):
    """A setting's value at a unit; units below inherit it."""

    __tablename__ = "core_setting"
    watched: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("plugin", "key", "org_id"),)

    id: int | None = Field(default=None, primary_key=True)
    plugin: str = Field(max_length=40)
    key: str = Field(max_length=60)
    value: Any = Field(default=None, sa_type=Json)
    changed_at: datetime = Field(sa_type=UTCDateTime)
    version: int = 1


class Workday(SQLModel, table=True):
    """A day that differs from the plain week, or says so by its name (a statutory holiday)."""

    __tablename__ = "core_workday"
    watched: ClassVar[bool] = True

    day: date = Field(primary_key=True)
    is_workday: bool
    name: str = Field(default="", max_length=40)
    source: str = Field(default="", max_length=16)
    updated_at: datetime = Field(sa_type=UTCDateTime)
    updated_by: int | None = Field(default=None, foreign_key="core_user.id")


class StoredFile(ScopedModel, table=True):
    """A file kept in the data folder under a random name."""

    __tablename__ = "core_file"
    lent_as = ("", "subject")

    id: int | None = Field(default=None, primary_key=True)
    plugin: str = Field(max_length=40)
    subject: str = Field(default="", max_length=120, index=True)
    name: str = Field(max_length=200)
    stored_as: str = Field(max_length=64, unique=True)
    media_type: str = Field(max_length=100)
    size: int
    sha256: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UTCDateTime)
    created_by: int | None = Field(default=None, foreign_key="core_user.id")


class SearchDocument(ScopedModel, table=True):
    """One searchable thing; its tokens stand in the full-text table under the same id."""

    __tablename__ = "core_search"
    __table_args__ = (UniqueConstraint("kind", "ref"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=60)
    ref: str = Field(max_length=64)
    label: str = Field(max_length=200)
    detail: str = Field(default="", max_length=300)
    url: str = Field(default="", max_length=300)
    body: str = Field(default="", sa_type=Text)
    updated_at: datetime = Field(sa_type=UTCDateTime)


class KeyMark(SQLModel, table=True):
    """The fingerprint of a key that this database's rows need; the key itself lies elsewhere."""

    __tablename__ = "core_key_mark"

    name: str = Field(primary_key=True, max_length=40)
    fingerprint: str = Field(max_length=64)


class IdempotencyKey(SQLModel, table=True):
    """A key that a form sent; the second sending gets the first one's answer."""

    __tablename__ = "core_idempotency"
    __table_args__ = (UniqueConstraint("action", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    action: str = Field(max_length=80)
    key: str = Field(max_length=64)
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=UTCDateTime, index=True)
