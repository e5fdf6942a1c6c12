"""Which rule takes a matter, and what returns teach; pure."""

import pytest

from qimen_orders import Event, Taker
from qimen_petitions.routing.learning import Step, detours
from qimen_petitions.routing.rules import ABOVE, OWN, Matter, Rule, first_match

COUNTY, TOWN, HERE = "0000", "00000001", "000000010001"
NOBODY: frozenset[int] = frozenset()


def _taker(kind: str, number: int, path: str) -> Taker:
    return Taker(kind, str(number), f"{kind}{number}", "", number, path)


TAKERS = [
    _taker("unit", 3, HERE),
    _taker("unit", 2, TOWN),
    _taker("unit", 1, COUNTY),
    _taker("department", 9, COUNTY + "000a"),
]
LAMP = Matter("road.lamp", HERE, "东街路口，阳光小区门前")


def _rule(number: int, **facts: object) -> Rule:
    values: dict[str, object] = {"category": "", "place_path": "", "words": "", "lead": OWN}
    return Rule(id=number, **{**values, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "fits"),
    [
        ({}, True),
        ({"category": "road.lamp"}, True),
        ({"category": "road"}, True),
        ({"category": "road.hole"}, False),
        ({"category": "roa"}, False),
        ({"place_path": TOWN}, True),
        ({"place_path": "00000002"}, False),
        ({"words": "阳光小区"}, True),
        ({"words": "月亮湾、阳光小区"}, True),
        ({"words": "月亮湾，星河"}, False),
        ({"words": "、 "}, True),
        ({"category": "road", "place_path": TOWN, "words": "月亮湾"}, False),
    ],
)
def test_a_rule_fits_by_category_place_and_words(facts: dict[str, object], fits: bool) -> None:
    assert _rule(1, **facts).fits(LAMP) is fits


def test_the_first_rule_that_fits_and_whose_lead_is_there_takes_it() -> None:
    gone = _rule(1, category="road", lead="department:77")
    other = _rule(2, category="estate")
    mine = _rule(3, category="road", lead="department:9", assists=("unit:2", "unit:77"))
    later = _rule(4)
    found = first_match([gone, other, mine, later], LAMP, TAKERS, NOBODY)
    assert found is not None
    assert (found.rule.id, found.lead.key) == (3, "department:9")
    assert [taker.key for taker in found.assists] == ["unit:2"]
    assert first_match([gone, other], LAMP, TAKERS, NOBODY) is None


@pytest.mark.parametrize(
    ("lead", "key"), [(OWN, "unit:3"), (ABOVE, "unit:2"), ("unit:1", "unit:1")]
)
def test_a_lead_may_depend_on_where_the_matter_lies(lead: str, key: str) -> None:
    found = first_match([_rule(1, lead=lead)], LAMP, TAKERS, NOBODY)
    assert found is not None
    assert found.lead.key == key


def test_no_rule_hands_a_complaint_to_those_it_is_about() -> None:
    rules = [_rule(1, lead="unit:2"), _rule(2, lead=OWN, assists=("unit:2",))]
    control = first_match(rules, LAMP, TAKERS, NOBODY)
    assert control is not None
    assert control.lead.key == "unit:2"
    found = first_match(rules, LAMP, TAKERS, frozenset({2}))
    assert found is not None
    assert (found.lead.key, found.assists) == ("unit:3", ())


def _went(order: int, *ways: str) -> list[Step]:
    """Lines of an order: a number dispatches it to that unit, ``up`` is an upheld return."""
    return [
        Step(order, Event.UPHOLD, None, "")
        if way == "up"
        else Step(order, Event.DISPATCH, int(way), f"u{way}")
        for way in ways
    ]


@pytest.mark.parametrize(
    ("ways", "found"),
    [
        (("1", "up", "2"), [("u1", 2)]),
        (("1", "up", "2", "up", "3"), [("u2", 3)]),
        (("1", "up", "1"), []),  # sent there again: nothing learnt
        (("1", "up"), []),
        (("1", "2"), []),  # without a return
        (("up", "2"), []),
        ((), []),
    ],
)
def test_a_detour_is_a_return_upheld_and_another_lead(
    ways: tuple[str, ...], found: list[tuple[str, int]]
) -> None:
    steps = [*_went(7, *ways), *_went(6, "1", "2")]
    assert [(each.first, each.last_id) for each in detours(steps)] == found
