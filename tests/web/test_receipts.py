"""What a gateway reports later: signed, in time, once; every refusal reads the same."""

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256

import httpx
import pytest
import structlog.testing
from sqlalchemy import select, text

from qimen_core import FixedClock, Qimen, unit_of_work
from qimen_core.audit.models import AuditRow
from qimen_core.config import SmsConfig
from qimen_core.db import migrate
from qimen_core.db.session import unscoped
from qimen_core.jobs import run_due
from qimen_core.jobs.upkeep import enqueue_periodic
from qimen_core.messages.channels import Outgoing
from qimen_core.messages.models import Message
from qimen_core.messages.queueing import NewMessage, queue_message
from qimen_core.messages.receipts import Receipt, read_receipt, take_receipt
from qimen_core.messages.signing import WINDOW, gateway_secret, keep_secret
from qimen_core.outbound import OutboundAnswer, OutboundFailed
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_web.channels import sms
from tests.web.conftest import OpenBrowser

PHONE = "13800138000"
SECRET = "between-us-and-the-gateway"
REFUSED = b'{"status":"refused"}\n'
Send = Callable[..., httpx.Response]


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, str]]:
    """The headers of what the gateway was handed; it takes everything under its number A-9."""
    headers: list[Mapping[str, str]] = []

    def post(_config: object, _url: str, body: bytes, sent: Mapping[str, str]) -> OutboundAnswer:
        headers.append({**sent, "body": body.decode()})
        return OutboundAnswer(200, '{"msgid": "A-9"}')

    monkeypatch.setattr(sms, "post", post)
    return headers


@pytest.fixture
def qimen(qimen_app: MakeApp, handed: object) -> Qimen:
    """A deployment with an SMS gateway that signs."""
    del handed
    gateway = SmsConfig(url="https://sms.test/send", sign=True)
    made = qimen_app(["web"], outbound=["https://sms.test"], sms=gateway)
    with made.db.session() as session:
        keep_secret(made.system_context(session), "sms", SECRET)
    return made


@pytest.fixture
def sent(qimen: Qimen, org_tree: OrgTree, clock: FixedClock) -> int:
    """The id of a message that the gateway took."""
    new = NewMessage("web", "已答复", "k", PHONE, "您反映的事项已答复", url="/units")
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.message.send") as uow:
            assert queue_message(uow, org_tree.community, new)
    clock.advance(timedelta(minutes=2))
    enqueue_periodic(qimen)
    run_due(qimen)
    message = read(qimen)
    assert message.state == "sent"
    return message.id or 0


@pytest.fixture
def report(open_browser: OpenBrowser, clock: FixedClock) -> Send:
    """A function that signs a report as the gateway does, and posts it."""
    client = open_browser().client

    def post(
        said: object, *, secret: str = SECRET, late: timedelta = timedelta(), to: str = "sms",
        body: bytes | None = None, signed: bytes | None = None, stamp: str | None = None,
    ) -> httpx.Response:  # fmt: skip
        sending = body if body is not None else json.dumps(said).encode()
        at = stamp if stamp is not None else str(int((clock.now() - late).timestamp()))
        message = at.encode() + b"." + (signed if signed is not None else sending)
        return client.post(
            f"/api/messages/{to}/receipts",
            content=sending,
            headers={
                "x-qimen-timestamp": at,
                "x-qimen-signature": hmac.new(secret.encode(), message, sha256).hexdigest(),
            },
        )

    return post


def read(qimen: Qimen) -> Message:
    with qimen.db.session() as session, unscoped(session):
        return session.scalars(select(Message)).one()


def reports(qimen: Qimen) -> int:
    with qimen.db.session() as session:
        rows = select(AuditRow).where(AuditRow.action == "core.message.receipt")  # type: ignore[arg-type]
        return len([each for each in session.scalars(rows) if each.fields])


def test_a_signed_report_is_taken_by_either_number_and_shown(
    qimen: Qimen, sent: int, report: Send, clock: FixedClock, client: MakeClient,
    as_user: MakeAccount, org_tree: OrgTree,
) -> None:  # fmt: skip
    answer = report({"id": f"qimen-{sent}", "status": "delivered"})
    assert (answer.status_code, answer.content) == (200, b'{"status":"ok"}\n')
    assert read(qimen).delivery == "delivered"
    first = read(qimen).delivered_at
    clock.advance(timedelta(seconds=30))
    # Told again, anew and by the gateway's own number: it is as it was.
    assert report({"receipt": "A-9", "status": "delivered"}).status_code == 200
    assert report({"receipt": "A-9", "status": "failed"}).status_code == 200
    assert (read(qimen).delivery, read(qimen).delivered_at) == ("delivered", first)
    assert "已送达" in client(as_user("community_clerk", org_tree.community)).get("/messages").text


def test_what_did_not_arrive_is_to_be_told_by_phone_until_it_did(
    qimen: Qimen, sent: int, report: Send, clock: FixedClock, client: MakeClient,
    as_user: MakeAccount, org_tree: OrgTree,
) -> None:  # fmt: skip
    failed = {"id": f"qimen-{sent}", "status": "failed", "code": "MK:0001"}
    assert report(failed).status_code == 200
    assert read(qimen).state == "paper"
    browser = client(as_user("community_clerk", org_tree.community))
    page = browser.get("/messages?state=paper").text
    assert "没有送达（MK:0001）" in page
    clock.advance(timedelta(seconds=1))
    assert report({**failed, "status": "delivered"}).status_code == 200
    assert read(qimen).state == "sent"
    assert browser.post(f"/messages/{sent}/told").status_code == 404


