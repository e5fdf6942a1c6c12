"""The English catalogues are complete, fit the Chinese, and no msgid escapes the extractor."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import catalogues  # noqa: E402
from qimen_core.i18n import translations, using_language  # noqa: E402


@pytest.mark.parametrize("package", catalogues.packages(), ids=lambda package: package.name)
def test_the_english_catalogue_is_complete(package: Path) -> None:
    assert list(catalogues.problems(package)) == []


def make_package(folder: Path, code: str, po: str = "") -> Path:
    package = folder / "sample"
    (package / "locale/en/LC_MESSAGES").mkdir(parents=True)
    (package / "texts.py").write_text(code, "utf-8")
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (package / "locale/en/LC_MESSAGES/messages.po").write_text(head + po, "utf-8")
    return package


@pytest.mark.parametrize(
    ("code", "po", "complaint"),
    [
        ('_("受理")', "", "not in the catalogue"),
        ('_("受理")', 'msgid "受理"\nmsgstr ""\n', "no English text"),
        ("", 'msgid "受理"\nmsgstr "Accept"\n', "not used any more"),
        ('_("{n}件")', 'msgid "{n}件"\nmsgstr "{m} items"\n', "other placeholders"),
        ("_(word)", "", "text in quotes"),
    ],
)
def test_each_fault_is_found(
    code: str, po: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    found = list(catalogues.problems(make_package(tmp_path, code, po)))
    assert len(found) == 1
    assert complaint in found[0]


def test_a_good_catalogue_has_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    package = make_package(tmp_path, '_("{n}件")', 'msgid "{n}件"\nmsgstr "{n} items"\n')
    assert list(catalogues.problems(package)) == []


def test_a_text_is_shown_in_english_when_asked_for() -> None:
    _ = translations("qimen_core")
    text = _("社区工作者")
    assert str(text) == "社区工作者"
    with using_language("en"):
        assert str(text) == "Community clerk"
