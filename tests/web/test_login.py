"""Logging in: who gets in, what is told, what is written down."""

from datetime import timedelta

import pyotp
import pytest
from sqlmodel import select

from qimen_core.access.models import UserAccount, WebSession
from qimen_core.audit.models import AuditRow
from qimen_core.clock import FixedClock
from qimen_core.db.session import unscoped
from qimen_core.db.work import unit_of_work
from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import PASSWORD, Account
from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from tests.web.conftest import Browser, OpenBrowser


@pytest.fixture
def clerk(as_user: MakeAccount, org_tree: OrgTree) -> Account:
    return as_user("community_clerk", org_tree.community)


def _change(qimen: Qimen, account: Account, **values: object) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.user.manage") as uow:
            row = uow.session.get(UserAccount, account.id)
            assert row is not None
            for name, value in values.items():
                setattr(row, name, value)


def _actions(qimen: Qimen) -> list[str]:
    with qimen.db.session() as session:
        return list(session.exec(select(AuditRow.action).order_by(AuditRow.seq)))  # type: ignore[arg-type]


def test_the_right_password_leads_to_the_page_that_was_asked(
    open_browser: OpenBrowser, clerk: Account
) -> None:
    person = open_browser()
    refused = person.get("/me?tab=1")
    assert refused.status_code == 302
    assert refused.headers["location"] == "/login?next=/me%3Ftab%3D1"
    entered = person.log_in(clerk.username, next="/me?tab=1")
    assert (entered.status_code, entered.headers["location"]) == (303, "/me?tab=1")
    assert person.get("/me").status_code == 200


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(
    open_browser: OpenBrowser, clerk: Account
) -> None:
    wrong = open_browser().log_in(clerk.username, "not-the-password-1")
    unknown = open_browser().log_in("nobody", "not-the-password-1")
    assert wrong.status_code == unknown.status_code == 422
    for answer in (wrong, unknown):
        assert "用户名或密码不正确" in answer.text
        assert "not-the-password-1" not in answer.text


def test_a_disabled_account_is_answered_like_a_wrong_password(
    open_browser: OpenBrowser, clerk: Account, qimen: Qimen
) -> None:
    _change(qimen, clerk, state="disabled")
    answer = open_browser().log_in(clerk.username)
    assert answer.status_code == 422
    assert "用户名或密码不正确" in answer.text


def test_the_sixth_try_pauses_even_the_right_password(
    open_browser: OpenBrowser, clerk: Account, clock: FixedClock
) -> None:
    person = open_browser()
    for _n in range(5):
        assert person.log_in(clerk.username, "wrong").status_code == 422
    paused = person.log_in(clerk.username)
    assert paused.status_code == 429
    assert "10 分钟" in paused.text
    clock.advance(timedelta(minutes=10))
    assert person.log_in(clerk.username).status_code == 303


def test_the_pause_of_one_account_leaves_another_alone(
    open_browser: OpenBrowser, clerk: Account, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    other = as_user("community_clerk", org_tree.sibling)
    for _n in range(6):
        open_browser().log_in(clerk.username, "wrong")
    assert open_browser().log_in(other.username).status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\r\nX: 1",
    ],
)
def test_a_foreign_next_leads_to_the_start_page(
    open_browser: OpenBrowser, clerk: Account, target: str
) -> None:
    entered = open_browser().log_in(clerk.username, next=target)
    assert entered.headers["location"] == "/"


def test_logins_and_refusals_are_in_the_audit_without_names_typed(
    open_browser: OpenBrowser, clerk: Account, qimen: Qimen
) -> None:
    person = open_browser()
    person.log_in("my-secret-password-typed-here", "x")
    person.log_in(clerk.username, "wrong")
    person.log_in(clerk.username)
    person.post("/logout", on="/me")
    assert _actions(qimen)[-4:] == [
        "core.session.refuse",
        "core.session.refuse",
        "core.session.start",
        "core.session.end",
    ]
    with qimen.db.session() as session:
        rows = session.exec(select(AuditRow)).all()
    assert "my-secret-password-typed-here" not in repr([row.model_dump() for row in rows])


def test_after_logging_out_the_id_is_worth_nothing(
    open_browser: OpenBrowser, clerk: Account
) -> None:
    person = open_browser()
    person.log_in(clerk.username)
    kept = dict(person.client.cookies)
    person.post("/logout", on="/me")
    person.client.cookies.update(kept)
    assert person.get("/me").status_code == 302


