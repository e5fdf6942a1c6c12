"""The `en` catalogues: msgids are Chinese and stand in the code, one catalogue per package.

    python scripts/catalogues.py update     extract the msgids again; new ones come without a text
    python scripts/catalogues.py check      say what is missing, superfluous or does not fit
    python scripts/catalogues.py missing    print the msgids without a text, as JSON by package

Only the `.po` files are kept; the core compiles them when a language is first asked for.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from workspace import ROOT, members

LANGUAGE = "en"
_METHODS = [("**/migrations/**", "ignore"), ("**.py", "python"), ("**.html", "jinja2")]
_JINJA = {"**.html": {"trimmed": "true"}}
# A date in the header would change the file at every run.
_EPOCH = datetime(2021, 11, 15, tzinfo=UTC)
_SLOT = re.compile(r"%\(\w+\)s|\{\w+[^{}]*\}")


def packages() -> list[Path]:
    """The import packages of the workspace."""
    return [package for member in members() for package in member.packages]


def po_file(package: Path) -> Path:
    """Where the catalogue of a package lies."""
    return package / "locale" / LANGUAGE / "LC_MESSAGES" / "messages.po"


def extracted(package: Path) -> Catalog:
    """Every msgid that stands in the code and templates of a package."""
    catalogue = Catalog()
    found = extract_from_dir(str(package), _METHODS, _JINJA)
    for _file, _line, message, comments, _context in found:
        # Chinese has no plural, so the templates look up both forms as texts of their own.
        for text in message if isinstance(message, tuple) else (message,):
            if text:
                catalogue.add(text, auto_comments=comments)
    return catalogue


def existing(package: Path) -> Catalog:
    """The catalogue as it is kept, empty when there is none."""
    file = po_file(package)
    if not file.is_file():
        return Catalog(locale=LANGUAGE)
    with file.open("rb") as source:
        return read_po(source, locale=LANGUAGE)


def update(package: Path) -> int:
    """Writes the catalogue again and returns how many msgids have no text."""
    wanted, kept = extracted(package), existing(package)
    fresh = Catalog(
        locale=LANGUAGE,
        project=package.name,
        copyright_holder="",
        creation_date=_EPOCH,
        revision_date=_EPOCH,
        fuzzy=False,
    )
    fresh.header_comment = f"# English texts of {package.name}; written by scripts/catalogues.py."
    for message in _messages(wanted):
        old = kept.get(message.id)
        fresh.add(message.id, old.string if old else None)
    file = po_file(package)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        write_po(target, fresh, width=0, no_location=True)
    return sum(1 for message in _messages(fresh) if not message.string)


def problems(package: Path) -> Iterator[str]:
    """What is wrong with the catalogue of a package, a sentence each."""
    wanted, kept = extracted(package), existing(package)
    where = po_file(package).relative_to(ROOT)
    known = {message.id for message in _messages(kept)}
    used = {message.id for message in _messages(wanted)}
    for msgid in sorted(map(str, used - known)):
        yield f"{where}: {msgid!r} is used and not in the catalogue: run catalogues.py update"
    for msgid in sorted(map(str, known - used)):
        yield f"{where}: {msgid!r} is not used any more: run catalogues.py update"
    for message in _messages(kept):
        if not message.string:
            yield f"{where}: {message.id!r} has no English text"
        elif sorted(_slots(message.id)) != sorted(_slots(message.string)):
            yield f"{where}: {message.id!r} and {message.string!r} have other placeholders"
    yield from unextractable(package)


def unextractable(package: Path) -> Iterator[str]:
    """Calls of `_` whose argument is not a plain text, so that no extractor can see the msgid."""
    for file in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                argument = node.args[0] if node.args else None
                plain = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                if node.func.id == "_" and not plain:
                    yield f"{file.relative_to(ROOT)}:{node.lineno}: _() needs a text in quotes"
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for file in sorted(package.rglob("*.html")):
        tree = environment.parse(file.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            named = isinstance(call.node, nodes.Name) and call.node.name in {"_", "gettext"}
            if named and not (call.args and isinstance(call.args[0], nodes.Const)):
                yield f"{file.relative_to(ROOT)}:{call.lineno}: _() needs a text in quotes"


def _messages(catalogue: Catalog) -> list[Message]:
    """The messages in the order of their msgids, the header left out."""
    return sorted((each for each in catalogue if each.id), key=lambda each: str(each.id))


def _slots(text: object) -> set[str]:
    return set(_SLOT.findall(str(text)))


def main(arguments: list[str]) -> int:
    """Does what the command line says. Returns 0, 1 (something is missing) or 2 (used wrong)."""
    if arguments == ["update"]:
        for package in packages():
            print(f"{package.name}: {update(package)} without a text")
        return 0
    if arguments == ["missing"]:
        empty = {
            package.name: [str(m.id) for m in _messages(existing(package)) if not m.string]
            for package in packages()
        }
        print(json.dumps(empty, ensure_ascii=False, indent=1))
        return 0
    if arguments == ["check"]:
        found = [problem for package in packages() for problem in problems(package)]
        print("\n".join(found), file=sys.stderr)
        return 1 if found else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
