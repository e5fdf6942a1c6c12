"""What may be asked for: the categories as services, and what each wants to know."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from qimen_core import OrgUnit, scope, scoped, translations
from qimen_core.org.paths import under
from qimen_core.org.queries import Unit
from qimen_petitions.categories import scheme
from qimen_petitions.models import Category
from qimen_petitions.open311.calls import ADDRESS, Call, absolute, place_of_call
from qimen_petitions.open311.documents import FORMATS, Document, Value
from qimen_petitions.open311.refusals import Problem, Refused
from qimen_petitions.permissions import PUBLISHED
from qimen_petitions.rules import KIND_LABELS
from qimen_petitions.settings import PetitionSettings

__all__ = [
    "COMMUNITY",
    "DISCLOSURE",
    "communities_of",
    "definition",
    "discovery",
    "offered_service",
    "services",
]

_ = translations("qimen_petitions")

COMMUNITY, DISCLOSURE = "community", "disclosure"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
_MOST_PLACES = 1000

_unit: Any = OrgUnit.__table__.c  # type: ignore[attr-defined]


def discovery(call: Call) -> Document:
    """Return where the interface stands, for clients that begin there."""
    changed = _changeset(call)
    mine: Mapping[str, Value] = {
        "specification": SPECIFICATION,
        "url": absolute(call.request, ADDRESS),
        "changeset": changed,
        "type": "production",
        "formats": [kind.partition(";")[0] for kind in FORMATS.values()],
    }
    return Document(
        "discovery",
        {
            "changeset": changed,
            "contact": str(_("请联系所在县的民意直通车管理人员")),
            "key_service": str(_("向所在县的民意直通车管理人员申请 api_key；查询不需要 api_key")),
            "endpoints": [mine],
        },
    )


def services(call: Call) -> Document:
    """Return every active category that has a heading.

    Raises:
        Refused: See ``place_of_call``.
    """
    unit = place_of_call(call)
    rows = scheme(call.request.session)
    headings = {row.code: row.label for row in rows}
    settings = call.ctx.setting(PetitionSettings, unit.path)
    return Document(
        "services",
        [
            _service(row, headings.get(row.parent, ""), settings)
            for row in rows
            if row.parent and row.active
        ],
    )


def definition(call: Call) -> Document:
    """Return what a service wants to know beyond the words.

    Raises:
        Refused: There is no such service (404), or see ``place_of_call``.
    """
    unit = place_of_call(call)
    found = offered_service(call, call.name)
    attributes = []
    if unit.kind != "community":
        attributes.append(_community(communities_of(call, unit), required=unit.kind == "county"))
    attributes.append(_disclosure())
    numbered = [{**each, "order": place} for place, each in enumerate(attributes, start=1)]
    return Document("service_definition", {"service_code": found.code, "attributes": numbered})


def offered_service(call: Call, code: str) -> Category:
    """Return the category of a service code.

    Raises:
        Refused: There is none (404).
    """
    found = call.request.session.get(Category, code)
    if found is None or not found.active or not found.parent:
        raise Refused(Problem(404, str(_("service_code 不存在，请先查询 services"))))
    return found


def communities_of(call: Call, unit: Unit) -> Sequence[tuple[str, str, int]]:
    """Return ``(code, name, id)`` of the communities at and below a unit that take requests."""
    wanted = (
        select(_unit.code, _unit.name, _unit.id, _unit.path)
        .where(
            under(_unit.path, unit.path),
            _unit.kind == "community",
            _unit.valid_to.is_(None),
            _unit.code.is_not(None),
        )
        .order_by(_unit.path)
        .limit(_MOST_PLACES)
    )
    with scope(call.request.session, call.ctx, PUBLISHED):
        rows = call.request.session.execute(scoped(wanted, call.ctx, PUBLISHED, _unit.path)).all()
    return [(row.code, row.name, row.id) for row in rows]


def _service(row: Category, heading: str, settings: PetitionSettings) -> Mapping[str, Value]:
    kind = KIND_LABELS.get(row.kind, "")
    description = _("{heading}：{label}（{kind}）").format(
        heading=heading, label=row.label, kind=kind
    )
    if row.urgent:
        description = _("紧急情况请直接拨打 {phone}，本接口不受理").format(
            phone=settings.emergency_phone
        )
    return {
        "service_code": row.code,
        "service_name": row.label,
        "description": str(description),
        "metadata": True,
        "type": settings.open311_answer,
        "keywords": f"{heading},{kind}",
        "group": heading,
    }


def _community(places: Sequence[tuple[str, str, int]], *, required: bool) -> dict[str, Value]:
    return {
        "variable": True,
        "code": COMMUNITY,
        "datatype": "singlevaluelist",
        "required": required,
        "datatype_description": str(_("从列表中选择；填了 address_id 的可不选")),
        "description": str(_("事情发生在哪个社区")),
        "values": [{"key": code, "name": name} for code, name, _id in places],
    }


def _disclosure() -> dict[str, Value]:
    choices = {"open": _("向办理人员显示"), "anonymous": _("不显示")}
    return {
        "variable": True,
        "code": DISCLOSURE,
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": str(_("不选视为显示")),
        "description": str(_("姓名是否向办理人员显示")),
        "values": [{"key": key, "name": str(name)} for key, name in choices.items()],
    }


def _changeset(call: Call) -> str:
    """Return a text that sorts higher after every change of the scheme: its versions summed."""
    summed = select(func.coalesce(func.sum(Category.version), 0))
    return f"{call.request.session.execute(summed).scalar_one():08d}"
