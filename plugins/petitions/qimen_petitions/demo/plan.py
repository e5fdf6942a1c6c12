"""The demo's 300 requests: a plan drawn from a seed, without a database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from qimen_core.clock import local
from qimen_core.demo import Played
from qimen_core.org.queries import Unit
from qimen_petitions.demo.life import Act, Life, Staff
from qimen_petitions.demo.office_time import OfficeTime
from qimen_petitions.demo.stage import Stage, playable
from qimen_petitions.demo.texts import Situation, load_phrases, load_situations
from qimen_petitions.demo.wording import Places, Wording, is_urban

__all__ = ["COUNT", "Planned", "plan"]

COUNT = 300

# How many requests are open or turned down; all others are closed. A figure in the second place is
# the number of working days until they are due (negative: overdue), where the state has a clock.
_STANDING: tuple[tuple[str, int | None, int], ...] = (
    ("draft", None, 4),
    ("submitted", -1, 1),
    ("submitted", 0, 4),
    ("submitted", 1, 6),
    ("accepted", 0, 2),
    ("accepted", 2, 5),
    ("dispatched", -1, 1),
    ("dispatched", 1, 3),
    ("dispatched", 8, 4),
    ("in_progress", -3, 1),
    ("in_progress", -1, 3),
    ("in_progress", 0, 5),
    ("in_progress", 1, 5),
    ("in_progress", 4, 4),
    ("in_progress", 9, 4),
    ("replied", None, 9),
    ("evaluated", None, 5),
    ("whistled", 2, 3),
    ("arbitration", 2, 2),
    ("suspended", None, 3),
    ("merged", None, 2),
    ("redirected", None, 2),
    ("not_accepted", None, 14),
)
# Working days since they came in, from and to, of those that no clock presses.
_AGES = {
    "draft": (0, 0), "replied": (2, 8), "evaluated": (4, 12), "suspended": (4, 10),
    "merged": (0, 0), "redirected": (1, 6),
}  # fmt: skip
_CHANNELS = {"visit_in": 30, "phone": 28, "visit_out": 14, "web": 20, "letter": 2, "transfer": 6}
# Every third open request lies where the guide's clerk works, so that 今日 has something to show.
_MAIN_EVERY = 3
_ANONYMOUS = 0.05


@dataclass(frozen=True, slots=True)
class Planned:
    """One request with its whole life.

    Attributes:
        unit: Where it lies.
        title: One line.
        content: What the resident says.
        place: An invented spot in the unit.
        category: Code of the category.
        channel: How it came in.
        requester: Who asks.
        anonymous: The name is not shown.
        born: When it came in.
        clerk: Who took it down.
        submitted: False for a draft.
        acts: What happened to it after that, in order.
    """

    unit: Unit
    title: str
    content: str
    place: str
    category: str
    channel: str
    requester: Played
    anonymous: bool
    born: datetime
    clerk: str
    submitted: bool
    acts: tuple[Act, ...]


def plan(stage: Stage, seed: int) -> list[Planned]:
    """Return the requests in the order in which they came in; the same for the same seed and stage.

    Nothing happens after ``stage.now``, and the oldest request is a year older. Without a community
    that has somebody to take a request down, somebody to handle it and a resident to make it, under
    a unit with an office, there are none.
    """
    if not playable(stage):
        return []
    requests = _Planner(stage, Random(f"petitions {seed}")).requests()  # noqa: S311
    return sorted(requests, key=lambda each: (each.born, each.unit.path))


class _Told(NamedTuple):
    """A matter that is open already, and the words in which somebody else tells of it."""

    situation: Situation
    variant: int
    spot: str


_TOLD_BEFORE = timedelta(days=2)


class _Planner:
    def __init__(self, stage: Stage, rng: Random) -> None:
        self._stage = stage
        self._rng = rng
        self._office = OfficeTime(stage.calendar, rng)
        communities = playable(stage)
        self._by_code = {unit.code or "": unit for unit in communities}
        self._by_id = {unit.id: unit for unit in stage.units}
        self._shares = {code: n for code, n in stage.shares.items() if code in self._by_code}
        self._others = [unit for unit in communities if unit.code not in self._shares]
        self._main = self._by_code[next(iter(self._shares))] if self._shares else communities[0]
        self._phrases = load_phrases()
        self._places = Places(communities, self._phrases, rng)
        self._decks = {declined: self._deck(declined) for declined in (False, True)}
        self._told: dict[str, list[_Told]] = {}

    def requests(self) -> Iterator[Planned]:
        standing = [(state, due) for state, due, count in _STANDING for _ in range(count)]
        standing += [("closed", None)] * (COUNT - len(standing))
        for nth, (state, due) in enumerate(standing):
            past = state in {"closed", "not_accepted"}
            here = not past and (nth % _MAIN_EVERY == 0 or state == "merged")
            yield self._request(state, due, self._main if here else self._unit(), past)

    def _request(self, state: str, due: int | None, unit: Unit, past: bool) -> Planned:
        rng, stage = self._rng, self._stage
        day = local(stage.now).date()
        if past:
            day -= timedelta(days=rng.randint(20, 364))
        again = self._told[unit.path].pop(0) if state == "merged" else None
        if again is None:
            situation, variant = self._draw(unit, day.month, declined=state == "not_accepted")
            spot = self._places.draw(unit, situation.where)
        else:
            situation, variant, spot = again
        born = self._born(state, due, situation) if not past else self._office.during(day)
        if state == "in_progress" and stage.now - born > _TOLD_BEFORE:
            # What a neighbour says of it again, in other words, is merged into it.
            self._told.setdefault(unit.path, []).append(_Told(situation, 1 - variant, spot))
        words = Wording(rng, self._phrases, spot, urban=is_urban(unit))
        staff = self._staff(unit)
        life = Life(
            situation,
            variant,
            words,
            staff,
            limit=stage.limits.of(situation),
            office=self._office,
            rng=rng,
        )
        residents = [each for each in stage.people[unit.path] if each.address]
        return Planned(
            unit=unit,
            title=words.title(situation, variant),
            content=words.detail(situation, variant),
            place=words.place,
            category=situation.category,
            channel=rng.choices(list(_CHANNELS), weights=list(_CHANNELS.values()))[0],
            requester=rng.choice(residents),
            anonymous=rng.random() < _ANONYMOUS,
            born=born,
            clerk=staff.clerk,
            submitted=state != "draft",
            acts=life.until(state, born, stage.now),
        )

    def _born(self, state: str, due: int | None, situation: Situation) -> datetime:
        """Return when an open request came in, so that it is due as planned."""
        rng, stage = self._rng, self._stage
        if due is None:
            first, last = _AGES[state]
            age = rng.randint(first, last) if last else 0
        else:
            limits = stage.limits
            allowed = limits.response if state == "submitted" else limits.of(situation)
            age = max(allowed - due, 0)
        day = self._office.workdays_before(local(stage.now).date(), age)
        # Late in the day, so that what is due today is still due and not overdue in the morning.
        moment = self._office.during(day, 13, 16) if age else self._office.during(day, 8, 11)
        return min(moment, stage.now - timedelta(minutes=rng.randint(20, 90)))

    def _unit(self) -> Unit:
        rng, elsewhere = self._rng, self._stage.elsewhere if self._others else 0
        code = rng.choices([*self._shares, ""], weights=[*self._shares.values(), elsewhere])[0]
        return self._by_code[code] if code else rng.choice(self._others)

    def _staff(self, unit: Unit) -> Staff:
        town = self._by_id[unit.parent_id or 0]
        own = [each for each in self._stage.people[unit.path] if not each.address]
        above = self._stage.people[town.path]
        return Staff.of(own, above, (unit.id, town.id), self._rng)

    def _deck(self, declined: bool) -> list[tuple[Situation, int]]:
        cards = [
            (situation, variant)
            for situation in load_situations()
            if bool(situation.reason) is declined
            for variant in range(len(situation.titles))
        ]
        self._rng.shuffle(cards)
        return cards

    def _draw(self, unit: Unit, month: int, *, declined: bool) -> tuple[Situation, int]:
        """Take the first card that fits and put it under the deck, so that none comes too often."""
        where = frozenset(("estate", "street", "any") if is_urban(unit) else ("village", "any"))
        deck = self._decks[declined]
        card = next(card for card in deck if card[0].fits(where, month))
        deck.remove(card)
        deck.append(card)
        return card
