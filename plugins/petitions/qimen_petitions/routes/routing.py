"""The page of routing rules: their order, their form, a try-out, and what returns propose."""

from qimen_core import Conflict, InvalidInput, NotFound, scope, translations
from qimen_core.org.queries import Unit, get_unit
from qimen_petitions.categories import category_facts
from qimen_petitions.routing.editing import add_rule, change_rule, move_rule, set_state
from qimen_petitions.routing.forms import DecisionForm, RuleForm, StateForm, StepForm
from qimen_petitions.routing.learning import learnt_rules
from qimen_petitions.routing.reading import (
    LEAD_LABELS,
    MANAGE,
    READ_RULES,
    asked_unit,
    place_options,
    shown_rules,
    stored_rule,
    takers_at,
)
from qimen_petitions.routing.trying import try_out
from qimen_petitions.rules import KIND_LABELS
from qimen_petitions.settings import PetitionSettings
from qimen_petitions.units import chosen_unit, units_to_filter
from qimen_web import Request, Response, action, page, ui
from qimen_web.forms import Form, bind, blank

_ = translations("qimen_petitions")


@page("/petitions/routing", permission=READ_RULES)
def list_rules(request: Request) -> Response:
    """Show a unit's rules, those it inherits, and what its returns propose."""
    ctx, query = request.ctx, request.query
    unit = asked_unit(ctx, query.get("unit", ""))
    settings = ctx.setting(PetitionSettings, unit.path)
    category, place = query.get("category", "")[:40], query.get("place", "").strip()[:120]
    asked = "category" in query
    where = _within(request, unit, query.get("at", ""))
    return ui.page(
        request,
        "petitions/rules.html",
        unit=unit,
        units=_units(request, unit),
        rules=shown_rules(ctx, unit, ("active",)),
        archived=[rule for rule in shown_rules(ctx, unit, ("archived",)) if not rule.unit],
        proposals=learnt_rules(ctx, unit),
        learn_from=settings.route_learn_from,
        at_once=settings.route_at_once,
        can_manage=ctx.can(MANAGE, unit.path),
        category=category,
        place=place,
        at=str(where.id),
        places=[(str(unit.id), unit.name), *place_options(ctx, unit)],
        tried=try_out(ctx, where, category, place) if asked else None,
        asked=asked,
        categories=_categories(request),
    )


@page("/petitions/routing/new", permission=MANAGE)
def new_rule(request: Request) -> Response:
    """Show an empty form."""
    unit = asked_unit(request.ctx, request.query.get("unit", ""))
    return _form_page(request, unit, blank(RuleForm), 200)


@action("/petitions/routing/new", permission=MANAGE)
def create_rule(request: Request) -> Response:
    """Write a new rule at the end of the unit's list."""
    unit = asked_unit(request.ctx, request.query.get("unit", ""))
    form: Form[RuleForm] = bind(request, RuleForm)
    if form.valid:
        try:
            add_rule(request.ctx, unit, form.data)
            return _back(request, unit.id, _("分派规则已新增"))
        except InvalidInput as error:
            form.refuse(error)
    return _form_page(request, unit, form, 422)


@page("/petitions/routing/{rule_id:int}", permission=MANAGE)
def edit_rule(request: Request, rule_id: int) -> Response:
    """Show one rule's form."""
    unit = _unit_of(request, rule_id)
    with scope(request.session, request.ctx, MANAGE):
        row = stored_rule(request.ctx, rule_id)
        values = {name: getattr(row, name) for name in RuleForm.model_fields}
    return _form_page(request, unit, blank(RuleForm, values), 200, rule_id)


@action("/petitions/routing/{rule_id:int}", permission=MANAGE)
def save_rule(request: Request, rule_id: int) -> Response:
    """Change one rule."""
    unit = _unit_of(request, rule_id)
    form: Form[RuleForm] = bind(request, RuleForm)
    if form.valid:
        try:
            change_rule(request.ctx, rule_id, unit, form.data)
            return _back(request, unit.id, _("分派规则已保存"))
        except InvalidInput as error:
            form.refuse(error)
    return _form_page(request, unit, form, 422, rule_id)


