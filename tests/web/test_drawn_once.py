"""What the shell's templates draw once and keep, and what they escape all the same."""

import pytest
from jinja2 import DictLoader, Environment

from qimen_core import Qimen
from qimen_core.i18n import using_language
from qimen_web.app import make_shell
from qimen_web.list_spec import KeptOptions

TEMPLATES = {
    "row.html": "{% macro row(values, bulk) %}"
    "<td>{{ values[0] }}{{ seen(values) }}</td>{% endmacro %}",
    "list.html": "{% from 'row.html' import row %}{{ rows|drawn_by(row, true) }}",
    "loop.html": "{% macro cell(v) %}[{{ v }}]{% endmacro %}"
    "{% for v in rows %}{{ cell(v) }}{{ loop.index }}{% endfor %}",
}


@pytest.fixture
def drawn() -> list[object]:
    """The rows that a macro was asked to draw."""
    return []


@pytest.fixture
def environment(qimen: Qimen, drawn: list[object]) -> Environment:
    """The shell's environment over three templates of this module."""
    made = make_shell(qimen).environment
    made.loader = DictLoader(TEMPLATES)
    made.globals["seen"] = lambda row: drawn.append(row) or ""
    return made


def test_a_row_is_drawn_once_for_as_long_as_it_says_the_same(
    environment: Environment, drawn: list[object]
) -> None:
    page = environment.get_template("list.html")
    first = page.render(rows=[("甲", 1), ("乙", 2)])
    assert page.render(rows=[("甲", 1), ("乙", 2)]) == first == "<td>甲</td><td>乙</td>"
    assert page.render(rows=[("乙", 2), ("甲", 3)]) == "<td>乙</td><td>甲</td>"
    assert drawn == [("甲", 1), ("乙", 2), ("甲", 3)]


def test_a_row_is_drawn_for_each_language(environment: Environment, drawn: list[object]) -> None:
    page = environment.get_template("list.html")
    page.render(rows=[("甲",)])
    with using_language("en"):
        page.render(rows=[("甲",)])
    assert drawn == [("甲",), ("甲",)]


def test_a_kept_row_is_escaped_and_not_escaped_twice(environment: Environment) -> None:
    page = environment.get_template("list.html")
    for _again in range(2):
        assert page.render(rows=[("<b>&",)]) == "<td>&lt;b&gt;&amp;</td>"


def test_macros_are_called_in_loops_and_escape_there_too(environment: Environment) -> None:
    page = environment.get_template("loop.html")
    assert page.render(rows=["<i>", "甲"]) == "[&lt;i&gt;]1[甲]2"


def test_kept_options_are_equal_to_and_hashed_as_what_they_hold() -> None:
    pairs = (("1", "城东社区"), ("2", "柳溪镇"))
    assert KeptOptions(pairs) == pairs
    assert {KeptOptions(pairs), KeptOptions(pairs[:1])} == {pairs, pairs[:1]}
