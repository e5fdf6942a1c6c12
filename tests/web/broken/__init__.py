"""A generator of 150 broken workbooks, each with how many good rows it holds."""

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["HEADS", "ROWS", "Broken", "broken_books"]

HEADS = ("工单编号", "标题", "来电内容", "来电时间", "联系电话")
ROWS = tuple(
    (f"XF{number:03}", f"路灯{number}不亮", "三号楼下的路灯坏了三天", "2025-3-4 10:05", "")
    for number in range(1, 9)
)


@dataclass(frozen=True)
class Broken:
    """One file.

    Attributes:
        name: What is wrong with it.
        data: Its bytes.
        whole: How many petitions it holds if it is taken whole; anything between is a half.
    """

    name: str
    data: bytes
    whole: int = len(ROWS)


def broken_books() -> Iterator[Broken]:
    """Yield all of them, the same ones each time."""
    from tests.web.broken import archives, parts, sheets, texts

    for module in (archives, parts, sheets, texts):
        yield from module.books()
