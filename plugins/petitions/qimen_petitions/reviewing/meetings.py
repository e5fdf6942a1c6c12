"""Review meetings: drawing the sample, the meeting's scores beside the citizens', the outcome."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update

from qimen_core import (
    LOCAL,
    Conflict,
    Context,
    InvalidInput,
    NotFound,
    scope,
    translations,
    unit_of_work,
)
from qimen_core.org.paths import under
from qimen_core.org.queries import get_unit, names_of
from qimen_orders import RESULT_LABELS, SATISFACTION_LABELS, Order, State
from qimen_petitions.models import Petition
from qimen_petitions.reviewing.forms import ItemForm, OutcomeForm, ReviewForm
from qimen_petitions.reviewing.models import Review, ReviewItem
from qimen_petitions.reviewing.sampling import draw

__all__ = [
    "MANAGE",
    "Item",
    "Meeting",
    "finish",
    "meetings",
    "open_review",
    "read_meeting",
    "score_item",
]

_ = translations("qimen_petitions")

MANAGE = "petitions.review.manage"
_SHOWN = 200
_order: Any = Order.__table__.c  # type: ignore[attr-defined]
_petition: Any = Petition.__table__.c  # type: ignore[attr-defined]
_review: Any = Review.__table__.c  # type: ignore[attr-defined]
_item: Any = ReviewItem.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Item:
    """A petition of the sample; ``citizen`` and ``meeting`` are words, empty where unsaid."""

    id: int
    order_id: int
    place: int
    number: str
    title: str
    result: str
    citizen: str
    score: str
    meeting: str
    remark: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with its sample; ``drawn_from`` is how many closed petitions there were."""

    id: int
    unit: str
    held_on: date
    start: date
    end: date
    drawn_from: int
    seed: str
    present: int
    outcome: str
    finished_at: datetime | None
    version: int
    sample: tuple[Item, ...]

    @property
    def scored(self) -> int:
        """How many the meeting has scored."""
        return sum(bool(item.score) for item in self.sample)

    @property
    def differences(self) -> tuple[Item, ...]:
        """Where the meeting says otherwise than the citizen."""
        return tuple(item for item in self.sample if item.differs)


def open_review(ctx: Context, typed: ReviewForm, seed: str = "") -> int:
    """Draw the sample, write the meeting down and return its id.

    Closed in the span counts, by the day of closing; sealed petitions lie apart and are left out.

    Args:
        ctx: Who opens it.
        typed: For whom and of which span.
        seed: What it is drawn with; by chance when left out, and recorded.

    Raises:
        NotFound: The unit is out of reach.
        InvalidInput: Nothing was closed there in that span.
    """
    with scope(ctx.session, ctx, MANAGE):
        unit = get_unit(ctx, typed.unit_id)
        pool = list(ctx.session.scalars(_closed(unit.path, typed)))
    if not pool:
        raise InvalidInput({"start": _("这段时间没有办结的诉求，请换一段时间")})
    seed = seed or secrets.token_hex(8)
    drawn = draw(pool, typed.size, seed)
    with unit_of_work(ctx, MANAGE, subject="petitions_review", unit=unit.path) as uow:
        row = Review(
            held_on=typed.held_on,
            start=typed.start,
            end=typed.end,
            size=typed.size,
            drawn_from=len(pool),
            seed=seed,
            created_at=ctx.now,
            org_id=unit.id,
            org_path=unit.path,
        )
        uow.session.add(row)
        uow.session.flush()
        assert row.id is not None
        uow.subject = f"petitions_review:{row.id}"
        uow.session.add_all(
            ReviewItem(
                review_id=row.id,
                order_id=order_id,
                place=number,
                org_id=unit.id,
                org_path=unit.path,
            )
            for number, order_id in enumerate(drawn, start=1)
        )
        return row.id


def _closed(path: str, typed: ReviewForm) -> Any:
    first = datetime.combine(typed.start, time(), LOCAL)
    end = datetime.combine(typed.end + timedelta(days=1), time(), LOCAL)
    return (
        select(Order.id)  # type: ignore[call-overload]
        .join(Petition, _petition.order_id == _order.id)
        .where(
            _order.owner == "petitions",
            _order.state == State.CLOSED.value,
            _order.closed_at >= first,
            _order.closed_at < end,
            under(_order.org_path, path),
            _petition.sealed.is_(False),
        )
    )


