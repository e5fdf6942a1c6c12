"""The rows that every contestant lists: one county, 20 000 units, 100 000 orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

__all__ = ["STATES", "Order", "Size", "Unit", "make_orders", "make_units", "segment"]

#: State and weight: about an eighth of the orders is being handled, as in a busy month.
STATES = {
    "submitted": 4,
    "accepted": 4,
    "dispatched": 6,
    "in_progress": 12,
    "replied": 10,
    "evaluated": 8,
    "closed": 50,
    "not_accepted": 6,
}
_CATEGORIES = ("道路照明", "环境卫生", "供水供电", "物业服务", "停车秩序", "噪声扰民", "文体设施")
_PLACES = ("小区东门", "菜市场北侧", "学校门口", "老街拐角", "河边步道", "3号楼楼下", "公交站旁")
_FIRST_DAY = datetime(2021, 1, 4, 1, 0, tzinfo=UTC)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Size:
    """How much is made: ``units`` in all, of which ``townships`` and one county; ``orders``."""

    units: int = 20_000
    townships: int = 60
    orders: int = 100_000


class Unit(NamedTuple):
    """A unit as every contestant stores it; ``path`` is the materialised path."""

    id: int
    parent_id: int | None
    kind: str
    code: str
    name: str
    path: str


class Order(NamedTuple):
    """An order as every contestant stores it; times are aware, in UTC."""

    id: int
    code: str
    title: str
    category: str
    state: str
    unit_id: int
    path: str
    received_at: datetime
    due_at: datetime


def segment(number: int) -> str:
    """Return ``number`` as one path segment: four base-36 digits."""
    digits = ""
    for _ in range(4):
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits


def make_units(size: Size) -> list[Unit]:
    """Return the county, then its townships, then their communities; ids from 1."""
    county = Unit(1, None, "county", "341024000000", "测试县", segment(int("0abc", 36)))
    townships = [
        Unit(2 + n, 1, "township", f"341024{100 + n}000", f"第{n + 1}镇", county.path + segment(n))
        for n in range(size.townships)
    ]
    communities = []
    for n in range(size.units - 1 - size.townships):
        parent = townships[n % size.townships]
        place = n // size.townships
        communities.append(
            Unit(
                id=2 + size.townships + n,
                parent_id=parent.id,
                kind="community",
                code=f"{parent.code[:9]}{1 + place:03d}",
                name=f"{parent.name}第{place + 1}社区",
                path=parent.path + segment(place),
            )
        )
    return [county, *townships, *communities]


def make_orders(size: Size, units: list[Unit], seed: int = 2021) -> Iterator[Order]:
    """Yield the orders by id from 1; same seed, same rows."""
    random = Random(seed)
    communities = [unit for unit in units if unit.kind == "community"]
    states, weights = list(STATES), list(STATES.values())
    for number in range(1, size.orders + 1):
        unit = random.choice(communities)
        category = random.choice(_CATEGORIES)
        received = _FIRST_DAY + timedelta(minutes=5 * number)
        yield Order(
            id=number,
            code=f"MY{received:%Y%m}{number:06d}",
            title=f"{random.choice(_PLACES)}的{category}问题，请帮助处理",
            category=category,
            state=random.choices(states, weights)[0],
            unit_id=unit.id,
            path=unit.path,
            received_at=received,
            due_at=received + timedelta(days=random.choice((1, 3, 13))),
        )
