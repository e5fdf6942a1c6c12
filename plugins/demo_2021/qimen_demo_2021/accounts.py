"""One account per role of DOMAIN.md §7, and a few more where two people are needed."""

from typing import Final

from qimen_core.demo import RESIDENT, DemoUser

__all__ = ["ACCOUNTS", "PASSWORD"]

PASSWORD: Final = "Qimen@2021demo"  # noqa: S105 (printed on purpose, refused outside the demo)
"""Every demo account's password: long and mixed enough for every policy profile, and public."""

_DONGJIE = "341024100001"
_NEIHEJIE = "341024100002"
_QISHAN = "341024100000"
_PINGLI = "341024103000"
_COUNTY = "341024000000"

ACCOUNTS: Final = (
    DemoUser("dongjie", "community_clerk", _DONGJIE, "社区工作者"),
    # Who handled a matter does not call back, so the community has two clerks.
    DemoUser("dongjie2", "community_clerk", _DONGJIE, "社区工作者", 1),
    DemoUser("neihejie", "community_clerk", _NEIHEJIE, "社区工作者"),
    DemoUser("wanggeyuan", "grid_worker", _DONGJIE, "网格员"),
    DemoUser("wanggezhang", "grid_leader", _DONGJIE, "网格长"),
    DemoUser("dangjianban", "township_office", _QISHAN, "镇党建办工作人员"),
    DemoUser("qishanzhen", "township_admin", _QISHAN, "乡镇管理员"),
    DemoUser("pinglizhen", "township_admin", _PINGLI, "乡镇管理员"),
    DemoUser("xianji", "county_office", _COUNTY, "县委组织部工作人员"),
    DemoUser("zhujianju", "unit_clerk", "zhujian", "部门经办人"),
    DemoUser("chengguanju", "unit_clerk", "chengguan", "部门经办人"),
    DemoUser("zhudidanwei", "unit_contact", _DONGJIE, "驻地单位联系人"),
    DemoUser("wuye", "unit_contact", "wuye", "物业项目经理"),
    DemoUser("yeweihui", "unit_contact", "yeweihui", "业委会主任"),
    DemoUser("dangyuan", "member", _DONGJIE, RESIDENT),
    DemoUser("sysadmin", "sysadmin", _COUNTY, "系统管理员"),
    DemoUser("secadmin", "secadmin", _COUNTY, "安全管理员"),
    DemoUser("auditor", "auditor", _COUNTY, "审计员"),
)
