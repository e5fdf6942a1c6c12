"""The emergencies that ship: whom to call, for what; editable afterwards."""

# lint-ok-file: chinese -- the default scheme, editable data

from dataclasses import dataclass

__all__ = ["EMERGENCIES", "HEADING", "EmergencyRow"]

HEADING = ("emergency", "紧急情况")
_STATE = "全国统一紧急电话"


@dataclass(frozen=True, slots=True)
class EmergencyRow:
    """One emergency as it is seeded.

    Args:
        code: Its category.
        label: The category's name.
        phone: The number to call.
        answers: Who answers there.
        source: Where the number comes from.
    """

    code: str
    label: str
    phone: str
    answers: str
    source: str = _STATE


EMERGENCIES: tuple[EmergencyRow, ...] = (
    EmergencyRow("emergency.fire", "火灾、被困", "119", "消防救援"),
    EmergencyRow("emergency.crime", "正在发生的违法犯罪、人身危险", "110", "公安报警"),
    EmergencyRow("emergency.health", "急病、受伤", "120", "医疗急救"),
    EmergencyRow("emergency.traffic", "交通事故", "122", "交通事故报警"),
    EmergencyRow(
        "emergency.gas", "燃气泄漏", "119", "消防救援",
        "全国统一紧急电话；请改为或加上本地燃气公司的抢修电话",
    ),
    EmergencyRow(
        "emergency.power", "电线落地、触电危险", "95598", "供电抢修", "国家电网全国统一服务热线"
    ),
)  # fmt: skip