def test_a_replay_is_refused_and_changes_nothing(
    qimen: Qimen, sent: int, report: Send, clock: FixedClock
) -> None:
    said = {"id": f"qimen-{sent}", "status": "failed"}
    stamp = str(int(clock.now().timestamp()))
    assert report(said, stamp=stamp).status_code == 200
    before = reports(qimen)
    for wait in (timedelta(), timedelta(minutes=4)):
        clock.advance(wait)
        answer = report(said, stamp=stamp)
        assert (answer.status_code, answer.content) == (400, REFUSED)
    assert reports(qimen) == before == 1
    # The control: signed anew it is taken, and is no news.
    assert report(said).status_code == 200
    assert reports(qimen) == 1


def test_every_refusal_reads_the_same_and_the_log_knows_why(
    qimen: Qimen, sent: int, report: Send
) -> None:
    said = {"id": f"qimen-{sent}", "status": "delivered"}
    own = json.dumps(said).encode()
    with structlog.testing.capture_logs() as logs:
        answers = [
            report(said, secret="another"),
            report(said, to="nobody"),
            report(said, signed=own + b" "),
            report(said, late=WINDOW + timedelta(seconds=2)),
            report(said, late=-WINDOW - timedelta(seconds=2)),
            report(said, stamp="now"),
            report(said, stamp="1e9"),
            report(said, body=own + b"\xff"),
            report({**said, "id": "qimen-999999"}),
            report({**said, "status": "read"}),
            report(None, body=b"[" * 2000),
        ]
    assert {(each.status_code, each.content) for each in answers} == {(400, REFUSED)}
    shapes = {tuple(sorted(name for name in each.headers if name != "date")) for each in answers}
    assert len(shapes) == 1
    why = [each["reason"] for each in logs if each["event"] == "receipt_refused"]
    assert why == ["signature"] * 8 + ["unknown_message", "form", "form"]
    assert read(qimen).delivery == ""
    assert report(said).status_code == 200  # the control


def test_who_keeps_guessing_waits_and_reads_the_same(
    qimen: Qimen, sent: int, report: Send, clock: FixedClock
) -> None:
    said = {"id": f"qimen-{sent}", "status": "delivered"}
    for _try in range(60):
        assert report(said, secret="another").status_code == 400
    answer = report(said)
    assert (answer.status_code, answer.content) == (400, REFUSED)
    assert read(qimen).delivery == ""
    clock.advance(timedelta(minutes=11))
    assert report(said).status_code == 200


def test_what_the_gateway_is_handed_is_signed_with_its_secret(
    qimen: Qimen, sent: int, handed: list[Mapping[str, str]]
) -> None:
    (headers,) = handed
    message = f"{headers['X-Qimen-Timestamp']}.{headers['body']}".encode()
    expected = hmac.new(SECRET.encode(), message, sha256).hexdigest()
    assert headers["X-Qimen-Signature"] == expected
    assert json.loads(headers["body"])["id"] == f"qimen-{sent}"


def test_without_sign_nothing_is_signed_and_without_a_secret_nothing_goes(
    qimen_app: MakeApp, handed: list[Mapping[str, str]]
) -> None:
    for sign, expected in ((False, 1), (True, 1)):
        gateway = SmsConfig(url="https://sms.test/send", sign=sign)
        app = qimen_app(["web"], outbound=["https://sms.test"], sms=gateway)
        with app.db.session() as session:
            ctx = app.system_context(session)
            (channel,) = app.hooks.message_channels(ctx)
            if sign:
                with pytest.raises(OutboundFailed):
                    channel.send(ctx, Outgoing("m1", PHONE, "好"))
            else:
                channel.send(ctx, Outgoing("m1", PHONE, "好"))
        assert len(handed) == expected
    assert "X-Qimen-Signature" not in handed[0]


def test_the_secret_lies_encrypted_and_in_no_audit_row(qimen: Qimen) -> None:
    with qimen.db.session() as session, unscoped(session):
        kept = gateway_secret(qimen.system_context(session), "sms")
        assert kept is not None
        assert kept.reveal() == SECRET
        rows = session.scalars(select(AuditRow)).all()
        changed = [each for each in rows if each.action == "core.gateway.secret"]
        assert len(changed) == 1
        assert SECRET not in "".join(str(each.fields) for each in rows)
    with qimen.db.connect() as connection:
        stored = connection.execute(text("SELECT secret FROM core_gateway")).scalar_one()
        assert SECRET not in stored


def test_the_step_of_the_database_goes_down_and_up_with_messages_in_it(
    qimen: Qimen, sent: int
) -> None:
    migrate.downgrade(qimen, "core", "core_0007")
    migrate.upgrade(qimen)
    assert migrate.differences(qimen, "core") == []
    kept = read(qimen)
    assert (kept.id, kept.state, kept.receipt, kept.delivery) == (sent, "sent", "A-9", "")
    assert kept.recipient is not None
    assert kept.recipient.reveal() == PHONE


def test_a_gateway_reports_only_on_what_it_was_handed(qimen: Qimen, sent: int) -> None:
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        assert not take_receipt(ctx, "other", Receipt(sent, "", "failed"))
        assert not take_receipt(ctx, "other", Receipt(None, "A-9", "failed"))
    assert read(qimen).state == "sent"


@pytest.mark.parametrize("code", ["13800138000", "超出长度", "x" * 21])
def test_a_code_that_is_no_code_is_left_out(code: str) -> None:
    body = json.dumps({"id": "qimen-1", "status": "failed", "code": code}).encode()
    assert read_receipt(body) == Receipt(1, "", "failed", "")
