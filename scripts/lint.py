"""Runs every linter and says at the end which of them found something: `make lint`.

All of them run even when one fails, so that one run shows everything.
"""

import subprocess
import sys

from workspace import ROOT, members


def steps() -> dict[str, list[str]]:
    """Name → command, in the order in which they run."""
    python = sys.executable
    packages = [str(p.relative_to(ROOT)) for member in members() for p in member.packages]
    own = ("templates", "css", "python", "imports", "places")
    return {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy", *packages],
        "mypy scripts": [python, "-m", "mypy", *map(str, sorted(ROOT.glob("scripts/*.py")))],
        "djlint": [python, "-m", "djlint", "--lint", "--quiet", *packages],
        **{f"lint_{name}": [python, f"scripts/lint_{name}.py"] for name in own},
    }


def main() -> int:
    """Runs the steps. Returns 1 when any found something, else 0."""
    failed = []
    for name, command in steps().items():
        print(f"lint: {name}", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(name)
    print(f"lint: found something: {', '.join(failed)}" if failed else "lint: clean", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
