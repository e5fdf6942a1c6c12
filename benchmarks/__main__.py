"""``python -m benchmarks``: make the data, serve everybody, measure in turn, write the figures."""

import argparse
import shutil
import tempfile
from pathlib import Path

from benchmarks import pages
from benchmarks.rows import Size


def main() -> None:
    """Run the bench and print its Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="turns of every server (7)")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one turn (2)")
    parser.add_argument("--orders", type=int, default=Size.orders, help="orders (100000)")
    parser.add_argument("--units", type=int, default=Size.units, help="units (20000)")
    parser.add_argument(
        "--results", type=Path, default=Path("test-results/bench"), help="where the figures go"
    )
    parser.add_argument("--keep", type=Path, help="keep data and logs in this new folder")
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="qimen-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    size = Size(orders=given.orders, units=given.units)
    try:
        print(pages.run(folder, given.results, given.rounds, given.seconds, size))
    finally:
        if given.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
