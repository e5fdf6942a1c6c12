"""The reference pages are what the code says."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import reference  # noqa: E402


def test_the_pages_are_up_to_date() -> None:
    assert reference.stale() == []


def test_every_hook_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    from qimen_core import hookspecs

    page = reference.hooks_page()
    names = [name for name, thing in vars(hookspecs).items() if hasattr(thing, "qimen_spec")]
    assert len(names) > 15
    assert all(f"### {name}\n" in page for name in names)


def test_a_page_that_was_edited_by_hand_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    monkeypatch.setattr(reference, "PAGES", {"hooks.md": lambda: "as the code says\n"})
    (tmp_path / "docs" / "hooks.md").write_text("as the code says\n", "utf-8")
    assert reference.main(["check"]) == 0
    (tmp_path / "docs" / "hooks.md").write_text("edited\n", "utf-8")
    assert reference.main(["check"]) == 1
    assert "hooks.md" in capsys.readouterr().err
