"""Jinja templates against the content security policy, autoescape and gettext.

    python scripts/lint_templates.py [FILE …]     without files: every template of the workspace

Rules: no inline script, style or handler; no `hx-on`, no htmx trigger filter and no `js:` value,
which do not work under the policy; nothing loaded from another host; no `|safe` and no autoescape
block; Chinese only inside `_()` or `{% trans %}`.
"""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from findings import CHINESE, Finding, blank, line_of, run, unwaived
from workspace import members

TRANSLATORS = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
_EXTERNAL = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
# Attributes by which a browser loads something on its own; a link that is clicked is none.
_LOADING = frozenset({"src", "srcset", "poster", "data", "xlink:href"})
_ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)


def check(path: Path) -> Iterator[Finding]:
    """The findings of one template."""
    source = path.read_text(encoding="utf-8")
    yield from unwaived(_check(path, source), source)


def _check(path: Path, source: str) -> Iterator[Finding]:
    try:
        tree = _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        yield Finding(path, error.lineno, "template-syntax", str(error.message))
        return
    yield from _check_jinja(path, tree)
    yield from _check_text(path, tree)
    markup = _Markup()
    markup.feed(blank(source, _JINJA))
    markup.close()
    for line, rule, message in markup.found:
        yield Finding(path, line, rule, message)


def _check_jinja(path: Path, tree: nodes.Template) -> Iterator[Finding]:
    for found in tree.find_all(nodes.Filter):
        if found.name == "safe":
            yield Finding(path, found.lineno, "template-unsafe", "|safe switches autoescape off")
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "Markup":
            yield Finding(path, call.lineno, "template-unsafe", "Markup() switches autoescape off")
    for block in tree.find_all(nodes.ScopedEvalContextModifier):
        yield Finding(path, block.lineno, "template-unsafe", "autoescape is not to be changed")


def _check_text(path: Path, tree: nodes.Template) -> Iterator[Finding]:
    translated = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATORS
        for constant in call.find_all(nodes.Const)
    }
    for constant in tree.find_all(nodes.Const):
        text = constant.value
        if isinstance(text, str) and CHINESE.search(text) and id(constant) not in translated:
            yield Finding(path, constant.lineno, "template-text", f"not inside _(): {text[:20]}")
    for data in tree.find_all(nodes.TemplateData):
        text = blank(data.data, _COMMENT)
        if match := CHINESE.search(text):
            line = data.lineno + line_of(text, match.start()) - 1
            shown = text[match.start() : match.start() + 12].split("\n")[0]
            message = f"not inside _() or {{% trans %}}: {shown}"
            yield Finding(path, line, "template-text", message)


class _Markup(HTMLParser):
    """Collects what the content security policy would block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style":
            self._add("template-inline", "<style> is blocked by the policy; use a class")
        if tag == "script" and "src" not in names:
            self._add("template-inline", "an inline script is blocked by the policy")
        for name, value in attrs:
            self._check_attribute(tag, name, value or "")

    handle_startendtag = handle_starttag

    def _check_attribute(self, tag: str, name: str, value: str) -> None:
        if name == "style":
            self._add("template-inline", "style= is blocked by the policy; use a class")
        elif name.startswith(("on", "hx-on", "data-hx-on")):
            self._add("template-inline", f"{name}= is blocked by the policy; use a script file")
        elif value.strip().lower().startswith("javascript:"):
            self._add("template-inline", f"{name}= holds a script")
        elif name == "hx-trigger" and "[" in value:
            self._add("template-inline", "a trigger filter is evaluated, which the policy blocks")
        elif name in {"hx-vals", "hx-headers"} and value.strip().startswith(("js:", "javascript:")):
            self._add("template-inline", f"{name}= is evaluated, which the policy blocks")
        loads = name in _LOADING or (tag in {"link", "use", "image", "base"} and name == "href")
        if loads and _EXTERNAL.match(value):
            self._add("template-external", f"{name}= loads from another host")

    def _add(self, rule: str, message: str) -> None:
        self.found.append((self.getpos()[0], rule, message))


def own_templates() -> Iterator[Path]:
    """Every template of the workspace, the scaffold of new plugins included."""
    for member in members():
        for package in member.packages:
            yield from sorted(package.rglob("*.html"))


if __name__ == "__main__":
    sys.exit(run(check, map(Path, sys.argv[1:]) if sys.argv[1:] else own_templates()))
