"""Reply templates: those that hold at a unit, its own first, and keeping them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select, update

from qimen_core import (
    Conflict,
    Context,
    NotFound,
    OrgUnit,
    UnitOfWork,
    scope,
    scoped,
    translations,
    unit_of_work,
)
from qimen_core.org.paths import ancestors
from qimen_core.org.queries import Unit, get_unit, names_of
from qimen_petitions.answering.forms import TemplateForm
from qimen_petitions.answering.models import ReplyTemplate
from qimen_petitions.units import UnitChoice

__all__ = [
    "MANAGE",
    "TemplateFacts",
    "TemplatePage",
    "all_templates",
    "get_template",
    "save_template",
    "template_units",
    "templates_at",
]

_ = translations("qimen_petitions")

MANAGE = "petitions.template.manage"
READ = "petitions.order.read"
_KINDS = ("county", "township", "community", "department")
_MOST = 300
_template: Any = ReplyTemplate.__table__.c  # type: ignore[attr-defined]
_unit: Any = OrgUnit.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """A template as lists show it; ``mine`` may be changed by the reader."""

    id: int
    name: str
    unit: str
    category: str
    text: str
    active: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """The templates that a reader keeps, and those that come from above."""

    mine: tuple[TemplateFacts, ...]
    above: tuple[TemplateFacts, ...]


def templates_at(ctx: Context, path: str, category: str = "") -> list[TemplateFacts]:
    """Return the active templates that hold at a unit: of its own first, then of those above.

    Within each unit those made for the category come first, then those for any, then the others.
    Templates of units above are read whatever the actor's reach.
    """
    fits = case((_template.category == "", 1), (_template.category == category, 0), else_=2)
    wanted = (
        select(ReplyTemplate)
        .where(_template.org_path.in_(ancestors(path)), _template.active.is_(True))
        .order_by(_template.org_path.desc(), fits, _template.name, _template.id)
        .limit(_MOST)
    )
    everything = ctx.qimen.system_context(ctx.session)
    with scope(ctx.session, everything, READ):
        rows = list(ctx.session.scalars(wanted))
    return _facts(ctx, rows)


def all_templates(ctx: Context) -> TemplatePage:
    """Return every template that the actor keeps, and the active ones that come from above."""
    mine = select(ReplyTemplate).order_by(
        _template.active.desc(), _template.org_path, _template.name
    )
    with scope(ctx.session, ctx, MANAGE):
        kept = list(ctx.session.scalars(mine.limit(_MOST)))
    tops = [path for path in ctx.reach(MANAGE) if path]
    above = {path for top in tops for path in ancestors(top)[:-1]}
    inherited = mine.where(_template.org_path.in_(above), _template.active.is_(True))
    everything = ctx.qimen.system_context(ctx.session)
    with scope(ctx.session, everything, READ):
        rows = list(ctx.session.scalars(inherited.limit(_MOST))) if above else []
    return TemplatePage(tuple(_facts(ctx, kept)), tuple(_facts(ctx, rows)))


def get_template(ctx: Context, template_id: int, permission: str = MANAGE) -> ReplyTemplate:
    """Return a template in the actor's reach.

    Raises:
        NotFound: There is none, or it is out of reach.
    """
    with scope(ctx.session, ctx, permission):
        found = ctx.session.get(ReplyTemplate, template_id)
    if found is None:
        raise NotFound(_("没有找到这个答复模板，或不在您的管辖范围内"))
    return found


def template_units(ctx: Context) -> list[UnitChoice]:
    """Return the units for which the actor may keep templates."""
    wanted = (
        select(_unit.id, _unit.path, _unit.name)
        .where(_unit.kind.in_(_KINDS), _unit.valid_to.is_(None))
        .order_by(_unit.path)
        .limit(_MOST)
    )
    rows = ctx.session.execute(scoped(wanted, ctx, MANAGE, _unit.path))
    return [UnitChoice(*row) for row in rows]


def save_template(ctx: Context, typed: TemplateForm, template_id: int | None = None) -> int:
    """Write a new template, or change one, and return its id.

    Raises:
        NotFound: The template or the unit is out of reach.
        Conflict: Somebody else changed it since the form was opened.
    """
    with scope(ctx.session, ctx, MANAGE):
        unit = get_unit(ctx, typed.unit_id)
    subject = f"petitions_reply_template:{template_id or 'new'}"
    with unit_of_work(ctx, MANAGE, subject=subject, unit=unit.path) as uow:
        if template_id is not None:
            _change(uow, template_id, unit, typed)
            return template_id
        row = ReplyTemplate(
            org_id=unit.id,
            org_path=unit.path,
            name=typed.name,
            category=typed.category,
            text=typed.text,
            active=typed.active,
        )
        uow.session.add(row)
        uow.session.flush()
        assert row.id is not None
        return row.id


def _change(uow: UnitOfWork, template_id: int, unit: Unit, typed: TemplateForm) -> None:
    stored = uow.session.get(ReplyTemplate, template_id)
    if stored is None:
        raise NotFound(_("没有找到这个答复模板，或不在您的管辖范围内"))
    current = stored.model_dump()
    changed = uow.claim(
        update(ReplyTemplate)
        .where(_template.id == template_id, _template.version == typed.version)
        .values(
            org_id=unit.id,
            org_path=unit.path,
            name=typed.name,
            category=typed.category,
            text=typed.text,
            active=typed.active,
            version=typed.version + 1,
        )
    )
    if not changed:
        text = _("模板“{name}”刚被他人修改，请刷新后再改").format(name=current["name"])
        raise Conflict(text, current=current, submitted=typed.model_dump())


def _facts(ctx: Context, rows: list[ReplyTemplate]) -> list[TemplateFacts]:
    names = names_of(ctx, (row.org_path for row in rows))
    return [
        TemplateFacts(
            id=row.id or 0,
            name=row.name,
            unit=names.get(row.org_path, ""),
            category=row.category,
            text=row.text,
            active=row.active,
            mine=ctx.can(MANAGE, row.org_path),
        )
        for row in rows
    ]
