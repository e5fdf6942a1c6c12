"""README and docs say what is there: commands, folders, links, pictures and accounts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from qimen_core.access.roles import CORE_ROLES
from qimen_demo_2021 import ACCOUNTS, PASSWORD

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = sorted((ROOT / "docs").glob("*.md"))
_LINK = re.compile(r"(?<!`)\]\((?!https?:|#)(?P<path>[^)#\s]+)(?:#(?P<anchor>[^)\s]+))?\)")


def targets() -> set[str]:
    found = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    return set(found)


def links(document: Path) -> Iterator[tuple[Path, str]]:
    for found in _LINK.finditer(document.read_text("utf-8")):
        yield document.parent / found["path"], found["anchor"] or ""


def test_the_readme_has_the_two_commands() -> None:
    assert re.findall(r"^make \w+", README, re.MULTILINE) == ["make demo", "make test"]


@pytest.mark.parametrize("document", [ROOT / "README.md", *PAGES], ids=lambda path: path.name)
def test_every_make_command_is_a_target(document: Path) -> None:
    named = re.findall(r"(?:^|`)make ([a-z-]+)", document.read_text("utf-8"), re.MULTILINE)
    assert set(named) <= targets()


@pytest.mark.parametrize("document", [ROOT / "README.md", *PAGES], ids=lambda path: path.name)
def test_every_link_and_picture_leads_somewhere(document: Path) -> None:
    for target, anchor in links(document):
        assert target.exists(), f"{document.name} points at {target}"
        if anchor and target.suffix == ".md":
            assert f"{{#{anchor}}}" in target.read_text("utf-8").replace(" ", ""), anchor


def test_the_map_of_folders_leaves_none_out() -> None:
    folders = set(re.findall(r"^\| \[([\w/]+)/\]", README, re.MULTILINE))
    there = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."}
    tracked = there - {"dist", "site", "build", "data", "wheelhouse", "node_modules"}
    plugins = {f"plugins/{path.parent.name}" for path in ROOT.glob("plugins/*/pyproject.toml")}
    assert folders == (tracked - {"plugins"}) | plugins


def test_the_idea_takes_ten_lines() -> None:
    idea = README.split("## 十行说清")[1].split("\n## ")[0]
    assert len(re.findall(r"^\d+\. ", idea, re.MULTILINE)) == 10


def test_the_index_lists_the_demo_accounts() -> None:
    index = (ROOT / "docs/index.md").read_text("utf-8")
    labels = {role.code: str(role.label) for role in CORE_ROLES}
    assert f"`{PASSWORD}`" in index
    for user in ACCOUNTS:
        row = next(line for line in index.splitlines() if f"| `{user.username}` |" in line)
        assert labels[user.role] in row
