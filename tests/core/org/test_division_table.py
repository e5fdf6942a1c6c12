"""Reading division tables: any order, any heading, two encodings, every problem reported."""

import gzip
from pathlib import Path

import pytest

from qimen_core.errors import InvalidInput
from qimen_core.org.division_table import parse_columns, read_table

KINDS = {"province", "city", "county", "township", "community"}
GOOD = """code,name,level,parent_code
341024100001,东街社区,village,341024100000
341024100000,祁山镇,town,341024000000
341024000000,祁门县,county,
"""


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def test_parents_may_come_after_their_children(tmp_path: Path) -> None:
    table = read_table(write(tmp_path / "a.csv", GOOD), parse_columns(None), KINDS)
    table.check_parents(())
    assert table.problems == []
    assert [row.kind for row in table.rows.values()] == ["community", "township", "county"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encodings_that_spreadsheets_write_are_read(tmp_path: Path, encoding: str) -> None:
    table = read_table(write(tmp_path / "a.csv", GOOD, encoding), parse_columns(None), KINDS)
    assert table.rows["341024000000"].name == "祁门县"


def test_gzip_is_known_by_its_first_bytes_not_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(gzip.compress(GOOD.encode()))
    assert len(read_table(path, parse_columns(None), KINDS).rows) == 3


def test_other_headings_are_mapped(tmp_path: Path) -> None:
    text = "上级,区划代码,名称,级别\n,341024000000,祁门县,county\n"
    columns = parse_columns("code=区划代码,name=名称,parent=上级,level=级别")
    assert read_table(write(tmp_path / "a.csv", text), columns, KINDS).rows["341024000000"]


def test_all_problems_come_in_one_report_by_line(tmp_path: Path) -> None:
    text = GOOD + (
        "341024100002,,village,341024100000\n"
        "341024100001,重复,village,341024100000\n"
        "34102410000,短,village,341024100000\n"
        "341024101000,金字牌镇,region,341024000000\n"
        "341024102001,无上级,village,341024102000\n"
        "341024103000,别县,town,999999000000\n"
        "341024104001,接错,village,341024100000\n"
        "341024101001,上级有误,village,341024101000\n"
        "x\n"
    )
    table = read_table(write(tmp_path / "a.csv", text), parse_columns(None), KINDS)
    table.check_parents(())
    found = {problem.line: problem.message for problem in table.problems}
    assert list(found) == sorted(found)
    assert found.keys() == {5, 6, 7, 8, 9, 10, 11, 13}
    assert "没有名称" in found[5]
    assert "与第 2 行重复" in found[6]
    assert "应为 12 位" in found[7]
    assert "“region”无法识别" in found[8]
    assert "341024102000”既不在文件中" in found[9]
    assert "应以上级代码" in found[11]
    assert "只有 1 列" in found[13]


def test_a_parent_in_the_database_counts(tmp_path: Path) -> None:
    text = "code,name,level,parent_code\n341024100000,祁山镇,town,341024000000\n"
    table = read_table(write(tmp_path / "a.csv", text), parse_columns(None), KINDS)
    table.check_parents({"341024000000"})
    assert table.problems == []


@pytest.mark.parametrize(
    ("text", "part"),
    [("code,name\n", "缺少表头 parent_code、level"), ("", "缺少表头 code、name")],
)
def test_a_missing_heading_names_file_and_remedy(tmp_path: Path, text: str, part: str) -> None:
    path = write(tmp_path / "a.csv", text)
    with pytest.raises(InvalidInput) as caught:
        read_table(path, parse_columns(None), KINDS)
    assert part in caught.value.message
    assert str(path) in caught.value.message
    assert "--columns" in caught.value.message


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01,\x80", b"\x1f\x8bbroken"])
def test_a_file_that_is_no_table_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"bad\.csv"):
        read_table(path, parse_columns(None), KINDS)


@pytest.mark.parametrize("text", ["code", "code=", "kode=区划"])
def test_a_column_mapping_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="无法识别"):
        parse_columns(text)
