"""What the job tray shows: a user's own jobs, and every job to who looks after the system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select

from qimen_core import Context
from qimen_core.access.models import UserAccount
from qimen_core.db.session import unscoped
from qimen_core.errors import NotFound
from qimen_core.i18n import LazyText, translations
from qimen_core.jobs.models import Job
from qimen_core.models import StoredFile

__all__ = ["ALL", "READ", "JobLine", "is_under_way", "job_file", "job_in_reach", "job_lines"]

_ = translations("qimen_web")
READ, ALL = "core.job.read", "core.system.manage"
_SHOWN: Final = 50
_J: Any = Job
_F: Any = StoredFile
_U: Any = UserAccount

_STATES: Final[Mapping[str, tuple[LazyText, str]]] = {
    "queued": (_("排队中"), "info"),
    "running": (_("进行中"), "brand"),
    "done": (_("已完成"), "ok"),
    "failed": (_("失败"), "danger"),
    "cancelled": (_("已取消"), "muted"),
}

OFFERS: Final[Mapping[str, LazyText]] = {
    "all": _("导入"),
    "good": _("跳过有错的行，导入其余"),
}
"""What a checked table may be followed by."""


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job as the tray shows it.

    Attributes:
        active: Whether it waits or runs, so that the tray looks again.
        cancelling: Somebody asked it to stop and it has not stopped yet.
        asked_by: The account that asked; empty for a periodic job.
        file: Name of the result that the reader may fetch; empty when there is none.
        expired: There was a result, and its time is over.
        said: What came of it, in a sentence; ``said_tone`` is an alert's tone.
        details: More sentences on it.
        offers: What may be done next, as the value that is posted and the button's label.
    """

    id: int
    label: str
    state: str
    tone: str
    active: bool
    cancelling: bool
    done: int
    total: int
    note: str
    error: str
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    file: str
    expired: bool
    said: str
    said_tone: str
    details: Sequence[str]
    offers: Sequence[tuple[str, str]]


def job_lines(ctx: Context, *, everybody: bool) -> list[JobLine]:
    """Return the latest jobs, newest first; of a periodic one that goes well its last run alone.

    Args:
        ctx: Who looks; its session is scoped to `core.job.read`.
        everybody: All jobs instead of the actor's own, for who holds `core.system.manage`.
    """
    wanted = select(Job).where(_reach(ctx) if everybody else _own(ctx), _worth_showing())
    jobs = [
        job
        for job in ctx.session.scalars(wanted.order_by(_J.id.desc()).limit(_SHOWN))
        if everybody or ctx.plugin_on(_plugin(job), job.org_path)
    ]
    names, files = _names(ctx, jobs), _files(ctx, jobs)
    return [_line(ctx, job, names, files) for job in jobs]


def job_in_reach(ctx: Context, job_id: int) -> Job:
    """Return a job that the actor asked for, or any to who looks after the system.

    Raises:
        NotFound: There is none, it is another's, or its module is off.
    """
    job = ctx.session.get(Job, job_id)
    mine = or_(_own(ctx), _reach(ctx)) if ctx.can_anywhere(ALL) else _own(ctx)
    found = ctx.session.scalars(select(_J.id).where(_J.id == job_id, mine)).first()
    if job is None or found is None:
        raise NotFound
    if not ctx.can_anywhere(ALL) and not ctx.plugin_on(_plugin(job), job.org_path):
        raise NotFound
    return job


def job_file(ctx: Context, job_id: int) -> StoredFile:
    """Return the result of a job to who asked for it, and to nobody else.

    Whoever looks after the system sees that a job ran, not what it found. A right that was taken
    away since then takes the file with it: the scope no longer reaches it, or the right by which
    it was made is gone.

    Raises:
        NotFound: Not one's own, without a result, or out of reach.
    """
    job = job_in_reach(ctx, job_id)
    if job.user_id != ctx.actor.user_id or job.result_file_id is None:
        raise NotFound
    file = ctx.session.get(StoredFile, job.result_file_id)
    if file is None or not _may_fetch(ctx, job, file):
        raise NotFound
    return file


def is_under_way(ctx: Context, kind: str, payload: Mapping[str, Any]) -> bool:
    """Return whether the actor has asked for the very same and it has not ended yet."""
    active = select(_J.payload).where(
        _own(ctx), _J.kind == kind, _J.state.in_(("queued", "running"))
    )
    return any(dict(known) == dict(payload) for known in ctx.session.scalars(active))


def _may_fetch(ctx: Context, job: Job, file: StoredFile) -> bool:
    permission = str(job.result.get("permission", READ))
    return ctx.plugin_on(file.plugin, file.org_path) and ctx.can(permission, file.org_path)


def _worth_showing() -> ColumnElement[bool]:
    # One that runs every few minutes would push everything else out of sight.
    done = _J.key.is_not(None) & (_J.state == "done")
    last = select(func.max(_J.id)).where(done).group_by(_J.kind)
    return or_(~done, _J.id.in_(last))


def _own(ctx: Context) -> ColumnElement[bool]:
    own: ColumnElement[bool] = _J.user_id == ctx.actor.user_id
    return own


def _reach(ctx: Context) -> ColumnElement[bool]:
    # A periodic job belongs to no unit; only who looks after the system ever asks for this.
    return or_(ctx.visible(ALL, _J.org_path), _J.org_path == "")


def _plugin(job: Job) -> str:
    return job.kind.partition(".")[0]


def _names(ctx: Context, jobs: Sequence[Job]) -> dict[int, str]:
    ids = {job.user_id for job in jobs if job.user_id is not None}
    if not ids:
        return {}
    # A username is no personal data, and the accounts themselves are another duty's.
    with unscoped(ctx.session):
        rows = ctx.session.execute(select(_U.id, _U.username).where(_U.id.in_(ids))).all()
    return {row.id: row.username for row in rows}


def _files(ctx: Context, jobs: Sequence[Job]) -> dict[int, str]:
    makers = {
        job.result_file_id: job
        for job in jobs
        if job.user_id == ctx.actor.user_id and job.result_file_id is not None
    }
    if not makers:
        return {}
    files = ctx.session.scalars(select(StoredFile).where(_F.id.in_(makers)))
    return {
        file.id: file.name
        for file in files
        if file.id is not None and _may_fetch(ctx, makers[file.id], file)
    }


def _line(ctx: Context, job: Job, names: Mapping[int, str], files: Mapping[int, str]) -> JobLine:
    state, tone = _STATES[job.state]
    spec = ctx.qimen.registry.jobs.get(job.kind)
    active = job.state in ("queued", "running")
    mine, found = job.user_id == ctx.actor.user_id, job.result
    label = str(spec.label) if spec else job.kind
    if title := job.payload.get("title", ""):
        label = _("{job}：{title}").format(job=label, title=title)
    return JobLine(
        id=job.id or 0,
        label=label,
        state=str(state),
        tone=tone,
        active=active,
        cancelling=active and job.cancel_requested,
        done=job.progress,
        total=job.progress_total,
        note=job.progress_note if active else "",
        # While a try is left, the sentence says why the last one did not go through.
        error=job.error if job.state != "done" else "",
        asked_by=names.get(job.user_id or 0, ""),
        asked_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        file=files.get(job.result_file_id or 0, "") if mine else "",
        expired=mine and job.result_file_id is None and "file" in found,
        said=str(found.get("said", "")),
        said_tone=str(found.get("tone", "info")),
        details=[str(each) for each in found.get("details", ())],
        offers=[(step, str(OFFERS[step])) for step in found.get("offers", ())] if mine else [],
    )
