"""The chain's end, kept outside the table: a cut tail shows against it."""

import json
import os
from pathlib import Path
from threading import Lock

from qimen_core.audit.chain import Anchor
from qimen_core.keys import KeyRing

__all__ = ["AnchorFile"]


class AnchorFile:
    """A small file with the number and hash of the last committed row, sealed by a keyed hash.

    It may lag behind the table (a kill between commit and writing), never run ahead of it.

    Args:
        path: The file; it belongs on another disk than the database where there is one.
        keys: The key ring whose audit key seals it.
    """

    def __init__(self, path: Path, keys: KeyRing) -> None:
        self._path = path
        self._keys = keys
        self._lock = Lock()

    def write(self, anchor: Anchor) -> None:
        """Keep ``anchor``, unless a later one is already kept."""
        with self._lock:
            kept = self._read()
            if kept is not None and kept.seq >= anchor.seq:
                return
            body = f"{anchor.seq}:{anchor.hash}"
            seal = self._keys.audit_mac(body.encode())
            fresh = self._path.with_suffix(f".{os.getpid()}")
            fresh.write_text(json.dumps([anchor.seq, anchor.hash, seal]), "utf-8")
            fresh.replace(self._path)

    def read(self) -> Anchor | None:
        """Return the kept anchor, None where there is none yet.

        Raises:
            ValueError: The file was changed by somebody without the key.
        """
        with self._lock:
            return self._read()

    def _read(self) -> Anchor | None:
        if not self._path.is_file():
            return None
        seq, digest, seal = json.loads(self._path.read_text("utf-8"))
        if seal != self._keys.audit_mac(f"{seq}:{digest}".encode()):
            raise ValueError(f"{self._path}: seal does not match its content")
        return Anchor(seq, digest)
