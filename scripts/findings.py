"""What the project's own linters have in common: a finding, a waiver, and how they end."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CHINESE", "Finding", "blank", "line_of", "run", "unwaived"]

CHINESE = re.compile(r"[㐀-䶿一-鿿豈-﫿]")

# `lint-ok: sql-text -- reason`, on the line or alone on the line before; `lint-ok-file: …` for a
# whole file. Without a reason it does not count: whoever reviews the change has to see why the rule
# does not hold here.
_WAIVER = re.compile(r"lint-ok: (?P<rule>[a-z-]+) -- \S")
_FILE_WAIVER = re.compile(r"lint-ok-file: (?P<rule>[a-z-]+) -- \S")


@dataclass(frozen=True)
class Finding:
    """A place that breaks a rule."""

    path: Path
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


def run(check: Callable[[Path], Iterable[Finding]], paths: Iterable[Path]) -> int:
    """Prints the findings of `check` for each file. Returns 1 when there are any, else 0."""
    found = [finding for path in paths for finding in check(path)]
    for finding in found:
        print(finding, file=sys.stderr)
    return 1 if found else 0


def unwaived(findings: Iterable[Finding], source: str) -> Iterator[Finding]:
    """Those of one file that no `lint-ok` comment covers."""
    lines = source.splitlines()
    everywhere = {found["rule"] for found in _FILE_WAIVER.finditer(source)}
    for finding in findings:
        nearby = "\n".join(lines[max(0, finding.line - 2) : finding.line])
        here = {found["rule"] for found in _WAIVER.finditer(nearby)}
        if finding.rule not in here | everywhere:
            yield finding


def blank(source: str, pattern: re.Pattern[str]) -> str:
    """`source` with every match replaced by spaces, line breaks kept."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source)


def line_of(source: str, position: int) -> int:
    """The line number, from 1, of a position in `source`."""
    return source.count("\n", 0, position) + 1
