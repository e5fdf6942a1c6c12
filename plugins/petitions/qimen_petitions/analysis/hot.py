"""热点: many people, one place, one matter. Pure functions over what was said.

People count, not messages: whoever writes ten times is one person. Votes of others count damped, so
that a campaign of clicks does not outweigh those who say it themselves.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from qimen_petitions.analysis.likeness import Corpus
from qimen_petitions.analysis.places import is_estate, places_of

__all__ = ["Issue", "Said", "hot_issues", "people_of"]

_OPENING = 200
# A road or a village holds more matters than an estate does, and a whole community most.
_ROAD, _ANYWHERE = 2, 4
# Two names in most of the same messages are two names of one place.
_TOGETHER = 0.6


@dataclass(frozen=True, slots=True)
class Said:
    """One request as the count of hot issues needs it.

    Attributes:
        ref: Its id, or its line in a file.
        title: One line.
        detail: The whole.
        at: When it came in.
        person: Who asks, as an opaque word; ``""`` where nobody is named.
        unit: The unit it lies in, as an opaque word; two units never share an issue.
        place: Where it is, as it was typed; may be empty.
        matter: The category it was given, ``""`` for none yet.
        votes: Support less opposition; 0 where nobody votes.
    """

    ref: int
    title: str
    detail: str
    at: datetime | None = None
    person: str = ""
    unit: str = ""
    place: str = ""
    matter: str = ""
    votes: int = 0


@dataclass(frozen=True, slots=True)
class Issue:
    """Requests of one place and one matter.

    Attributes:
        place: The place's name as most say it, ``""`` for the unit as a whole.
        unit: As in :class:`Said`.
        said: Its requests, newest first.
        people: Distinct people; of the nameless every two count as one.
        votes: Votes of others, as counted.
        heat: What the list is sorted by: people plus damped votes.
        place_total: Requests of the place in the period, whatever they are about.
    """

    place: str
    unit: str
    said: tuple[Said, ...]
    people: float
    votes: int
    heat: float
    place_total: int

    @property
    def matter(self) -> str:
        """The category that most of its requests were given, ``""`` where none has one."""
        given = Counter(each.matter for each in self.said if each.matter)
        return given.most_common(1)[0][0] if given else ""

    @property
    def title(self) -> str:
        """The title that has most in common with the others."""
        return self.said[0].title if len(self.said) == 1 else _central(self.said).title


def hot_issues(
    said: Sequence[Said], *, people: int = 3, likeness: float = 0.05, most: int = 50
) -> list[Issue]:
    """Return the hot issues, hottest first.

    Args:
        said: What was said in the period, of one reader's reach.
        people: So many distinct people make an issue.
        likeness: Above this cosine two requests of one place are of one matter (0–1), where their
            categories do not say.
        most: At most so many issues.
    """
    found: list[Issue] = []
    for (unit, _), group in _by_place(said).items():
        if people_of(group.said) < people:
            continue
        enough = likeness * group.width
        found += [
            _issue(unit, group, members)
            for members in _matters(group.said, group.name, enough)
            if people_of(members) >= people
        ]
    return sorted(found, key=lambda issue: (-issue.heat, issue.place))[:most]


def people_of(said: Iterable[Said]) -> float:
    """Return how many people speak: the named once each, of the nameless every two as one."""
    persons = Counter(each.person for each in said)
    nameless = persons.pop("", 0)
    return len(persons) + nameless / 2


@dataclass
class _Group:
    said: list[Said]
    names: Counter[str]
    width: int = _ANYWHERE

    @property
    def name(self) -> str:
        return self.names.most_common(1)[0][0] if self.names else ""


def _by_place(said: Sequence[Said]) -> dict[tuple[str, str], _Group]:
    named = [_names(each) for each in said]
    # How often a name is said at all, so that of two names in one message the known one counts.
    often = Counter(
        (each.unit, key) for each, names in zip(said, named, strict=True) for key in names
    )
    known_as = _one_name(said, named, often)
    groups: dict[tuple[str, str], _Group] = defaultdict(lambda: _Group([], Counter()))
    for each, names in zip(said, named, strict=True):
        keys = [(each.unit, key) for key in names]
        key = max(keys, key=lambda one: often[one], default=(each.unit, ""))
        if not key[1] and not each.unit:
            continue  # neither a place nor a unit: nothing to gather by
        group = groups[known_as.get(key, key)]
        group.said.append(each)
        if key[1]:
            group.names[names[key[1]]] += 1
            group.width = 1 if is_estate(key[1]) else _ROAD
    return groups


def _names(each: Said) -> dict[str, str]:
    """Return the places to choose from: of the title where it names one, else of the rest."""
    heads = [places_of(f"{each.place}\n{each.title}"), places_of(each.detail[: 2 * _OPENING])]
    return next((places for head in heads if (places := head.estates or head.areas)), {})


def _one_name(
    said: Sequence[Said], named: Sequence[dict[str, str]], often: Counter[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, str]]:
    together: Counter[tuple[tuple[str, str], tuple[str, str]]] = Counter()
    for each, names in zip(said, named, strict=True):
        keys = [(each.unit, key) for key in names]
        together.update((one, other) for one in keys for other in keys if often[one] < often[other])
    return {
        rarer: known
        for (rarer, known), number in together.items()
        if number > 1 and number >= _TOGETHER * often[rarer]
    }


def _matter(each: Said, place: str) -> str:
    """Return what a request says apart from where: the place's name makes nothing alike."""
    text = f"{each.title}。{each.detail[:_OPENING]}"
    return text.replace(place, " ") if place else text


def _matters(said: Sequence[Said], place: str, likeness: float) -> list[list[Said]]:
    """Gather what hangs together: a request joins where it is of one matter with one inside."""
    corpus = Corpus([_matter(each, place) for each in said], whole=True)

    def one_matter(one: int, other: int) -> bool:
        mine, theirs = said[one].matter, said[other].matter
        if mine and theirs:
            return mine == theirs
        return corpus.likeness(one, other) > likeness

    waiting = set(range(len(said)))
    matters = []
    while waiting:
        edge = [waiting.pop()]
        inside = list(edge)
        while edge:
            here = edge.pop()
            near = [other for other in waiting if one_matter(here, other)]
            waiting.difference_update(near)
            edge += near
            inside += near
        matters.append([said[at] for at in inside])
    return matters


def _issue(unit: str, group: _Group, members: list[Said]) -> Issue:
    newest = sorted(members, key=_when, reverse=True)
    people = people_of(members)
    votes = sum(max(each.votes, 0) for each in members)
    heat = people + math.log2(1 + votes)
    return Issue(group.name, unit, tuple(newest), people, votes, heat, len(group.said))


def _when(each: Said) -> tuple[float, int]:
    return (each.at.timestamp() if each.at else 0.0, each.ref)


def _central(said: Sequence[Said]) -> Said:
    corpus = Corpus([each.title for each in said])
    sums = [
        sum(corpus.likeness(one, other) for other in range(len(said))) for one in range(len(said))
    ]
    return said[max(range(len(said)), key=lambda at: sums[at])]
