"""Files that are broken as archives: bombs, lies about sizes, cut off, something else."""

import io
import random
import struct
import zipfile
from collections.abc import Iterator, Mapping

from tests.web.broken import Broken
from tests.web.broken.made import OLE, PARTS, good, zipped

MEGABYTE = 1 << 20
_LOCAL, _CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def books() -> Iterator[Broken]:
    yield from _bombs()
    yield from _lies()
    yield from _cut()
    yield from _flipped()
    yield from _others()


def _bombs() -> Iterator[Broken]:
    for megabytes in (30, 120, 300):
        yield Broken(f"bomb of {megabytes} MB in a picture", _with("xl/media/1.bin", megabytes))
    for megabytes in (30, 120):
        yield Broken(f"bomb of {megabytes} MB as the sheet", _with(PARTS.sheet, megabytes))
    spaces = b" " * (60 * MEGABYTE)
    yield Broken("spaces in the sheet", zipped({PARTS.sheet: spaces + good()[PARTS.sheet]}))
    row = good()[PARTS.sheet]
    cells = b'<c t="inlineStr"><is><t>' + bytes(range(97, 122)) * 40 + b"</t></is></c>"
    body = b"".join(b"<row>%s%d</row>" % (cells * 60, number) for number in range(900))
    yield Broken("a sheet of 60 MB of text", zipped({PARTS.sheet: _body(row, body)}))
    yield Broken("6000 parts", zipped({f"xl/x{number}": b"" for number in range(6000)}))
    yield Broken("200000 entries in the list of parts", _long_directory(200_000))
    yield Broken("an archive in an archive", zipped({"xl/embeddings/1.zip": zipped({}) * 40}))


def _with(part: str, megabytes: int) -> bytes:
    return zipped({part: b"0" * (megabytes * MEGABYTE)})


def _body(sheet: bytes, rows: bytes) -> bytes:
    return sheet.replace(b"</sheetData>", rows + b"</sheetData>")


def _long_directory(entries: int) -> bytes:
    """Return an archive whose list names one part again and again."""
    data = zipped({})
    end = data.rfind(b"PK\x05\x06")
    start = struct.unpack_from("<I", data, end + 16)[0]
    first = data[start : data.find(_CENTRAL, start + 4)]
    listed = data[start:end] + first * entries
    count = min(entries, 0xFFFF)
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(listed), start, 0)
    return data[:start] + listed + tail


def _lies() -> Iterator[Broken]:
    for size in (0, 1, 100, 0x7FFFFFFF, 0xFFFFFFFE):
        yield Broken(f"the list says {size} bytes unpacked", _patched(_CENTRAL, 24, size))
    for size in (0, 7, 0x7FFFFFFF):
        yield Broken(f"the list says {size} bytes packed", _patched(_CENTRAL, 20, size))
    yield Broken("a wrong checksum", _patched(_CENTRAL, 16, 0xDEADBEEF))
    yield Broken("an unknown way of packing", _patched(_CENTRAL, 10, 99, "<H"))
    yield Broken("said to be encrypted", _patched(_CENTRAL, 8, 1, "<H"))
    both = _patched(_LOCAL, 6, 1, "<H", _patched(_CENTRAL, 8, 1, "<H"))
    yield Broken("encrypted in both places", both)
    yield Broken("parts that begin nowhere", _patched(_CENTRAL, 42, 0x00FFFFFF))
    bomb = bytearray(_with(PARTS.sheet, 120))
    yield Broken("a bomb that lies", _patched(_CENTRAL, 24, 5000, "<I", bytes(bomb)))


def _patched(mark: bytes, at: int, value: int, form: str = "<I", data: bytes = b"") -> bytes:
    """Return an archive with a value written into every record of one kind."""
    changed = bytearray(data or zipped({}))
    place = changed.find(mark)
    while place >= 0:
        struct.pack_into(form, changed, place + at, value)
        place = changed.find(mark, place + 4)
    return bytes(changed)


def _cut() -> Iterator[Broken]:
    data = zipped({})
    for part in range(1, 10):
        yield Broken(f"cut off after {part}0 %", data[: len(data) * part // 10])
    yield Broken("one byte", b"P")
    yield Broken("nothing", b"")
    yield Broken("its head alone", data[:4])
    yield Broken("without its head", data[64:])
    yield Broken("something in front", b"\0" * 512 + data)


def _flipped() -> Iterator[Broken]:
    data, chance = zipped({}), random.Random(3)
    for number in range(12):
        changed = bytearray(data)
        for _time in range(1 + number):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        yield Broken(f"{number + 1} bits turned over", bytes(changed))


def _others() -> Iterator[Broken]:
    yield Broken("an old .xls", OLE + b"\0" * 4096)
    yield Broken("a workbook behind a password", OLE + "EncryptedPackage".encode("utf-16-le") * 40)
    yield Broken("a Word document", _foreign({"word/document.xml": b"<w/>"}))
    yield Broken("an OpenDocument table", _foreign({"content.xml": b"<o/>", "mimetype": b"x"}))
    yield Broken("a binary workbook", _foreign({"xl/workbook.bin": b"\x83\x01\0"}))
    yield Broken("an empty archive", _foreign({}))
    yield Broken("a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 300)
    yield Broken("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + b"\0" * 50)
    yield Broken("a program", b"\x7fELF\2\1\1" + b"\0" * 300)
    page = "<html><table><tr><td>标题</td></tr></table></html>"
    yield Broken("a page called a workbook", page.encode(), 0)
    yield Broken("an XML table of 2003", b'<?xml version="1.0"?><Workbook><a/></Workbook>', 0)
    yield Broken("more than 20 MB", b"a,b\n" * (6 * MEGABYTE), 0)


def _foreign(parts: Mapping[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return kept.getvalue()
