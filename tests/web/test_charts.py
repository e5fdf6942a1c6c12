"""Charts: the numbers behind the drawing."""

import pytest

from qimen_web import charts


def test_a_column_is_as_high_as_its_value() -> None:
    chart = charts.bars("受理量", [("东街", 40, "/a"), ("西街", 20, None)], unit="件")
    high, low = chart.bars
    assert high.height == pytest.approx(2 * low.height, abs=0.2)
    assert high.y + high.height == pytest.approx(low.y + low.height)
    assert (high.url, low.url) == ("/a", "")
    assert chart.table == (("东街", "40"), ("西街", "20"))
    assert chart.description == "东街 40件；西街 20件"


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([58, 42], ["0", "20", "40", "60"]),
        ([3, 1], ["0", "1", "2", "3"]),
        ([0, 0], ["0", "1"]),
        ([1000], ["0", "250", "500", "750", "1000"]),
        ([0.3], ["0", "0.1", "0.2", "0.3"]),
    ],
)
def test_the_axis_has_round_numbers_from_zero(values: list[float], labels: list[str]) -> None:
    chart = charts.bars("量", [(str(at), value, None) for at, value in enumerate(values)])
    assert [tick.label for tick in chart.ticks] == labels


def test_a_series_of_another_length_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="办结"):
        charts.lines("量", ["1月", "2月"], {"办结": [1]})


def test_a_long_axis_writes_only_every_nth_label() -> None:
    labels = [str(day) for day in range(30)]
    chart = charts.lines("量", labels, {"a": list(range(30))})
    assert len(chart.labels) == 10
    assert len(chart.series[0].dots) == 30


def test_a_ratio_keeps_both_numbers_and_rounds_only_for_display() -> None:
    chart = charts.ratio("解决率", 91, 92)
    assert (chart.figure, chart.note) == ("98.9%", "91 / 92")


def test_nothing_due_is_a_dash_and_not_zero_per_cent() -> None:
    chart = charts.ratio("解决率", 0, 0)
    assert chart.figure == "—"
    assert chart.arcs == ()


def test_parts_of_a_whole_leave_no_gap_and_skip_what_is_empty() -> None:
    chart = charts.donut("类别", [("甲", 3, None), ("乙", 0, None), ("丙", 1, "/c")])
    assert len(chart.arcs) == 2
    assert chart.arcs[0].path.split()[-2:] == chart.arcs[1].path[1:].split()[:2]
    assert [part.text for part in chart.parts] == ["3", "0", "1"]
    assert chart.figure == "4"
