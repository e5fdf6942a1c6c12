"""What a table file must not be: too large, a bomb, a carrier of macros (SECURITY 21)."""

import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qimen_core.errors import QimenError
from qimen_core.i18n import translations

__all__ = ["FileRefused", "ReadLimits", "kind_of"]

_ = translations("qimen_core")
_MEGABYTE = 1 << 20
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = b"PK\x05\x06"
_END_BYTES = 22 + (1 << 16)
_MOST_PARTS = 5000
_LONGEST_ENTRY = 300
# What a damaged archive makes the standard library raise, the unpackers included.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)
_MACROS = ("vbaproject.bin", "xl/macrosheets/", "xl/activex/")


class FileRefused(QimenError):
    """The file is not read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How large a table file may be.

    Attributes:
        file_bytes: Bytes of the file.
        declared_bytes: Bytes that its parts say they unpack to.
        ratio: Unpacked to packed, for parts above one megabyte.
        rows: Rows that hold something.
        columns: Cells in a row.
        cells: Cells that hold something.
        output_bytes: Bytes that the parser may hand over, because they are kept in memory.
        memory: Bytes of address space of the parser.
        seconds: Seconds that the parser may take, waiting included.
    """

    file_bytes: int = 20 * _MEGABYTE
    declared_bytes: int = 400 * _MEGABYTE
    ratio: int = 200
    rows: int = 100_000
    columns: int = 200
    cells: int = 2_000_000
    output_bytes: int = 64 * _MEGABYTE
    memory: int = 400 * _MEGABYTE
    seconds: int = 20


def kind_of(path: Path, limits: ReadLimits) -> Literal["xlsx", "csv"]:
    """Return what the file is by its content; its name counts for nothing.

    Raises:
        FileRefused: It is neither an .xlsx workbook nor a text table, or it is dangerous.
    """
    size = path.stat().st_size
    if size > limits.file_bytes:
        text = _("文件有 {size} MB，超过 {limit} MB 的上限。请拆分后分批导入。")
        raise FileRefused(text.format(size=size // _MEGABYTE, limit=limits.file_bytes // _MEGABYTE))
    if size == 0:
        raise FileRefused(_("文件是空的。"))
    with path.open("rb") as source:
        head = source.read(4096)
    if head.startswith(_ZIP):
        _refuse_dangerous(path, limits)
        return "xlsx"
    if head.startswith(_OLE):
        raise FileRefused(_("这是旧版 .xls 或加了密码的文件。请在 Excel 中另存为不加密的 .xlsx。"))
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(_("这不是表格文件。请上传 .xlsx 或 .csv。"))
    return "csv"


def _refuse_dangerous(path: Path, limits: ReadLimits) -> None:
    if _directory_bytes(path) > _MOST_PARTS * _LONGEST_ENTRY:
        raise FileRefused(_("文件解压后过大，已拒绝。请删去多余的工作表和格式后再上传。"))
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            types = _content_types(archive, parts)
    except _BROKEN as error:
        raise FileRefused(_("文件已损坏，打不开。请在 Excel 中重新保存后再上传。")) from error
    names = [part.filename.lower() for part in parts]
    if any(mark in name for name in names for mark in _MACROS) or b"macroenabled" in types:
        raise FileRefused(_("文件带有宏，不能导入。请另存为不含宏的 .xlsx。"))
    if "xl/workbook.xml" not in names:
        raise FileRefused(_("这不是 Excel 工作簿。请上传 .xlsx 或 .csv。"))
    if _is_bomb(parts, limits):
        raise FileRefused(_("文件解压后过大，已拒绝。请删去多余的工作表和格式后再上传。"))


def _directory_bytes(path: Path) -> int:
    """Return how long the list of parts says it is; a list of a million is not even opened."""
    with path.open("rb") as source:
        source.seek(max(path.stat().st_size - _END_BYTES, 0))
        tail = source.read()
    at = tail.rfind(_END)
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


def _content_types(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bytes:
    for part in parts:
        if part.filename.lower() == "[content_types].xml" and part.file_size < _MEGABYTE:
            with archive.open(part) as source:
                return source.read(_MEGABYTE).lower()
    return b""


def _is_bomb(parts: list[zipfile.ZipInfo], limits: ReadLimits) -> bool:
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > limits.declared_bytes:
        return True
    return any(
        part.file_size > _MEGABYTE and part.file_size > limits.ratio * max(part.compress_size, 1)
        for part in parts
    )
