"""Drawing a sample that anybody can draw again. Pure."""

import random
from collections.abc import Iterable

__all__ = ["draw"]


def draw(ids: Iterable[int], size: int, seed: str) -> list[int]:
    """Return ``size`` of the ids, or all when there are fewer, in the order they are drawn.

    The same ids and seed give the same sample, however the ids are ordered.

    Args:
        ids: What is drawn from.
        size: How many.
        seed: Any text.
    """
    pool = sorted(set(ids))
    # A sample to be checked again is drawn by a seeded generator, not by the system's chance.
    chance = random.Random(seed)  # noqa: S311
    return chance.sample(pool, min(size, len(pool)))
