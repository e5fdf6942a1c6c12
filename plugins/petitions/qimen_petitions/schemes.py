"""The category scheme that ships: ten headings of three, in our own words, editable afterwards."""

# lint-ok-file: chinese -- the default scheme, editable data

from dataclasses import dataclass

__all__ = ["SCHEME", "CategoryRow"]


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category as it is seeded.

    Args:
        code: Stable identifier; ``heading.leaf`` for a leaf.
        label: Its Chinese name.
        kind: Key of the handling limit: consult, help, complaint or suggestion.
        urgent: The matter cannot wait; the urgent limit counts.
    """

    code: str
    label: str
    kind: str = "help"
    urgent: bool = False

    @property
    def parent(self) -> str:
        """Return the heading's code, ``""`` for a heading."""
        return self.code.rpartition(".")[0]


SCHEME: tuple[CategoryRow, ...] = (
    CategoryRow("estate", "物业管理", "complaint"),
    CategoryRow("estate.service", "物业服务", "complaint"),
    CategoryRow("estate.lift", "电梯和公用设备", "complaint"),
    CategoryRow("estate.fund", "维修资金和收费", "complaint"),
    CategoryRow("clean", "环境卫生", "complaint"),
    CategoryRow("clean.waste", "垃圾清运", "complaint"),
    CategoryRow("clean.sewage", "公厕和污水", "complaint"),
    CategoryRow("clean.noise", "噪声和油烟", "complaint"),
    CategoryRow("road", "道路交通"),
    CategoryRow("road.surface", "路面和井盖"),
    CategoryRow("road.lamp", "路灯照明"),
    CategoryRow("road.parking", "停车秩序", "complaint"),
    CategoryRow("utility", "水电气网"),
    CategoryRow("utility.water", "供水排水"),
    CategoryRow("utility.power", "供电和通信"),
    CategoryRow("utility.gas", "燃气", "help", urgent=True),
    CategoryRow("house", "房屋建设", "complaint"),
    CategoryRow("house.illegal", "违法搭建", "complaint"),
    CategoryRow("house.leak", "房屋漏水"),
    CategoryRow("house.renewal", "老旧小区改造", "suggestion"),
    CategoryRow("safety", "公共安全"),
    CategoryRow("safety.fire", "消防隐患", "help", urgent=True),
    CategoryRow("safety.order", "治安秩序"),
    CategoryRow("safety.falling", "高空坠物", "help", urgent=True),
    CategoryRow("welfare", "民生保障"),
    CategoryRow("welfare.aid", "低保和救助"),
    CategoryRow("welfare.care", "养老和助残"),
    CategoryRow("welfare.insurance", "社保和医保", "consult"),
    CategoryRow("culture", "教育文体", "consult"),
    CategoryRow("culture.school", "入学入托", "consult"),
    CategoryRow("culture.sport", "文体场地", "suggestion"),
    CategoryRow("culture.after", "课后托管", "consult"),
    CategoryRow("neighbour", "邻里关系"),
    CategoryRow("neighbour.dispute", "邻里纠纷"),
    CategoryRow("neighbour.pets", "宠物管理", "complaint"),
    CategoryRow("neighbour.family", "家庭调解"),
    CategoryRow("service", "社区服务", "consult"),
    CategoryRow("service.paper", "证明和手续", "consult"),
    CategoryRow("service.policy", "政策咨询", "consult"),
    CategoryRow("service.advice", "意见建议", "suggestion"),
)
