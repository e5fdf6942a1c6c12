"""A demo says on its pages that it is one; a real deployment says nothing."""

import pytest

from qimen_core import Qimen
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree

WORDS = "演示数据"


@pytest.fixture
def qimen(qimen_app: MakeApp, request: pytest.FixtureRequest) -> Qimen:
    return qimen_app(["web"], demo=request.param)


@pytest.mark.parametrize("qimen", [True, False], indirect=True, ids=["demo", "real"])
def test_only_a_demo_says_so_outside_and_inside(
    qimen: Qimen, org_tree: OrgTree, client: MakeClient, as_user: MakeAccount
) -> None:
    clerk = as_user("community_clerk", org_tree.community)
    outside, inside = client().get("/login"), client(clerk).get("/today")
    assert (outside.status_code, inside.status_code) == (200, 200)
    assert (WORDS in outside.text, WORDS in inside.text) == (qimen.config.demo, qimen.config.demo)
