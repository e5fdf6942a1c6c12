"""HTTP clients of the whole application, without a socket."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

    from qimen_core.runtime import Qimen
    from qimen_core.testing.accounts import Account

__all__ = ["Clients"]


class Clients:
    """Opens clients and closes them all at the end.

    Args:
        qimen: The deployment whose application they talk to.
    """

    def __init__(self, qimen: "Qimen") -> None:
        self._qimen = qimen
        self._stack = ExitStack()

    def __call__(
        self, account: "Account | None" = None, app: "Qimen | None" = None
    ) -> "TestClient[Litestar]":
        """Opens a client; see `MakeClient`.

        Logged in, it sends the form token of its sign-in as a header; delete the header to test
        what happens without.
        """
        from litestar.testing import TestClient

        from qimen_core.access.policy import policy
        from qimen_core.access.sessions import SignIns
        from qimen_web.app import create_app
        from qimen_web.cookies import cookie_names
        from qimen_web.csrf import HEADER

        qimen = app or self._qimen
        opened: TestClient[Litestar] = TestClient(create_app(qimen))
        opened.follow_redirects = False
        self._stack.enter_context(opened)
        if account is not None:
            sign_ins = SignIns(qimen.db, qimen.clock, policy(qimen.config.policy))
            token = sign_ins.start(account.id, 1, "127.0.0.1", "test")
            with qimen.db.session() as session:
                found = sign_ins.find(session, token)
            assert found is not None
            opened.cookies.set(cookie_names(qimen.config.secure_cookies).session, token)
            opened.headers[HEADER] = found.csrf
        return opened

    def close(self) -> None:
        """Closes every client that was opened."""
        self._stack.close()