def test_an_account_unused_for_ninety_days_is_closed(
    open_browser: OpenBrowser, clerk: Account, clock: FixedClock, qimen: Qimen
) -> None:
    clock.advance(timedelta(days=90))
    answer = open_browser().log_in(clerk.username)
    assert answer.status_code == 422
    assert "停用" in answer.text
    with qimen.db.session() as session, unscoped(session):
        row = session.get(UserAccount, clerk.id)
        assert row is not None
        assert row.state == "disabled"


def test_an_account_used_last_month_is_not(
    open_browser: OpenBrowser, clerk: Account, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=60))
    open_browser().log_in(clerk.username)
    clock.advance(timedelta(days=60))
    assert open_browser().log_in(clerk.username).status_code == 303


def test_a_first_password_must_be_changed_before_anything_else(
    open_browser: OpenBrowser, clerk: Account, qimen: Qimen
) -> None:
    _change(qimen, clerk, must_change_password=True)
    person = open_browser()
    person.log_in(clerk.username)
    sent = person.get("/me")
    assert (sent.status_code, sent.headers["location"]) == (302, "/me/password")
    fresh = "Donglu-5821-shan"
    changed = person.post("/me/password", on="/me/password", old=PASSWORD, new=fresh, again=fresh)
    assert changed.status_code == 303
    assert person.get("/me").status_code == 200
    assert open_browser().log_in(clerk.username).status_code == 422
    assert open_browser().log_in(clerk.username, fresh).status_code == 303


def test_a_password_of_ninety_days_must_be_changed(
    open_browser: OpenBrowser, clerk: Account, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=60))
    open_browser().log_in(clerk.username)
    clock.advance(timedelta(days=30))
    person = open_browser()
    person.log_in(clerk.username)
    assert person.get("/me").headers["location"] == "/me/password"


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        (
            {"old": "wrong", "new": "Donglu-5821-shan", "again": "Donglu-5821-shan"},
            "现在的密码不对",
        ),
        ({"old": PASSWORD, "new": "short-1A", "again": "short-1A"}, "至少"),
        ({"old": PASSWORD, "new": "Donglu-5821-shan", "again": "Donglu-5821-sha"}, "不一样"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "不同"),
    ],
)
def test_a_bad_change_of_password_is_refused(
    open_browser: OpenBrowser, clerk: Account, fields: dict[str, str], word: str
) -> None:
    person = open_browser()
    person.log_in(clerk.username)
    answer = person.post("/me/password", on="/me/password", **fields)
    assert answer.status_code == 422
    assert word in answer.text


def test_a_change_of_password_logs_every_other_device_out(
    open_browser: OpenBrowser, clerk: Account
) -> None:
    here, there = open_browser(), open_browser()
    here.log_in(clerk.username)
    there.log_in(clerk.username)
    before = here.client.cookies["qimen"]
    fresh = "Donglu-5821-shan"
    here.post("/me/password", on="/me/password", old=PASSWORD, new=fresh, again=fresh)
    assert here.client.cookies["qimen"] != before
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 302


class Phone:
    """An authenticator that holds a secret."""

    def __init__(self, secret: str, clock: FixedClock) -> None:
        self.totp, self.clock = pyotp.TOTP(secret), clock

    def code(self) -> str:
        return self.totp.at(self.clock.now())


def _enrol(person: Browser, clock: FixedClock) -> Phone:
    import re

    person.post("/me/totp/begin", on="/me")
    shown = re.search(r"[A-Z2-7]{32}", person.get("/me/totp").text)
    assert shown is not None
    phone = Phone(shown[0], clock)
    assert person.post("/me/totp", on="/me", code=phone.code()).status_code == 303
    return phone


def _pending(answer_text: str) -> str:
    import re

    found = re.search(r'name="pending" value="([^"]+)"', answer_text)
    assert found is not None
    return found[1]


def test_with_the_second_factor_the_password_alone_is_not_enough(
    open_browser: OpenBrowser, clerk: Account, clock: FixedClock
) -> None:
    first = open_browser()
    first.log_in(clerk.username)
    phone = _enrol(first, clock)
    clock.advance(timedelta(seconds=60))
    person = open_browser()
    asked = person.log_in(clerk.username)
    assert asked.status_code == 200
    assert person.get("/me").status_code == 302
    entered = person.post("/login/code", pending=_pending(asked.text), code=phone.code())
    assert entered.status_code == 303
    assert person.get("/me").status_code == 200


