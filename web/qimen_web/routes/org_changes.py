"""Changing the tree: new units, names and codes, moves, archiving."""

from contextlib import AbstractContextManager

from pydantic import BaseModel, Field

from qimen_core.db.work import UnitOfWork, unit_of_work
from qimen_core.errors import Conflict, InvalidInput
from qimen_core.i18n import translations
from qimen_core.org import moving, queries, tree
from qimen_core.org.queries import Unit
from qimen_core.org.tree import NewUnit
from qimen_web import ui
from qimen_web.forms import Form, bind, blank
from qimen_web.handlers import action, page
from qimen_web.request import Request
from qimen_web.response import Response
from qimen_web.units import unit_named, unit_seen

_ = translations("qimen_web")
MANAGE = "core.org.manage"


class NewUnitForm(BaseModel):
    """A unit below another."""

    kind: str = Field(title=_("类别"), max_length=32, json_schema_extra={"choose": True})
    name: str = Field(title=_("名称"), max_length=100)
    code: str = Field(default="", title=_("区划代码"), max_length=15)


class ReviseForm(BaseModel):
    """A unit's name and code, and the version they were read at."""

    name: str = Field(title=_("名称"), max_length=100)
    code: str = Field(default="", title=_("区划代码"), max_length=15)
    version: int


class MoveForm(BaseModel):
    """Where a unit goes."""

    parent: str = Field(title=_("新的上级"), max_length=120)
    version: int


@page("/org/{unit_id:int}/new", permission=MANAGE)
def org_new(request: Request, unit_id: int) -> Response:
    """Show the form of a new unit."""
    return _new_page(request, unit_seen(request, unit_id, MANAGE), blank(NewUnitForm))


@action("/org/{unit_id:int}/children", permission=MANAGE)
def org_create(request: Request, unit_id: int) -> Response:
    """Create a unit below this one."""
    parent = unit_seen(request, unit_id, MANAGE)
    form = bind(request, NewUnitForm)
    if not form.valid:
        return _new_page(request, parent, form, 422)
    data = form.data
    try:
        with unit_of_work(
            request.ctx, "core.org.create", permission=MANAGE, unit=parent.path
        ) as uow:
            made = tree.create(uow, NewUnit(data.kind, data.name, parent.id, data.code or None))
            uow.subject = f"core_org:{made.id}"
    except InvalidInput as error:
        return _new_page(request, parent, form.refuse(error), 422)
    return _to_unit(request, made.id, _("已新建“{name}”").format(name=made.name))


@page("/org/{unit_id:int}/edit", permission=MANAGE)
def org_edit(request: Request, unit_id: int) -> Response:
    """Show the form of a unit's name and code."""
    unit = unit_seen(request, unit_id, MANAGE)
    return _edit_page(request, unit, blank(ReviseForm, unit._asdict()))


@action("/org/{unit_id:int}/revise", permission=MANAGE)
def org_revise(request: Request, unit_id: int) -> Response:
    """Rename a unit or give it another code; what it was until now is kept."""
    unit = unit_seen(request, unit_id, MANAGE)
    form = bind(request, ReviseForm)
    if not form.valid:
        return _edit_page(request, unit, form, 422)
    data = form.data
    try:
        with _working(request, unit, "core.org.revise") as uow:
            tree.revise(uow, unit_id, data.version, name=data.name, code=data.code or None)
    except InvalidInput as error:
        return _edit_page(request, unit, form.refuse(error), 422)
    except Conflict as error:
        # Saved again, the form now means: over what somebody else wrote.
        form.refuse(error.message).values["version"] = str(unit.version)
        return _edit_page(request, unit, form, 409, error.current)
    return _to_unit(request, unit_id, str(_("已保存")))


@page("/org/{unit_id:int}/move", permission=MANAGE)
def org_move_form(request: Request, unit_id: int) -> Response:
    """Show where a unit could go."""
    unit = unit_seen(request, unit_id, MANAGE)
    return _move_page(request, unit, blank(MoveForm, {"version": unit.version}))


