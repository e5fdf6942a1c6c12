"""The demo's requests: our own texts, the same for one seed, nothing after the present."""

import csv
import gzip
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from qimen_core.demo import Played
from qimen_core.org.queries import Unit
from qimen_core.workdays import Calendar, seed_days
from qimen_demo_2021 import DEMO
from qimen_orders import Event, State
from qimen_petitions.demo.life import PATH, Limits
from qimen_petitions.demo.plan import COUNT, Planned, plan
from qimen_petitions.demo.stage import Stage
from qimen_petitions.demo.texts import Situation, load_phrases, load_situations
from qimen_petitions.rules import REASONS
from qimen_petitions.schemes import SCHEME

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
SHARED = Path(os.environ.get("QIMEN_SHARED", "../shared")) / "data" / "petitions"


@cache
def stage(now: datetime = NOW) -> Stage:
    units: dict[str, Unit] = {}
    for number, unit in enumerate(DEMO.units(), start=1):
        parent_id = units[unit.parent].id if unit.parent else None
        values = (number, parent_id, unit.kind, unit.code, unit.name, unit.code)
        units[unit.code] = Unit(*values, DEMO.since, None, 1)
    people: dict[str, list[Played]] = {}
    for part in DEMO.people(DEMO.units(), 1):
        played = Played(part.unit, part.role, part.name, part.phone, part.address)
        people.setdefault(part.unit, []).append(played)
    limits = Limits(1, 0, {"consult": 3, "help": 3, "complaint": 13, "suggestion": 13})
    calendar = Calendar(seed_days(2025, 2026))
    shares = {"shares": DEMO.shares, "elsewhere": DEMO.elsewhere}
    return Stage(list(units.values()), people, calendar, limits, now, **shares)


@pytest.fixture(scope="module")
def requests() -> list[Planned]:
    return plan(stage(), 341024)


def state_of(request: Planned) -> str:
    if not request.submitted:
        return "draft"
    done = tuple(act.event for act in request.acts)
    return next(state for state, path in PATH.items() if path == done and state != "draft")


def test_another_county_without_shares_has_its_requests_everywhere() -> None:
    """Codes of one county are no part of the plan: here all others share what happens."""
    spread = plan(replace(stage(), shares={}, elsewhere=1), 3)
    assert len(spread) == COUNT
    assert len({request.unit.path for request in spread}) > 60


def test_a_county_whose_people_have_no_duty_has_no_requests() -> None:
    idle = {
        path: [each for each in people if each.address] for path, people in stage().people.items()
    }
    assert plan(replace(stage(), people=idle), 3) == []


def test_one_seed_gives_one_plan() -> None:
    assert plan(stage(), 7) == plan(stage(), 7)


def test_another_seed_gives_another_plan() -> None:
    assert plan(stage(), 7) != plan(stage(), 8)


def test_there_are_300_requests_in_every_state(requests: list[Planned]) -> None:
    assert len(requests) == COUNT == 300
    assert {state_of(request) for request in requests} == {state.value for state in State}


@pytest.mark.parametrize("hour", [0, 2, 9, 23])
def test_nothing_lies_in_the_future_and_each_life_goes_forward(hour: int) -> None:
    now = NOW.replace(hour=hour, minute=1)
    for request in plan(stage(now), 3):
        moments = [request.born, *(act.at for act in request.acts)]
        assert moments == sorted(moments)
        assert moments[-1] < now


def test_the_requests_are_spread_over_twelve_months(requests: list[Planned]) -> None:
    months = Counter((request.born.year, request.born.month) for request in requests)
    assert len(months) >= 12
    assert min(request.born for request in requests) > NOW - timedelta(days=366)


def test_whoever_handled_a_matter_does_not_call_back(requests: list[Planned]) -> None:
    for request in requests:
        actors = {act.event: act.actor for act in request.acts}
        if Event.CALLBACK in actors:
            assert actors[Event.CALLBACK] != actors[Event.REPLY]


def test_the_clerk_of_the_guide_finds_work_of_every_sort(requests: list[Planned]) -> None:
    mine = Counter(state_of(each) for each in requests if each.unit.code == "341024100001")
    for state in ("submitted", "accepted", "dispatched", "in_progress", "replied"):
        assert mine[state] >= 2, state


def test_one_township_has_the_bulk(requests: list[Planned]) -> None:
    townships = Counter((request.unit.code or "")[:9] for request in requests)
    assert townships.most_common(1)[0][0] == "341024100"
    assert len(townships) > 10


def test_no_two_requests_say_the_same(requests: list[Planned]) -> None:
    assert len({request.content for request in requests}) >= COUNT - 3


def test_no_placeholder_is_left(requests: list[Planned]) -> None:
    for request in requests:
        inputs = [act.inputs for act in request.acts]
        texts = [request.title, request.content, *(f"{i.note}{i.public_text}" for i in inputs)]
        assert not re.search(r"[{}]", "".join(texts))
        assert len(request.title) <= 40


def test_an_estate_lies_in_one_community_only(requests: list[Planned]) -> None:
    names = {*load_phrases().spots["estate"], *load_phrases().spots["street"]}
    homes: dict[str, set[str]] = {}
    for request in requests:
        for name in names:
            if request.place.startswith(name):
                homes.setdefault(name, set()).add(request.unit.path)
    assert homes
    assert all(len(paths) == 1 for paths in homes.values())


def test_there_are_enough_situations_each_with_texts_that_belong_together() -> None:
    situations = load_situations()
    assert len(situations) >= 60
    assert len({each.id for each in situations}) == len(situations)
    for each in situations:
        assert len(each.titles) == len(each.details) == 2, each.id
        assert each.refusal if each.reason else (each.note and each.replies and each.pleased)


def test_situations_use_the_scheme_and_the_reasons_that_ship() -> None:
    leaves = {row.code for row in SCHEME if row.parent}
    for each in load_situations():
        assert each.category in leaves, each.id
        assert not each.reason or each.reason in REASONS, each.id


def sentences(situation: Situation) -> Iterator[str]:
    texts = (
        *situation.titles,
        *situation.details,
        *situation.replies,
        *situation.pleased,
        situation.note,
        situation.refusal,
    )
    for text in texts:
        yield from (part for part in re.split(r"\{\w+\}|[，。；：？！]", text) if len(part) >= 10)


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not here: nothing to compare with")
def test_no_sentence_is_copied_from_real_petitions() -> None:
    csv.field_size_limit(10**7)
    real = ""
    for file in sorted(SHARED.glob("*.csv.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as source:
            real += "\n".join(" ".join(row) for row in csv.reader(source))
    assert len(real) > 1_000_000
    copied = [text for each in load_situations() for text in sentences(each) if text in real]
    assert copied == []
