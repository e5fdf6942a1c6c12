"""HTTP clients of the whole application, without a socket.

The web shell is imported where it is used: core does not depend on it.
"""

from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from qimen_core.access.passwords import Passwords
from qimen_core.access.policy import policy
from qimen_core.access.sessions import SignIns
from qimen_core.runtime import Qimen
from qimen_core.testing.accounts import Account, cheap_hasher

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

__all__ = ["Clients", "SignedIn", "application", "sign_in"]


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


class Clients:
    """Opens clients and closes them all at the end.

    Args:
        qimen: The deployment whose application they talk to.
    """

    def __init__(self, qimen: Qimen) -> None:
        self._qimen = qimen
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
        opened: TestClient[Litestar] = TestClient(application(qimen))
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
