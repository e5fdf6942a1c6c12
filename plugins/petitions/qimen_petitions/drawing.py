"""A QR code as one SVG path: no image to fetch, no markup to trust."""

import segno

__all__ = ["qr_path"]

_QUIET = 4


def qr_path(text: str) -> tuple[int, str]:
    """Return the side of the drawing in modules, quiet zone included, and its path.

    Each dark run of a row is one rectangle.
    """
    matrix = segno.make(text, error="m", micro=False).matrix
    drawn = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                drawn.append(f"M{start + _QUIET} {y + _QUIET}h{x - start}v1h-{x - start}z")
            x += 1
    return len(matrix) + 2 * _QUIET, "".join(drawn)
