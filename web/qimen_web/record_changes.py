"""A record's changes as the timeline draws them."""

from collections.abc import Iterable

from qimen_core.audit.record import Change
from qimen_web.markup import FILTERS

__all__ = ["change_entries"]

_moment = FILTERS["dt"]


def change_entries(changes: Iterable[Change]) -> list[dict[str, object]]:
    """Return the entries of ``web/macros/steps.html``'s timeline, newest first."""
    return [
        {
            "title": change.action,
            "who": change.actor,
            "when": _moment(change.at),
            "text": "、".join(dict.fromkeys(change.fields)),
        }
        for change in changes
    ]
