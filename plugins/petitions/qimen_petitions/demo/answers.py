"""Reply templates of the demo: two of the county for everybody, one of each community."""

from sqlalchemy import select

from qimen_core import Context, OrgUnit, scope, unit_of_work
from qimen_petitions.answering.models import ReplyTemplate
from qimen_petitions.answering.templates import MANAGE

__all__ = ["seed_templates"]

_COUNTY = (
    (
        "已办好",
        "{称呼}：您于{提交日期}反映的“{事项}”（编号{编号}）已由{主办单位}办理。"
        "办理情况：【请写明做了什么、做到哪一步】。感谢您的监督，欢迎对办理结果作出评价。",
    ),
    (
        "需要时间",
        "{称呼}：您反映的“{事项}”（编号{编号}）已由{主办单位}现场查看。"
        "因【请写明原因】，计划于【日期】前完成，完成后再告知您。",
    ),
)
_COMMUNITY = (
    "解释说明",
    "{称呼}：关于您反映的“{事项}”（编号{编号}），{属地}解释如下：【请写明政策依据和办理途径】。"
    "还有不清楚的，欢迎到社区党群服务中心当面询问。",
)


def seed_templates(ctx: Context) -> None:
    """Write the templates, in one unit of work; the order is that of the units."""
    with scope(ctx.session, ctx, "core.org.read"):
        units = ctx.session.execute(
            select(OrgUnit.id, OrgUnit.path, OrgUnit.kind)  # type: ignore[call-overload]
            .where(OrgUnit.kind.in_(("county", "community")))  # type: ignore[attr-defined]
            .order_by(OrgUnit.path)
        ).all()
    with unit_of_work(ctx, MANAGE, subject="petitions_reply_template") as uow:
        for org_id, path, kind in units:
            for name, text in _COUNTY if kind == "county" else (_COMMUNITY,):
                place = {"org_id": org_id, "org_path": path}
                uow.session.add(ReplyTemplate(name=name, text=text, **place))
