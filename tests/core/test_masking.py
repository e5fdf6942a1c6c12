"""What is left of personal data on screen."""

import pytest

from qimen_core.db.encrypted import Secret
from qimen_core.privacy.masking import mask
from qimen_core.privacy.normal import is_id_number, is_mobile, normal_id_number, normal_phone


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("name", "张三", "张*"),
        ("name", "李小明", "李**"),
        ("name", "欧阳修", "欧阳*"),
        ("name", "欧阳", "欧*"),
        ("name", "张", "张*"),
        ("phone", "13812340000", "138****0000"),
        ("phone", "+86 138-1234-0000", "138****0000"),
        ("phone", "0559-4512345", "********345"),
        ("phone", "110", "***"),
        ("id_number", "341024199001011234", "3410**********1234"),
        ("id_number", "34102419900101123X", "3410**********123X"),
        ("id_number", "1234", "***"),
        (
            "address",
            "安徽省祁门县祁山镇东街社区中山路12号3栋",
            "安徽省祁门县祁山镇东街社区中山路****",
        ),
        ("address", "金字牌镇金陶村", "金字牌镇****"),
        ("address", "阳光花园3栋", "****"),
        ("hidden", "sealed", "***"),
        ("plain", "男", "男"),
    ],
)
def test_each_kind_keeps_only_what_the_rule_says(kind: str, value: str, shown: str) -> None:
    assert mask(kind, value) == shown  # type: ignore[arg-type]
    assert mask(kind, Secret(value)) == shown  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["name", "phone", "id_number", "address", "hidden", "plain"])
def test_nothing_shows_as_nothing(kind: str) -> None:
    assert mask(kind, None) == mask(kind, "") == ""  # type: ignore[arg-type]


def test_phones_and_id_numbers_have_one_form() -> None:
    assert normal_phone(" +86 138-0000-0000 ") == "13800000000"
    assert normal_phone("（0559）451 2345") == "05594512345"
    assert normal_phone("１３８００００００００") == "13800000000"
    assert normal_id_number("34102419900101123x ") == "34102419900101123X"
    assert is_mobile("138 0000 0000")
    assert not is_mobile("0559-4512345")


def test_an_id_number_needs_its_check_digit_and_a_real_birthday() -> None:
    assert is_id_number("11010519491231002X")
    assert not is_id_number("110105194912310021")
    assert not is_id_number("11010519491331002X")
    assert not is_id_number("")
