"""150 broken workbooks at the import screen: none commits half, each gets a sentence in time.

A small sample runs with every test; all of them under `make prove`.
"""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func
from sqlmodel import select

from qimen_core import Qimen, unit_of_work
from qimen_core.db.session import unscoped
from qimen_core.excel import ReadLimits
from qimen_core.jobs import run_due
from qimen_core.testing.fixtures import MakeAccount, MakeApp, MakeClient
from qimen_core.testing.units import OrgTree
from qimen_orders import Order
from qimen_petitions.gathering.models import OutsideNumber
from tests.web.broken import Broken, broken_books

MOST_BYTES = 512 << 20
MOST_SECONDS = 20.0
SAMPLE = 15
_SENTENCE = re.compile(r"[\u4e00-\u9fff]{3,}")

# What is at stake is the parser; the database sees only what came through.
pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def qimen(qimen_app: MakeApp) -> Qimen:
    return qimen_app(["web", "orders", "petitions"])


@pytest.fixture
def browser(client: MakeClient, as_user: MakeAccount, org_tree: OrgTree) -> Any:
    return client(as_user("community_clerk", org_tree.community))


def orders(qimen: Qimen) -> int:
    with qimen.db.session() as session, unscoped(session):
        return session.exec(select(func.count()).select_from(Order)).one()


def attempt(browser: Any, qimen: Qimen, book: Broken) -> str:
    """Bring a book and press every button that might import it; return what was said."""
    sent = {"file": (f"{book.name}.xlsx", book.data, "application/octet-stream")}
    answer = browser.post("/petitions/import", files=sent)
    if answer.status_code != 303:
        assert answer.status_code in {413, 422}, (book.name, answer.status_code)
        return said(answer.text)
    address = answer.headers["location"]
    page = browser.get(address)
    assert page.status_code == 200, (book.name, page.status_code)
    answer = browser.post(address, data={**choices(page.text), "step": "all"})
    assert answer.status_code in {303, 422}, (book.name, answer.status_code)
    if answer.status_code == 422:
        return said(answer.text)
    if answer.headers["location"].endswith("/jobs"):
        run_due(qimen)
        return said(browser.get("/jobs").text)
    return "已导入"


def choices(page: str) -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="(head_row)" value="(\d+)"', page))
    for name, body in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', page, re.S):
        picked = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = picked[1] if picked else ""
    return found


def said(page: str) -> str:
    """Return the sentences of a refusal: the form's, or those beside the rows."""
    found = re.findall(r'"gv-errors".*?</div>|<tbody>.*?</tbody>|gv-alert.*?</div>', page, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", " ".join(found) or page))


def check(browser: Any, qimen: Qimen, book: Broken) -> None:
    """Try a book.

    The parser is a process of its own, which the kernel holds to ``ReadLimits.memory``; our own
    peak is read from /proc.
    """
    before, begun = orders(qimen), time.monotonic()
    Path("/proc/self/clear_refs").write_text("5")
    at_rest = _own("VmRSS")
    words = attempt(browser, qimen, book)
    took, ours = time.monotonic() - begun, _own("VmHWM") - at_rest
    came = orders(qimen) - before
    _forget(qimen)
    assert came in {0, book.whole}, f"{book.name}: {came} of {book.whole} came in"
    assert _SENTENCE.search(words), f"{book.name}: nothing was said: {words[:200]}"
    assert took <= MOST_SECONDS, f"{book.name}: {took:.1f} s"
    assert ours <= MOST_BYTES, f"{book.name}: {ours >> 20} MB"


def _forget(qimen: Qimen) -> None:
    """Let the same numbers come in again: a row that is known would hide a half."""
    with qimen.db.session() as session:
        ctx = qimen.system_context(session)
        with unit_of_work(ctx, "petitions.list.import") as uow:
            uow.claim(delete(OutsideNumber))


def _own(field: str) -> int:
    status = Path("/proc/self/status").read_text("ascii")
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def test_the_parser_is_held_to_what_is_promised() -> None:
    assert ReadLimits().memory <= MOST_BYTES
    assert ReadLimits().seconds <= MOST_SECONDS


def test_there_are_150_broken_workbooks_of_many_kinds() -> None:
    names = [book.name for book in broken_books()]
    assert len(names) == len(set(names))
    assert len(names) >= 150


def test_some_broken_workbooks_are_taken_whole_or_not_at_all(browser: Any, qimen: Qimen) -> None:
    books = list(broken_books())
    for book in books[:: len(books) // SAMPLE]:
        check(browser, qimen, book)


@pytest.mark.prove
def test_every_broken_workbook_is_taken_whole_or_not_at_all(browser: Any, qimen: Qimen) -> None:
    wrong = []
    for book in broken_books():
        try:
            check(browser, qimen, book)
        except Exception as error:
            wrong.append(f"{book.name}: {error!s:.200}")
    assert not wrong, "\n".join(wrong)


def test_a_reader_that_stopped_in_the_middle_would_be_noticed(browser: Any, qimen: Qimen) -> None:
    """The control: a list that says 8 rows and brings 3 fails the check."""
    book = next(book for book in broken_books() if book.name == "a rare character")
    with pytest.raises(AssertionError, match="8 of 3 came in"):
        check(browser, qimen, Broken(book.name, book.data, 3))
