"""What households wrote beside their scores: for the community alone."""

from datetime import date
from typing import Any, Final

from sqlalchemy import select

from qimen_core import Context, scoped
from qimen_petitions.estates.models import Answer
from qimen_petitions.estates.permissions import MANAGE

__all__ = ["remarks_of"]

_MOST: Final = 200
_answer: Any = Answer.__table__.c  # type: ignore[attr-defined]


def remarks_of(ctx: Context, rated_id: int) -> list[tuple[date, str]]:
    """Return day and words of the newest remarks; nothing for who does not run the round."""
    if not ctx.can_anywhere(MANAGE):
        return []
    wanted = (
        select(_answer.answered_on, _answer.remark)
        .where(_answer.rated_id == rated_id, _answer.remark != "")
        .order_by(_answer.id.desc())
        .limit(_MOST)
    )
    rows = ctx.session.execute(scoped(wanted, ctx, MANAGE, _answer.org_path))
    return [(row.answered_on, row.remark) for row in rows]
