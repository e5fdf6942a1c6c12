"""Which places a text names, and whether two texts speak of one."""

import pytest

from qimen_petitions.analysis.places import agree, place_label, places_of


@pytest.fixture(autouse=True)
def calendar() -> None:
    """Nothing here asks a database, so none is made."""


@pytest.mark.parametrize(
    ("text", "estate"),
    [
        ("请解决丽景新城东门的积水", "丽景新城"),
        ("反映A3区望山路锦绣花园一楼油烟", "锦绣花园"),
        ("我住在梅山小区3栋", "梅山小区"),
        ("金桂苑小区停水三天", "金桂苑"),
    ],
)
def test_an_estate_is_named_without_what_stands_before_it(text: str, estate: str) -> None:
    assert list(places_of(text).estates.values()) == [estate]


@pytest.mark.parametrize(
    "text",
    ["整个小区没有水", "区政府的答复", "农村的路", "孩子上幼儿园", "进入小区要登记", "城市公园"],
)
def test_a_word_of_speech_is_no_name(text: str) -> None:
    places = places_of(text)
    assert not places.estates
    assert not places.areas


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("丽景新城门口油烟扰民", "请解决丽景新城小区油烟扰民", True),
        ("丽景新城门口油烟扰民", "梅山家园门口油烟扰民", False),
        ("望山路丽景新城油烟", "望山路梅山家园油烟", False),
        ("望山路一直没有路灯", "请修望山路的路灯", True),
        ("锦绣东方小区外墙渗水", "锦绣东方的外墙渗水了", True),
        ("路灯不亮", "丽景新城路灯不亮", None),
        ("A3区路灯不亮", "A5区路灯不亮", False),
        ("A市路灯不亮", "A5区路灯不亮", None),
    ],
)
def test_two_texts_of_one_place(one: str, other: str, expected: bool | None) -> None:
    assert agree(places_of(one), places_of(other)) is expected
    assert agree(places_of(other), places_of(one)) is expected


def test_the_shorter_spelling_is_shown() -> None:
    one, other = places_of("请解决丽景新城油烟"), places_of("丽景新城小区油烟")
    assert place_label(one, other) == "丽景新城"
    assert place_label(one, places_of("梅山家园油烟")) == ""
