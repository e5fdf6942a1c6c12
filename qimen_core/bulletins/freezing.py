"""Freezing: the ids that a unit's metrics count in a period, written down once and for good."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Select, Table, literal, select, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import visitors

from qimen_core.bulletins.models import Bulletin, BulletinRows
from qimen_core.clock import local
from qimen_core.context import Context
from qimen_core.db.scoped import scoped_classes
from qimen_core.db.session import _SCOPED, scope
from qimen_core.db.work import UnitOfWork, unit_of_work
from qimen_core.descriptors import Measure, Metric, Period
from qimen_core.errors import Conflict, InvalidInput
from qimen_core.i18n import translations
from qimen_core.jobs.running import RunningJob
from qimen_core.metrics import bounded
from qimen_core.org.models import OrgUnit
from qimen_core.org.paths import ancestors
from qimen_core.org.queries import Unit, columns
from qimen_core.settings import CoreSettings

__all__ = ["PARTS", "freeze", "freeze_last_month"]

_ = translations("qimen_core")

PARTS: Final = ("numerator", "half", "denominator")
FREEZE: Final = "core.bulletin.freeze"
_KINDS: Final = ("county", "township", "community")
_U: Any = OrgUnit
_bulletin: Any = Bulletin.__table__.c  # type: ignore[attr-defined]


def freeze(ctx: Context, unit: Unit, period: Period, permission: str) -> int:
    """Keep which rows a unit's metrics count in a period, and return the bulletin's id.

    What is frozen is the unit's, not the person's: whoever freezes, every metric of the plugins
    that are on there is counted with everything below the unit. It can be done once.

    Args:
        ctx: Who freezes.
        unit: Whose figures.
        period: Days that are over.
        permission: The right that covers it; its holder need not see every row.

    Raises:
        InvalidInput: The period has not ended.
        Conflict: It is frozen already.
    """
    if period.end > local(ctx.now).date():
        raise InvalidInput({"period": _("期间还没有结束，结束后才能冻结")})
    whole = ctx.qimen.system_context(ctx.session)
    rows = [
        row for metric in _metrics(whole, unit.path) for row in _parts(whole, metric, unit, period)
    ]
    subject = f"core_org:{unit.id}@{period.label}"
    try:
        with unit_of_work(
            ctx, FREEZE, permission=permission, subject=subject, unit=unit.path
        ) as uow:
            return _write(uow, unit, period, rows)
    except IntegrityError as error:
        raise Conflict(_("这一期已经冻结，不能重来")) from error


def freeze_last_month(job: RunningJob) -> None:
    """Freeze the month that is over, for every county, township and community that has rows in it.

    Each unit is one step, so that a worker that dies goes on where it was. On which day of the next
    month it is done is a setting of the unit; the work calendar has no say in it.
    """
    with job.context() as ctx:
        period = _last_month(local(ctx.now).date())
        with scope(ctx.session, ctx, "core.org.read"):
            waiting = list(_waiting(ctx, period))
        for done, unit in enumerate(waiting, start=1):
            with scope(ctx.session, ctx, "core.org.read"):
                freeze(ctx, unit, period, "core.org.read")
            job.progress(done, len(waiting), unit.name)


def _last_month(today: date) -> Period:
    last = today.replace(day=1) - timedelta(days=1)
    days = monthrange(last.year, last.month)[1]
    start = last.replace(day=1)
    return Period(start, start + timedelta(days=days), f"{last:%Y-%m}")


def _metrics(ctx: Context, path: str) -> list[Metric]:
    known = ctx.qimen.registry.metrics.values()
    return [each for each in known if each.basis and ctx.can(each.permission, path)]


def _parts(
    ctx: Context, metric: Metric, unit: Unit, period: Period
) -> Iterator[Mapping[str, object]]:
    """Yield the rows of a metric's parts; one statement, so that they are of one moment."""
    measure = metric.measure(ctx, unit.path, period)
    statements = {
        part: bounded(ctx, metric, rows)
        for part in PARTS
        if (rows := getattr(measure, part)) is not None
    }
    found: dict[str, list[int]] = {part: [] for part in statements}
    each_part = [
        select(literal(part).label("part"), rows.subquery().c[0].label("id"))
        for part, rows in statements.items()
    ]
    marked = union_all(*each_part).execution_options(**{_SCOPED: metric.permission})
    for part, row_id in ctx.session.execute(marked):
        found[part].append(row_id)
    for part, ids in found.items():
        yield {
            "metric": metric.name,
            "part": part,
            "label": str(metric.label),
            "basis": str(metric.basis),
            "ids": sorted(ids),
        }


def _write(uow: UnitOfWork, unit: Unit, period: Period, rows: list[Mapping[str, object]]) -> int:
    bulletin = Bulletin(
        org_id=unit.id,
        org_path=unit.path,
        start=period.start,
        end=period.end,
        label=period.label,
        frozen_at=uow.ctx.now,
        frozen_by=uow.ctx.actor.user_id,
    )
    uow.session.add(bulletin)
    uow.session.flush()
    assert bulletin.id is not None
    place = {"org_id": unit.id, "org_path": unit.path, "bulletin_id": bulletin.id}
    uow.insert(BulletinRows, [{**place, **row} for row in rows])
    return bulletin.id


def _waiting(ctx: Context, period: Period) -> Iterator[Unit]:
    """Yield the units whose month has rows, is not frozen yet and whose day has come."""
    today = local(ctx.now).date()
    touched = {
        path
        for metric in _metrics(ctx, "")
        for lowest in _paths(ctx, metric, metric.measure(ctx, "", period))
        for path in ancestors(lowest)
    }
    frozen = select(_bulletin.org_id).where(
        _bulletin.start == period.start, _bulletin.end == period.end
    )
    units = columns().where(_U.kind.in_(_KINDS), _U.valid_to.is_(None), _U.id.not_in(frozen))
    for row in ctx.session.execute(units.order_by(_U.path)).all():
        unit = Unit(*row)
        if unit.path not in touched:
            continue
        day = ctx.setting(CoreSettings, unit.path).freeze_day
        if 0 < day <= today.day:
            yield unit


def _paths(ctx: Context, metric: Metric, measure: Measure) -> list[str]:
    """Return where the rows of a metric lie, all parts together."""
    parts = [getattr(measure, part) for part in PARTS]
    found: set[str] = set()
    for rows in parts:
        column = _path_column(rows) if rows is not None else None
        if column is not None:
            wanted = bounded(ctx, metric, rows).with_only_columns(column).distinct()
            marked = wanted.execution_options(**{_SCOPED: metric.permission})
            found |= set(ctx.session.scalars(marked))
    return sorted(found)


def _path_column(rows: Select[tuple[int]]) -> Any:
    classes = scoped_classes()
    for source in rows.get_final_froms():
        for table in visitors.iterate(source):
            if isinstance(table, Table) and table in classes:
                return table.c[classes[table].scope_column]
    return None
