"""Core and shell name no real place: they are the same for every county.

    python scripts/lint_places.py          every text file of qimen_core and qimen_web

- `place`: the name of a county, township or community, or the digits of a county's code, as they
  stand in a division table that a demo set of the workspace ships.

`qimen` itself, and 祁门 in the product's name, are no place in this sense: it is called so wherever
it runs.
"""

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from findings import Finding, line_of, run, unwaived
from workspace import ROOT, members

CORE = frozenset({"qimen_core", "qimen_web"})
# What people read or type; a vendored style sheet is read like any other.
SUFFIXES = frozenset({".css", ".html", ".js", ".md", ".po", ".py", ".toml", ".txt", ".csv", ".svg"})
_LEVELS = frozenset({"county", "town", "village"})
_COMMITTEES = ("居委会", "村委会")


class PlaceRule:
    """The rule for the places of some division tables.

    Args:
        tables: CSV files with the columns `code`, `name` and `level`.
    """

    def __init__(self, tables: Iterable[Path]) -> None:
        words = {word for table in tables for word in _words(table)}
        # The longest first, so that a finding shows the whole name.
        listed = sorted(words, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(map(re.escape, listed)) or r"(?!)")

    def check(self, path: Path) -> Iterator[Finding]:
        """The findings of one file."""
        source = path.read_text(encoding="utf-8")
        found = (
            Finding(path, line_of(source, match.start()), "place", f"{match[0]} is a real place")
            for match in self._pattern.finditer(source)
        )
        yield from unwaived(found, source)


def _words(table: Path) -> Iterator[str]:
    """What must not be written: each name, as people say it, and the county's six digits."""
    with table.open(encoding="utf-8") as source:
        for row in csv.DictReader(source):
            if row["level"] not in _LEVELS:
                continue
            if row["level"] == "county":
                yield row["code"][:6]
            name = row["name"]
            for committee in _COMMITTEES:
                # As people say it; but what is left of a name of two characters is a word.
                if len(name.removesuffix(committee)) > 2:
                    name = name.removesuffix(committee)
            yield name


def tables(root: Path = ROOT) -> list[Path]:
    """The division tables that the demo sets of the workspace ship."""
    packages = [package for member in members(root) for package in member.packages]
    sets = [package for package in packages if package.name.startswith("qimen_demo_")]
    return sorted(file for package in sets for file in package.glob("*.csv"))


def core_files(root: Path = ROOT) -> Iterator[Path]:
    """Every text file of core and shell."""
    for member in members(root):
        for package in member.packages:
            if package.name in CORE:
                files = sorted(package.rglob("*"))
                yield from (path for path in files if path.suffix in SUFFIXES and path.is_file())


if __name__ == "__main__":
    sys.exit(run(PlaceRule(tables()).check, core_files()))
