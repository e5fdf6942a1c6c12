"""Workbooks whose parts are broken: macros, XML that is too deep or refers outside, lost parts."""

from collections.abc import Iterator

from tests.web.broken import Broken
from tests.web.broken.made import PARTS, good, zipped

_LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10)
)
_DOCTYPE = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + _LAUGHS + b"]>"


def books() -> Iterator[Broken]:
    yield from _macros()
    yield from _xml()
    yield from _lost()
    yield from _rows()


def _macros() -> Iterator[Broken]:
    for part in ("xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/activeX/activeX1.bin"):
        yield Broken(f"a macro in {part}", zipped({part: b"x"}))
    types = good()[PARTS.types].replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
    yield Broken("a macro in the types", zipped({PARTS.types: types}))


def _xml() -> Iterator[Broken]:
    for depth in (10_000, 1_000_000):
        for part in (PARTS.sheet, PARTS.strings, PARTS.book):
            deep = b"<a>" * depth + b"</a>" * depth
            text = _before_end(good()[part], deep)
            yield Broken(f"{depth} deep in {part}", zipped({part: text}))
    for part in (PARTS.sheet, PARTS.strings, PARTS.book):
        head, rest = good()[part].split(b"?>", 1)
        yield Broken(f"entities in {part}", zipped({part: head + b"?>" + _DOCTYPE + rest}))
    strings = good()[PARTS.strings]
    outside = b'<!DOCTYPE x [<!ENTITY o SYSTEM "file:///etc/passwd">]>'
    for name, entity in (("an outside file", outside), ("entities", _DOCTYPE)):
        used = b"&o;" if entity is outside else b"&l9;"
        head, rest = strings.split(b"?>", 1)
        asked = rest.replace(b"<t>", b"<t>" + used, 1)
        yield Broken(f"{name} asked for", zipped({PARTS.strings: head + b"?>" + entity + asked}))
    for part in (PARTS.sheet, PARTS.strings, PARTS.book, PARTS.links):
        text = good()[part]
        yield Broken(f"{part} cut off", zipped({part: text[: len(text) * 2 // 3]}))
        yield Broken(f"{part} is no XML", zipped({part: b"\xff\xfe\0<<<"}))
    link = b'<externalLink><externalBook r:id="rId1"/></externalLink>'
    yield Broken("a link to another book", zipped({"xl/externalLinks/externalLink1.xml": link}))


def _before_end(text: bytes, more: bytes) -> bytes:
    place = text.rfind(b"</")
    return text[:place] + more + text[place:]


def _lost() -> Iterator[Broken]:
    for part in (PARTS.sheet, PARTS.strings, PARTS.book, PARTS.links, PARTS.types, PARTS.styles):
        yield Broken(f"without {part}", zipped({part: None}))
    links = good()[PARTS.links]
    for target in (b"../../../etc/passwd", b"http://example.invalid/a.xml", b"worksheets/none.xml"):
        text = links.replace(b"worksheets/sheet1.xml", target)
        yield Broken(f"the sheet is at {target.decode()}", zipped({PARTS.links: text}))


def _rows() -> Iterator[Broken]:
    sheet = good()[PARTS.sheet]
    for name, old, new in (
        ("rows that say one number", b'r="3"', b'r="2"'),
        ("a row of number nought", b'<row r="3"', b'<row r="0"'),
        ("a row beyond the last", b'<row r="3"', b'<row r="99999999999"'),
        ("a cell of no name", b'r="A3"', b'r="??"'),
        ("a cell far out", b'r="E9"', b'r="XFD1048576"'),
        ("an unknown text", b"<v>9</v>", b"<v>99999</v>"),
        ("an unknown style", b'r="A3"', b'r="A3" s="77777"'),
        ("an unknown kind of cell", b'r="A3" t="s"', b'r="A3" t="zz"'),
        ("a size that lies", b"<dimension", b'<dimension ref="A1:XFD1048576"/><dimension'),
        ("no number in a cell", b"<v>9</v>", b"<v>nine</v>"),
    ):
        yield Broken(name, zipped({PARTS.sheet: sheet.replace(old, new, 1)}))
