"""The one-time token of the first start, so that a stranger cannot be first.

The server prints it where only its operator looks; the file holds its hash, for all workers.
"""

import hashlib
import os
import secrets
from hmac import compare_digest
from pathlib import Path

from qimen_core.access.own_account import any_account
from qimen_core.runtime import Qimen

__all__ = ["forget_setup_token", "issue_setup_token", "setup_token_fits"]


def _file(qimen: Qimen) -> Path:
    return qimen.config.data / "setup.token"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue_setup_token(qimen: Qimen) -> str | None:
    """Return a fresh token to print, or None when there are accounts already."""
    with qimen.db.session() as session:
        if any_account(session):
            forget_setup_token(qimen)
            return None
    token = secrets.token_urlsafe(16)
    file = _file(qimen)
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as target:
        target.write(_hash(token))
    return token


def setup_token_fits(qimen: Qimen, token: str) -> bool:
    """Return whether a token is the one printed last."""
    try:
        stored = _file(qimen).read_text("ascii")
    except OSError:
        return False
    return compare_digest(stored, _hash(token.strip()))


def forget_setup_token(qimen: Qimen) -> bool:
    """Use the token up; return False when another was first."""
    try:
        _file(qimen).unlink()
    except FileNotFoundError:
        return False
    return True
