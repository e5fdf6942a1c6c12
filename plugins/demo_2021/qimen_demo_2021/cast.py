"""Who plays in the demo: a plan of people, drawn from a seed and without a database."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from qimen_core.demo import RESIDENT, DemoPerson, DemoUnit, id_number, phone_number
from qimen_demo_2021.names import NameDrawer

__all__ = ["cast"]

# Anhui itself: a real number carries the code of a county, whose last two digits are never 00.
_PROVINCE = "340000"

# How many play which part, by what the unit is. The first of a part holds the demo's account.
_PARTS: dict[str, tuple[tuple[str, int], ...]] = {
    "county": (("县委组织部工作人员", 2), ("系统管理员", 1), ("安全管理员", 1), ("审计员", 1)),
    "department": (("部门经办人", 1),),
    "property_company": (("物业项目经理", 1),),
    "owners_committee": (("业委会主任", 1),),
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
_NO_MEMBERS = frozenset({"物业项目经理", "业委会主任"})
_STREETS = ("河沿巷", "石板巷", "老井巷", "学前巷", "茶行路", "米市巷", "杨柳弄", "书院巷")
_HAMLETS = ("上坞组", "下屋组", "桥头组", "里坑组", "外坦组", "岭脚组", "河湾组")


def cast(units: Iterable[DemoUnit], seed: int) -> list[DemoPerson]:
    """Return the people of all units; the same for the same seed.

    Args:
        units: In the order of the table.
        seed: Of the demo.
    """
    drawer = _Drawer(Random(seed))  # noqa: S311 (a play, not a secret)
    return [person for unit in units for person in drawer.people_of(unit)]


class _Drawer:
    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._names = NameDrawer(rng)
        self._serial = 0
        self._same_day: dict[tuple[date, str], int] = {}

    def people_of(self, unit: DemoUnit) -> Iterator[DemoPerson]:
        key = unit.kind
        if key == "community":
            key = "urban" if unit.code[9:12] < "200" else "village"
        for role, count in _PARTS[key]:
            for _ in range(count):
                yield self._person(unit, role, urban=key == "urban")

    def _person(self, unit: DemoUnit, role: str, *, urban: bool) -> DemoPerson:
        rng = self._rng
        resident = role == RESIDENT
        gender = rng.choice("fm")
        youngest, oldest = (22, 84) if resident else (26, 57)
        birth = date(2021 - rng.randint(youngest, oldest), 1, 1) + timedelta(rng.randrange(365))
        nth = self._same_day.get((birth, gender), 0)
        self._same_day[birth, gender] = nth + 1
        self._serial += 1
        return DemoPerson(
            unit=unit.code,
            role=role,
            name=self._names.draw(gender),
            gender=gender,
            birth=birth,
            phone=phone_number(self._serial),
            id_number=id_number(_PROVINCE, birth, gender, nth),
            address=self._address(unit.name, urban) if resident else "",
            party=role not in _NO_MEMBERS and (not resident or rng.random() < 0.2),
        )

    def _address(self, unit_name: str, urban: bool) -> str:
        rng = self._rng
        if urban:
            return f"{unit_name}{rng.choice(_STREETS)}{rng.randint(1, 120)}号"
        return f"{unit_name}{rng.choice(_HAMLETS)}{rng.randint(1, 60)}号"
