"""Division codes, by the rules and by the quirks of the real table."""

import pytest

from qimen_core.org.codes import check_code, check_parent, level_of, significant, subkind


@pytest.mark.parametrize(
    ("code", "digits", "level"),
    [
        ("340000000000", "34", "province"),
        ("341000000000", "3410", "city"),
        ("341024000000", "341024", "county"),
        ("341024100000", "341024100", "township"),
        ("341024100001", "341024100001", "community"),
        ("341024100001007", "341024100001007", "grid"),
        ("441900003000", "441900003", "township"),
        ("110100000000", "1101", "city"),
    ],
)
def test_the_digits_say_the_level(code: str, digits: str, level: str) -> None:
    assert significant(code) == digits
    assert level_of(code) == level


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("110101001000", "街道"),
        ("341024100000", "镇"),
        ("341024200000", "乡"),
        ("110115403000", "类似乡镇单位"),
        ("341024100001", "居委会"),
        ("341024100200", "村委会"),
        ("110105020400", "类似居委会"),
        ("110108023500", "类似村委会"),
        ("341024000000", None),
        ("341024100001007", None),
    ],
)
def test_the_digits_say_what_a_unit_is_whatever_its_name(code: str, label: str | None) -> None:
    assert subkind(code) == label


@pytest.mark.parametrize(
    ("code", "kind", "part"),
    [
        ("34102410000", "township", "应为 12 位，实为 11 位"),
        ("3410241000000", "township", "应为 12 位"),
        ("34102410000x", "township", "只能由数字组成"),
        ("３４１０２４１０００００", "township", "只能由数字组成"),
        ("000000000000", "county", "全为零"),
        ("341024100001", "township", "按位数是村级，与级别“乡级”不符"),
        ("341024100001", "grid", "应为 15 位"),
        ("12", "volunteer_team", "应为 12 位"),
    ],
)
def test_a_wrong_code_is_told_in_chinese(code: str, kind: str, part: str) -> None:
    assert part in (check_code(code, kind) or "")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("341024100000", "township"),
        ("441900003000", "township"),
        ("341024100001007", "grid"),
        ("341024100001", "volunteer_team"),
    ],
)
def test_a_right_code_passes(code: str, kind: str) -> None:
    assert check_code(code, kind) is None


def test_a_code_continues_its_parents_digits() -> None:
    assert check_parent("341024100001", "341024100000") is None
    assert check_parent("441900003000", "441900000000") is None
    assert check_parent("341024100001", None) is None
    assert "应以上级代码“341024101”开头" in (check_parent("341024100001", "341024101000") or "")
    assert "应比上级代码" in (check_parent("341024100000", "341024100000") or "")
