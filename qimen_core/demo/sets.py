"""What a demo set consists of, and which ones are installed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import entry_points
from typing import Final

from qimen_core.errors import QimenError
from qimen_core.i18n import translations

__all__ = [
    "GROUP",
    "RESIDENT",
    "DemoPerson",
    "DemoSet",
    "DemoUnit",
    "DemoUser",
    "choose_set",
    "installed_sets",
]

_ = translations("qimen_core")

GROUP: Final = "qimen.demos"
RESIDENT: Final = "居民"


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit of the tree; ``parent`` is the code of a unit before it, empty for the root.

    A code that is no number is the set's own name for a unit that has none, such as a department.
    """

    code: str
    kind: str
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An invented person and what the person does in the demo.

    Attributes:
        unit: Code of the unit.
        role: What the person does there, in Chinese; ``RESIDENT`` for residents without a duty.
        name: Invented.
        gender: ``f`` or ``m``.
        birth: Date of birth.
        phone: Valid in form, assigned to nobody: see ``phone_number``.
        id_number: Valid in form, issued to nobody: see ``id_number``.
        address: An invented door in the unit; empty for staff.
        party: Whether the person is a Party member.
    """

    unit: str
    role: str
    name: str
    gender: str
    birth: date
    phone: str
    id_number: str
    address: str
    party: bool


@dataclass(frozen=True, slots=True)
class DemoUser:
    """An account: who plays it (the ``nth`` person of ``part`` in ``unit``) and its role.

    Of the residents only Party members play an account.
    """

    username: str
    role: str
    unit: str
    part: str
    nth: int = 0


@dataclass(frozen=True)
class DemoSet:
    """A county to look at: its units, its invented people and who of them can sign in.

    Attributes:
        name: As the entry point has it, for example ``county-2021``.
        label: For people, in Chinese.
        seed: Decides every name, text and state unless another one is asked for.
        since: From when the units, positions and grants hold.
        password: Of every account; printed, so it has to satisfy every policy and be used nowhere.
        units: Returns the units, parents first.
        people: Draws the people of the units from a seed; same seed, same people.
        accounts: Who can sign in.
        shares: How much of what happens lies in which community: weights by code. The first is
            where the guide's clerk works.
        elsewhere: The weight of all other communities together.
        departments: Units of a kind that a plugin brings; planted last, and their accounts opened,
            where that plugin is loaded.
    """

    name: str
    label: str
    seed: int
    since: date
    password: str
    units: Callable[[], Sequence[DemoUnit]]
    people: Callable[[Sequence[DemoUnit], int], Sequence[DemoPerson]]
    accounts: Sequence[DemoUser]
    shares: Mapping[str, int] = field(default_factory=dict)
    elsewhere: int = 1
    departments: Sequence[DemoUnit] = ()

    def on_stage(self, kinds: Collection[str]) -> "DemoSet":
        """Return the set as a deployment that knows these kinds of units can play it."""
        away = {unit.code for unit in self.departments if unit.kind not in kinds}
        if not away:
            return self
        return replace(
            self,
            departments=[unit for unit in self.departments if unit.code not in away],
            accounts=[user for user in self.accounts if user.unit not in away],
        )


def installed_sets() -> dict[str, DemoSet]:
    """Return the demo sets of the installed distributions by name, in alphabetical order.

    Raises:
        QimenError: An entry point does not lead to a demo set of its name.
    """
    points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return {point.name: _checked(point.name, point.value, point.load()) for point in points}


def choose_set(name: str | None = None) -> DemoSet:
    """Return the demo set called ``name``, or the only one that is installed.

    Raises:
        QimenError: There is none of that name, none at all, or several to choose from.
    """
    found = installed_sets()
    listed = "、".join(f"{each.name}（{each.label}）" for each in found.values())
    if not found:
        raise QimenError(_("没有安装任何演示集。请安装一个，例如随本系统一起发布的那个。"))
    if name is not None and name not in found:
        message = _("没有名为“{name}”的演示集；已安装：{listed}")
        raise QimenError(message.format(name=name, listed=listed))
    if name is None and len(found) > 1:
        raise QimenError(_("装了几个演示集，请用 --set 指定一个：{listed}").format(listed=listed))
    return found[name] if name is not None else next(iter(found.values()))


def _checked(name: str, value: str, loaded: object) -> DemoSet:
    if isinstance(loaded, DemoSet) and loaded.name == name:
        return loaded
    message = _("入口 {name} = {value}（组 {group}）不是同名的 DemoSet，请修正那个发行包")
    raise QimenError(message.format(name=name, value=value, group=GROUP))
