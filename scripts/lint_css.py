"""Own style sheets against the floor Chrome 94 / Safari 15.4 and the content security policy.

    python scripts/lint_css.py [FILE …]     without files: every style sheet of the workspace

Newer features are allowed inside `@supports`, where an older browser does not see them. Vendored
files are not ours to change and are left out.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from findings import Finding, blank, line_of, run, unwaived
from workspace import members

# Feature and the first Chrome / Safari that has it.
_NEWER = (
    (r":has\(", ":has()", "105 / 15.4"),
    (r"\bokl(?:ch|ab)\(", "oklch() and oklab()", "111 / 15.4"),
    (r"(?<![\w-])(?:lch|lab)\(", "lch() and lab()", "111 / 15"),
    (r"\bcolor-mix\(", "color-mix()", "111 / 16.2"),
    (r"\blight-dark\(", "light-dark()", "123 / 17.5"),
    (r"@layer\b", "@layer", "99 / 15.4"),
    (r"@container\b", "@container", "105 / 16"),
    (r"@scope\b", "@scope", "118 / 17.4"),
    (r"@property\b", "@property", "85 / 16.4"),
    (r"@starting-style\b", "@starting-style", "117 / 17.5"),
    (r"@media[^{;]*[<>]", "ranges in media queries", "104 / 16.4"),
    (r"\bsubgrid\b", "subgrid", "117 / 16"),
    (r"\d[dsl]v[hw]\b", "dvh, svh, lvh", "108 / 15.4"),
    (r"(?<=[;{\s])(?:translate|rotate|scale)\s*:", "translate:, rotate:, scale:", "104 / 14.1"),
    (r":user-(?:in)?valid\b", ":user-valid", "119 / 16.5"),
)
NEWER = tuple((re.compile(pattern), name, since) for pattern, name, since in _NEWER)
_EXTERNAL = re.compile(r"@import\b|url\(\s*['\"]?\s*(?:https?:)?//", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")


def check(path: Path) -> Iterator[Finding]:
    """The findings of one style sheet."""
    source = path.read_text(encoding="utf-8")
    yield from unwaived(_check(path, source), source)


def _check(path: Path, source: str) -> Iterator[Finding]:
    without_comments = blank(source, _COMMENT)
    for match in _EXTERNAL.finditer(without_comments):
        message = "nothing is loaded from another file or host"
        yield Finding(path, line_of(source, match.start()), "css-external", message)
    css = blank(without_comments, _STRING)
    hidden = list(_supports_blocks(css))
    for pattern, name, since in NEWER:
        for match in pattern.finditer(css):
            if not any(start <= match.start() < end for start, end in hidden):
                message = f"{name} needs Chrome / Safari {since}; the floor is 94 / 15.4"
                yield Finding(path, line_of(css, match.start()), "css-floor", message)
    for position in _nested_rules(css):
        if not any(start <= position < end for start, end in hidden):
            message = "nested rules need Chrome / Safari 120 / 17.2; the floor is 94 / 15.4"
            yield Finding(path, line_of(css, position), "css-floor", message)


def _blocks(css: str) -> Iterator[tuple[str, int, int, tuple[str, ...]]]:
    """Prelude, start of the prelude, end of the block and the preludes around it."""
    stack: list[tuple[str, int]] = []
    start = 0
    for position, character in enumerate(css):
        if character == "{":
            prelude = css[start:position]
            lead = len(prelude) - len(prelude.lstrip())
            stack.append((prelude.strip(), start + lead))
            start = position + 1
        elif character == "}" and stack:
            prelude, begin = stack.pop()
            yield prelude, begin, position, tuple(outer for outer, _ in stack)
            start = position + 1
        elif character == ";":
            start = position + 1


def _supports_blocks(css: str) -> Iterator[tuple[int, int]]:
    for prelude, start, end, _ in _blocks(css):
        if prelude.startswith("@supports"):
            yield start, end


def _nested_rules(css: str) -> Iterator[int]:
    for prelude, start, _, around in _blocks(css):
        # A block inside a style rule is nesting, whether it is a rule or an at-rule. The stops of
        # @keyframes stand inside an at-rule and are none.
        if prelude and any(outer and not outer.startswith("@") for outer in around):
            yield start


def own_style_sheets() -> Iterator[Path]:
    """Every style sheet of the workspace that is not vendored."""
    for member in members():
        for package in member.packages:
            for path in sorted(package.rglob("*.css")):
                if "vendor" not in path.parts:
                    yield path


if __name__ == "__main__":
    sys.exit(run(check, map(Path, sys.argv[1:]) if sys.argv[1:] else own_style_sheets()))
