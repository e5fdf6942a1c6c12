"""docs/dependencies.md names every dependency and its licence, and the locks fit the projects."""

import re
from importlib.metadata import PackageNotFoundError, metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from workspace import LOCKS, ROOT, lock_files, members, strings

PAGE = ROOT / "docs" / "dependencies.md"
GROUPS = ("build", "uv", "dev", "bench")


def test_the_page_lists_exactly_what_the_projects_ask_for() -> None:
    assert sorted(documented()) == sorted(declared())


def test_every_reason_and_licence_is_given() -> None:
    assert [
        name for name, (reason, licence) in documented().items() if not reason * bool(licence)
    ] == []


def test_licences_are_those_that_the_packages_state() -> None:
    stated = {name: licence_of(name) for name in documented()}
    known = {name: licence for name, licence in stated.items() if licence}
    assert len(known) > 10
    assert {name: documented()[name][1] for name in known} == known


def test_what_is_declared_is_locked() -> None:
    locked = {name for path in lock_files("bench") for name in names_in(path.read_text())}
    locked |= names_in((ROOT / "scripts" / "uv.lock.txt").read_text())
    assert declared() - locked == set()


def test_locks_hold_hashes_and_no_host() -> None:
    for path in {path for level in LOCKS for path in lock_files(level)}:
        text = path.read_text()
        assert "://" not in text, path
        assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\S)", text)), path


def declared() -> set[str]:
    """The normalised names of everything that a pyproject file asks for, members excluded."""
    own = {member.dist for member in members()}
    wanted = [line for member in members() for line in member.dependencies]
    for group in GROUPS:
        wanted += strings(ROOT / "pyproject.toml", "dependency-groups", group)
    return {canonicalize_name(Requirement(line).name) for line in wanted} - own


def documented() -> dict[str, tuple[str, str]]:
    """Package → its reason and licence."""
    rows = re.findall(r"^\| ([a-z0-9-]+) \| (.*?) \| (.*?) \|$", PAGE.read_text(), re.MULTILINE)
    return {name: (reason, licence) for name, reason, licence in rows}


def names_in(lock: str) -> set[str]:
    return {canonicalize_name(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.M)}


def licence_of(name: str) -> str | None:
    try:
        return metadata(name).get("License-Expression")
    except PackageNotFoundError:
        return None
