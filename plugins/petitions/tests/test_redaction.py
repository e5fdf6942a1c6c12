"""What leads to a person or a door is taken out of a text; what does not, stays."""

import pytest

from qimen_petitions.redaction import Redactor


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打 13800006721 找我", "请打 × 找我"),
        ("电话138 0000 6721，或138-0000-6721", "电话×，或×"),
        ("座机0559-4512345", "座机×"),
        ("电话１３８００００６７２１", "电话×"),
        ("一三八零零零零六七二一", "×"),
        ("身份证99010119900101123X", "身份证×"),
        ("卡号6222 0000 1111 2222", "卡号×"),
        ("邮箱 who.am-i@example.com", "邮箱 ×"),
        ("微信号：zhang_3abc", "微信号：×"),
        ("车牌皖J12345占道", "车牌×占道"),
        ("东门小区3栋2单元501室漏水", "东门小区×栋×单元×室漏水"),
        ("三栋二单元楼道灯坏", "×栋×单元楼道灯坏"),
        ("住3-2-501", "住×"),
        ("12#楼前", "×楼前"),
        ("文峰路112号门前", "文峰路×号门前"),
        ("B座电梯", "×座电梯"),
        ("5楼的王女士", "×楼的某女士"),
        ("我叫刘大壮", "我叫某某"),
        ("联系人：欧阳修", "联系人：某某"),
        ("业主陈文华反映", "业主某某反映"),
        ("李书记已安排", "某书记已安排"),
    ],
)
def test_it_is_taken_out(text: str, shown: str) -> None:
    assert Redactor().redacted(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05 已修好，11月12号复查",
        "3路公交站牌歪了",
        "更换路灯 2 盏，用时 3 天，花费 12000 元",
        "居民高度关注井盖",
        "请拨打 12345 或 110",
        "十一月三号处理",
        "第三单元测验",
        "一百元",
    ],
)
def test_it_stays(text: str) -> None:
    assert Redactor().redacted(text) == text


def test_known_names_are_taken_out_wherever_they_stand() -> None:
    redactor = Redactor(["沙和尚", "沙和", "甲"])
    assert redactor.redacted("已由沙和尚和紫霞处理", ["紫霞"]) == "已由某某和某某处理"
    # The control: nobody knows the name, so the rules leave it.
    assert "沙和尚" in Redactor().redacted("已由沙和尚处理")
