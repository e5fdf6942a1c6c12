"""Changing people: entering, correcting, archiving, positions, membership, revealing."""

from contextlib import AbstractContextManager
from datetime import date

from pydantic import BaseModel, Field, ValidationError

from qimen_core.db.session import scope
from qimen_core.db.work import UnitOfWork, unit_of_work
from qimen_core.errors import Conflict, InvalidInput
from qimen_core.i18n import translations
from qimen_core.org.queries import get_unit
from qimen_core.people import people as use_cases
from qimen_core.people import positions
from qimen_core.people.models import Person
from qimen_core.people.people import GENDERS, PersonInput, PersonView
from qimen_core.people.positions import PostInput
from qimen_core.privacy import reveal
from qimen_core.settings_errors import in_chinese
from qimen_web import ui
from qimen_web.forms import Form, bind, blank
from qimen_web.handlers import action, page
from qimen_web.request import Request
from qimen_web.response import Response
from qimen_web.units import unit_asked, unit_named

_ = translations("qimen_web")
READ, MANAGE = "core.person.read", "core.person.manage"
REVEAL, PARTY = "core.person.reveal", "core.party.read"
_REVEALED = {"phone": _("联系电话"), "id_number": _("身份证号"), "address": _("住址"),
             "name": _("姓名")}  # fmt: skip


class PersonForm(BaseModel):
    """A person as typed; the use case has its own rules on top."""

    name: str = Field(title=_("姓名"), max_length=60)
    unit: str = Field(title=_("所属单位"), max_length=120)
    gender: str = Field(default="", title=_("性别"), max_length=1)
    birth_date: date | None = Field(default=None, title=_("出生日期"))
    phone: str = Field(default="", title=_("联系电话"), max_length=20)
    id_number: str = Field(default="", title=_("身份证号"), max_length=20)
    address: str = Field(default="", title=_("住址"), max_length=200)
    note: str = Field(default="", title=_("备注"), max_length=400)
    forget_phone: bool = Field(default=False, title=_("清除联系电话"))
    forget_id_number: bool = Field(default=False, title=_("清除身份证号"))
    forget_address: bool = Field(default=False, title=_("清除住址"))
    version: int = 0


class PostForm(BaseModel):
    """A position as typed."""

    role: str = Field(title=_("职务"), max_length=60)
    unit: str = Field(title=_("单位"), max_length=120)
    valid_from: date | None = Field(default=None, title=_("任职日期"))


@page("/people/new", permission=MANAGE)
def person_new(request: Request) -> Response:
    """Show the form of a new person."""
    unit = unit_asked(request, MANAGE)
    return _form_page(request, None, blank(PersonForm, {"unit": unit.code or unit.name}))


@action("/people", permission=MANAGE)
def person_create(request: Request) -> Response:
    """Enter a person."""
    form = bind(request, PersonForm)
    if not form.valid:
        return _form_page(request, None, form, 422)
    try:
        new = _input(request, form.data)
        with unit_of_work(request.ctx, "core.person.enter", permission=MANAGE) as uow:
            made = use_cases.enter(uow, new)
            uow.subject = f"core_person:{made}"
    except InvalidInput as error:
        return _form_page(request, None, _refused(form, error), 422)
    return _to_person(request, made, str(_("已登记")))


@page("/people/{person_id:int}/edit", permission=MANAGE)
def person_edit(request: Request, person_id: int) -> Response:
    """Show the form of a person; phone and number stay masked, empty means unchanged."""
    seen = _seen(request, person_id)
    row = request.session.get_one(Person, person_id)
    unit = _unit_text(request, row.org_id)
    values = {**row.model_dump(include={"name", "gender", "birth_date", "note"}),
              "unit": unit, "version": row.version}  # fmt: skip
    return _form_page(request, seen, blank(PersonForm, values))


@action("/people/{person_id:int}/revise", permission=MANAGE)
def person_revise(request: Request, person_id: int) -> Response:
    """Correct a person."""
    seen = _seen(request, person_id)
    form = bind(request, PersonForm)
    if not form.valid:
        return _form_page(request, seen, form, 422)
    try:
        new = _input(request, form.data)
        with _working(request, seen, "core.person.revise") as uow:
            use_cases.revise(uow, person_id, form.data.version, new)
    except InvalidInput as error:
        return _form_page(request, seen, _refused(form, error), 422)
    except Conflict as error:
        # Saved again, the form now means: over what somebody else wrote.
        form.refuse(error.message).values["version"] = str(seen.version)
        return _form_page(request, seen, form, 409, error.current)
    return _to_person(request, person_id, str(_("已保存")))


