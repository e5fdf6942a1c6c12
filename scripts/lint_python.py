"""Rules of this project for its own Python code that ruff does not know.

    python scripts/lint_python.py [FILE …]     without files: every package of the workspace

- `sql-text`, `sql-raw`, `sql-bulk`: no textual SQL, no raw connection and no bulk write outside
  `qimen_core/db` (and migrations). A conditional UPDATE goes through `uow.claim(…)`, rows by the
  thousand through `uow.insert(…)`.
- `clock`: the time comes from the injected clock.
- `chinese`: what people read goes through `_()`. Docstrings, demo and data modules and the `source`
  notes of settings are text or data and not logic.

A line that has to break a rule says why: `# lint-ok: sql-text -- reason`, or a whole file:
`# lint-ok-file: chinese -- reason`.
"""

import ast
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from findings import CHINESE, Finding, run, unwaived
from workspace import python_files

TRANSLATORS = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
# Arguments whose text says where a rule comes from; they are quoted, never translated.
SOURCE_NOTES = frozenset({"source", "basis"})
DATA_PARTS = frozenset({"demo", "data", "seed", "seeds", "lexicon", "scaffold"})

_TIME = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"),
}  # fmt: skip
_RAW = frozenset({"raw_connection", "exec_driver_sql", "connect"})
_BULK_METHODS = frozenset({"bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"})
_BULK = frozenset({"insert", "update", "delete"})
_CLAIMED = frozenset({"update", "delete"})
_DRIVERS = frozenset({"sqlite3", "psycopg"})
_SQL_PACKAGES = frozenset({"sqlalchemy", "sqlmodel"})


def check(path: Path) -> Iterator[Finding]:
    """The findings of one Python file."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source, filename=str(path))
    yield from unwaived(_check(path, tree), source)


def _check(path: Path, tree: ast.Module) -> Iterator[Finding]:
    parts = path.parts
    if ("qimen_core", "db") not in pairwise(parts) and "migrations" not in parts:
        yield from _check_sql(path, tree)
    if path.name != "clock.py":
        yield from _check_time(path, tree)
    if not is_data(path):
        yield from _check_chinese(path, tree)


def is_data(path: Path) -> bool:
    """Whether a module holds Chinese text as data: `demo.py`, a `data/` folder, a demo set …"""
    names = {*path.parts[:-1], path.stem}
    in_a_set = any(part.startswith("qimen_demo_") for part in path.parts[:-1])
    return bool(names & DATA_PARTS) or in_a_set or path.stem.startswith("demo_")


def _check_sql(path: Path, tree: ast.Module) -> Iterator[Finding]:
    imported = _names_from(tree, _SQL_PACKAGES)
    for node in ast.walk(tree):
        for name in _imports(node):
            if name.split(".")[0] in _DRIVERS:
                yield Finding(path, node.lineno, "sql-raw", f"{name} outside qimen_core/db")  # type: ignore[attr-defined]
        if not isinstance(node, ast.Call):
            continue
        owner, name = _callee(node)
        from_sql = imported.get(name) if not owner else name if _is_sql(owner, tree) else None
        if from_sql == "text":
            yield Finding(path, node.lineno, "sql-text", "textual SQL outside qimen_core/db")
        elif owner and name in _RAW and (name != "connect" or owner.endswith(("engine", "db"))):
            yield Finding(path, node.lineno, "sql-raw", f"{owner}.{name}() outside qimen_core/db")
        elif owner and name in _BULK_METHODS:
            yield Finding(path, node.lineno, "sql-bulk", f"{name}() outside qimen_core/db")
        elif from_sql in _BULK and not _is_handed_over(node, from_sql, tree):
            message = f"{from_sql}() outside qimen_core/db: use uow.claim() or uow.insert()"
            yield Finding(path, node.lineno, "sql-bulk", message)


def _is_handed_over(node: ast.Call, kind: str, tree: ast.Module) -> bool:
    """Whether the function around a statement hands it to `claim`, or to the bookkeeping.

    `uow.claim` adds the scope and the audit; `Bookkeeping.write` takes three tables and no other.
    """
    takers = {"claim"} if kind in _CLAIMED else set()
    if "qimen_core.db.bookkeeping" in {name for inner in tree.body for name in _imports(inner)}:
        takers.add("write")
    around = [
        function
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any(inner is node for inner in ast.walk(function))
    ]
    return any(
        isinstance(inner, ast.Call) and _callee(inner)[1] in takers
        for function in around
        for inner in ast.walk(function)
    )


def _check_time(path: Path, tree: ast.Module) -> Iterator[Finding]:
    imported = _names_from(tree, frozenset({"time"}))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        owner, name = _callee(node)
        pair = (owner.rsplit(".", 1)[-1], name) if owner else ("time", imported.get(name, ""))
        if pair in _TIME:
            yield Finding(path, node.lineno, "clock", f"{'.'.join(pair)}(): ask the injected clock")


def _check_chinese(path: Path, tree: ast.Module) -> Iterator[Finding]:
    allowed = {id(node) for node in _texts(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _callee(node)[1] in TRANSLATORS:
            for argument in node.args:
                if isinstance(argument, ast.JoinedStr):
                    message = "an f-string cannot be translated: _('…{name}…').format(name=…)"
                    yield Finding(path, node.lineno, "chinese", message)
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and CHINESE.search(text) and id(node) not in allowed:
            shown = text[:20].replace("\n", " ")
            yield Finding(path, node.lineno, "chinese", f"not inside _(): {shown}")  # type: ignore[attr-defined]


def _texts(tree: ast.Module) -> Iterator[ast.AST]:
    """The string constants that may hold Chinese."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.Call) and _callee(node)[1] in TRANSLATORS:
            for argument in node.args:
                yield from ast.walk(argument)
        elif isinstance(node, ast.keyword) and node.arg in SOURCE_NOTES:
            yield from ast.walk(node.value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in SOURCE_NOTES:
                    yield from ast.walk(value)


def _callee(call: ast.Call) -> tuple[str, str]:
    """`("session", "execute")` for `session.execute(…)`, `("", "text")` for `text(…)`."""
    if isinstance(call.func, ast.Attribute):
        return ast.unparse(call.func.value), call.func.attr
    return "", call.func.id if isinstance(call.func, ast.Name) else ""


def _names_from(tree: ast.Module, packages: frozenset[str]) -> dict[str, str]:
    """Local name → original name of what is imported from `packages`."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in packages
        for alias in node.names
    }


def _is_sql(owner: str, tree: ast.Module) -> bool:
    """Whether `owner` is a name under which SQLAlchemy or SQLModel was imported."""
    aliases = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name.split(".")[0] in _SQL_PACKAGES
    }
    return owner in aliases


def _imports(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Import):
        return tuple(alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return (node.module,)
    return ()


if __name__ == "__main__":
    sys.exit(run(check, map(Path, sys.argv[1:]) if sys.argv[1:] else python_files()))
