"""The look: contrast in both themes, one dark theme and not two, and no icon that is not there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import qimen_web

STATIC = Path(qimen_web.__file__).parent / "static" / "web"
ROOT = Path(__file__).parents[2]
TOKENS = (STATIC / "css" / "tokens.css").read_text("utf-8")

BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
TOKEN = re.compile(r"(--gv-[\w-]+):\s*([^;]+);")
HEX = re.compile(r"#[0-9a-f]{6}")


def block(selector: str, nth: int = 0) -> dict[str, str]:
    """The tokens of a rule, by the end of its selector."""
    plain = re.sub(r"/\*.*?\*/", "", TOKENS, flags=re.S)
    rules = [body for head, body in BLOCK.findall(plain) if head.strip() == selector]
    return dict(TOKEN.findall(rules[nth]))


LIGHT = block(":root")
DARK = LIGHT | block(':root[data-theme="dark"]')


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_ON = [
    *((text, ground) for text in ("text", "muted") for ground in
      ("bg", "surface", "surface-2", "hover", "soft")),
    *((f"{tone}-text", ground) for tone in ("brand", "ok", "warn", "danger", "info")
      for ground in ("surface", f"{tone}-soft")),
    ("brand-text", "bg"), ("brand-text", "hover"), ("brand-text", "surface-2"),
    ("danger-text", "bg"), ("text", "brand-soft"),
    ("on-brand", "brand"), ("on-brand", "brand-strong"),
    ("side-text", "side"), ("side-text", "side-hover"), ("side-muted", "side"),
]  # fmt: skip


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read(theme: dict[str, str], text: str, ground: str) -> None:
    found = contrast(theme[f"--gv-{text}"], theme[f"--gv-{ground}"])
    assert found >= 4.5, f"{text} on {ground}: {found:.2f}"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edge_of_a_field_can_be_seen(theme: dict[str, str]) -> None:
    assert contrast(theme["--gv-border-strong"], theme["--gv-surface"]) >= 3


def test_the_measure_finds_what_cannot_be_read() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#999999", "#ffffff") < 4.5


def test_dark_by_the_switch_and_by_the_system_are_the_same() -> None:
    switched = block(':root[data-theme="dark"]')
    assert switched == block(':root:not([data-theme="light"])')
    coloured = {name for name, value in LIGHT.items() if HEX.search(value) or "rgba" in value}
    assert coloured - switched.keys() == set()


def test_components_take_their_tokens_from_the_list() -> None:
    known = set(TOKEN.findall(TOKENS)) and {name for name, _value in TOKEN.findall(TOKENS)}
    for path in sorted((STATIC / "css").glob("*.css")):
        text = path.read_text("utf-8")
        own = {name for name, _value in TOKEN.findall(text)}
        used = set(re.findall(r"var\((--gv-[\w-]+)\)", text))
        assert used - own - known - {"--gv-tone"} == set(), path.name


def named_icons() -> Iterator[tuple[str, str]]:
    """Every icon that templates and code name, with the file that does."""
    patterns = {
        "*.html": (
            r"""icon\(\s*["']([a-z0-9-]+)["']""",
            r"""icon_name=["']([a-z0-9-]+)["']""",
        ),
        "*.py": (
            r"""icon=["']([a-z0-9-]+)["']""",
            r"""NavItem\(\s*["'][^"']+["'],\s*_\([^)]*\),\s*["']([a-z0-9-]+)["']""",
        ),
    }
    folders = [
        ROOT / "web" / "qimen_web",
        *(ROOT / "plugins").glob("*/qimen_*"),
        ROOT / "qimen_core",
    ]
    for folder in folders:
        for ending, found in patterns.items():
            for path in folder.rglob(ending):
                text = path.read_text("utf-8")
                for pattern in found:
                    yield from ((name, path.name) for name in re.findall(pattern, text))


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = (STATIC / "icons" / "sprite.svg").read_text("utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    listed = (ROOT / "web" / "scripts" / "icons.txt").read_text("utf-8").split()
    assert known == set(listed)
    named = set(named_icons())
    assert ("home", "error.html") in named
    assert {(icon, file) for icon, file in named if icon not in known} == set()
