"""What plugins hand over: small frozen values, no behaviour."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

if TYPE_CHECKING:
    from sqlalchemy import Select

    from qimen_core.context import Context
    from qimen_core.jobs.running import RunningJob

__all__ = [
    "DemoAccount",
    "EventType",
    "JobSpec",
    "Measure",
    "Metric",
    "NavItem",
    "OrgKind",
    "Panel",
    "Period",
    "Permission",
    "PersonalField",
    "RoleSpec",
    "SearchHit",
    "SettingsSpec",
    "TodoItem",
    "Widget",
]

Tone = Literal["plain", "info", "good", "warn", "bad"]


@dataclass(frozen=True)
class Permission:
    """A right, named ``<plugin>.<thing>.<verb>``.

    Args:
        name: The identifier.
        label: What the accounts page calls it, in Chinese.
        roles: Codes of the roles that hold it unless the deployment says otherwise.
        public: Held by everybody without an account, wherever the plugin is on.
        lent: Also holds for a row that is lent to a unit where it is held. For reading and for a
            taker's own moves; never for what those do who hand a row on, judge it or reveal it.
    """

    name: str
    label: str
    roles: tuple[str, ...] = ()
    public: bool = False
    lent: bool = False


@dataclass(frozen=True)
class RoleSpec:
    """A role; ``group`` is ``business`` or the name of a duty that excludes all others."""

    code: str
    label: str
    group: Literal["business", "sysadmin", "secadmin", "auditor"] = "business"


@dataclass(frozen=True)
class OrgKind:
    """A kind of organisation unit and the kinds that may be its parent (none: a root)."""

    name: str
    label: str
    parents: tuple[str, ...]


@dataclass(frozen=True)
class NavItem:
    """A line in the menu; shown where the permission holds anywhere."""

    id: str
    label: str
    icon: str
    url: str
    permission: str
    order: int = 100
    badge: int = 0


@dataclass(frozen=True)
class Widget:
    """A card on 今日; its body is fetched from ``url`` by its own request."""

    id: str
    label: str
    url: str
    permission: str
    order: int = 100


@dataclass(frozen=True)
class Panel:
    """A card on a unit's or a person's page; its body is fetched from ``url``."""

    id: str
    label: str
    url: str
    permission: str
    order: int = 100


@dataclass(frozen=True)
class TodoItem:
    """A count on 今日 that opens its list."""

    id: str
    label: str
    count: int
    url: str
    permission: str
    tone: Tone = "plain"
    icon: str = "checklist"
    hint: str = ""
    order: int = 100


@dataclass(frozen=True)
class SearchHit:
    """A record found; ``kind`` is its Chinese kind for the palette's headings."""

    label: str
    detail: str
    url: str
    kind: str


@dataclass(frozen=True)
class SettingsSpec:
    """A plugin's settings: a pydantic model whose fields have a default, a title and a source.

    A field's source stands in ``json_schema_extra={"source": "…"}``.
    """

    model: type[BaseModel]
    label: str


@dataclass(frozen=True)
class Period:
    """A half-open span of days in Asia/Shanghai: ``start <= day < end``."""

    start: date
    end: date
    label: str = ""


@dataclass(frozen=True)
class Measure:
    """Two sets of rows, or one: statements that select ids; ``denominator`` None for a count.

    ``half`` are rows that count one half above the line, none of them in ``numerator``; so that a
    half, too, is a row that can be opened.
    """

    numerator: "Select[tuple[int]]"
    denominator: "Select[tuple[int]] | None" = None
    half: "Select[tuple[int]] | None" = None


@dataclass(frozen=True)
class Metric:
    """A figure computed from rows, never stored.

    Args:
        name: The identifier, e.g. ``orders_resolved``.
        label: Its Chinese name.
        measure: Given a context, a unit's path and a period (None: all time), returns the rows.
        permission: Who may see it.
        basis: By which date a row falls into the period, in Chinese.
        url: The list that the number opens, or empty.
    """

    name: str
    label: str
    measure: "Callable[[Context, str, Period | None], Measure]"
    permission: str
    basis: str = ""
    url: str = ""


@dataclass(frozen=True)
class EventType:
    """Something that happened; ``fields`` documents the payload's keys."""

    name: str
    label: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class JobSpec:
    """Work for the worker.

    Args:
        name: ``<plugin>.<thing>``.
        label: What the job tray calls it, in Chinese.
        run: Given the running job: payload, checkpoint, progress, and a context on demand.
        every: Minutes between runs of a periodic job; 0 for a job that is asked for.
        attempts: Tries before it counts as failed.
    """

    name: str
    label: str
    run: "Callable[[RunningJob], None]"
    every: int = 0
    attempts: int = 3


@dataclass(frozen=True)
class PersonalField:
    """A personal column's entry in the privacy registry (SECURITY 20).

    Args:
        column: ``table.column``.
        label: Its Chinese name.
        category: ``name``, ``phone``, ``id_number``, ``address``, ``birth``, ``party``, ``text`` …
        purpose: What it is used for.
        basis: By what rule it may be kept.
        retention_days: Days it is kept after the record is closed.
        mask: How it is shown; ``plain`` in full, ``hidden`` not at all.
    """

    column: str
    label: str
    category: str
    purpose: str
    basis: str
    retention_days: int
    mask: Literal["name", "phone", "id_number", "address", "hidden", "plain"] = "hidden"


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demo; printed by ``qimen demo``.

    Args:
        username: As typed at the login.
        password: The same for all of them, public.
        role: The role's code.
        unit: The unit's code.
        unit_name: Its name, for people.
    """

    username: str
    password: str
    role: str
    unit: str
    unit_name: str = ""
