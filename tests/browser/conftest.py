"""A running server and a real browser.

Tests in this folder use `page` of pytest-playwright, which drives the system's Chromium. Whatever a
page does that it must not (an error in a script, a violation of the content security policy, a
request to another host) fails the test at its end.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account
from qimen_core.testing.clients import Applications, sign_in
from qimen_core.testing.live import serve

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]

Visit = Callable[..., Page]
FindFaults = Callable[[Page], list[str]]


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run on SQLite unless a test says otherwise: the browser sees the same pages on both."""
    if metafunc.definition.get_closest_marker("database") is None:
        metafunc.definition.add_marker(pytest.mark.database("sqlite"))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test of this folder, so that `-m browser` finds it."""
    item.add_marker(pytest.mark.browser)


@pytest.fixture
def plugins() -> Sequence[str]:
    """Everything that is in the workspace."""
    return ("web", "petitions")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The system's Chromium. Its absence is a failure and not a reason to skip."""
    given = os.environ.get("QIMEN_CHROMIUM") or shutil.which("chromium")
    if not given or not os.access(given, os.X_OK):
        pytest.fail("no Chromium: install the system package chromium, or set QIMEN_CHROMIUM")
    return Path(given)


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: Path) -> dict[str, object]:
    """What pytest-playwright starts."""
    return {"executable_path": str(chromium), "args": list(ARGUMENTS), "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """A clerk's screen; a test takes a phone's with `page.set_viewport_size`."""
    return {
        "viewport": {"width": 1366, "height": 768},
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
    }


@pytest.fixture
def live(qimen: Qimen, applications: Applications) -> Iterator[str]:
    """The address of a server that serves `qimen` on this machine."""
    with applications.lend(qimen) as app, serve(app) as address:
        yield address


@pytest.fixture
def page(page: Page, live: str) -> Iterator[Page]:
    """A page that reports what no page may do."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            complaints.append(message.text)

    def follow(request: Request) -> None:
        if not request.url.startswith((live, "data:", "blob:", "about:")):
            complaints.append(f"request to {request.url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", follow)
    yield page
    assert complaints == []


@pytest.fixture
def visit(page: Page, live: str) -> Visit:
    """A function that opens an address of the server, as an account or as a stranger."""

    def open_page(path: str, account: Account | None = None) -> Page:
        page.context.clear_cookies()
        if account is not None:
            signed_in = sign_in(account)
            cookie = {"name": signed_in.cookie, "value": signed_in.token, "url": live}
            page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.goto(live + path)
        return page

    return open_page


@pytest.fixture(scope="session")
def accessibility_faults() -> FindFaults:
    """A function that returns what axe finds on a page at level AA, one line each."""
    axe = Axe()

    def find(page: Page) -> list[str]:
        options = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
        found = axe.run(page, options=options).response["violations"]
        return [
            f"{rule['id']}: {rule['help']}: {node['target']}: {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]

    return find
