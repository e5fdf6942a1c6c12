"""What scores come to: means with n, nothing told of too few, weights that scale."""

from collections import Counter
from datetime import date
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qimen_petitions.estates.rules import (
    STATES,
    STEPS,
    Item,
    ItemFigure,
    Tally,
    next_state,
    takes_answers,
    weighted,
)

SCORES = st.lists(st.integers(1, 5), min_size=1, max_size=200)


def figure(scores: list[int], weight: int, least: int = 1, last: float | None = None) -> ItemFigure:
    return ItemFigure(Item("x", "事项", "", weight), Tally(Counter(scores)), least, last)


@given(SCORES)
def test_a_tally_has_the_mean_and_spread_of_its_scores(scores: list[int]) -> None:
    tally = Tally(Counter(scores))
    assert tally.n == len(scores)
    assert tally.mean == pytest.approx(fmean(scores))
    assert tally.spread == pytest.approx(pstdev(scores))


@given(SCORES, SCORES, st.integers(1, 50), st.integers(1, 50), st.integers(2, 9))
def test_weights_count_by_their_share_and_stay_within_the_means(
    one: list[int], two: list[int], first: int, second: int, times: int
) -> None:
    score = weighted([figure(one, first), figure(two, second)])
    assert score is not None
    assert min(fmean(one), fmean(two)) - 1e-9 <= score <= max(fmean(one), fmean(two)) + 1e-9
    scaled = weighted([figure(one, first * times), figure(two, second * times)])
    assert scaled == pytest.approx(score)


def test_an_item_that_too_few_scored_is_left_out_with_its_weight() -> None:
    few, many = figure([1], 90, least=3), figure([4, 4, 4], 10, least=3)
    assert not few.shown
    assert weighted([few, many]) == 4
    assert weighted([few]) is None
    assert weighted([]) is None
    assert weighted([figure([2, 2, 2], 0)]) is None


def test_a_mean_is_compared_only_where_both_are_told() -> None:
    assert figure([3, 4], 1, last=3.0).change == pytest.approx(0.5)
    assert figure([3, 4], 1).change is None
    assert figure([3], 1, least=2, last=3.0).change is None


def test_nothing_that_is_not_listed_moves_a_round() -> None:
    events = {event for _state, event in STEPS}
    allowed = [(s, e) for s in STATES for e in events if next_state(s, e)]
    assert sorted(allowed) == sorted(STEPS)
    assert set(STEPS.values()) <= set(STATES)
    assert not next_state("cancelled", "open")
    assert not next_state("confirmed", "reopen")


def test_answers_are_taken_on_the_first_and_the_last_day_of_an_open_round() -> None:
    first, last = date(2026, 3, 2), date(2026, 3, 16)
    days = [date(2026, 3, 1), first, last, date(2026, 3, 17)]
    assert [takes_answers("open", first, last, day) for day in days] == [False, True, True, False]
    assert not any(takes_answers(state, first, last, first) for state in STATES if state != "open")
