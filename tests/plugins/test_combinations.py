"""All 2ⁿ combinations of the plugins present boot, and every page of those loaded answers."""

from collections.abc import Callable, Iterator
from itertools import chain, combinations
from types import ModuleType

import pytest

from qimen_core.config import QimenConfig
from qimen_core.db.work import unit_of_work
from qimen_core.org.tree import NewUnit, create
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from tests.plugins.pages import open_pages

#: Every plugin present, with what it cannot be without.
NEEDS: dict[str, set[str]] = {
    "web": set(),
    "orders": set(),
    "petitions": {"web", "orders"},
    "noticeboard": {"web"},
}
SUBSETS = list(chain.from_iterable(combinations(NEEDS, size) for size in range(len(NEEDS) + 1)))
Boot = Callable[[tuple[str, ...]], Qimen]

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def plugins(noticeboard: str) -> tuple[str, ...]:
    return tuple(NEEDS)


@pytest.fixture
def boot(qimen: Qimen, provided_plugins: dict[str, ModuleType]) -> Iterator[Boot]:
    """Open the deployment, which has the tables of all, with other plugins loaded."""
    opened: list[Qimen] = []

    def with_plugins(names: tuple[str, ...]) -> Qimen:
        config = QimenConfig.load(
            qimen.config.data,
            plugins=list(names),
            database_url=qimen.config.url,
            secure_cookies=False,
        )
        app = Qimen.open(config, clock=qimen.clock, provided=provided_plugins)
        opened.append(app)
        return app

    yield with_plugins
    for app in opened:
        app.close()


def test_every_installed_plugin_is_in_the_combinations() -> None:
    from importlib.metadata import entry_points

    installed = {point.name for point in entry_points(group="qimen.plugins")}
    assert installed | {"noticeboard"} == set(NEEDS)
    assert len(SUBSETS) == 2 ** len(NEEDS)


@pytest.mark.parametrize("subset", SUBSETS, ids=lambda subset: "+".join(subset) or "none")
def test_a_combination_boots_and_its_pages_answer(
    subset: tuple[str, ...],
    boot: Boot,
    org_tree: OrgTree,
    as_user: MakeAccount,
    client: MakeClient,
) -> None:
    app = boot(subset)
    whole = {name for name in subset if NEEDS[name] <= set(subset)}
    assert {each.name for each in app.reports if each.state == "loaded"} == whole
    for each in app.reports:
        if each.name not in whole:
            absent = NEEDS[each.name] - set(subset)
            assert each.state == "skipped"
            assert all(repr(name) in each.reason for name in absent), each.reason
    if "web" not in whole:
        return
    account = as_user("community_clerk", org_tree.community, app)
    browser = client(account, app)
    with app.db.session() as session:
        pages = list(open_pages(app, account.context(session)))
    answers = {page.path: browser.get(page.path).status_code for page in pages}
    assert set(answers.values()) == {200}, answers
    owners = {page.plugin for page in pages}
    assert owners & {"petitions", "noticeboard"} == whole & {"petitions", "noticeboard"}
    assert set(browser.get("/healthz").json()["plugins"]) >= whole


def test_a_unit_outlives_the_plugin_that_brought_its_kind(
    qimen: Qimen, boot: Boot, org_tree: OrgTree, as_user: MakeAccount, client: MakeClient
) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.org.manage") as uow:
            made = create(uow, NewUnit("property_company", "安居物业", org_tree.community.id))
    for names, label in ((tuple(NEEDS), "物业公司"), (("web",), "安居物业")):
        app = boot(names)
        browser = client(as_user("county_office", org_tree.county, app), app)
        for page in ("", "/history", "/edit", "/move"):
            answer = browser.get(f"/org/{made.id}{page}")
            assert answer.status_code == 200, (names, page)
        assert label in browser.get(f"/org/{made.id}").text
