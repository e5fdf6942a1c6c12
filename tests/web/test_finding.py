"""Units and people are found by an index and within the reach, whatever else is in the database.

How long a search takes depends on the machine; which index answers it does not. SQLite says so.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import event

from qimen_core.context import Context
from qimen_core.db.session import scope, unscoped
from qimen_core.org import queries
from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_web.routes.people import search

pytestmark = pytest.mark.database("sqlite")


def plans(qimen: Qimen, who: Account, ask: Callable[..., object]) -> list[str]:
    """Return how SQLite answers each query that a search makes of units and people."""
    asked: list[tuple[str, object]] = []

    def keep(_conn, _cursor, statement, parameters, _context, _many) -> None:  # type: ignore[no-untyped-def]
        asked.append((statement, parameters))

    with qimen.db.session() as session:
        ctx = who.context(session)
        event.listen(qimen.db.engine, "before_cursor_execute", keep)
        try:
            ask(ctx)
        finally:
            event.remove(qimen.db.engine, "before_cursor_execute", keep)
        connection = session.connection()
        found = []
        for statement, parameters in asked:
            if "FROM core_org" in statement or "FROM core_person" in statement:
                explained = f"EXPLAIN QUERY PLAN {statement}"
                rows = connection.exec_driver_sql(explained, parameters)  # type: ignore[arg-type]
                found.append(str(rows.all()[0][3]))
        return found


@pytest.fixture
def office(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    return as_user("county_office", org_tree.county)


def units(ctx: Context, text: str) -> None:
    with scope(ctx.session, ctx, "core.org.read"):
        assert queries.find(ctx, text)


@pytest.mark.parametrize("text", ["cdsq", "990101", "城东"])
def test_a_unit_is_looked_for_on_an_index_within_the_reach(
    qimen: Qimen, office: Account, text: str
) -> None:
    (plan,) = plans(qimen, office, lambda ctx: units(ctx, text))
    assert plan.startswith("SEARCH core_org USING INDEX")


@pytest.mark.parametrize("text", ["zgl", "桂兰"])
def test_a_person_is_looked_for_on_an_index_within_the_reach(
    qimen: Qimen, office: Account, text: str
) -> None:
    found = plans(qimen, office, lambda ctx: search(ctx, text))
    assert found
    assert all(plan.startswith("SEARCH core_person USING INDEX") for plan in found)


def test_the_control_finds_a_query_that_reads_everything(qimen: Qimen, office: Account) -> None:
    def everywhere(ctx: Context) -> None:
        with unscoped(ctx.session):
            queries.find(ctx, "城东")

    (plan,) = plans(qimen, office, everywhere)
    assert plan.startswith("SCAN core_org")