def meetings(ctx: Context) -> list[Meeting]:
    """Return the latest meetings in the actor's reach, newest first, without their samples."""
    wanted = select(Review).order_by(_review.held_on.desc(), _review.id.desc()).limit(_SHOWN)
    with scope(ctx.session, ctx, MANAGE):
        rows = list(ctx.session.scalars(wanted))
    names = names_of(ctx, {row.org_path for row in rows})
    return [_meeting(row, names.get(row.org_path, ""), ()) for row in rows]


def read_meeting(ctx: Context, review_id: int) -> Meeting:
    """Return a meeting with its sample.

    Raises:
        NotFound: There is none in reach.
    """
    sample = (
        select(ReviewItem, Order)
        .join(Order, _order.id == _item.order_id)
        .where(_item.review_id == review_id)
        .order_by(_item.place)
    )
    with scope(ctx.session, ctx, MANAGE):
        row = ctx.session.get(Review, review_id)
        if row is None:
            raise NotFound(_("没有找到这次评议，或不在您的管辖范围内"))
        items = tuple(_shown(item, order) for item, order in ctx.session.execute(sample))
        names = names_of(ctx, {row.org_path})
        return _meeting(row, names.get(row.org_path, ""), items)


def score_item(ctx: Context, review_id: int, item_id: int, typed: ItemForm) -> None:
    """Write down what the meeting says of one petition.

    Raises:
        NotFound: The meeting or the petition of its sample is not there.
        Conflict: The meeting is finished.
    """
    meeting = read_meeting(ctx, review_id)
    _check_open(meeting)
    subject = f"petitions_review:{review_id}"
    with unit_of_work(ctx, MANAGE, subject=subject, unit=_path(ctx, review_id)) as uow:
        mine = update(ReviewItem).where(_item.id == item_id, _item.review_id == review_id)
        if not uow.claim(mine.values(score=typed.score, remark=typed.remark)):
            raise NotFound(_("这件诉求不在本次评议的样本里"))


def finish(ctx: Context, review_id: int, typed: OutcomeForm) -> None:
    """Write the outcome down; what was scored then stands.

    Raises:
        NotFound: There is no such meeting in reach.
        InvalidInput: Some of the sample was not scored.
        Conflict: It is finished, or somebody else changed it.
    """
    meeting = read_meeting(ctx, review_id)
    _check_open(meeting)
    left = len(meeting.sample) - meeting.scored
    if left:
        raise InvalidInput({"": _("还有 {n} 件没有评议，请评完再写结论").format(n=left)})
    subject = f"petitions_review:{review_id}"
    with unit_of_work(ctx, MANAGE, subject=subject, unit=_path(ctx, review_id)) as uow:
        mine = update(Review).where(
            _review.id == review_id,
            _review.version == typed.version,
            _review.finished_at.is_(None),
        )
        done = {"present": typed.present, "outcome": typed.outcome, "finished_at": ctx.now}
        if not uow.claim(mine.values(version=typed.version + 1, **done)):
            raise Conflict(_("这次评议刚被他人修改，请刷新后再看"))


def _check_open(meeting: Meeting) -> None:
    if meeting.finished_at is not None:
        raise Conflict(_("这次评议已有结论，不能再改"))


def _path(ctx: Context, review_id: int) -> str:
    with scope(ctx.session, ctx, MANAGE):
        return ctx.session.get_one(Review, review_id).org_path


def _meeting(row: Review, unit: str, items: tuple[Item, ...]) -> Meeting:
    return Meeting(
        id=row.id or 0,
        unit=unit,
        held_on=row.held_on,
        start=row.start,
        end=row.end,
        drawn_from=row.drawn_from,
        seed=row.seed,
        present=row.present,
        outcome=row.outcome,
        finished_at=row.finished_at,
        version=row.version,
        sample=items,
    )


def _shown(item: ReviewItem, order: Order) -> Item:
    return Item(
        id=item.id or 0,
        order_id=item.order_id,
        place=item.place,
        number=order.number,
        title=order.title,
        result=str(RESULT_LABELS.get(order.result, "")),
        citizen=str(SATISFACTION_LABELS.get(order.satisfaction, "")),
        score=item.score,
        meeting=str(SATISFACTION_LABELS.get(item.score, "")),
        remark=item.remark,
        differs=bool(item.score and order.satisfaction and item.score != order.satisfaction),
    )
