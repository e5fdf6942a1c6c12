"""Text tables of every encoding and none."""

from collections.abc import Iterator, Sequence

from tests.web.broken import HEADS, ROWS, Broken

_LINES = (HEADS, *ROWS)


def books() -> Iterator[Broken]:
    for encoding in ("gb18030", "gbk", "utf-8", "utf-8-sig", "utf-16", "utf-16-be"):
        sure = encoding != "utf-16-be"  # nothing says that it is one
        yield Broken(f"text in {encoding}", _text().encode(encoding), len(ROWS) if sure else 0)
    yield Broken("text in utf-32", _text().encode("utf-32"), 0)
    yield Broken("half a character of utf-16", _text().encode("utf-16")[:-1], 0)
    yield Broken("a broken pair of utf-16", _text().encode("utf-16") + b"\x00\xd8", 0)
    yield Broken("two encodings", _text().encode() + _text().encode("gb18030") + b"\xff\xff", 0)
    yield Broken("nought in the middle", _text().encode().replace(b"XF004", b"XF\x00\x004"))
    yield Broken("a quote that never ends", _text().replace("路灯5", '"路灯5').encode(), 0)
    yield Broken("a cell of 300000", _text().replace("路灯5", "长" * 300_000).encode(), 0)
    yield Broken("300 columns of text", ("a," * 300 + "\n" + "1," * 300 + "\n").encode(), 0)
    yield Broken("150000 lines", ("标题,时间\n" + "甲乙,2025-3-4\n" * 150_000).encode(), 0)
    yield Broken("commas alone", b",,,,\n" * 50, 0)
    yield Broken("ends of lines alone", b"\r\n" * 500, 0)
    yield Broken("one line", (",".join(HEADS) + "\n").encode(), 0)
    yield Broken("rows of unequal length", (_text() + "XF009,甲乙\n").encode(), 0)
    yield Broken("old ends of lines", _text().replace("\n", "\r").encode())
    yield Broken("semicolons", _text(";").encode())
    yield Broken("tabs", _text("\t").encode())
    yield Broken("a thousand million", b"9" * 1_000_000 + b"\n" + b"1," * 50 + b"\n", 0)


def _text(mark: str = ",", lines: Sequence[Sequence[str]] = _LINES) -> str:
    return "".join(mark.join(line) + "\n" for line in lines)
