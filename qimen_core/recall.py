"""Values kept in memory for as long as the database says that they still hold.

Menus, choices of a filter, the work calendar: they are asked for at every request and change once
a week. They are kept under the number of changes to the watched tables (:mod:`.db.watch`), which
every request reads afresh; a change by any process or by hand is seen by the next request.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

__all__ = ["Recall"]

T = TypeVar("T")
_MISSING = object()


class Recall:
    """The least recently used are forgotten first.

    Args:
        size: How many values are kept.
    """

    def __init__(self, size: int = 2000) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under ``key``; it is made first where there is none.

        Two threads may make the same value at once; either is right.

        Args:
            key: Everything that the value depends on.
            make: Makes the value. It is given to several threads, so nobody changes it, and it
                holds nothing that belongs to a database session.
        """
        with self._lock:
            found = self._kept.get(key, _MISSING)
            if found is not _MISSING:
                self._kept.move_to_end(key)
                return cast("T", found)
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made
