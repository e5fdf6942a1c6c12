"""Records of ratings: what fills the parameters of their routes."""

from datetime import date

from qimen_core import Context, OrgUnit, unit_of_work
from qimen_petitions.estates.models import Estate, HorseView, RatedEstate, Round

__all__ = ["plant_rating"]

DAY = date(2020, 1, 1)


def plant_rating(ctx: Context, unit: OrgUnit) -> dict[str, dict[str, object]]:
    """Make an estate and a published round that rated it; return their parameters."""
    with unit_of_work(ctx, "petitions.rating.manage") as uow:
        session = uow.session
        here = {"org_id": unit.id or 0, "org_path": unit.path}
        estate = Estate(code=f"code{unit.id}", name="东门小区", valid_from=DAY, **here)  # type: ignore[arg-type]
        held = Round(
            name="评价", start=DAY, end=DAY, opens_on=DAY, closes_on=DAY, state="confirmed",
            created_at=ctx.now, **here,  # type: ignore[arg-type]
        )  # fmt: skip
        session.add_all((estate, held))
        session.flush()
        rated = RatedEstate(round_id=held.id or 0, estate_id=estate.id or 0, **here)  # type: ignore[arg-type]
        session.add(rated)
        session.flush()
        view = HorseView(rated_id=rated.id or 0, horse="community", **here)  # type: ignore[arg-type]
        session.add(view)
        session.flush()
        return {
            "estate": {"estate_id": estate.id},
            "round": {"round_id": held.id},
            "rated": {"rated_id": rated.id},
            "view": {"view_id": view.id},
            "rate_code": {"code": estate.code},
            "published_rating": {"unit": unit.code, "round_id": held.id},
        }
