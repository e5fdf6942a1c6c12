"""What a demo set offers to the petitions: where they can happen, and who plays in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from qimen_core.demo import Played
from qimen_core.org.queries import Unit
from qimen_core.workdays import Calendar
from qimen_petitions.demo.life import CLERKS, WORKERS, Limits

__all__ = ["Stage", "playable"]


@dataclass(frozen=True, slots=True)
class Stage:
    """What the plan is drawn for: units, their people by path, calendar, limits and the present.

    ``shares`` and ``elsewhere`` are the demo set's.
    """

    units: Sequence[Unit]
    people: Mapping[str, Sequence[Played]]
    calendar: Calendar
    limits: Limits
    now: datetime
    shares: Mapping[str, int]
    elsewhere: int


def playable(stage: Stage) -> list[Unit]:
    """Return the communities in which a request can be played from its intake to its end."""
    paths = {unit.id: unit.path for unit in stage.units}

    def staffed(unit: Unit) -> bool:
        people = stage.people.get(unit.path, ())
        roles = {each.role for each in people if not each.address}
        office = stage.people.get(paths.get(unit.parent_id or 0, ""), ())
        return bool(
            roles & CLERKS and roles & WORKERS and office and any(each.address for each in people)
        )

    return [unit for unit in stage.units if unit.kind == "community" and staffed(unit)]
