"""Some of the demo's requests go to a department of the county, so that its clerk finds them."""

# lint-ok-file: chinese -- words in the names of departments and in notes, demo data

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from qimen_orders import Event
from qimen_petitions.demo.life import Act
from qimen_petitions.demo.plan import Planned
from qimen_petitions.demo.stage import Stage

__all__ = ["handed_over"]

# The line of work: a word in a department's name, and the headings of the scheme that fall to it.
_LINES = {
    "住建": ("estate", "road", "utility", "house"),
    "城管": ("clean", "safety", "road.parking"),
}
_STAGES = {Event.DISPATCH: 2, Event.CLAIM: 2}
"""How many of those that stand there go to each department: newly sent, and in its hands."""


@dataclass
class _Department:
    key: str
    clerk: str
    lines: tuple[str, ...]
    left: dict[Event, int]

    def takes(self, planned: Planned) -> bool:
        """Say whether a request goes here: it is of its line and stands where some are wanted."""
        last = planned.acts[-1].event if planned.acts else None
        mine = planned.category.startswith(self.lines)
        if last is None or not mine or not self.left.get(last):
            return False
        self.left[last] -= 1
        return True


def handed_over(stage: Stage, requests: Iterable[Planned]) -> list[Planned]:
    """Return the requests with some of them led by a department, all else as it was drawn.

    Nothing is drawn anew: with the departments or without, the same seed gives the same requests.
    """
    departments = list(_departments(stage))
    # The newest first: they are what 今日 is about.
    done = {id(each): _with(each, departments) for each in reversed(list(requests))}
    return list(reversed(done.values()))


def _departments(stage: Stage) -> Iterator[_Department]:
    for unit in stage.units:
        people = stage.people.get(unit.path, ())
        lines = next((found for word, found in _LINES.items() if word in unit.name), ())
        if unit.kind == "department" and people and lines:
            yield _Department(f"department:{unit.id}", people[0].name, lines, dict(_STAGES))


def _with(planned: Planned, departments: list[_Department]) -> Planned:
    takes = next((each for each in departments if each.takes(planned)), None)
    if takes is None:
        return planned
    return replace(planned, acts=tuple(_act(act, takes) for act in planned.acts))


def _act(act: Act, takes: _Department) -> Act:
    if act.event is Event.DISPATCH:
        inputs = replace(act.inputs, lead_id=None, taker=takes.key, handler_name="")
        return replace(act, inputs=inputs)
    if act.event is Event.CLAIM:
        inputs = replace(act.inputs, handler_name=takes.clerk)
        return replace(act, actor=takes.clerk, inputs=inputs)
    return act
