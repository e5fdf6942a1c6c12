"""Build ``static/web/icons/sprite.svg`` from the outline icons of ``@tabler/icons``.

Usage: ``npm pack @tabler/icons``, unpack it, then
``python web/scripts/icon_sprite.py package/icons/outline``. The names are read from ``icons.txt``
beside this script; a name that is not in the package stops the build.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
SPRITE = HERE.parent / "qimen_web" / "static" / "web" / "icons" / "sprite.svg"
BOUNDING_BOX = re.compile(r'<path stroke="none"[^>]*/>')


def symbol(name: str, source: str) -> str:
    """One icon as a ``<symbol>`` that inherits stroke and size from the ``<svg>`` using it."""
    inner = source.split(">", 1)[1].rsplit("</svg>", 1)[0]
    shapes = " ".join(BOUNDING_BOX.sub("", inner).split())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def main(folder: Path) -> int:
    """Write the sprite; returns 1 and names the icons when the package lacks some."""
    names = sorted(set((HERE / "icons.txt").read_text().split()))
    missing = [name for name in names if not (folder / f"{name}.svg").is_file()]
    if missing:
        sys.stderr.write(f"not in {folder}: {', '.join(missing)}\n")
        return 1
    symbols = [symbol(name, (folder / f"{name}.svg").read_text()) for name in names]
    # The licence travels with the drawing.
    head = '<svg xmlns="http://www.w3.org/2000/svg">\n<!-- Tabler Icons, MIT, (c) Pawel Kuna -->\n'
    SPRITE.write_text(head + "\n".join(symbols) + "\n</svg>\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
