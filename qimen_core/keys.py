"""The keys of a deployment: for columns, for blind indexes, for the audit chain (SECURITY 18).

They lie in a folder of their own, readable by the server's account alone, outside the database and
outside its backups. Whoever has a copy of the database without this folder has no phone number.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qimen_core.errors import QimenError

__all__ = ["KeyRing", "Unreadable", "UnsafeKeyFile"]

_SIZE = 32
_NONCE = 12
_SINGLE_KEYS = ("index", "audit", "derive")
_DATA_KEY = re.compile(r"data-([1-9][0-9]*)\.key")


class UnsafeKeyFile(QimenError):
    """A key file that others could read or that is no key; the message names the remedy."""


class Unreadable(QimenError):
    """A stored value that none of the keys opens: another key, another column, or tampering."""


class KeyRing:
    """The keys of one deployment.

    Args:
        data: The data keys by version; the highest one encrypts, all of them decrypt.
        index: Key of the blind indexes.
        audit: Key of the audit chain.
        derive: Key from which others are derived by name.
        folder: Where they lie; needed to add a version.
    """

    def __init__(
        self,
        data: Mapping[int, bytes],
        index: bytes,
        audit: bytes,
        derive: bytes,
        folder: Path | None = None,
    ) -> None:
        self._ciphers = {version: AESGCM(key) for version, key in data.items()}
        self._index = index
        self._derive = derive
        self._folder = folder
        self.audit = audit
        self.version = max(data)
        single = {"index": index, "audit": audit, "derive": derive}
        self._prints = {f"data-{version}": _fingerprint(key) for version, key in data.items()}
        self._prints |= {name: _fingerprint(key) for name, key in single.items()}

    def __repr__(self) -> str:
        return f"KeyRing(version={self.version})"

    @classmethod
    def open_or_create(cls, folder: Path) -> "KeyRing":
        """Open the keys in ``folder``; where there is no such folder, make it and new keys.

        Raises:
            UnsafeKeyFile: As :meth:`open` does. Keys that are only partly there are not completed:
                a new key instead of a lost one would make the data unreadable for good.
        """
        if not folder.exists():
            _create(folder)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> "KeyRing":
        """Read the keys in ``folder``.

        Raises:
            UnsafeKeyFile: A file is missing, is no key, is a link, or can be read by others.
        """
        _refuse_unsafe(folder, 0o700)
        data = {
            int(found[1]): _read(file)
            for file in sorted(folder.iterdir())
            if (found := _DATA_KEY.fullmatch(file.name))
        }
        if not data:
            raise UnsafeKeyFile(f"{folder}: no data key. Restore data-1.key from its safe copy.")
        single = {name: _read(folder / f"{name}.key") for name in _SINGLE_KEYS}
        return cls(data, folder=folder, **single)

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """What tells each key from another without telling the key: 64 hex digits by its name."""
        return dict(self._prints)

    def rotate(self) -> int:
        """Add a data key and return its version; it encrypts from now on, old values stay readable.

        Raises:
            RuntimeError: The keys do not come from a folder.
        """
        if self._folder is None:
            raise RuntimeError("keys without a folder cannot be rotated")
        version = self.version + 1
        file = self._folder / f"data-{version}.key"
        _write(file)
        key = _read(file)
        self._ciphers[version] = AESGCM(key)
        self._prints[f"data-{version}"] = _fingerprint(key)
        self.version = version
        return version

    def seal(self, column: str, text: str) -> str:
        """Return ``text`` encrypted for one column: ``<key version>:<base64>``.

        Args:
            column: ``table.column``; bound to the value, which opens in no other column.
            text: What to hide.
        """
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._ciphers[self.version].encrypt(nonce, text.encode(), column.encode())
        return f"{self.version}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def unseal(self, column: str, token: str) -> str:
        """Return the text of an encrypted value.

        Raises:
            Unreadable: The key version is not here, or the value is not one of this column.
        """
        version, _, body = token.partition(":")
        cipher = self._ciphers.get(int(version)) if version.isdecimal() else None
        if cipher is None:
            raise Unreadable(f"{column}: no data key of version {version[:8]!r} in the key folder")
        try:
            raw = base64.urlsafe_b64decode(body)
            return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], column.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Unreadable(f"{column}: a value was changed or comes from elsewhere") from error

    def blind_index(self, column: str, text: str) -> str:
        """Return 64 hex digits by which equal values of a column can be found without reading them.

        Args:
            column: ``table.column`` of the value, so that two columns cannot be joined.
            text: The value in its normal form (see :mod:`qimen_core.privacy.normal`).
        """
        message = column.encode() + b"\0" + text.encode()
        return hmac.new(self._index, message, hashlib.sha256).hexdigest()

    def audit_mac(self, message: bytes) -> str:
        """Return the audit key's HMAC-SHA-256 of a message, as 64 hex digits."""
        return hmac.new(self.audit, message, hashlib.sha256).hexdigest()

    def derive(self, purpose: str) -> bytes:
        """Return a key of 32 bytes for one purpose, e.g. ``csrf``; the same at every start."""
        return hmac.new(self._derive, purpose.encode(), hashlib.sha256).digest()


def _fingerprint(key: bytes) -> str:
    return hmac.new(key, b"qimen key fingerprint", hashlib.sha256).hexdigest()


def _create(folder: Path) -> None:
    """Make all keys at once: two processes that start together must end up with the same ones."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    for name in ("data-1", *_SINGLE_KEYS):
        _write(made / f"{name}.key")
    try:
        made.rename(folder)
    except OSError:  # the other process was first; its keys count
        for file in made.iterdir():
            file.unlink()
        made.rmdir()


def _write(file: Path) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as target:
        target.write(base64.b64encode(secrets.token_bytes(_SIZE)).decode() + "\n")
        target.flush()
        os.fsync(descriptor)


def _read(file: Path) -> bytes:
    _refuse_unsafe(file, 0o600)
    try:
        key = base64.b64decode(file.read_text("ascii").strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != _SIZE:
        raise UnsafeKeyFile(f"{file}: not a key of {_SIZE} bytes. Restore it from its safe copy.")
    return key


def _refuse_unsafe(path: Path, mode: int) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError as error:
        raise UnsafeKeyFile(f"{path}: missing. Restore it from its safe copy.") from error
    if stat.S_ISLNK(found.st_mode):
        raise UnsafeKeyFile(f"{path}: is a link. Put the key itself there.")
    if os.name != "posix":
        return
    if found.st_mode & 0o077:
        shown = stat.S_IMODE(found.st_mode)
        raise UnsafeKeyFile(
            f"{path}: others can read it (mode {shown:o}). Run: chmod {mode:o} {path}"
        )
    if found.st_uid != os.geteuid():
        raise UnsafeKeyFile(f"{path}: belongs to another account. Run: chown $(id -u) {path}")
