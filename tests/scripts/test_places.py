"""Core and shell name no real place; a planted name is found in every kind of file."""

from pathlib import Path

import pytest

from lint_places import PlaceRule, core_files, tables

TABLE = """code,name,level,parent_code,kind
990000000000,远山省,province,,
990100000000,河州市,city,990000000000,
990101000000,云溪县,county,990100000000,
990101100000,松岭镇,town,990101000000,
990101100001,城东社区居委会,village,990101100000,居委会
990101100200,六村村委会,village,990101100000,村委会
"""


@pytest.fixture
def rule(tmp_path: Path) -> PlaceRule:
    table = tmp_path / "table.csv"
    table.write_text(TABLE, encoding="utf-8")
    return PlaceRule([table])


def found(rule: PlaceRule, path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    return [finding.message.split()[0] for finding in rule.check(path)]


def test_core_and_shell_name_no_place_of_any_demo_set() -> None:
    rule = PlaceRule(tables())
    files = list(core_files())
    assert {path.suffix for path in files} >= {".py", ".html", ".js", ".css", ".po"}
    assert [str(finding) for path in files for finding in rule.check(path)] == []


def test_the_rule_knows_the_county_that_is_shipped(tmp_path: Path) -> None:
    """The control: the same rule as above finds what core used to hold."""
    assert tables()
    rule = PlaceRule(tables())
    told = found(rule, tmp_path / "a.py", "x = '祁门县祁山镇东街社区'\ny = '341024100001'")
    assert told == ["祁门县", "祁山镇", "东街社区", "341024"]


@pytest.mark.parametrize("name", ["a.py", "a.html", "a.js", "a.po", "a.toml", "a.md"])
def test_a_name_is_found_in_every_kind_of_file(rule: PlaceRule, tmp_path: Path, name: str) -> None:
    text = "第一行\n云溪县 松岭镇 城东社区 990101100001"
    assert found(rule, tmp_path / name, text) == ["云溪县", "松岭镇", "城东社区", "990101"]


@pytest.mark.parametrize("text", ["云溪 松岭 城东", "第六村民小组", "990102", "远山省河州市"])
def test_words_that_only_resemble_a_name_are_left_alone(
    rule: PlaceRule, tmp_path: Path, text: str
) -> None:
    """A name of two characters is a word as well, and above the county a code may be anybody's."""
    assert found(rule, tmp_path / "a.py", text) == []


def test_a_waiver_gives_its_reason(rule: PlaceRule, tmp_path: Path) -> None:
    waived = "x = '云溪县'  # lint-ok: place -- quoted from a statute"
    assert found(rule, tmp_path / "a.py", waived) == []
    assert found(rule, tmp_path / "a.py", "x = '云溪县'  # lint-ok: place") == ["云溪县"]
