"""A sealed complainant is unseen by the person or unit complained about (SECURITY 6)."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from qimen_core import Person, Qimen, StoredFile, UserAccount, scope, unit_of_work
from qimen_core.files import store
from qimen_core.search import find
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs
from qimen_petitions import standing
from qimen_petitions.models import Petition, SealedComplainant
from qimen_petitions.sealing import blot
from qimen_petitions.services import move
from qimen_petitions.standing import Standing

NAME, PHONE, PLACE = "祝桂兰", "13800006721", "凤凰巷 7 号"
# As they are, and as other readers see them masked.
TRACES = (NAME, PHONE, "138 0000 6721", PLACE, "凤凰巷", "祝**", "138****6721")
WORDS = f"收费不公开，我是{NAME}，电话 138 0000 6721。"


@pytest.fixture
def complain(take: Any) -> Callable[..., Any]:
    """A function that takes a complaint down, by the system unless it is told otherwise."""

    def make(**facts: Any) -> Any:
        return take(name=NAME, phone=PHONE, place=PLACE, content=WORDS, **facts)

    return make


def seen(browser: Any, order_id: int) -> str:
    """Return everything that the pages, the export, search, the API and the bell show."""
    pages = [
        browser.get(address)
        for address in (
            f"/petitions/{order_id}",
            "/petitions",
            "/petitions?q=收费",
            "/api/petitions",
            "/palette?q=收费",
            "/notices",
            "/today",
            "/petitions/widgets/next",
            "/petitions/widgets/volumes",
        )
    ]
    texts = [page.text for page in pages]
    # The box shows what was typed; a hit would be a link.
    for search in (f"/petitions?q={NAME}", f"/palette?q={NAME}", f"/petitions?q={PHONE}"):
        assert f"/petitions/{order_id}" not in browser.get(search).text
    export = browser.get("/petitions/export.xlsx")
    if export.status_code == 200:
        with zipfile.ZipFile(io.BytesIO(export.content)) as book:
            texts += [book.read(part).decode("utf-8", "replace") for part in book.namelist()]
    return "\n".join(texts)


def traces(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text]


def test_a_complaint_about_a_community_lies_above_it_and_is_not_there_for_it(
    complain: Any,
    client: MakeClient,
    clerk: Account,
    org_tree: OrgTree,
    as_user: MakeAccount,
    qimen: Qimen,
) -> None:
    office = as_user("township_office", org_tree.township)
    made = complain(named_unit=org_tree.community.id)
    number = made.number
    accused = client(clerk)
    assert accused.get(f"/petitions/{made.order_id}").status_code == 404
    told = seen(accused, made.order_id)
    assert number not in told
    assert traces(told) == []
    # The control: the unit above has it, with its number and the masked name.
    above = seen(client(office), made.order_id)
    assert number in above
    assert traces(above) == ["凤凰巷", "祝**", "138****6721"]


@pytest.mark.parametrize("role", ["township_office", "community_clerk"])
def test_the_unit_complained_about_answers_without_knowing_who_complains(
    complain: Any,
    client: MakeClient,
    org_tree: OrgTree,
    as_user: MakeAccount,
    role: str,
    bring: Callable[[int, str], None],
) -> None:
    unit = org_tree.township if role == "township_office" else org_tree.community
    accused = client(as_user(role, unit))
    above = client(as_user("county_office", org_tree.county))
    made = complain(named_unit=org_tree.township.id)
    address = f"/petitions/{made.order_id}"
    assert accused.get(address).status_code == 200
    assert traces(seen(accused, made.order_id)) == []
    assert "收费不公开" in accused.get(address).text
    reveal = {"field": "phone", "reason": "电话回访诉求人"}
    assert accused.post(f"{address}/sealed/reveal", data=reveal).status_code == 403
    assert PHONE not in accused.post(f"{address}/reveal", data=reveal).text
    bring(made.order_id, "in_progress")
    answered = accused.post(f"{address}/reply", data={"public_text": "已公开收费标准"})
    assert answered.status_code == 303
    # The control: the county, above those complained about, reads and reveals.
    assert "祝**" in above.get(address).text
    assert PHONE in above.post(f"{address}/sealed/reveal", data=reveal).text


def make_person(qimen: Qimen, name: str, account: Account, *, linked: bool) -> None:
    """Give an account a name; ``linked`` keeps the person in the people table besides."""
    with qimen.db.session() as session:
        with unit_of_work(qimen.system_context(session), "core.user.manage") as uow:
            user = uow.session.get(UserAccount, account.id)
            assert user is not None
            if linked:
                person = Person(name=name, org_id=user.org_id, org_path=user.org_path)
                uow.session.add(person)
                uow.session.flush()
                user.person_id = person.id
            else:
                user.name = name


@pytest.mark.parametrize("linked", [True, False])
def test_the_person_complained_about_sees_no_complainant_and_judges_nothing(
    complain: Any,
    client: MakeClient,
    org_tree: OrgTree,
    as_user: MakeAccount,
    qimen: Qimen,
    linked: bool,
) -> None:
    accused = as_user("township_office", org_tree.township)
    colleague = as_user("township_office", org_tree.township)
    make_person(qimen, "汪某明", accused, linked=linked)
    made = complain(named_unit=org_tree.community.id, named_person="汪某明")
    address = f"/petitions/{made.order_id}"
    page = client(accused).get(address)
    assert page.status_code == 200
    assert traces(seen(client(accused), made.order_id)) == []
    assert f'action="{address}/accept"' not in page.text
    accept = {"category": "road.lamp"}
    assert client(accused).post(f"{address}/accept", data=accept).status_code == 403
    reveal = {"field": "name", "reason": "核实诉求人情况"}
    assert client(accused).post(f"{address}/sealed/reveal", data=reveal).status_code == 403
    # The control: the colleague at the next desk reads, reveals and accepts.
    assert "祝**" in client(colleague).get(address).text
    assert NAME in client(colleague).post(f"{address}/sealed/reveal", data=reveal).text
    assert client(colleague).post(f"{address}/accept", data=accept).status_code == 303


def test_a_reader_who_slips_past_the_question_would_be_noticed(
    complain: Any,
    client: MakeClient,
    org_tree: OrgTree,
    as_user: MakeAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accused = client(as_user("township_office", org_tree.township))
    made = complain(named_unit=org_tree.township.id)
    assert traces(seen(accused, made.order_id)) == []
    monkeypatch.setattr(standing, "_standing", lambda *_args: Standing(False, False))
    assert traces(seen(accused, made.order_id)) == ["凤凰巷", "祝**", "138****6721"]


def test_who_took_it_down_and_what_colleagues_note_tell_nothing(
    client: MakeClient, org_tree: OrgTree, as_user: MakeAccount, qimen: Qimen
) -> None:
    registrar = as_user("community_clerk", org_tree.community)
    colleague = as_user("community_clerk", org_tree.community)
    auditor = as_user("auditor", org_tree.community)
    make_person(qimen, "程登记", registrar, linked=False)
    desk = client(registrar)
    key = re.search(r'name="key" value="([0-9a-f]+)"', desk.get("/petitions/new").text)
    assert key
    sent = desk.post(
        "/petitions/new",
        data={
            "unit_id": org_tree.community.id, "content": WORDS, "name": NAME, "phone": PHONE,
            "place": PLACE, "category": "road.lamp", "channel": "visit_in", "key": key[1],
            "named_unit": org_tree.community.id,
        },
    )  # fmt: skip
    address = str(sent.headers["location"])
    order_id = int(address.rsplit("/", 1)[1])
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        lead = org_tree.community.id
        move(ctx, order_id, Event.ACCEPT, Inputs(note=f"已与{NAME}（13800006721）核实"))
        move(ctx, order_id, Event.DISPATCH, Inputs(lead_id=lead, note="请说明收费依据"))
    page = client(colleague).get(address).text
    assert traces(page) == []
    assert "程登记" not in page
    assert "请说明收费依据" in page
    assert traces(desk.get(address).text) == []
    audit = client(auditor).get(f"/audit?subject=orders_order:{order_id}").text
    assert "petitions.order.dispatch" in audit
    assert "程登记" not in audit
    # The control: the auditor above sees who registered it.
    higher = as_user("auditor", org_tree.township)
    assert "程登记" in client(higher).get(f"/audit?subject=orders_order:{order_id}").text


def test_pictures_are_not_for_those_complained_about(
    complain: Any, client: MakeClient, org_tree: OrgTree, as_user: MakeAccount, qimen: Qimen
) -> None:
    made = complain(named_unit=org_tree.township.id)
    unit = org_tree.community
    with qimen.db.session() as session:
        with unit_of_work(qimen.system_context(session), "petitions.order.create") as uow:
            subject = f"orders_order:{made.order_id}"
            kept: StoredFile = store(
                uow, "a.png", b"png", "image/png", unit, plugin="petitions", subject=subject
            )
    address = f"/petitions/files/{kept.id}"
    accused = client(as_user("township_office", org_tree.township))
    assert accused.get(address).status_code == 404
    assert address not in accused.get(f"/petitions/{made.order_id}").text
    above = client(as_user("county_office", org_tree.county))
    assert above.get(address).status_code == 200


def test_nothing_sealed_stands_in_clear_anywhere_in_the_database(
    complain: Any, org_tree: OrgTree, qimen: Qimen
) -> None:
    complain(named_unit=org_tree.township.id, named_person="汪某明")
    assert _in_clear(qimen) == set()
    # The control: unsealed, place and words stand in their columns as ever.
    complain()
    assert _in_clear(qimen) >= {"orders_order", "petitions_petition", "core_search"}


def _in_clear(qimen: Qimen) -> set[str]:
    """Return the tables whose stored rows hold the complainant's name, number or place."""
    found = set()
    with qimen.db.connect() as connection:
        stored = MetaData()
        stored.reflect(connection)
        for name, table in stored.tables.items():
            rows = connection.execute(select(table)).all()
            if traces(repr(rows)) or "汪某明" in repr(rows):
                found.add(name)
    return found


