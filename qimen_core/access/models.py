"""Accounts, grants and sign-ins."""

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel, UniqueConstraint

from qimen_core.db.encrypted import EncryptedStr, Secret
from qimen_core.db.scoped import ScopedModel
from qimen_core.db.types import Json, UTCDateTime

__all__ = ["Grant", "RolePermission", "SavedView", "Throttle", "UserAccount", "WebSession"]


class UserAccount(ScopedModel, table=True):
    """Who may log in; the unit is the account's home."""

    __tablename__ = "core_user"

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=60)
    person_id: int | None = Field(default=None, foreign_key="core_person.id", index=True)
    password_hash: str = Field(max_length=255)
    password_changed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    must_change_password: bool = True
    state: str = Field(default="active", max_length=12)
    disabled_reason: str = Field(default="", max_length=200)
    last_login_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    totp_secret: Secret | None = Field(default=None, sa_type=EncryptedStr("core_user.totp_secret"))
    totp_enabled: bool = False
    totp_last_step: int = 0
    rights_version: int = 1
    created_at: datetime = Field(sa_type=UTCDateTime)
    version: int = 1


class Grant(ScopedModel, table=True):
    """A role held at a unit and below it, from a day (inclusive) to a day (exclusive)."""

    __tablename__ = "core_grant"
    watched: ClassVar[bool] = True

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="core_user.id", index=True)
    role: str = Field(max_length=40)
    valid_from: date
    valid_to: date | None = None
    granted_by: int | None = Field(default=None, foreign_key="core_user.id")
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class RolePermission(SQLModel, table=True):
    """A deployment's deviation from what plugins propose for a role."""

    __tablename__ = "core_role_permission"
    watched: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("role", "permission"),)

    id: int | None = Field(default=None, primary_key=True)
    role: str = Field(max_length=40)
    permission: str = Field(max_length=80)
    allowed: bool


class WebSession(SQLModel, table=True):
    """A sign-in; the id itself is never stored, only its hash."""

    __tablename__ = "core_session"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    user_id: int = Field(foreign_key="core_user.id", index=True)
    csrf: str = Field(max_length=64)
    rights_version: int
    created_at: datetime = Field(sa_type=UTCDateTime)
    seen_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime, index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    address: str = Field(default="", max_length=64)
    agent: str = Field(default="", max_length=200)


class Throttle(SQLModel, table=True):
    """Failures counted by key: an account, an address, or everybody."""

    __tablename__ = "core_throttle"

    key: str = Field(max_length=80, primary_key=True)
    failures: int = 0
    window_start: datetime = Field(sa_type=UTCDateTime)
    locked_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


class SavedView(SQLModel, table=True):
    """A user's own filters of a list, by name."""

    __tablename__ = "core_saved_view"
    watched: ClassVar[bool] = True
    __table_args__ = (UniqueConstraint("user_id", "list_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="core_user.id", index=True)
    list_id: str = Field(max_length=60)
    name: str = Field(max_length=40)
    query: dict[str, str] = Field(default_factory=dict, sa_type=Json)
