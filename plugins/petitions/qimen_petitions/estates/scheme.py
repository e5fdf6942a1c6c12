"""The items that ship: an editable example, each with where it comes from."""

# lint-ok-file: chinese -- the default items, editable data

from dataclasses import dataclass

__all__ = ["ITEMS", "ItemRow"]

_SOURCE = "示例，可按本地办法修改；事项参照《物业管理条例》和普通住宅小区物业管理服务等级标准的内容"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item as it is seeded.

    Args:
        code: Stable identifier.
        label: What is scored, on screen.
        hint: What belongs to it, for the resident.
        weight: Its share among the others, in hundredths as shipped.
        source: Where item and weight come from.
    """

    code: str
    label: str
    hint: str
    weight: int
    source: str = _SOURCE


ITEMS: tuple[ItemRow, ...] = (
    ItemRow("clean", "清洁卫生", "楼道、电梯、路面、垃圾桶", 20),
    ItemRow("order", "秩序安全", "门岗、巡查、停车、消防通道", 20),
    ItemRow("repair", "维修养护", "报修是否及时，电梯、路灯、水泵是否完好", 20),
    ItemRow("green", "绿化养护", "修剪、补种、有无毁绿占绿", 10),
    ItemRow("fees", "收费公开", "收费标准、公共收益是否张贴公开", 15),
    ItemRow("complaints", "投诉处理", "找得到人，说了有回音", 15),
)
