"""Metrics: counted from rows, bounded by the actor's reach whatever the metric forgets."""

from datetime import date

import pytest
from sqlalchemy import select

from qimen_core.descriptors import Measure, Metric, Period
from qimen_core.errors import InvalidInput
from qimen_core.metrics import compute, compute_all, parse_period
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import under
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree

UNIT = OrgUnit.__table__.c  # type: ignore[attr-defined]
FORGETFUL = Metric(
    "forgetful",
    "忘了范围",
    lambda _ctx, _path, _period: Measure(
        select(UNIT.id).where(UNIT.kind == "community"), select(UNIT.id)
    ),
    "core.org.read",
)


def test_core_counts_the_residents_committees(qimen: Qimen, org_tree: OrgTree) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        everywhere = compute_all(ctx)["communities"]
        there = compute_all(ctx, org_tree.township.path)["communities"]
    assert everywhere.machine() == {"count": 4}
    assert there.machine() == {"count": 2}


def test_a_metric_that_forgets_its_scope_leaks_nothing(
    qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    clerk = as_user("township_office", org_tree.township)
    with qimen.db.session() as session:
        figure = compute(clerk.context(session), FORGETFUL, "", None)
        assert figure.machine() == {"numerator": 2, "denominator": 3}
        # The control: to the system the same metric tells all.
        whole = compute(qimen.system_context(session), FORGETFUL, "", None)
        assert whole.machine() == {"numerator": 4, "denominator": 9}


def test_who_may_not_see_a_metric_does_not_get_it(
    qimen: Qimen, org_tree: OrgTree, as_user: MakeAccount
) -> None:
    clerk = as_user("community_clerk", org_tree.community)
    with qimen.db.session() as session:
        ctx = clerk.context(session)
        assert "communities" in compute_all(ctx, org_tree.community.path)
        assert compute_all(ctx, org_tree.other_community.path) == {}


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026Q3", date(2026, 7, 1), date(2026, 10, 1)),
        ("2024-02", date(2024, 2, 1), date(2024, 3, 1)),
        ("2026-01-01..2026-03-31", date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_a_period_is_half_open(text: str, start: date, end: date) -> None:
    assert parse_period(text) == Period(start, end, text)


@pytest.mark.parametrize("text", ["", "2026-13", "2026Q5", "2026-03-31..2026-01-01", "昨天"])
def test_what_is_no_period_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InvalidInput, match="2026Q3"):
        parse_period(text)


def test_under_is_the_subtree(org_tree: OrgTree, qimen: Qimen) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        bounded = Metric(
            "bounded",
            "有界",
            lambda _ctx, path, _period: Measure(select(UNIT.id).where(under(UNIT.path, path))),
            "core.org.read",
        )
        assert compute(ctx, bounded, org_tree.township.path, None).numerator == 3
