"""What clerks write into cells."""

from datetime import date, datetime

import pytest

from qimen_core.excel.values import (
    BadCell,
    as_bool,
    as_date,
    as_id_number,
    as_int,
    as_phones,
    as_text,
)

DAY = date(2021, 3, 5)


@pytest.mark.parametrize(
    "written",
    [
        DAY,
        datetime(2021, 3, 5, 9, 30),  # noqa: DTZ001
        44260,
        44260.0,
        44260.4,
        "44260",
        20210305,
        20210305.0,
        "20210305",
        "2021-3-5",
        "2021-03-05",
        "2021/3/5",
        "2021.3.5",
        "2021年3月5日",
        "2021 年 3 月 5 日",
        "２０２１－０３－０５",
        "2021-03-05 00:00:00",
        "2021-03-05T09:30",
    ],
)
def test_a_day_is_read_in_every_usual_form(written: object) -> None:
    assert as_date(written) == DAY


@pytest.mark.parametrize(
    "written",
    [
        "2021-13-05",
        "20210230",
        "2021-3",
        "2021年",
        "85-3-5",
        "昨天",
        "1021-3-5",
        0,
        -3,
        2021.03,
        True,
    ],
)
def test_what_is_no_full_day_is_refused_with_a_remedy(written: object) -> None:
    with pytest.raises(BadCell) as refused:
        as_date(written)
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("written", "read"),
    [(13800000000.0, "13800000000"), (7, "7"), (1.5, "1.5"), (" 张三 ", "张三"), (True, "是")],
)
def test_numbers_become_the_text_that_the_clerk_sees(written: object, read: str) -> None:
    assert as_text(written) == read


def test_an_id_number_that_excel_rounded_is_told_apart_from_a_wrong_one() -> None:
    assert as_id_number("11010519491231002x") == "11010519491231002X"
    for rounded in (1.1010519491231e17, 110105194912310000, "1.10105E+17", "110105194912310000"):
        with pytest.raises(BadCell, match="四舍五入"):
            as_id_number(rounded)
    with pytest.raises(BadCell, match="不正确"):
        as_id_number("110105194912310021")
    with pytest.raises(BadCell, match="15 位"):
        as_id_number("110105491231002")


def test_phones_joined_in_one_cell_are_taken_apart() -> None:
    assert as_phones("13800000000；0559-4512345") == ["13800000000", "05594512345"]
    assert as_phones(13800000000.0) == ["13800000000"]
    assert as_phones(None) == []
    for wrong in ("1380000000", "138000000001", "12345", "电话"):
        with pytest.raises(BadCell):
            as_phones(wrong)


def test_whole_numbers_and_yes_and_no() -> None:
    assert [as_int(value) for value in (3, 3.0, "3", "１２", "1,200", None)] == [
        3,
        3,
        3,
        12,
        1200,
        None,
    ]
    for wrong in ("3.5", "三", "3户", 2.5, True):
        with pytest.raises(BadCell):
            as_int(wrong)
    assert [as_bool(value) for value in ("是", "√", 1.0, "Y", True)] == [True] * 5
    assert [as_bool(value) for value in ("否", "×", 0, "no", False)] == [False] * 5
    with pytest.raises(BadCell):
        as_bool("可能")
