"""Who plays in the demo: a plan of people, drawn from a seed and without a database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from qimen_core.demo.contacts import id_number, phone_number
from qimen_core.demo.names import NameDrawer

__all__ = ["RESIDENT", "Part", "cast"]

RESIDENT = "居民"

# How many play which part, by what the unit is. The first of a part holds the demo's account.
_PARTS: dict[str, tuple[tuple[str, int], ...]] = {
    "county": (("县委组织部工作人员", 2), ("系统管理员", 1), ("安全管理员", 1), ("审计员", 1)),
    "township": (("镇党建办工作人员", 1), ("乡镇管理员", 1)),
    "urban": (
        ("社区书记", 1),
        ("社区工作者", 2),
        ("网格长", 1),
        ("网格员", 3),
        ("驻地单位联系人", 1),
        (RESIDENT, 24),
    ),
    "village": (("村书记", 1), ("村网格员", 1), (RESIDENT, 3)),
}
_STREETS = ("河沿巷", "石板巷", "老井巷", "学前巷", "茶行路", "米市巷", "杨柳弄", "书院巷")
_HAMLETS = ("上坞组", "下屋组", "桥头组", "里坑组", "外坦组", "岭脚组", "河湾组")


@dataclass(frozen=True, slots=True)
class Part:
    """An invented person and what the person does in the demo.

    Attributes:
        unit: Code of the unit.
        role: What the person does there, in Chinese; ``居民`` for residents without a duty.
        name: Invented.
        gender: ``f`` or ``m``.
        birth: Date of birth.
        phone: Valid in form, assigned to nobody.
        id_number: Valid in form, issued to nobody.
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


def cast(units: Iterable[tuple[str, str, str]], seed: int) -> list[Part]:
    """Return the people of all units; the same for the same seed.

    Args:
        units: Code, kind and name of each, in the order of the table.
        seed: Of the demo.
    """
    drawer = _Drawer(Random(seed))  # noqa: S311 (a play, not a secret)
    return [part for code, kind, name in units for part in drawer.people_of(code, kind, name)]


class _Drawer:
    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._names = NameDrawer(rng)
        self._serial = 0
        self._same_day: dict[tuple[date, str], int] = {}

    def people_of(self, code: str, kind: str, name: str) -> Iterator[Part]:
        key = kind
        if kind == "community":
            key = "urban" if code[9:12] < "200" else "village"
        for role, count in _PARTS[key]:
            for _ in range(count):
                yield self._person(code, role, name, urban=key == "urban")

    def _person(self, code: str, role: str, unit_name: str, *, urban: bool) -> Part:
        rng = self._rng
        resident = role == RESIDENT
        gender = rng.choice("fm")
        youngest, oldest = (22, 84) if resident else (26, 57)
        birth = date(2021 - rng.randint(youngest, oldest), 1, 1) + timedelta(rng.randrange(365))
        nth = self._same_day.get((birth, gender), 0)
        self._same_day[birth, gender] = nth + 1
        self._serial += 1
        return Part(
            unit=code,
            role=role,
            name=self._names.draw(gender),
            gender=gender,
            birth=birth,
            phone=phone_number(self._serial),
            id_number=id_number(birth, gender, nth),
            address=self._address(unit_name, urban) if resident else "",
            party=not resident or rng.random() < 0.2,
        )

    def _address(self, unit_name: str, urban: bool) -> str:
        rng = self._rng
        if urban:
            return f"{unit_name}{rng.choice(_STREETS)}{rng.randint(1, 120)}号"
        return f"{unit_name}{rng.choice(_HAMLETS)}{rng.randint(1, 60)}号"
