"""Imports go down: web → core, plugin → core's public names and the plugins it requires.

    python scripts/lint_imports.py          every package of the workspace

- `import-framework`: core imports no web framework.
- `import-plugin`: core imports no plugin (its test kit may, inside a function), and a plugin none
  that its `meta` does not name in `requires`, or in `optional` and then inside a function.
- `import-private`: what a plugin takes from core or from another plugin stands in that module's
  `__all__`. A module without `__all__` is nobody else's business.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from findings import Finding, run, unwaived
from workspace import ROOT, members

CORE = "qimen_core"
FRAMEWORKS = frozenset(
    {
        "aiohttp",
        "bottle",
        "django",
        "fastapi",
        "flask",
        "litestar",
        "starlette",
        "tornado",
        "uvicorn",
    }
)


@dataclass(frozen=True)
class Import:
    """One imported name; `name` is empty for `import module`."""

    module: str
    name: str
    line: int
    deferred: bool
    """Whether it stands inside a function or under TYPE_CHECKING."""


class ImportRules:
    """The rules for one set of packages.

    Args:
        packages: Import name → folder.
    """

    def __init__(self, packages: Mapping[str, Path]) -> None:
        self.packages = packages
        self._public: dict[str, frozenset[str] | None] = {}
        self._meta = {name: _read_meta(folder) for name, folder in packages.items()}
        # A plugin is named in `requires` by its name, and imported by its package.
        self._package_of = {
            meta.name: package for package, meta in self._meta.items() if meta is not None
        }

    def check(self, path: Path) -> Iterator[Finding]:
        """The findings of one file; none for a file outside the packages."""
        own = next((n for n, folder in self.packages.items() if path.is_relative_to(folder)), None)
        if own is None:
            return
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source, filename=str(path))
        found = (
            finding
            for imported in _imports(tree)
            for finding in self._check_import(path, own, imported)
        )
        yield from unwaived(found, source)

    def _check_import(self, path: Path, own: str, imported: Import) -> Iterator[Finding]:
        top = imported.module.split(".")[0]
        if own == CORE and top in FRAMEWORKS and not self._is_test_kit(path, imported):
            message = f"core must not import {top}"
            yield Finding(path, imported.line, "import-framework", message)
        if top not in self.packages or top == own:
            return
        if own == CORE:
            if not self._is_test_kit(path, imported):
                message = f"core must not import {top}"
                yield Finding(path, imported.line, "import-plugin", message)
            return
        if top != CORE and (reason := self._why_not(own, top, imported)):
            yield Finding(path, imported.line, "import-plugin", reason)
        if not self._is_public(imported):
            name = f"{imported.module}.{imported.name}".rstrip(".")
            message = f"{name} is not in the __all__ of its module"
            yield Finding(path, imported.line, "import-private", message)

    def _is_test_kit(self, path: Path, imported: Import) -> bool:
        return imported.deferred and path.is_relative_to(self.packages[CORE] / "testing")

    def _why_not(self, own: str, other: str, imported: Import) -> str | None:
        meta = self._meta[own]
        if meta is None:
            return f"{own} has no meta that requires {other}"
        if other in {self._package_of.get(name) for name in meta.requires}:
            return None
        if other in {self._package_of.get(name) for name in meta.optional}:
            return None if imported.deferred else f"{other} is optional: import it in a function"
        return f"{own} does not require {other}"

    def _is_public(self, imported: Import) -> bool:
        names = self._names_of(imported.module)
        if not imported.name:
            return names is not None
        if names is not None and imported.name in names:
            return True
        return self._names_of(f"{imported.module}.{imported.name}") is not None

    def _names_of(self, module: str) -> frozenset[str] | None:
        if module not in self._public:
            top, *rest = module.split(".")
            path = self.packages[top].joinpath(*rest)
            file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            self._public[module] = _all_of(file) if file.is_file() else None
        return self._public[module]


@dataclass(frozen=True)
class _Meta:
    name: str
    requires: tuple[str, ...]
    optional: tuple[str, ...]


_FIELDS = ("name", "label", "core", "requires", "optional")


def _read_meta(package: Path) -> _Meta | None:
    """The `meta = PluginMeta(…)` of `plugin.py`, read without importing it."""
    file = package / "plugin.py"
    if not file.is_file():
        return None
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("PluginMeta"):
            given = dict(
                zip(("name", "label", "core", "requires", "optional"), node.args, strict=False)
            )
            given |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
            name = given["name"]
            return _Meta(
                name=str(ast.literal_eval(name)),
                requires=_strings(given.get("requires")),
                optional=_strings(given.get("optional")),
            )
    return None


def _strings(node: ast.expr | None) -> tuple[str, ...]:
    return tuple(map(str, ast.literal_eval(node))) if node is not None else ()


def _all_of(file: Path) -> frozenset[str] | None:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and target.id == "__all__" and value is not None:
            return frozenset(map(str, ast.literal_eval(value)))
    return None


def _imports(tree: ast.Module) -> Iterator[Import]:
    deferred = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"))
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, "", node.lineno, id(node) in deferred)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield Import(node.module, alias.name, node.lineno, id(node) in deferred)


def workspace_rules(root: Path = ROOT) -> ImportRules:
    """The rules for the packages of the workspace."""
    return ImportRules({p.name: p for member in members(root) for p in member.packages})


if __name__ == "__main__":
    rules = workspace_rules()
    files = (path for folder in rules.packages.values() for path in sorted(folder.rglob("*.py")))
    sys.exit(run(rules.check, files))