@action("/org/{unit_id:int}/move", permission=MANAGE)
def org_move(request: Request, unit_id: int) -> Response:
    """Move a unit with everything below it."""
    unit = unit_seen(request, unit_id, MANAGE)
    form = bind(request, MoveForm)
    if not form.valid:
        return _move_page(request, unit, form, 422)
    try:
        goal = unit_named(request, form.data.parent, MANAGE, "parent")
        with _working(request, unit, "core.org.move", moving=True) as uow:
            moving.move(uow, unit_id, goal.id, form.data.version)
    except InvalidInput as error:
        for key, message in error.errors.items():
            form.refuse(message, "parent" if key == "parent_id" else key)
        return _move_page(request, unit, form, 422)
    except Conflict as error:
        form.refuse(error.message).values["version"] = str(unit.version)
        return _move_page(request, unit, form, 409)
    return _to_unit(request, unit_id, _("已移到“{name}”之下").format(name=goal.name))


@action("/org/{unit_id:int}/archive", permission=MANAGE)
def org_archive(request: Request, unit_id: int) -> Response:
    """End a unit; can be taken back today."""
    unit = unit_seen(request, unit_id, MANAGE)
    with _working(request, unit, "core.org.archive") as uow:
        tree.archive(uow, unit_id)
    undo = request.url("web:org_restore", unit_id=unit_id)
    toast = _("已归档“{name}”").format(name=unit.name)
    return ui.redirect(
        request, request.url("web:org_unit", unit_id=unit_id), toast=toast, undo=undo
    )


@action("/org/{unit_id:int}/restore", permission=MANAGE)
def org_restore(request: Request, unit_id: int) -> Response:
    """Take an archiving back."""
    unit = unit_seen(request, unit_id, MANAGE)
    with _working(request, unit, "core.org.restore") as uow:
        tree.restore(uow, unit_id)
    return _to_unit(request, unit_id, str(_("已撤销归档")))


def _working(
    request: Request, unit: Unit, name: str, *, moving: bool = False
) -> AbstractContextManager[UnitOfWork]:
    return unit_of_work(
        request.ctx,
        name,
        permission=MANAGE,
        subject=f"core_org:{unit.id}",
        unit=unit.path,
        moving=moving,
    )


def _to_unit(request: Request, unit_id: int, toast: str) -> Response:
    return ui.redirect(request, request.url("web:org_unit", unit_id=unit_id), toast=toast)


def _new_page(
    request: Request, parent: Unit, form: "Form[NewUnitForm]", status: int = 200
) -> Response:
    kinds = [
        (name, str(kind.label))
        for name, kind in request.ctx.qimen.registry.org_kinds.items()
        if parent.kind in kind.parents
    ]
    if len(kinds) == 1:
        form.values.setdefault("kind", kinds[0][0])
    trail = queries.ancestors(request.ctx, parent.path, itself=True)
    return ui.page(
        request,
        "web/org_new.html",
        block="form",
        status=status,
        parent=parent,
        trail=trail,
        form=form,
        kinds=kinds,
    )


def _edit_page(
    request: Request,
    unit: Unit,
    form: "Form[ReviseForm]",
    status: int = 200,
    current: dict[str, object] | None = None,
) -> Response:
    trail = queries.ancestors(request.ctx, unit.path, itself=True)
    return ui.page(
        request,
        "web/org_edit.html",
        block="form",
        status=status,
        unit=unit,
        trail=trail,
        form=form,
        current=current,
    )


def _move_page(request: Request, unit: Unit, form: "Form[MoveForm]", status: int = 200) -> Response:
    trail = queries.ancestors(request.ctx, unit.path, itself=True)
    kinds = request.ctx.qimen.registry.org_kinds
    # The plugin that brought the kind may not be loaded any more; then it may stand nowhere.
    below = kinds[unit.kind].parents if unit.kind in kinds else ()
    return ui.page(
        request,
        "web/org_move.html",
        block="form",
        status=status,
        unit=unit,
        trail=trail,
        form=form,
        parents=[str(kinds[kind].label) for kind in below if kind in kinds],
    )
