"""A stream in sealed chunks: AES-256-GCM, numbered, the last one marked, so no cut goes unseen."""

import secrets
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qimen_core.errors import QimenError
from qimen_core.i18n import translations

__all__ = ["MAGIC", "BrokenBackup", "SealedReader", "SealedWriter"]

_ = translations("qimen_core")

MAGIC = b"qimen-backup-1\n"
CHUNK = 1024 * 1024
_PREFIX = 8
_LENGTH = struct.Struct(">I")
_MORE, _LAST = b"more", b"last"


class BrokenBackup(QimenError):
    """The file is no backup, was cut or changed, or belongs to other keys."""


class SealedWriter:
    """Seals what is written to it.

    Args:
        target: An open binary file.
        key: 32 bytes.
    """

    def __init__(self, target: BinaryIO, key: bytes) -> None:
        self._target = target
        self._cipher = AESGCM(key)
        self._prefix = secrets.token_bytes(_PREFIX)
        self._number = 0
        self._waiting = bytearray()
        target.write(MAGIC + self._prefix)

    def write(self, data: bytes) -> int:
        """Take bytes of any length and return their number."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), _MORE)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Write the last chunk; without it the backup counts as cut."""
        self._seal(bytes(self._waiting), _LAST)

    def _seal(self, chunk: bytes, mark: bytes) -> None:
        sealed = self._cipher.encrypt(_nonce(self._prefix, self._number), chunk, mark)
        self._target.write(_LENGTH.pack(len(sealed)) + mark + sealed)
        self._number += 1


class SealedReader:
    """Opens what a :class:`SealedWriter` sealed.

    Args:
        source: An open binary file.
        key: The same 32 bytes.

    Raises:
        BrokenBackup: The file does not begin as a backup does.
    """

    def __init__(self, source: BinaryIO, key: bytes) -> None:
        if source.read(len(MAGIC)) != MAGIC:
            raise BrokenBackup(_("这不是备份文件。请选择 qimen backup 生成的 .qbk 文件。"))
        self._source = source
        self._cipher = AESGCM(key)
        self._prefix = source.read(_PREFIX)
        self._number = 0
        self._open = bytearray()
        self._finished = False

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes, all that is left where it is negative."""
        while not self._finished and (size < 0 or len(self._open) < size):
            self._next()
        end = len(self._open) if size < 0 else size
        taken = bytes(self._open[:end])
        del self._open[:end]
        return taken

    def _next(self) -> None:
        head = self._source.read(_LENGTH.size + len(_MORE))
        if len(head) < _LENGTH.size + len(_MORE):
            raise BrokenBackup(_("备份文件不完整:末尾缺失。请改用另一份备份。"))
        (length,), mark = _LENGTH.unpack(head[: _LENGTH.size]), head[_LENGTH.size :]
        if length > 2 * CHUNK:
            raise BrokenBackup(_("备份文件已损坏。请改用另一份备份。"))
        try:
            nonce = _nonce(self._prefix, self._number)
            self._open += self._cipher.decrypt(nonce, self._source.read(length), mark)
        except InvalidTag as error:
            raise BrokenBackup(
                _("备份文件被改动,或密钥目录不是当时的那一份。请先恢复密钥目录 keys。")
            ) from error
        self._number += 1
        self._finished = mark == _LAST


def _nonce(prefix: bytes, number: int) -> bytes:
    return prefix + _LENGTH.pack(number)
