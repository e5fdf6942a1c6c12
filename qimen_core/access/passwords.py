"""Passwords: the rules for a new one, and argon2 hashes, at most two at once.

Hashing is slow by design and never happens inside a unit of work: it would hold the writers'
queue for as long.
"""

import threading
from functools import cache
from importlib.resources import files

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from qimen_core.access.policy import Policy
from qimen_core.i18n import LazyText, translations

__all__ = ["MAX_LENGTH", "Passwords", "password_faults"]

_ = translations("qimen_core")

MAX_LENGTH = 128
"""Characters; more would only buy the sender our processor time."""

_PARALLEL = threading.BoundedSemaphore(2)


@cache
def _common() -> frozenset[str]:
    listed = files("qimen_core.access").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line.strip() for line in listed.splitlines() if line.strip())


def _classes(password: str) -> int:
    found = {
        "lower": any(c.islower() for c in password),
        "upper": any(c.isupper() for c in password),
        "digit": any(c.isdigit() for c in password),
        "other": any(not c.isalnum() for c in password),
    }
    return sum(found.values())


def password_faults(password: str, policy: Policy, username: str = "") -> list[str]:
    """Return what is wrong with a new password, as sentences for the screen; empty if nothing.

    Args:
        password: The candidate.
        policy: The rules of the deployment.
        username: The account's name, which the password must not contain.
    """
    faults: list[str] = []
    if len(password) < policy.min_length:
        faults.append(_("密码至少 {n} 个字符").format(n=policy.min_length))
    if len(password) > MAX_LENGTH:
        faults.append(_("密码最多 {n} 个字符").format(n=MAX_LENGTH))
    if _classes(password) < policy.classes:
        kinds: LazyText = _("大写字母、小写字母、数字、符号中至少包含 {n} 类")
        faults.append(kinds.format(n=policy.classes))
    folded = password.casefold()
    if username and username.casefold() in folded:
        faults.append(str(_("密码不能包含用户名")))
    # "Password2026!" is "password" with what everybody puts behind it.
    if {folded, folded.rstrip("0123456789!@#$%&*._-")} & _common() or len(set(folded)) < 4:
        faults.append(str(_("这个密码太常见，容易被猜到")))
    return faults


class Passwords:
    """Makes and checks hashes.

    Args:
        hasher: Another cost of argon2; tests take a cheap one.
    """

    def __init__(self, hasher: Argon2Hasher | None = None) -> None:
        self._hash = PasswordHash((hasher or Argon2Hasher(),))
        self._dummy: str | None = None
        self._lock = threading.Lock()

    def hash(self, password: str) -> str:
        """Return the hash of a password, to be stored."""
        with _PARALLEL:
            return self._hash.hash(password)

    def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Check a password.

        A missing ``stored`` costs as much time as a wrong password, so that the answer does not
        tell whether the name exists.

        Returns:
            Whether it fits, and a new hash to store when the old one's cost is out of date.
        """
        if len(password) > MAX_LENGTH:
            password = ""
        if not stored:
            with _PARALLEL:
                self._hash.verify(password, self._dummy_hash())
            return False, None
        with _PARALLEL:
            return self._hash.verify_and_update(password, stored)

    def _dummy_hash(self) -> str:
        with self._lock:
            if self._dummy is None:
                self._dummy = self._hash.hash("no account has this password")
            return self._dummy
