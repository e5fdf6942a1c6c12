"""Tracking codes: 60 bits, read as people type them."""

import pytest

from qimen_petitions.tracking import code_from, format_code, normalise_code, phone_tail


def test_a_code_is_twelve_characters_of_crockford_from_sixty_bits() -> None:
    assert code_from("0" * 64) == "000000000000"
    assert code_from("f" * 64) == "ZZZZZZZZZZZZ"
    assert code_from("0" * 14 + "1" + "f" * 49) == "000000000001"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ABCD-EFGH-JKMN", "ABCDEFGHJKMN"),
        (" abcd efgh jkmn ", "ABCDEFGHJKMN"),
        ("il0o-1234-5678", "110012345678"),
        ("ABCD-EFGH-JKM", ""),
        ("ABCD-EFGH-JKMU", ""),
        ("一二三四五六七八九十十一", ""),
        ("", ""),
    ],
)
def test_typed_codes_are_read_kindly(typed: str, code: str) -> None:
    assert normalise_code(typed) == code


def test_codes_are_shown_in_groups_of_four() -> None:
    assert format_code("ABCDEFGHJKMN") == "ABCD-EFGH-JKMN"


@pytest.mark.parametrize(
    ("phone", "tail"),
    [("13800006721", "6721"), ("0559-4512345", "2345"), ("672", ""), ("١٢٣٤", ""), ("", "")],
)
def test_the_tail_is_the_last_four_digits(phone: str, tail: str) -> None:
    assert phone_tail(phone) == tail
