"""The browser tests notice what they are there to notice."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest
from playwright.sync_api import Page

from qimen_core.testing.fixtures import MakeAccount
from qimen_core.testing.units import OrgTree
from workspace import ROOT

Visit = Callable[..., Page]
FindFaults = Callable[[Page], list[str]]


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("web",)


def test_a_visitor_is_who_the_test_says(
    visit: Visit, as_user: MakeAccount, org_tree: OrgTree
) -> None:
    account = as_user("community_clerk", org_tree.community)
    assert account.username in visit("/me", account).content()
    assert "/login" in visit("/me").url


def test_text_is_drawn_with_a_chinese_font(visit: Visit) -> None:
    page = visit("/login")
    # Without a font every character is the same box; with one, these two differ in their pixels.
    same = page.evaluate(
        """() => {
            const drawn = [..."县鑫"].map((character) => {
                const canvas = document.createElement("canvas");
                const context = canvas.getContext("2d");
                context.font = "40px sans-serif";
                context.fillText(character, 0, 50);
                return canvas.toDataURL();
            });
            return drawn[0] === drawn[1];
        }"""
    )
    assert not same


def test_axe_finds_a_fault_that_is_put_there(
    visit: Visit, accessibility_faults: FindFaults
) -> None:
    page = visit("/login")
    before = accessibility_faults(page)
    page.evaluate("document.body.append(document.createElement('button'))")
    found = set(accessibility_faults(page)) - set(before)
    assert [fault.split(":")[0] for fault in found] == ["button-name"]


CONTROLS = '''
import pytest

@pytest.fixture
def plugins():
    return ("web",)

def test_inline_script(visit):
    page = visit("/login")
    page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = 1";
        document.body.append(script);
    }""")
    assert page.evaluate("window.ran") is None

def test_other_host(visit):
    page = visit("/login")
    with pytest.raises(Exception, match="127.0.0.2"):
        page.goto("http://127.0.0.2:9/")

def test_script_error(visit):
    page = visit("/login")
    with page.expect_event("pageerror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('broken') }) }")
'''


def run(arguments: list[str], **environment: str) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_what_no_page_may_do_fails_the_test(tmp_path: Path) -> None:
    (tmp_path / "test_controls.py").write_text(CONTROLS)
    copy(Path(__file__).with_name("conftest.py"), tmp_path)
    output = run([str(tmp_path), "-c", str(ROOT / "pyproject.toml")])
    assert "3 passed, 3 errors" in output, output
    assert "Content Security Policy" in output
    assert "request to http://127.0.0.2:9/" in output
    assert "broken" in output


def test_a_missing_browser_fails_and_does_not_skip() -> None:
    test = f"{__file__}::test_text_is_drawn_with_a_chinese_font"
    output = run([test], QIMEN_CHROMIUM="/nowhere/chromium")
    assert "1 error" in output, output
    assert "no Chromium" in output
    assert "skipped" not in output
