"""Hot issues among the petitions that a reader reaches."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from qimen_core import Context, OrgUnit, scoped
from qimen_orders import STATE_LABELS, STATE_TONES, Order, State
from qimen_petitions.analysis.hot import Issue, Said, hot_issues
from qimen_petitions.categories import category_labels
from qimen_petitions.models import Petition
from qimen_petitions.reading import READ
from qimen_petitions.services import OWNER
from qimen_petitions.settings import PetitionSettings

__all__ = ["HotList", "HotRequest", "hot_list", "hot_with", "requests_of"]

_order: Any = Order.__table__.c  # type: ignore[attr-defined]
_petition: Any = Petition.__table__.c  # type: ignore[attr-defined]
_unit: Any = OrgUnit.__table__.c  # type: ignore[attr-defined]

# The newest of a county's quarter; more would make the page slow, and the list says so.
_MOST_READ = 5000
_LEFT_OUT = (State.DRAFT.value, State.NOT_ACCEPTED.value, State.REDIRECTED.value)


@dataclass(frozen=True, slots=True)
class HotRequest:
    """One request of an issue, as the page lists it."""

    order_id: int
    number: str
    title: str
    state_label: str
    state_tone: str
    submitted_at: datetime


@dataclass(frozen=True)
class HotList:
    """The hot issues of a period.

    Attributes:
        issues: Hottest first.
        since: The period's beginning.
        days: Its length.
        read: How many petitions were looked at.
        people: So many people make an issue.
        capped: There were more petitions; the newest were looked at.
        units: The name of each unit by the word that stands for it in an issue.
        matters: The label of each category by its code.
    """

    issues: tuple[Issue, ...]
    since: datetime
    days: int
    read: int
    people: int
    capped: bool
    units: dict[str, str]
    matters: dict[str, str]


def hot_list(ctx: Context, days: int = 0) -> HotList:
    """Return the hot issues among the petitions that the actor may read, by date of receipt.

    Merged petitions count: each is a person who said it. Not accepted and redirected ones do not.

    Args:
        ctx: Who reads; an issue never mixes in what lies out of reach.
        days: The period; the setting ``hot_days`` when left out.
    """
    settings = ctx.setting(PetitionSettings)
    days = days or settings.hot_days
    since = ctx.now - timedelta(days=days)
    rows = ctx.session.execute(_received(ctx, since)).all()
    units = {row.org_path: row.unit for row in rows}
    issues = hot_issues(
        [_said(row) for row in rows[:_MOST_READ]],
        people=settings.hot_people,
        likeness=settings.hot_likeness / 100,
    )
    return HotList(
        issues=tuple(issues),
        since=since,
        days=days,
        read=min(len(rows), _MOST_READ),
        people=settings.hot_people,
        capped=len(rows) > _MOST_READ,
        units=units,
        matters=category_labels(ctx.session),
    )


def hot_with(ctx: Context, order_id: int, days: int = 0) -> tuple[HotList, Issue | None]:
    """Return the hot issue that a petition belongs to, None for none, and the list it stands in."""
    found = hot_list(ctx, days)
    return found, next(
        (issue for issue in found.issues if any(each.ref == order_id for each in issue.said)), None
    )


def requests_of(ctx: Context, issue: Issue) -> list[HotRequest]:
    """Return the requests of an issue, newest first."""
    wanted = (
        select(_order.id, _order.number, _order.title, _order.state, _order.submitted_at)
        .where(_order.id.in_([each.ref for each in issue.said]))
        .order_by(_order.submitted_at.desc(), _order.id.desc())
    )
    return [
        HotRequest(
            row.id,
            row.number,
            row.title,
            str(STATE_LABELS[row.state]),
            STATE_TONES[row.state],
            row.submitted_at,
        )
        for row in ctx.session.execute(scoped(wanted, ctx, READ, _order.org_path))
    ]


def _received(ctx: Context, since: datetime) -> Any:
    wanted = (
        select(
            _order.id,
            _order.title,
            _order.place,
            _order.category,
            _order.org_path,
            _order.submitted_at,
            _petition.content,
            _petition.name_index,
            _petition.phone_index,
            _unit.name.label("unit"),
        )
        .join(Petition.__table__, _petition.order_id == _order.id)  # type: ignore[attr-defined]
        .join(OrgUnit.__table__, _unit.id == _order.org_id)  # type: ignore[attr-defined]
        .where(
            _order.owner == OWNER,
            _order.submitted_at >= since,
            _order.parent_id.is_(None),  # a part of a joint order was said once already
            _order.state.not_in(_LEFT_OUT),
        )
        .order_by(_order.submitted_at.desc(), _order.id.desc())
        .limit(_MOST_READ + 1)
    )
    return scoped(wanted, ctx, READ, _order.org_path)


def _said(row: Any) -> Said:
    return Said(
        ref=row.id,
        title=row.title,
        detail=row.content,
        at=row.submitted_at,
        person=row.phone_index or row.name_index or "",
        unit=row.org_path,
        place=row.place,
        matter=row.category,
    )
