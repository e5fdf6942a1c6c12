"""The tokeniser and the pinyin initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qimen_core.pinyin import initials, name_initials
from qimen_core.search import normalise, parse_query, tokenise


def test_chinese_becomes_bigrams_and_a_last_character_words_stay_whole() -> None:
    assert tokenise("东街社区3号楼，WiFi坏了") == [
        "东街", "街社", "社区", "区", "3", "号楼", "楼", "wifi", "坏了", "了"
    ]  # fmt: skip


def test_full_width_and_case_and_punctuation_make_no_difference() -> None:
    assert tokenise("ＡＢＣ　１２３") == tokenise("abc 123") == ["abc", "123"]
    assert normalise("东街·社区（3号）") == "东街 社区 3 号"


def test_rare_characters_outside_the_basic_plane_are_characters_too() -> None:
    assert tokenise("𠮷田〇") == ["𠮷田", "田〇", "〇"]
    assert parse_query("𠮷田").phrases == (("𠮷田",),)


def test_a_query_of_one_character_is_a_prefix_and_a_long_one_is_a_phrase() -> None:
    assert parse_query("区").phrases == (("区*",),)
    assert parse_query("东街社区 3").phrases == (("东街", "街社", "社区"), ("3*",))
    assert parse_query("东街社区").needles == ("东街社区",)
    assert not parse_query(" ，。*\"' ")


@given(st.text(max_size=60))
def test_no_text_makes_a_token_that_could_leave_its_quotes(text: str) -> None:
    query = parse_query(text)
    tokens = [*tokenise(text), *(token.rstrip("*") for phrase in query.phrases for token in phrase)]
    for token in tokens:
        assert token
        assert not set(token) & set("\"'*\\ \t\n:&|!()<>-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("东街社区", "djsq"),
        ("祁门县", "qmx"),
        ("A区3号", "aq3h"),
        ("歙县", "sx"),
        ("重庆路", "cql"),
        ("", ""),
    ],
)
def test_initials_of_places(text: str, expected: str) -> None:
    assert initials(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("单雄信", "sxx"),
        ("曾国藩", "zgf"),
        ("单于明", "cym"),
        ("区小明", "oxm"),
        ("张三", "zs"),
        ("仇英", "qy"),
    ],
)
def test_surnames_are_read_as_surnames(name: str, expected: str) -> None:
    assert name_initials(name) == expected
