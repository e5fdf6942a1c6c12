"""Some weeks after a round was published, nothing tells any more which proof was used."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import String, cast, literal, select, update

from qimen_core import Context, JobSpec, scoped, translations, unit_of_work
from qimen_core.jobs import RunningJob
from qimen_petitions.estates.models import Answer, RatedEstate, Round
from qimen_petitions.estates.permissions import MANAGE
from qimen_petitions.settings import PetitionSettings

__all__ = ["RATING_JOBS", "forget", "wiped"]

_ = translations("qimen_petitions")

_DAY: Final = 24 * 60
_GONE: Final = "gone:"
_round: Any = Round.__table__.c  # type: ignore[attr-defined]
_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]
_answer: Any = Answer.__table__.c  # type: ignore[attr-defined]


def forget(job: RunningJob) -> None:
    """Wipe the keyed hashes of rounds that were published long enough ago; answers stay."""
    with job.context() as ctx:
        count = 0
        for round_id, path, confirmed_at in _old(ctx):
            days = ctx.setting(PetitionSettings, path).rating_voter_days
            if confirmed_at + timedelta(days=days) <= ctx.now:
                count += _wipe(ctx, round_id, path)
        with unit_of_work(ctx, "petitions.rating.forget", permission=MANAGE) as uow:
            job.result(uow, said=_("抹去 {n} 份评价的凭据").format(n=count))


def wiped(ctx: Context, round_id: int) -> bool:
    """Say whether a round's proofs are gone, so that nobody can tell who has answered."""
    gone = (
        select(_answer.id)
        .join(RatedEstate.__table__, _rated.id == _answer.rated_id)  # type: ignore[attr-defined]
        .where(_rated.round_id == round_id, _answer.voter.like(f"{_GONE}%"))
        .limit(1)
    )
    return ctx.session.execute(scoped(gone, ctx, MANAGE, _answer.org_path)).first() is not None


def _old(ctx: Context) -> list[Any]:
    left = (
        select(_answer.id)
        .join(RatedEstate.__table__, _rated.id == _answer.rated_id)  # type: ignore[attr-defined]
        .where(_rated.round_id == _round.id, _answer.voter.not_like(f"{_GONE}%"))
        .exists()
    )
    wanted = select(_round.id, _round.org_path, _round.confirmed_at)
    wanted = wanted.where(_round.state == "confirmed", left).order_by(_round.id)
    return list(ctx.session.execute(scoped(wanted, ctx, MANAGE, _round.org_path)))


def _wipe(ctx: Context, round_id: int, path: str) -> int:
    mine = scoped(
        select(_rated.id).where(_rated.round_id == round_id), ctx, MANAGE, _rated.org_path
    )
    nobody = literal(_GONE).concat(cast(_answer.id, String))
    subject = f"petitions_rating_round:{round_id}"
    with unit_of_work(
        ctx, "petitions.rating.forget", permission=MANAGE, subject=subject, unit=path
    ) as uow:
        rated = list(uow.session.scalars(mine))
        theirs = update(Answer).where(
            _answer.rated_id.in_(rated), _answer.voter.not_like(f"{_GONE}%")
        )
        return uow.claim(theirs.values(voter=nobody, form_key=nobody))


RATING_JOBS: Final = (
    JobSpec("petitions.rating.forget", _("抹去物业评价的凭据"), forget, every=_DAY),
)
