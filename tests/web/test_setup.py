"""The first start: one token, two accounts, and then never again."""

import stat

import pytest
from sqlmodel import select

from qimen_core.access.models import Grant, UserAccount
from qimen_core.audit.models import AuditRow
from qimen_core.db.session import unscoped
from qimen_core.runtime import Qimen
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from qimen_web.setup_token import issue_setup_token, setup_token_fits
from tests.web.conftest import OpenBrowser

FIELDS = {
    "county": "祁门县",
    "code": "341024000000",
    "secadmin": "anquan",
    "secadmin_password": "Beitang-2719-qiao",
    "sysadmin": "xitong",
    "sysadmin_password": "Donglu-5821-shan",
}


@pytest.fixture
def token(qimen: Qimen) -> str:
    issued = issue_setup_token(qimen)
    assert issued is not None
    return issued


def test_with_the_token_the_two_duties_are_there_and_can_log_in(
    open_browser: OpenBrowser, token: str, qimen: Qimen
) -> None:
    person = open_browser()
    assert person.get("/login").headers["location"] == "/setup"
    done = person.post("/setup", on="/setup", token=token, **FIELDS)
    assert (done.status_code, done.headers["location"]) == (303, "/login")
    with qimen.db.session() as session, unscoped(session):
        held = session.exec(
            select(UserAccount.username, Grant.role).join(Grant, Grant.user_id == UserAccount.id)  # type: ignore[arg-type]
        ).all()
        assert set(held) == {("anquan", "secadmin"), ("xitong", "sysadmin")}
    entered = person.log_in("anquan", FIELDS["secadmin_password"])
    assert entered.status_code == 303
    assert person.get("/accounts").status_code == 200


def test_it_is_there_once(open_browser: OpenBrowser, token: str, qimen: Qimen) -> None:
    person = open_browser()
    page_token = person.token("/setup")
    person.post("/setup", on="/setup", token=token, **FIELDS)
    assert person.get("/setup").status_code == 404
    again = person.client.post(
        "/setup", data={"csrf_token": page_token, "token": token, **FIELDS, "secadmin": "other"}
    )
    assert again.status_code == 404
    assert not setup_token_fits(qimen, token)
    assert issue_setup_token(qimen) is None


def test_a_wrong_token_makes_nothing_and_is_throttled(
    open_browser: OpenBrowser, token: str, qimen: Qimen
) -> None:
    person = open_browser()
    statuses = [
        person.post("/setup", on="/setup", token=f"guess{n}", **FIELDS).status_code
        for n in range(11)
    ]
    assert statuses[:10] == [422] * 10
    assert statuses[10] == 429
    with qimen.db.session() as session:
        assert session.exec(select(AuditRow)).all() == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "3410"}, "code"),
        ({"secadmin": "A B"}, "secadmin"),
        ({"sysadmin": "anquan"}, "sysadmin"),
        ({"secadmin_password": "short"}, "secadmin_password"),
        ({"code": "999999999999"}, "code"),
    ],
)
def test_what_cannot_be_is_refused_and_the_token_stays_good(
    open_browser: OpenBrowser, token: str, changed: dict[str, str], field: str
) -> None:
    person = open_browser()
    refused = person.post("/setup", on="/setup", token=token, **{**FIELDS, **changed})
    assert refused.status_code == 422
    assert f'id="e-{field}"' in refused.text
    for password in ("Beitang-2719-qiao", "Donglu-5821-shan"):
        assert password not in refused.text
    assert person.post("/setup", on="/setup", token=token, **FIELDS).status_code == 303


def test_where_there_are_accounts_it_does_not_exist(
    open_browser: OpenBrowser, as_user: MakeAccount, org_tree: OrgTree, qimen: Qimen
) -> None:
    as_user("secadmin", org_tree.county)
    assert open_browser().get("/setup").status_code == 404
    assert issue_setup_token(qimen) is None


def test_the_token_s_file_holds_no_token_and_is_for_the_server_alone(
    qimen: Qimen, token: str
) -> None:
    file = qimen.config.data / "setup.token"
    assert token not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_new_start_makes_the_old_token_worthless(qimen: Qimen, token: str) -> None:
    fresh = issue_setup_token(qimen)
    assert fresh is not None
    assert setup_token_fits(qimen, fresh)
    assert not setup_token_fits(qimen, token)