@action("/people/{person_id:int}/archive", permission=MANAGE)
def person_archive(request: Request, person_id: int) -> Response:
    """Put a person's record away."""
    seen = _seen(request, person_id)
    with _working(request, seen, "core.person.archive") as uow:
        use_cases.archive(uow, person_id)
    undo = request.url("web:person_restore", person_id=person_id)
    url = request.url("web:person", person_id=person_id)
    return ui.redirect(request, url, toast=str(_("档案已归档")), undo=undo)


@action("/people/{person_id:int}/restore", permission=MANAGE)
def person_restore(request: Request, person_id: int) -> Response:
    """Take a person's record back."""
    seen = _seen(request, person_id)
    with _working(request, seen, "core.person.restore") as uow:
        use_cases.archive(uow, person_id, back=True)
    return _to_person(request, person_id, str(_("档案已恢复")))


@action("/people/{person_id:int}/positions", permission=MANAGE)
def position_add(request: Request, person_id: int) -> Response:
    """Give a person a position."""
    seen = _seen(request, person_id)
    form = bind(request, PostForm)
    if not form.valid:
        raise InvalidInput(form.errors)
    unit = unit_named(request, form.data.unit, MANAGE)
    new = PostInput(org_id=unit.id, role=form.data.role, valid_from=form.data.valid_from)
    with _working(request, seen, "core.position.appoint") as uow:
        positions.appoint(uow, person_id, new)
    return _to_person(request, person_id, str(_("已登记职务")))


@action("/people/{person_id:int}/positions/{position_id:int}/end", permission=MANAGE)
def position_end(request: Request, person_id: int, position_id: int) -> Response:
    """End a position today."""
    seen = _seen(request, person_id)
    with _working(request, seen, "core.position.dismiss") as uow:
        positions.dismiss(uow, person_id, position_id)
    return _to_person(request, person_id, str(_("职务已到今天为止")))


@action("/people/{person_id:int}/membership", permission=MANAGE)
def person_admit(request: Request, person_id: int) -> Response:
    """Write down a change of party membership; needs the right to know of it, too."""
    seen = _seen(request, person_id)
    status = request.form.get("status", "")
    with _working(request, seen, "core.party.change") as uow:
        positions.admit(uow, person_id, status)
    return _to_person(request, person_id, str(_("党员身份已更新")))


@action("/people/{person_id:int}/reveal", permission=REVEAL)
def person_reveal(request: Request, person_id: int) -> Response:
    """Show one field in full, for a reason that goes into the audit."""
    with scope(request.session, request.ctx, READ):
        use_cases.view(request.ctx, person_id)  # 404 before anything is said about the form
    field = request.form.get("field", "")
    if field not in _REVEALED:
        raise InvalidInput({"field": _("请选择要查看的内容").format()})
    shown = reveal(request.ctx, Person, person_id, field, reason=request.form.get("reason", ""))
    return ui.page(
        request,
        "web/person_revealed.html",
        block="shown",
        person_id=person_id,
        label=_REVEALED[field],
        text=shown.text,
        left=shown.left,
    )


def _seen(request: Request, person_id: int) -> PersonView:
    """Return a person that the actor sees and may change: 404 unseen, 403 not allowed."""
    with scope(request.session, request.ctx, READ):
        seen = use_cases.view(request.ctx, person_id)
    request.ctx.require(MANAGE, seen.org_path, see=READ)
    return seen


def _input(request: Request, data: PersonForm) -> PersonInput:
    unit = unit_named(request, data.unit, MANAGE)
    fields = data.model_dump(exclude={"unit", "version"})
    try:
        return PersonInput(org_id=unit.id, **fields)
    except ValidationError as error:
        raise InvalidInput(in_chinese(error)) from error


def _refused(form: "Form[PersonForm]", error: InvalidInput) -> "Form[PersonForm]":
    errors = {"unit" if key == "org_id" else key: text for key, text in error.errors.items()}
    return form.refuse(InvalidInput(errors))


def _working(request: Request, seen: PersonView, name: str) -> AbstractContextManager[UnitOfWork]:
    subject = f"core_person:{seen.id}"
    return unit_of_work(request.ctx, name, permission=MANAGE, subject=subject, unit=seen.org_path)


def _unit_text(request: Request, org_id: int) -> str:
    with scope(request.session, request.ctx, MANAGE):
        unit = get_unit(request.ctx, org_id)
    return unit.code or unit.name


def _to_person(request: Request, person_id: int, toast: str) -> Response:
    url = request.url("web:person", person_id=person_id)
    return ui.redirect(request, url, toast=toast)


def _form_page(
    request: Request,
    seen: PersonView | None,
    form: "Form[PersonForm]",
    status: int = 200,
    current: dict[str, object] | None = None,
) -> Response:
    return ui.page(
        request,
        "web/person_form.html",
        block="form",
        status=status,
        person=seen,
        form=form,
        current=current,
        genders=[(code, str(label)) for code, label in GENDERS.items()],
    )
