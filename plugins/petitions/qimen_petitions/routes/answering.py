"""Answering a petition: the reply, its templates, and a look at one before it is used."""

from qimen_core import InvalidInput, translations
from qimen_orders import EVENT_LABELS, Event
from qimen_petitions.answering.answers import answer
from qimen_petitions.answering.filling import values_of
from qimen_petitions.answering.forms import ReplyForm, TemplateForm
from qimen_petitions.answering.placeholders import PLACEHOLDERS, fill
from qimen_petitions.answering.templates import (
    MANAGE,
    all_templates,
    get_template,
    save_template,
    template_units,
    templates_at,
)
from qimen_petitions.categories import category_labels, category_options
from qimen_petitions.move_forms import panel_of
from qimen_petitions.reading import read_petition
from qimen_petitions.routes.detail import petition_page
from qimen_petitions.services import check_may, version_of
from qimen_web import Request, Response, action, fragment, page, ui
from qimen_web.forms import Form, bind, blank

_ = translations("qimen_petitions")

REPLY = "petitions.order.reply"
_LONGEST_ID = 18


@action("/petitions/{order_id:int}/reply", permission=REPLY)
def reply(request: Request, order_id: int) -> Response:
    """答复."""
    check_may(request.ctx, order_id, Event.REPLY)
    form = bind(request, ReplyForm)
    if form.valid:
        try:
            undoable = answer(request.ctx, order_id, form.data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            return _replied(request, order_id, undoable)
    return _reply_form(request, order_id, form, 422)


@fragment("/petitions/{order_id:int}/reply/preview", permission=REPLY)
def preview_template(request: Request, order_id: int) -> Response:
    """Show a template as it would read for this petition."""
    unit = check_may(request.ctx, order_id, Event.REPLY)
    chosen = request.query.get("template", "")
    text = _filled(request, order_id, unit, chosen)
    return ui.page(
        request, "petitions/_answer_preview.html", text=text, order_id=order_id, chosen=chosen
    )


@action("/petitions/{order_id:int}/reply/draft", permission=REPLY)
def use_template(request: Request, order_id: int) -> Response:
    """Put a template's words into the reply that is being written; nothing is stored."""
    unit = check_may(request.ctx, order_id, Event.REPLY)
    form = bind(request, ReplyForm)
    form.errors.clear()
    words = _filled(request, order_id, unit, request.form.get("template", ""))
    typed = str(form.values.get("public_text", ""))
    if words and words not in typed:
        form.values["public_text"] = f"{typed}\n{words}" if typed else words
    return _reply_form(request, order_id, form, 200)


@page("/petitions/templates", permission=MANAGE)
def list_templates(request: Request) -> Response:
    """Show the templates that one keeps, and those that come from above."""
    return ui.page(
        request,
        "petitions/templates.html",
        shown=all_templates(request.ctx),
        labels=category_labels(request.session),
    )


@page("/petitions/templates/new", permission=MANAGE)
def new_template(request: Request) -> Response:
    """Show an empty form."""
    units = template_units(request.ctx)
    form = blank(TemplateForm, {"unit_id": units[0].id} if units else {})
    return _template_form(request, form, 200)


@action("/petitions/templates/new", permission=MANAGE)
def create_template(request: Request) -> Response:
    """Write a new template."""
    return _saved(request)


@page("/petitions/templates/{template_id:int}", permission=MANAGE)
def edit_template(request: Request, template_id: int) -> Response:
    """Show a template's form."""
    row = get_template(request.ctx, template_id)
    values = {"unit_id": row.org_id, **row.model_dump(exclude={"id", "org_id", "org_path"})}
    return _template_form(request, blank(TemplateForm, values), 200, template_id)


@action("/petitions/templates/{template_id:int}", permission=MANAGE)
def change_template(request: Request, template_id: int) -> Response:
    """Change a template, or archive it."""
    get_template(request.ctx, template_id)
    return _saved(request, template_id)


def _replied(request: Request, order_id: int, undoable: bool) -> Response:
    undo = request.url("petitions:undo_move", order_id=order_id, event=Event.REPLY)
    version = version_of(request.ctx, order_id)
    shown = request.url("petitions:show_petition", order_id=order_id, v=version)
    done = _("“{event}”已完成").format(event=EVENT_LABELS[Event.REPLY])
    return ui.redirect(request, shown, toast=done, undo=undo if undoable else None)


def _reply_form(request: Request, order_id: int, form: Form[ReplyForm], status: int) -> Response:
    petition = read_petition(request.ctx, order_id)
    panel = panel_of(request, petition, Event.REPLY, form)  # type: ignore[arg-type]
    return petition_page(request, petition, panel, status=status)


def _filled(request: Request, order_id: int, unit: str, chosen: str) -> str:
    """Return a template's words for this petition, ``""`` where none is chosen."""
    wanted = int(chosen) if chosen.isdecimal() and len(chosen) < _LONGEST_ID else 0
    found = next((t for t in templates_at(request.ctx, unit) if t.id == wanted), None)
    return fill(found.text, values_of(request.ctx, order_id)) if found else ""


def _saved(request: Request, template_id: int | None = None) -> Response:
    form = bind(request, TemplateForm)
    if not form.valid:
        return _template_form(request, form, 422, template_id)
    save_template(request.ctx, form.data, template_id)
    toast = str(_("答复模板已保存"))
    return ui.redirect(request, request.url("petitions:list_templates"), toast=toast)


def _template_form(
    request: Request, form: Form[TemplateForm], status: int, template_id: int | None = None
) -> Response:
    return ui.page(
        request,
        "petitions/template.html",
        block="form",
        status=status,
        form=form,
        template_id=template_id,
        units=[unit.option for unit in template_units(request.ctx)],
        categories=category_options(request.session),
        placeholders=[(f"{{{word}}}", text) for word, text in PLACEHOLDERS.items()],
    )
