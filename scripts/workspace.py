"""What the workspace consists of, read from the root `pyproject.toml`. Standard library only.

Every script that needs the list of members, packages or lock files asks here, so that a new plugin
folder is picked up without editing anything central.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LOCKS", "ROOT", "Member", "lock_files", "members", "python_files", "strings"]

ROOT = Path(__file__).resolve().parent.parent

# Each set contains the ones before it, so one of them is enough to describe an environment.
LOCKS: dict[str, tuple[str, ...]] = {
    "runtime": ("requirements.lock",),
    "dev": ("requirements.lock", "requirements-dev.lock"),
    "bench": ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock"),
}


@dataclass(frozen=True)
class Member:
    """One distribution of the workspace."""

    dist: str
    """Name of the distribution, for example `qimen-orders`."""
    folder: Path
    packages: tuple[Path, ...]
    """Folders of the import packages it installs."""
    dependencies: tuple[str, ...]
    """Requirement strings as written in its `pyproject.toml`."""


def members(root: Path = ROOT) -> tuple[Member, ...]:
    """The root distribution first, then those matched by `tool.uv.workspace.members`."""
    return tuple(_member(folder) for folder in _folders(root))


def lock_files(level: str, root: Path = ROOT) -> tuple[Path, ...]:
    """The lock files of `level`, a key of `LOCKS`."""
    return tuple(root / name for name in LOCKS[level])


def python_files(root: Path = ROOT) -> Iterator[Path]:
    """Every Python file of the packages that are installed, tests excluded."""
    for member in members(root):
        for package in member.packages:
            yield from sorted(package.rglob("*.py"))


def strings(toml: Path, *keys: str) -> tuple[str, ...]:
    """The list (or single string) at `keys` of a TOML file as strings; empty when absent."""
    with toml.open("rb") as file:
        found: object = tomllib.load(file)
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if isinstance(found, list):
        return tuple(map(str, found))
    return () if found is None else (str(found),)


def _folders(root: Path) -> Iterator[Path]:
    yield root
    for glob in strings(root / "pyproject.toml", "tool", "uv", "workspace", "members"):
        for folder in sorted(root.glob(glob)):
            if (folder / "pyproject.toml").is_file():
                yield folder


def _member(folder: Path) -> Member:
    toml = folder / "pyproject.toml"
    packages = strings(toml, "tool", "hatch", "build", "targets", "wheel", "packages")
    return Member(
        dist=strings(toml, "project", "name")[0],
        folder=folder,
        packages=tuple(folder / name for name in packages),
        dependencies=strings(toml, "project", "dependencies"),
    )
