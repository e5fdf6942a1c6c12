"""Moments in every form that lists use; what could mean two things is refused."""

from datetime import date, datetime

import pytest

from qimen_core import LOCAL
from qimen_core.excel import BadCell
from qimen_petitions.gathering.moments import as_moment

MORNING = datetime(2021, 3, 4, 10, 5, tzinfo=LOCAL)
AFTERNOON = datetime(2021, 3, 4, 15, 5, 9, tzinfo=LOCAL)
MIDNIGHT = datetime(2021, 3, 4, tzinfo=LOCAL)


READ: tuple[tuple[object, datetime], ...] = (
    ("2021-3-4", MIDNIGHT),
    ("2021/03/04 10:05", MORNING),
    ("2021.3.4 10:05:00", MORNING),
    ("2021年3月4日", MIDNIGHT),
    ("2021年3月4日10时5分", MORNING),
    ("2021年3月4日 上午10点05分", MORNING),
    ("2021年03月04日 星期四 10:05", MORNING),
    ("20210304", MIDNIGHT),
    (20210304, MIDNIGHT),
    (20210304.0, MIDNIGHT),
    ("20210304100500", MORNING),
    ("202103041005", MORNING),
    ("20210304 10:05", MORNING),
    (44259, MIDNIGHT),
    (44259.42013888889, MORNING),
    ("44259.42013888889", MORNING),
    ("2021-03-04 下午 3:05:09", AFTERNOON),
    ("2021-03-04 下午3:05:09", AFTERNOON),
    ("2021/3/4 3:05:09 PM", AFTERNOON),
    ("2021-03-04 15:05:09.000", AFTERNOON),
    ("2021-03-04T15:05:09", AFTERNOON),
    ("2021-03-04T07:05:09Z", AFTERNOON),
    ("2021-03-04T07:05:09+00:00", AFTERNOON),
    ("2021-03-04 15:05:09 +0800", AFTERNOON),
    ("Thu, 04 Mar 2021 15:05:09 +0800", AFTERNOON),
    ("Thu, 04 Mar 2021 07:05:09 GMT", AFTERNOON),
    ("Mar 4, 2021 3:05:09 PM", AFTERNOON),
    ("4 Mar 2021", MIDNIGHT),
    ("04-Mar-2021 10:05", MORNING),
    ("２０２１－０３－０４　１０：０５", MORNING),
    (1614841509, AFTERNOON),
    ("1614841509000", AFTERNOON),
    ("25/3/2021", datetime(2021, 3, 25, tzinfo=LOCAL)),
    ("2021-03-04 上午12:05", datetime(2021, 3, 4, 0, 5, tzinfo=LOCAL)),
    ("2021-03-04 中午12:05", datetime(2021, 3, 4, 12, 5, tzinfo=LOCAL)),
    ("2021-03-04 12:05 AM", datetime(2021, 3, 4, 0, 5, tzinfo=LOCAL)),
    ("2021-03-04 晚上8点半", datetime(2021, 3, 4, 20, 30, tzinfo=LOCAL)),
    ("2021-03-04 24:00", datetime(2021, 3, 5, tzinfo=LOCAL)),
    (date(2021, 3, 4), MIDNIGHT),
    (datetime(2021, 3, 4, 10, 5), MORNING),  # noqa: DTZ001
)


REFUSED: tuple[tuple[object, str], ...] = (
    ("3/4/2021", "哪个是月"),
    ("21-3-4", "看不懂"),
    ("3月4日", "看不懂"),
    ("前天", "看不懂"),
    ("", "看不懂"),
    ("2021-02-30", "没有这个日期"),
    ("2021-03-04 25:00", "没有这个日期或时刻"),
    ("2021-03-04 10:75", "没有这个日期或时刻"),
    ("2021-03-04 某时", "看不懂"),
    ("1021-03-04", "年份不合理"),
    ("0000-00-00 00:00:00", "没有这个日期"),
    ("#VALUE!", "看不懂"),
    (True, "看不懂"),
    (3.5, "看不懂"),
    ("May", "看不懂"),
)

# One test each: no case touches the database that is made for every test here.


def test_a_moment_is_read_as_what_it_means() -> None:
    read = [(cell, as_moment(cell)) for cell, _means in READ]
    assert read == list(READ)


def test_what_is_no_moment_is_refused_with_a_remedy() -> None:
    for cell, says in REFUSED:
        with pytest.raises(BadCell, match=says) as refused:
            as_moment(cell)
        assert refused.value.remedy, cell
