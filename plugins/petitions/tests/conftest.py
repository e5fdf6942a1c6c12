"""A clerk's desk with petitions on it."""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import pytest
import xlsxwriter

from qimen_core import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.fixtures import MakeAccount, MakeClient
from qimen_core.testing.planting import Planting, work_calendar
from qimen_core.testing.units import OrgTree
from qimen_orders import Event, Inputs
from qimen_petitions.services import NewPetition, Registered, move, register


class Take(Protocol):
    """Type of the `take` fixture."""

    def __call__(self, unit: Any = None, **facts: Any) -> Registered:
        """Take a petition down at a unit, the community unless another is given."""
        ...


@dataclass
class ListDesk:
    """A browser at which a list is brought, its columns chosen, and imported."""

    browser: Any

    def bring(self, name: str, data: bytes) -> str:
        """Send a file and return the address where its columns are chosen."""
        sent = {"file": (name, data, "application/octet-stream")}
        answer = self.browser.post("/petitions/import", files=sent)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def choices(self, address: str) -> dict[str, str]:
        """Return what the form of the columns' page holds, as a browser would send it."""
        page = self.browser.get(address).text
        found = dict(re.findall(r'<input type="hidden" name="(head_row)" value="(\d+)"', page))
        for name, body in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', page, re.S):
            picked = re.search(r'<option value="([^"]*)" selected', body)
            found[name] = picked[1] if picked else ""
        return found

    def press(self, address: str, step: str, **changes: str) -> Any:
        """Press one of the buttons with what the page offers and some changes."""
        return self.browser.post(address, data={**self.choices(address), "step": step, **changes})

    def said(self, address: str, step: str, **changes: str) -> str:
        """Return the words of the answer to a button."""
        return words_of(self.press(address, step, **changes).text)


def words_of(page: str) -> str:
    """Return a page's words without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def words() -> Callable[[str], str]:
    """A function that returns a page's words without its tags."""
    return words_of


@pytest.fixture
def workbook() -> Callable[[Sequence[Sequence[object]]], bytes]:
    """A function that makes a workbook of rows, texts and numbers as they are given."""

    def make(rows: Sequence[Sequence[object]]) -> bytes:
        kept = io.BytesIO()
        with xlsxwriter.Workbook(kept, {"in_memory": True, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
        return kept.getvalue()

    return make


@pytest.fixture
def desk(client: MakeClient, clerk: Account) -> ListDesk:
    """The community clerk's browser, for lists."""
    return ListDesk(client(clerk))


Do = Callable[..., None]


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """The plugin under test; what it requires comes along."""
    return ("petitions",)


@pytest.fixture
def planted() -> tuple[Planting, ...]:
    """The work calendar; clocks run by it."""
    return (work_calendar,)


@pytest.fixture
def clerk(org_tree: OrgTree, as_user: MakeAccount) -> Account:
    """A clerk of the community."""
    return as_user("community_clerk", org_tree.community)


@pytest.fixture
def take(qimen: Qimen, org_tree: OrgTree) -> Take:
    """A function that takes a petition down."""

    def make(unit: Any = None, **facts: Any) -> Registered:
        place = unit or org_tree.community
        values = {"content": "路灯不亮，晚上看不清台阶", "category": "road.lamp", **facts}
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            return register(ctx, NewPetition(unit_id=place.id, **values))

    return make


@pytest.fixture
def bring(qimen: Qimen, org_tree: OrgTree) -> Callable[[int, str], None]:
    """A function that brings a submitted petition into a state."""
    steps = {
        "accepted": (Event.ACCEPT, Inputs()),
        "dispatched": (Event.DISPATCH, Inputs(lead_id=org_tree.community.id)),
        "in_progress": (Event.CLAIM, Inputs(handler_name="王五")),
        "replied": (Event.REPLY, Inputs(public_text="已修好")),
        "evaluated": (Event.CALLBACK, Inputs(result="solved", satisfaction="satisfied")),
        "closed": (Event.CLOSE_OFF, Inputs()),
    }

    def make(order_id: int, state: str) -> None:
        with qimen.db.session() as session:
            ctx = qimen.system_context(session)
            for reached, (event, inputs) in steps.items():
                move(ctx, order_id, event, inputs)
                if reached == state:
                    return

    return make


@pytest.fixture
def do(qimen: Qimen) -> Do:
    """A function that moves a petition, as an account or as the system."""

    def make(order_id: int, verb: Event, by: Account | None = None, **inputs: Any) -> None:
        with qimen.db.session() as session:
            ctx = by.context(session) if by else qimen.system_context(session)
            move(ctx, order_id, verb, Inputs(**inputs))

    return make


@pytest.fixture
def office(org_tree: OrgTree, as_user: MakeAccount) -> Account:
    """Somebody of the township."""
    return as_user("township_office", org_tree.township)


@pytest.fixture
def busy(
    take: Take, bring: Callable[[int, str], None], do: Do, clerk: Account, org_tree: OrgTree
) -> dict[str, int]:
    """Petitions at every place where somebody has to do something, by name."""
    made = {
        name: take(title=name).order_id
        for name in ("returned", "suspended", "longer", "watched", "done", "new")
    }
    for name in ("suspended", "longer", "watched"):
        bring(made[name], "dispatched")
        do(made[name], Event.CLAIM, clerk)
    bring(made["returned"], "dispatched")
    do(made["returned"], Event.RETURN, clerk, reason="not_ours")
    tomorrow = clerk.qimen.clock.now() + timedelta(days=1)
    do(made["suspended"], Event.ASK_SUSPEND, clerk, reason="weather", until=tomorrow)
    do(made["longer"], Event.ASK_EXTEND, clerk, reason="complex", days=2)
    do(made["watched"], Event.SUPERVISE, level=2, note="请抓紧")
    bring(made["done"], "closed")
    return made
