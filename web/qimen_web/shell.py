"""The running shell: what every request is answered with."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING

from anyio import CapacityLimiter

from qimen_core.access.passwords import Passwords
from qimen_core.access.policy import policy
from qimen_core.access.sessions import SignIns
from qimen_core.access.throttle import Throttle
from qimen_core.runtime import Qimen
from qimen_web.addresses import Addresses
from qimen_web.assets import Assets
from qimen_web.cookies import cookie_names
from qimen_web.handlers import Route
from qimen_web.templates_env import make_environment

if TYPE_CHECKING:
    from qimen_web.request import Request

__all__ = ["Shell"]

# Requests answered at once in a process. SQLite gives the interpreter up at every row it reads, so
# more threads only hand it to and fro: two do 25 % more a second than four, measured. With a
# server, a thread waits for the network, and the others go on.
THREADS = {"sqlite": 2, "postgresql": 4}
SLOW_THREADS = 2


class Shell:
    """Holds what is made once at the start.

    Args:
        qimen: The application.
        routes: Every route of every loaded plugin.
        assets: The static files.
        passwords: The hasher; tests take a cheap one.
    """

    def __init__(
        self,
        qimen: Qimen,
        routes: Sequence[Route],
        assets: Assets,
        passwords: Passwords | None = None,
    ) -> None:
        self.qimen = qimen
        self.routes = tuple(routes)
        self.assets = assets
        self.policy = policy(qimen.config.policy)
        self.passwords = passwords or Passwords()
        self.sign_ins = SignIns(qimen.db, qimen.clock, self.policy)
        self.throttle = Throttle(qimen.db, qimen.clock)
        self.cookies = cookie_names(qimen.config.secure_cookies)
        self.urls = Addresses(routes)
        self.limiter = CapacityLimiter(THREADS[qimen.db.dialect])
        self.slow_limiter = CapacityLimiter(SLOW_THREADS)
        self._csrf_key = qimen.keys.derive("csrf")
        self._toast_key = qimen.keys.derive("toast")
        self.environment = make_environment(self)

    def guest_token(self, guest: str) -> str:
        """Return the form token that belongs to a stranger's cookie."""
        return hmac.new(self._csrf_key, guest.encode(), hashlib.sha256).hexdigest()

    def toast_mac(self, text: str) -> str:
        """Return the seal of a message that travels in a cookie to the next page."""
        return hmac.new(self._toast_key, text.encode(), hashlib.sha256).hexdigest()[:32]

    def user_detail(self, request: "Request") -> str:
        """Return the line under the account's name: its unit and its roles."""
        found = request.sign_in
        if found is None:
            return ""
        known = self.qimen.registry.roles
        codes = dict.fromkeys(role for role, _path in request.ctx.grants)
        labels = [str(known[code].label) for code in codes if code in known]
        return " · ".join([found.unit, "、".join(labels)] if labels else [found.unit])
