"""Which words speak for which category of the scheme that ships, where no model was trained."""

# lint-ok-file: chinese -- words looked for in what residents say, not shown as such

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["KEYWORDS", "KeywordGuess", "by_keywords"]

KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "estate.service": ("物业", "保安", "门禁", "绿化带", "物业公司", "不作为"),
    "estate.lift": ("电梯", "消防栓", "水泵", "单元门", "对讲", "监控"),
    "estate.fund": ("维修资金", "物业费", "收费", "公共收益", "停车费", "押金"),
    "clean.waste": ("垃圾", "垃圾桶", "清运", "保洁", "堆放", "杂物"),
    "clean.sewage": ("公厕", "污水", "化粪池", "下水道", "臭味", "外溢"),
    "clean.noise": ("噪音", "噪声", "油烟", "广场舞", "扰民", "烧烤", "施工"),
    "road.surface": ("路面", "井盖", "坑洼", "破损", "塌陷", "积水", "硬化"),
    "road.lamp": ("路灯", "不亮", "照明", "楼道灯"),
    "road.parking": ("停车", "车位", "乱停", "占道", "僵尸车", "充电桩"),
    "utility.water": ("停水", "自来水", "水压", "水管", "排水", "水质"),
    "utility.power": ("停电", "电线", "电压", "宽带", "信号", "变压器", "网络"),
    "utility.gas": ("燃气", "煤气", "天然气", "漏气", "液化气"),
    "house.illegal": ("违建", "违法搭建", "搭建", "阳光房", "私搭", "承重墙"),
    "house.leak": ("漏水", "渗水", "渗漏", "屋顶", "外墙"),
    "house.renewal": ("改造", "老旧小区", "加装电梯", "翻新", "雨污分流"),
    "safety.fire": ("消防", "火灾", "起火", "消防通道", "飞线", "灭火器"),
    "safety.order": ("偷", "盗", "打架", "治安", "赌博", "诈骗", "传销"),
    "safety.falling": ("高空", "坠物", "抛物", "脱落", "掉落"),
    "welfare.aid": ("低保", "救助", "困难", "特困", "临时救助", "补助"),
    "welfare.care": ("养老", "老人", "残疾", "助餐", "护理", "无障碍"),
    "welfare.insurance": ("社保", "医保", "养老保险", "报销", "退休", "参保"),
    "culture.school": ("入学", "学位", "学区", "幼儿园", "报名", "入托"),
    "culture.sport": ("健身", "球场", "广场", "器材", "文化", "图书"),
    "culture.after": ("托管", "课后", "培训班", "补课", "暑假班"),
    "neighbour.dispute": ("邻居", "纠纷", "吵架", "楼上", "楼下", "矛盾"),
    "neighbour.pets": ("狗", "猫", "犬", "宠物", "粪便", "不牵绳"),
    "neighbour.family": ("家庭", "夫妻", "赡养", "家暴", "离婚", "子女"),
    "service.paper": ("证明", "盖章", "居住证", "手续", "材料", "户口"),
    "service.policy": ("政策", "咨询", "怎么办理", "条件", "补贴", "申请"),
    "service.advice": ("建议", "希望", "提议", "意见"),
}


@dataclass(frozen=True, slots=True)
class KeywordGuess:
    """A category and the words of the text that speak for it."""

    code: str
    words: tuple[str, ...]


def by_keywords(text: str, labels: Sequence[tuple[str, str]], most: int = 2) -> list[KeywordGuess]:
    """Return the categories whose words stand in a text, best first.

    Args:
        text: What was said.
        labels: ``(code, label)`` of the categories to choose from. Their own labels count as words
            too, so that a scheme of one's own is not without suggestions.
        most: At most so many.
    """
    found = []
    for code, label in labels:
        words = [word for word in (*KEYWORDS.get(code, ()), label) if word in text]
        told = [
            word for word in words if not any(word != other and word in other for other in words)
        ]
        if told:
            # A longer word says more, and so do two words rather than one.
            told = list(dict.fromkeys(told))
            weight = sum(len(word) for word in told)
            first = min(text.index(word) for word in told)
            found.append((-weight, first, KeywordGuess(code, tuple(told))))
    found.sort(key=lambda entry: entry[:2])  # of two alike, what was said first
    return [guess for *_order, guess in found[:most]]