@action("/petitions/routing/{rule_id:int}/step", permission=MANAGE)
def step_rule(request: Request, rule_id: int) -> Response:
    """Let a rule be asked one place earlier or later."""
    unit = _unit_of(request, rule_id)
    form: Form[StepForm] = bind(request, StepForm)
    if not form.valid:
        raise InvalidInput(form.errors)
    move_rule(request.ctx, rule_id, unit, -1 if form.data.step == "up" else 1)
    return _back(request, unit.id, _("顺序已调整"))


@action("/petitions/routing/{rule_id:int}/state", permission=MANAGE)
def archive_rule(request: Request, rule_id: int) -> Response:
    """Put a rule aside, or bring it back."""
    unit = _unit_of(request, rule_id)
    form: Form[StateForm] = bind(request, StateForm)
    if not form.valid:
        raise InvalidInput(form.errors)
    set_state(request.ctx, rule_id, unit, form.data.state)
    said = _("分派规则已停用") if form.data.state == "archived" else _("分派规则已恢复")
    return _back(request, unit.id, said)


@action("/petitions/routing/proposals", permission=MANAGE)
def decide_proposal(request: Request) -> Response:
    """Take on what returns propose, or put it aside; the evidence is counted anew."""
    ctx = request.ctx
    unit = asked_unit(ctx, request.query.get("unit", ""))
    form: Form[DecisionForm] = bind(request, DecisionForm)
    if not form.valid:
        raise InvalidInput(form.errors)
    wanted = (form.data.category, form.data.place_id, form.data.lead)
    found = next(
        (p for p in learnt_rules(ctx, unit) if (p.category, p.place_id, p.lead) == wanted), None
    )
    if found is None:
        raise Conflict(_("这条建议已经处理过，或依据已有变化，请刷新后再看"))
    place = found.place_id if found.place_id != unit.id else None
    rule = RuleForm(category=found.category, place_id=place, lead=found.lead)
    accepted = form.data.decision == "accept"
    evidence = [each.id for each in found.evidence]
    add_rule(ctx, unit, rule, evidence, "active" if accepted else "dismissed")
    said = _("已按建议新增分派规则") if accepted else _("建议已搁置")
    return _back(request, unit.id, said)


def _back(request: Request, unit_id: int, toast: str) -> Response:
    return ui.redirect(request, request.url("petitions:list_rules", unit=unit_id), toast=toast)


def _unit_of(request: Request, rule_id: int) -> Unit:
    """Return the unit that owns a rule in reach."""
    with scope(request.session, request.ctx, READ_RULES):
        return get_unit(request.ctx, stored_rule(request.ctx, rule_id).org_id)


def _within(request: Request, unit: Unit, asked: str) -> Unit:
    """Return the place a matter is tried out at: the unit itself, or one below it."""
    number = chosen_unit(asked)
    if not number:
        return unit
    with scope(request.session, request.ctx, READ_RULES):
        found = get_unit(request.ctx, number)
    if not found.path.startswith(unit.path):
        raise NotFound
    return found


def _units(request: Request, unit: Unit) -> list[tuple[str, str]]:
    """Return the units to choose from, the one shown and those below the reader's reach."""
    found = [each.option for each in units_to_filter(request.ctx, unit.id)]
    top = asked_unit(request.ctx, "")
    known = {value for value, _label in found}
    first = [(str(each.id), each.name) for each in (top, unit) if str(each.id) not in known]
    return [*dict.fromkeys(first), *found]


def _categories(request: Request) -> list[tuple[str, str]]:
    return [(row.code, row.indented) for row in category_facts(request.session) if row.active]


def _form_page(
    request: Request, unit: Unit, form: Form[RuleForm], status: int, rule_id: int = 0
) -> Response:
    takers = takers_at(request.ctx, unit.id, unit.path)
    named = [(taker.key, f"{taker.label}（{taker.reason}）") for taker in takers]
    return ui.page(
        request,
        "petitions/rule.html",
        block="form",
        status=status,
        unit=unit,
        form=form,
        rule_id=rule_id,
        categories=_categories(request),
        places=place_options(request.ctx, unit),
        leads=[*LEAD_LABELS.items(), *named],
        takers=named,
        kinds=list(KIND_LABELS.items()),
    )
