"""Use cases on units: create, revise, archive and bring back. Each takes an open unit of work."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from qimen_core.db.session import unscoped
from qimen_core.db.types import PATH_LIMIT
from qimen_core.db.work import UnitOfWork
from qimen_core.errors import Conflict, InvalidInput, NotFound, QimenError
from qimen_core.i18n import translations
from qimen_core.org.codes import check_code, check_parent
from qimen_core.org.division_table import NAME_LIMIT
from qimen_core.org.history import keep_state
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import SEGMENT, child
from qimen_core.org.queries import Unit
from qimen_core.pinyin import initials

__all__ = ["NewUnit", "archive", "create", "load", "restore", "revise", "view"]

_ = translations("qimen_core")
U: Any = OrgUnit
_ATTEMPTS: Final = 5
INITIALS_LIMIT: Final = 60


@dataclass(frozen=True)
class NewUnit:
    """What a new unit is; `valid_from` is today unless given."""

    kind: str
    name: str
    parent_id: int | None = None
    code: str | None = None
    valid_from: date | None = None
    sort: int = 0


def create(uow: UnitOfWork, new: NewUnit) -> Unit:
    """Create a unit under its parent and return it.

    Two creators of siblings wait for each other at the parent; two of roots may pick the same
    segment: the unique path decides and the second picks again.

    Raises:
        InvalidInput: name, kind or code cannot be taken; keys are the field names.
        NotFound: there is no such parent in reach.
        Forbidden: the actor may not manage units there.
    """
    parent = load(uow, new.parent_id, lock=True) if new.parent_id is not None else None
    _check(uow, new, parent)
    for _attempt in range(_ATTEMPTS):
        unit = OrgUnit(
            parent_id=new.parent_id,
            kind=new.kind,
            code=new.code or None,
            name=new.name.strip(),
            initials=initials(new.name)[:INITIALS_LIMIT],
            path=free_path(uow, parent),
            sort=new.sort,
            valid_from=new.valid_from or uow.ctx.qimen.clock.today(),
        )
        try:
            with uow.session.begin_nested():
                uow.session.add(unit)
                uow.session.flush()
        except IntegrityError:
            _refuse_used_code(uow, new.code)
            continue
        return view(unit)
    raise Conflict(_("同时新建的下级太多，请稍后再试"))


def revise(
    uow: UnitOfWork,
    unit_id: int,
    version: int,
    *,
    name: str,
    code: str | None,
    day: date | None = None,
) -> Unit:
    """Rename a unit or give it another code, from a day on; the state until then is kept.

    Raises:
        InvalidInput: name, code or day cannot be taken.
        Conflict: somebody else changed the unit since `version` was read.
    """
    unit = load(uow, unit_id, version, submitted={"name": name, "code": code or ""})
    name, code = name.strip(), (code or "").strip() or None
    errors = _name_errors(name) | _code_errors(code, unit.kind, _parent_code(uow, unit))
    if errors:
        raise InvalidInput(errors)
    if code != unit.code:
        _refuse_used_code(uow, code)
    if (name, code) != (unit.name, unit.code):
        keep_state(uow, unit, day or uow.ctx.qimen.clock.today())
        unit.name, unit.code = name, code
        unit.initials = initials(name)[:INITIALS_LIMIT]
        unit.version += 1
        uow.session.flush()
    return view(unit)


def archive(
    uow: UnitOfWork, unit_id: int, version: int | None = None, *, day: date | None = None
) -> Unit:
    """End a unit today, or on a `day` gone by; it stays readable, and in every past day's tree.

    Raises:
        QimenError: it has live children, or a plugin says why not (or cannot say: fails closed).
        Conflict: somebody else changed the unit since `version` was read.
    """
    unit = load(uow, unit_id, version)
    live = uow.session.execute(
        select(func.count()).select_from(U).where(U.parent_id == unit.id, U.valid_to.is_(None))
    ).scalar_one()
    reasons = []
    if live:
        reasons.append(_("还有 {count} 个下级单位，请先归档或移走").format(count=live))
    reasons += uow.ctx.qimen.hooks.org_archive_blockers(uow.ctx, unit)
    if reasons:
        sentence = _("“{name}”暂不能归档：{reasons}")
        raise QimenError(sentence.format(name=unit.name, reasons="；".join(reasons)))
    unit.valid_to = day or uow.ctx.qimen.clock.today()
    unit.version += 1
    uow.session.flush()
    return view(unit)


def restore(uow: UnitOfWork, unit_id: int) -> Unit:
    """Take an archiving back on the same day; later it is part of the past and stands.

    Raises:
        QimenError: the unit was not archived today, or its parent is archived.
    """
    unit = load(uow, unit_id, archived=True)
    if unit.valid_to != uow.ctx.qimen.clock.today():
        raise QimenError(_("只能在归档当天撤销"))
    with unscoped(uow.session):
        above = select(U.name).where(U.id == unit.parent_id, U.valid_to.is_not(None))
        archived = uow.session.execute(above).scalar_one_or_none()
    if archived is not None:
        raise QimenError(_("上级“{name}”已归档").format(name=archived))
    unit.valid_to = None
    unit.version += 1
    uow.session.flush()
    return view(unit)


def load(
    uow: UnitOfWork,
    unit_id: int,
    version: int | None = None,
    *,
    archived: bool = False,
    lock: bool = False,
    submitted: dict[str, object] | None = None,
) -> OrgUnit:
    """Return the row to change, within the scope of the unit of work.

    With `lock`, others who add, move or archive there wait on PostgreSQL until we are done; rows
    that merely refer to the unit do not.

    Raises:
        NotFound: there is none in reach.
        QimenError: it is archived (or, with `archived`, it is not).
        Conflict: its version is another; `submitted` goes along.
    """
    waits = {"key_share": True} if lock else None
    unit = uow.session.get(OrgUnit, unit_id, with_for_update=waits)
    if unit is None:
        raise NotFound(_("没有这个单位，或不在您的管辖范围内"))
    if (unit.valid_to is not None) != archived:
        state = _("“{name}”未归档") if archived else _("“{name}”已归档，不能再变更")
        raise QimenError(state.format(name=unit.name))
    if version is not None and version != unit.version:
        current = {"name": unit.name, "code": unit.code or ""}
        raise Conflict(_("这个单位刚被他人修改，请核对后再保存"), current, submitted)
    return unit


def view(unit: OrgUnit) -> Unit:
    """Return a unit as a value that outlives the session."""
    return Unit(*(getattr(unit, name) for name in Unit._fields))


def free_path(uow: UnitOfWork, parent: OrgUnit | None) -> str:
    """Return the path after the last child's, archived ones counted.

    Raises:
        InvalidInput: the tree would be deeper than a path can say.
    """
    above = parent.path if parent is not None else ""
    if len(above) + SEGMENT > PATH_LIMIT:
        message = _("组织层级最多 {count} 层").format(count=PATH_LIMIT // SEGMENT)
        raise InvalidInput({"parent_id": message})
    same = U.parent_id == parent.id if parent is not None else U.parent_id.is_(None)
    with unscoped(uow.session):
        last = uow.session.execute(select(func.max(U.path)).where(same)).scalar_one_or_none()
    return child(above, int(last[-SEGMENT:], 36) + 1 if last else 0)


def check_kind(uow: UnitOfWork, kind: str, parent: OrgUnit | None) -> dict[str, str]:
    """Return an error for a kind that is unknown or may not stand under this parent."""
    spec = uow.ctx.qimen.registry.org_kinds.get(kind)
    if spec is None:
        return {"kind": _("没有“{kind}”这种单位").format(kind=kind)}
    if parent is not None and parent.kind not in spec.parents:
        above = uow.ctx.qimen.registry.org_kinds.get(parent.kind)
        message = _("“{kind}”不能设在“{parent}”之下")
        return {
            "kind": message.format(kind=spec.label, parent=above.label if above else parent.kind)
        }
    return {}


def _check(uow: UnitOfWork, new: NewUnit, parent: OrgUnit | None) -> None:
    errors = check_kind(uow, new.kind, parent) | _name_errors(new.name.strip())
    errors |= _code_errors(new.code or None, new.kind, parent.code if parent else None)
    if errors:
        raise InvalidInput(errors)
    _refuse_used_code(uow, new.code or None)


def _name_errors(name: str) -> dict[str, str]:
    if not name:
        return {"name": _("请填写名称").format()}
    if len(name) > NAME_LIMIT:
        return {"name": _("名称最多 {limit} 个字").format(limit=NAME_LIMIT)}
    return {}


def _code_errors(code: str | None, kind: str, parent_code: str | None) -> dict[str, str]:
    wrong = code and (check_code(code, kind) or check_parent(code, parent_code))
    return {"code": wrong} if wrong else {}


def _parent_code(uow: UnitOfWork, unit: OrgUnit) -> str | None:
    # The parent may be out of reach; its code is needed all the same.
    with unscoped(uow.session):
        statement = select(U.code).where(U.id == unit.parent_id)
        return uow.session.execute(statement).scalar_one_or_none()


def _refuse_used_code(uow: UnitOfWork, code: str | None) -> None:
    if code is None:
        return
    # A code is unique in the whole tree, also where the actor does not see it.
    with unscoped(uow.session):
        used = uow.session.execute(select(U.id).where(U.code == code)).first()
    if used is not None:
        raise InvalidInput({"code": _("代码“{code}”已被使用").format(code=code)})