def test_a_sealed_case_is_followed_by_its_code(
    client: MakeClient, org_tree: OrgTree, qimen: Qimen
) -> None:
    browser = client()
    form = f"/p/petitions/{org_tree.community.code}"
    page = browser.get(form).text
    assert "密封" in page
    assert "匿名" in page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page))
    typed = {
        **hidden, "content": WORDS, "phone": PHONE, "name": NAME, "identity": "sealed",
    }  # fmt: skip
    refused = browser.post(form, data=typed)
    assert refused.status_code == 422
    assert "请选择被反映的单位" in refused.text
    assert "收费不公开" in refused.text
    alone = browser.post(form, data={**typed, "identity": "open", "named_person": "汪某明"})
    assert "请选择被反映人所在的单位" in alone.text
    county = browser.post(form, data={**typed, "named_unit": org_tree.county.id})
    assert county.status_code == 422
    sent = browser.post(form, data={**typed, "named_unit": org_tree.community.id})
    assert sent.status_code == 200, sent.text
    code = re.search(r"data-tracking-code[^>]*>([0-9A-Z-]{14})<", sent.text)
    assert code
    hidden = dict(
        re.findall(
            r'type="hidden" name="(\w+)" value="(\w+)"', browser.get("/p/petitions/follow").text
        )
    )
    case = browser.post("/p/petitions/follow", data={**hidden, "code": code[1], "tail": "6721"})
    assert case.status_code == 200
    assert "收费不公开" in case.text
    assert traces(case.text) == []
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with scope(session, ctx, "petitions.order.read"):
            sealed = session.scalars(select(SealedComplainant)).one()
            kept = session.scalars(select(Petition)).one()
        assert sealed.org_path == org_tree.township.path
        assert (kept.name, kept.phone, kept.name_index, kept.phone_index) == (None,) * 4
        assert find(session, ctx, "收费", {"petitions.order": "petitions.order.read"})


def test_an_anonymous_name_is_not_kept(take: Any, qimen: Qimen) -> None:
    take(name=NAME, phone=PHONE, anonymous=True)
    with qimen.db.session() as session:
        with scope(session, qimen.system_context(session), "petitions.order.read"):
            kept = session.scalars(select(Petition)).one()
    assert kept.name is None
    assert kept.phone is not None


@pytest.mark.parametrize(
    "text", ["13800006721", "138 0000 6721", "138-0000-6721", "1 3 8 0 0 0 0 6 7 2 1"]
)
def test_a_number_is_blotted_out_however_it_is_spaced(text: str) -> None:
    assert blot(f"请打{text}找我", NAME, PHONE) == "请打〔电话〕找我"
    assert blot("请打13800006722找我", NAME, PHONE) == "请打13800006722找我"
