"""The public names of core: what a plugin may import.

Besides these, a plugin may import the public submodules that the author's guide lists.
"""

from qimen_core.clock import LOCAL, Clock, FixedClock, SystemClock, local
from qimen_core.config import QimenConfig
from qimen_core.context import Actor, Context
from qimen_core.db.encrypted import EncryptedStr, Secret
from qimen_core.db.scoped import ScopedModel
from qimen_core.db.session import handed, scope, scoped
from qimen_core.db.types import Json, PathType, UTCDateTime
from qimen_core.db.work import UnitOfWork, unit_of_work
from qimen_core.descriptors import (
    DemoAccount,
    EventType,
    JobSpec,
    Measure,
    Metric,
    NavItem,
    OrgKind,
    Panel,
    Period,
    Permission,
    PersonalField,
    RoleSpec,
    SearchHit,
    SettingsSpec,
    TodoItem,
    Widget,
)
from qimen_core.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    QimenError,
    Throttled,
)
from qimen_core.hookspecs import hookimpl, hookspec
from qimen_core.i18n import LazyText, translations
from qimen_core.lending.references import RowRef
from qimen_core.lending.services import Borrower, borrowers, lend, take_back
from qimen_core.meta import PluginMeta, PluginReport
from qimen_core.models import (
    OrgUnit,
    PartyMembership,
    Person,
    Position,
    StoredFile,
    UserAccount,
)
from qimen_core.runtime import Qimen

__all__ = [
    "LOCAL",
    "Actor",
    "Borrower",
    "Clock",
    "Conflict",
    "Context",
    "DemoAccount",
    "EncryptedStr",
    "EventType",
    "FixedClock",
    "Forbidden",
    "InvalidInput",
    "JobSpec",
    "Json",
    "LazyText",
    "Measure",
    "Metric",
    "NavItem",
    "NotFound",
    "OrgKind",
    "OrgUnit",
    "Panel",
    "PartyMembership",
    "PathType",
    "Period",
    "Permission",
    "Person",
    "PersonalField",
    "PluginMeta",
    "PluginReport",
    "Position",
    "Qimen",
    "QimenConfig",
    "QimenError",
    "RoleSpec",
    "RowRef",
    "ScopedModel",
    "SearchHit",
    "Secret",
    "SettingsSpec",
    "StoredFile",
    "SystemClock",
    "Throttled",
    "TodoItem",
    "UTCDateTime",
    "UnitOfWork",
    "UserAccount",
    "Widget",
    "borrowers",
    "handed",
    "hookimpl",
    "hookspec",
    "lend",
    "local",
    "scope",
    "scoped",
    "take_back",
    "translations",
    "unit_of_work",
]