def test_a_code_is_good_for_one_login(
    open_browser: OpenBrowser, clerk: Account, clock: FixedClock
) -> None:
    first = open_browser()
    first.log_in(clerk.username)
    phone = _enrol(first, clock)
    clock.advance(timedelta(seconds=60))
    code = phone.code()
    one, two = open_browser(), open_browser()
    pending_one = _pending(one.log_in(clerk.username).text)
    pending_two = _pending(two.log_in(clerk.username).text)
    assert one.post("/login/code", pending=pending_one, code=code).status_code == 303
    assert two.post("/login/code", pending=pending_two, code=code).status_code == 422
    # The control: the next code lets the second one in, so it was the replay that failed.
    clock.advance(timedelta(seconds=60))
    assert two.post("/login/code", pending=pending_two, code=phone.code()).status_code == 303


def test_the_note_of_a_right_password_opens_in_no_other_browser_and_not_for_long(
    open_browser: OpenBrowser, clerk: Account, clock: FixedClock
) -> None:
    first = open_browser()
    first.log_in(clerk.username)
    phone = _enrol(first, clock)
    clock.advance(timedelta(seconds=60))
    person, thief = open_browser(), open_browser()
    pending = _pending(person.log_in(clerk.username).text)
    stolen = thief.post("/login/code", pending=pending, code=phone.code())
    assert stolen.status_code == 422
    assert thief.get("/me").status_code == 302
    clock.advance(timedelta(seconds=301))
    assert person.post("/login/code", pending=pending, code=phone.code()).status_code == 422


def test_guessing_codes_is_throttled_with_the_password_s_tries(
    open_browser: OpenBrowser, clerk: Account, clock: FixedClock
) -> None:
    first = open_browser()
    first.log_in(clerk.username)
    _enrol(first, clock)
    clock.advance(timedelta(seconds=60))
    person = open_browser()
    pending = _pending(person.log_in(clerk.username).text)
    statuses = [
        person.post("/login/code", pending=pending, code=f"{n:06d}").status_code for n in range(6)
    ]
    assert statuses[:4] == [422] * 4
    assert statuses[-1] == 429


def test_logins_in_two_steps_do_not_use_up_the_tries_of_the_whole_office(
    open_browser: OpenBrowser, clerk: Account, clock: FixedClock, qimen: Qimen
) -> None:
    from qimen_core.access.models import Throttle
    from qimen_core.access.throttle import account_key

    first = open_browser()
    first.log_in(clerk.username)
    phone = _enrol(first, clock)
    clock.advance(timedelta(seconds=60))
    person = open_browser()
    pending = _pending(person.log_in(clerk.username).text)

    def counted() -> dict[str, int]:
        with qimen.db.session() as session:
            return {row.key: row.failures for row in session.exec(select(Throttle)).all()}

    own = account_key(clerk.username)
    assert {key: n for key, n in counted().items() if n} == {own: 1}
    assert person.post("/login/code", pending=pending, code=phone.code()).status_code == 303
    assert {key: n for key, n in counted().items() if n} == {}


def test_the_picture_of_the_secret_is_gone_once_it_is_in_force(
    open_browser: OpenBrowser, clerk: Account, clock: FixedClock
) -> None:
    person = open_browser()
    person.log_in(clerk.username)
    assert person.get("/me/totp/qr.png").status_code == 404
    person.post("/me/totp/begin", on="/me")
    shown = person.get("/me/totp/qr.png")
    assert shown.content.startswith(b"\x89PNG")
    _enrol(person, clock)
    assert person.get("/me/totp/qr.png").status_code == 404


def test_no_sign_in_is_stored_as_it_is_sent(
    open_browser: OpenBrowser, clerk: Account, qimen: Qimen
) -> None:
    person = open_browser()
    person.log_in(clerk.username)
    sent = person.client.cookies["qimen"]
    with qimen.db.session() as session:
        stored = session.exec(select(WebSession.token_hash)).all()
    assert sent not in stored
    assert len(sent) >= 22  # 128 bits in base 64
