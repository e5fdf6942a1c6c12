"""The operator's page, cut into its blocks: commands to run and files to write."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PAGE", "Block", "blocks"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(##+) (.*?)(?: \{#([\w-]+)\})?$", re.MULTILINE)
_FILE = re.compile(r"^# (/\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block.

    Attributes:
        section: The anchor of the `##` heading above it.
        heading: The nearest heading above it.
        text: What stands between the fences.
        file: Where the block says that it belongs; empty for commands.
    """

    section: str
    heading: str
    text: str
    file: str = ""

    @property
    def for_postgresql(self) -> bool:
        """Whether a deployment on SQLite leaves it out."""
        return "PostgreSQL" in self.heading

    @property
    def for_sqlite(self) -> bool:
        """Whether a deployment on PostgreSQL leaves it out."""
        return "SQLite" in self.heading


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a page in their order.

    Raises:
        ValueError: A block is neither commands nor says which file it is.
    """
    for fence in _FENCE.finditer(text):
        section, heading = "", ""
        for found in _HEADING.finditer(text, 0, fence.start()):
            heading = found[2]
            section = (found[3] or section) if found[1] == "##" else section
        language, body = fence[1], fence[2]
        named = _FILE.search(body)
        if language == "bash":
            yield Block(section, heading, body)
        elif named is not None and named.start() == (len("#!/bin/sh\n") if body[1] == "!" else 0):
            yield Block(section, heading, body, named[1])
        else:
            raise ValueError(f"in {heading}: no '# /path' in the first line of:\n{body}")
