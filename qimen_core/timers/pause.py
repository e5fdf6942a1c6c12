"""Pauses: the time in which a clock does not run."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Pause", "merge_pauses"]


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch that does not count.

    Attributes:
        start: When it began, aware.
        end: When it ended; ``None`` while it lasts.
        reason: Why, as the page shows it.

    Raises:
        ValueError: A moment is naive, or the end lies before the start.
    """

    start: datetime
    end: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or (self.end is not None and self.end.tzinfo is None):
            raise ValueError("a pause needs aware datetimes")
        if self.end is not None and self.end < self.start:
            raise ValueError(f"a pause cannot end {self.end} before it starts {self.start}")


def merge_pauses(pauses: Iterable[Pause]) -> list[Pause]:
    """Return the pauses in order with overlaps joined, so that no moment is left out twice.

    The reasons of joined pauses are listed once each. Pauses that only touch are joined when they
    have one reason.
    """
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda each: (each.start, each.end is None, each.end)):
        last = merged[-1] if merged else None
        if last is not None and _belongs(last, pause):
            merged[-1] = Pause(last.start, _later(last.end, pause.end), _reasons(last, pause))
        elif pause.end != pause.start:
            merged.append(pause)
    return merged


def _belongs(last: Pause, pause: Pause) -> bool:
    if last.end is None or pause.start < last.end:
        return True
    return pause.start == last.end and pause.reason == last.reason


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


def _reasons(one: Pause, other: Pause) -> str:
    reasons = [*one.reason.split("；"), *other.reason.split("；")]
    return "；".join(dict.fromkeys(reason for reason in reasons if reason))
