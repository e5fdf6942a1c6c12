"""What is shared among tests for speed lets none of them see what another has written."""

import pytest

from qimen_core.runtime import Qimen
from qimen_core.testing.clients import Applications
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.planting import Planting, work_calendar
from qimen_core.testing.units import OrgTree
from qimen_core.workdays import calendar_of

SEEN: list[str] = []


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("web",)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_row_of_one_test_is_in_no_other(
    turn: int, client: MakeClient, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    mine = as_user("township_admin", org_tree.township)
    assert mine.username in client(mine).get("/me").text
    administrator = client(as_user("secadmin", org_tree.county))
    page = administrator.get("/accounts").text
    assert mine.username in page
    assert [name for name in SEEN if name in page] == [], turn
    SEEN.append(mine.username)


@pytest.mark.database("sqlite")
def test_an_application_is_lent_again_and_never_to_two_at_once(
    qimen: Qimen, qimen_app: MakeApp
) -> None:
    lender, other = Applications(), qimen_app(["web"])
    with lender.lend(qimen) as first, lender.lend(other) as second:
        assert first is not second
        assert first.state.shell.qimen is qimen
        assert second.state.shell.qimen is other
    with lender.lend(other) as again:
        assert again is first or again is second
        assert again.state.shell.qimen is other
    assert "shell" not in again.state


@pytest.mark.database("sqlite")
def test_an_application_of_other_routes_is_not_lent(qimen: Qimen, qimen_app: MakeApp) -> None:
    lender, other = Applications(), qimen_app(["petitions"])
    with lender.lend(qimen) as first:
        pass
    with lender.lend(other) as second:
        assert second is not first
        assert len(second.routes) > len(first.routes)


class TestPlanted:
    """What is planted is there from the start, and only where it was asked for."""

    @pytest.fixture
    def planted(self) -> tuple[Planting, ...]:
        return (work_calendar,)

    @pytest.mark.parametrize("turn", [1, 2])
    def test_the_calendar_stands(self, turn: int, qimen: Qimen) -> None:
        with qimen.db.session() as session:
            assert calendar_of(session).known_until is not None


def test_nothing_is_planted_unasked(qimen: Qimen) -> None:
    with qimen.db.session() as session:
        assert calendar_of(session).known_until is None
