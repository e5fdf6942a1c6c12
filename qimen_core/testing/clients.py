"""HTTP clients of the whole application, without a socket.

The web shell is imported where it is used: core does not depend on it.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from qimen_core.access.passwords import Passwords
from qimen_core.access.policy import policy
from qimen_core.access.sessions import SignIns
from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account, cheap_hasher

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

    from qimen_web.handlers import Route

__all__ = ["Applications", "Clients", "SignedIn", "application", "sign_in"]


class SignedIn(NamedTuple):
    """A sign-in as a browser holds it: the cookie's name and value, and the form token."""

    cookie: str
    token: str
    csrf: str


def application(qimen: Qimen) -> "Litestar":
    """The whole application, with a hasher that costs a test nothing."""
    from qimen_web.app import create_app

    return create_app(qimen, passwords=Passwords(cheap_hasher()))


def sign_in(account: Account) -> SignedIn:
    """Signs an account in without its password."""
    from qimen_web.cookies import cookie_names

    qimen = account.qimen
    sign_ins = SignIns(qimen.db, qimen.clock, policy(qimen.config.policy))
    token = sign_ins.start(account.id, 1, "127.0.0.1", "test")
    with qimen.db.session() as session:
        found = sign_ins.find(session, token)
    assert found is not None
    return SignedIn(cookie_names(qimen.config.secure_cookies).session, token, found.csrf)


class Applications:
    """Lends applications to tests: its routes are mounted once, its deployment is the test's own.

    Mounting two hundred routes takes a tenth of a second, far more than most tests do afterwards.
    An application holds nothing but its routes and `state.shell`, which is made anew for every
    borrower and taken away at the end; two borrowers at a time never get the same one.
    """

    KEPT = 8
    """Idle applications that are kept, those lent last."""

    def __init__(self) -> None:
        self._idle: list[tuple[tuple[Route, ...], Litestar]] = []

    @contextmanager
    def lend(self, qimen: Qimen) -> Iterator["Litestar"]:
        """Lends the whole application of a deployment, with a hasher that costs a test nothing."""
        from qimen_web.app import make_shell, mount

        shell = make_shell(qimen, Passwords(cheap_hasher()))
        app = self._take(shell.routes) or mount(shell.routes)
        app.state.shell = shell
        try:
            yield app
        finally:
            del app.state.shell
            self._idle = [*self._idle, (shell.routes, app)][-self.KEPT :]

    def _take(self, routes: "tuple[Route, ...]") -> "Litestar | None":
        for at, (mounted, app) in enumerate(self._idle):
            if mounted == routes:
                del self._idle[at]
                return app
        return None


class Clients:
    """Opens clients and closes them all at the end.

    Args:
        qimen: The deployment whose application they talk to.
        applications: Where applications are borrowed.
    """

    def __init__(self, qimen: Qimen, applications: Applications) -> None:
        self._qimen = qimen
        self._applications = applications
        self._stack = ExitStack()

    def __call__(
        self, account: Account | None = None, app: Qimen | None = None
    ) -> "TestClient[Litestar]":
        """Opens a client; see `MakeClient`.

        Logged in, it sends the form token of its sign-in as a header; delete the header to test
        what happens without.
        """
        from litestar.testing import TestClient

        from qimen_web.csrf import HEADER

        qimen = app or (account.qimen if account is not None else self._qimen)
        lent = self._stack.enter_context(self._applications.lend(qimen))
        opened: TestClient[Litestar] = TestClient(lent)
        opened.follow_redirects = False
        self._stack.enter_context(opened)
        if account is not None:
            signed_in = sign_in(account)
            opened.cookies.set(signed_in.cookie, signed_in.token)
            opened.headers[HEADER] = signed_in.csrf
        return opened

    def close(self) -> None:
        """Closes every client that was opened."""
        self._stack.close()
