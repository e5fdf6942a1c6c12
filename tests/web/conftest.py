"""Fixtures of the shell's tests: the shell alone, with a cheap password hash."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import PASSWORD
from qimen_core.testing.clients import Applications


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """The shell, and no plugin that has pages of its own."""
    return ("web",)


@dataclass
class Browser:
    """A client that fills in forms as a browser does: with the page's token."""

    client: TestClient[Litestar]

    def get(self, path: str, **headers: str) -> Response:
        """Open a page; follows no redirect."""
        return self.client.get(path, headers=headers)

    def token(self, path: str = "/login") -> str:
        """Return the form token of a page."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.client.get(path).text)
        assert found is not None, f"{path} has no form token"
        return found[1]

    def post(self, path: str, on: str = "/login", **fields: str) -> Response:
        """Send a form that stands on the page ``on``."""
        return self.client.post(path, data={"csrf_token": self.token(on), **fields})

    def log_in(self, username: str, password: str = PASSWORD, next: str = "") -> Response:
        """Log in by the login page."""
        fields = {"next": next} if next else {}
        return self.post("/login", username=username, password=password, **fields)


OpenBrowser = Callable[[], Browser]


@pytest.fixture
def open_browser(qimen: Qimen, applications: Applications) -> Iterator[OpenBrowser]:
    """A factory of browsers on one running application."""
    with ExitStack() as stack:
        app = stack.enter_context(applications.lend(qimen))

        def opened() -> Browser:
            client: TestClient[Litestar] = TestClient(app)
            client.follow_redirects = False
            stack.enter_context(client)
            return Browser(client)

        yield opened
