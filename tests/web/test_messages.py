"""Messages to residents: the gateway, the quiet hours, and the list for the telephone."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from qimen_core import FixedClock, Qimen, unit_of_work
from qimen_core.audit.models import AuditRow
from qimen_core.config import SmsConfig
from qimen_core.db.session import unscoped
from qimen_core.jobs import run_due
from qimen_core.jobs.upkeep import enqueue_periodic
from qimen_core.messages.channels import MessageRefused, Outgoing
from qimen_core.messages.models import Message
from qimen_core.messages.queueing import NewMessage, after_quiet_hours, queue_message
from qimen_core.outbound import OutboundAnswer, OutboundFailed
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_web.channels import sms

PHONE = "13800138000"


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """The shell alone: no gateway."""
    return ("web",)


def queue(qimen: Qimen, tree: OrgTree, key: str = "k") -> bool:
    new = NewMessage("web", "已答复", key, PHONE, "您反映的事项已答复", url="/units")
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "core.message.send") as uow:
            return queue_message(uow, tree.community, new)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-02T12:59", "2026-03-02T12:59"),  # 20:59 in Shanghai
        ("2026-03-02T13:00", "2026-03-03T00:00"),
        ("2026-03-02T20:00", "2026-03-03T00:00"),  # 04:00 the next day
        ("2026-03-03T00:00", "2026-03-03T00:00"),
    ],
)
def test_in_the_quiet_hours_a_message_waits_for_their_end(at: str, expected: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert after_quiet_hours(moment, 21, 8) == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert after_quiet_hours(moment, 8, 8) == moment


def test_without_a_gateway_a_person_calls_and_the_list_stands_in_the_audit(
    qimen: Qimen, org_tree: OrgTree, clock: FixedClock, client: MakeClient, as_user: MakeAccount
) -> None:
    assert queue(qimen, org_tree)
    assert not queue(qimen, org_tree)  # the same is written once
    clock.advance(timedelta(minutes=2))
    enqueue_periodic(qimen)
    run_due(qimen)
    browser = client(as_user("community_clerk", org_tree.community))
    page = browser.get("/messages?state=paper").text
    assert "待电话告知" in page
    assert PHONE not in page
    book = browser.post("/messages/phone-list")
    cells = str(
        CalamineWorkbook.from_filelike(BytesIO(book.content)).get_sheet_by_index(0).to_python()
    )
    assert PHONE in cells
    assert "您反映的事项已答复" in cells
    with qimen.db.session() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.subject == "list:messages")).all()  # type: ignore[arg-type]
        assert len(rows) == 1
        assert PHONE not in str(rows[0].fields)
    assert browser.post("/messages/1/told").status_code == 303
    assert "已告知" in browser.get("/messages").text
    sibling = client(as_user("community_clerk", org_tree.sibling))
    assert "138****8000" not in sibling.get("/messages").text
    assert sibling.post("/messages/1/told").status_code == 404


def test_values_are_quoted_for_the_body_that_they_stand_in() -> None:
    message = Outgoing("m1", PHONE, '"好"\n&=1')
    as_json = json.loads(sms.filled_body(SmsConfig(url="https://x"), message))
    assert as_json == {"phone": PHONE, "text": '"好"\n&=1', "id": "m1"}
    form = SmsConfig(
        url="https://x",
        body="to={phone}&t={text}",
        content_type="application/x-www-form-urlencoded",
    )
    assert sms.filled_body(form, message) == f"to={PHONE}&t=%22%E5%A5%BD%22%0A%26%3D1"


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        (200, '{"code": 0, "msgid": "A-9"}', "A-9"),
        (200, '{"code": 5}', OutboundFailed),
        (503, '{"code": 0}', OutboundFailed),
        (400, '{"code": 0}', MessageRefused),
    ],
)
def test_the_gateways_answer_decides_between_taken_again_and_never(
    monkeypatch: pytest.MonkeyPatch, qimen_app: object, status: int, text: str, expected: object
) -> None:
    gateway = SmsConfig(url="https://sms.test/send", accepted='"code": 0')
    app = qimen_app(["web"], outbound=["https://sms.test"], sms=gateway)  # type: ignore[operator]
    monkeypatch.setattr(sms, "post", lambda *_arguments: OutboundAnswer(status, text))
    with app.db.session() as session:
        ctx = app.system_context(session)
        (channel,) = app.hooks.message_channels(ctx)
        if isinstance(expected, str):
            assert channel.send(ctx, Outgoing("m1", PHONE, "好")) == expected
            with pytest.raises(MessageRefused):  # a landline takes no SMS
                channel.send(ctx, Outgoing("m1", "05594512345", "好"))
        else:
            with pytest.raises(expected):  # type: ignore[call-overload]
                channel.send(ctx, Outgoing("m1", PHONE, "好"))


def test_number_and_words_go_after_their_retention_and_not_before(
    qimen: Qimen, org_tree: OrgTree, clock: FixedClock
) -> None:
    days = qimen.registry.personal_data["core_message.recipient"].retention_days
    assert queue(qimen, org_tree)
    clock.advance(timedelta(days=days - 1))
    assert queue(qimen, org_tree, "later")
    assert _kept(qimen) == {"k": True, "later": True}
    clock.advance(timedelta(days=2))
    assert _kept(qimen) == {"k": False, "later": True}
    with qimen.db.session() as session, unscoped(session):
        old = session.scalars(select(Message).where(Message.key == "k")).one()  # type: ignore[arg-type]
        assert (old.recipient, old.text, old.state) == (None, None, "withdrawn")
        actions = select(AuditRow).where(AuditRow.action == "core.message.forget")  # type: ignore[arg-type]
        assert len(session.scalars(actions).all()) == 1  # nothing to do leaves no row


def _kept(qimen: Qimen) -> dict[str, bool]:
    """Run the jobs of the day and return whose number and words are still there."""
    enqueue_periodic(qimen)
    run_due(qimen)
    with qimen.db.session() as session, unscoped(session):
        rows = session.scalars(select(Message)).all()
        return {row.key: row.recipient is not None and row.text is not None for row in rows}
