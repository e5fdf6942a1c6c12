"""Writes the lock files from the pyproject files: `make lock`.

`uv pip compile --universal --generate-hashes` and not `uv lock`: uv.lock pins the host of the
registry it was made with, and a township installs from its own mirror or from a folder of wheels.
The files written here hold versions and hashes and no host.

Versions that are already locked are kept. `make lock UPGRADE=1` (`--upgrade`) takes newer ones.
"""

import subprocess
import sys

from workspace import ROOT, members

PYTHON_FLOOR = "3.11"
UV_LOCK = "scripts/uv.lock.txt"


def main(arguments: list[str]) -> int:
    """Compiles every lock file. Returns the exit code of the first failing uv call, or 0."""
    upgrade = [option for option in arguments if option == "--upgrade"]
    manifests = [str((m.folder / "pyproject.toml").relative_to(ROOT)) for m in members()]
    constraints = ["--constraints", "requirements.lock"]
    dev = [*constraints, "--constraints", "requirements-dev.lock"]
    steps = [
        # Building the members editable needs the build backend as well; it is locked like the rest.
        (["--group", "build", *manifests], "requirements.lock"),
        (["--group", "dev", *constraints], "requirements-dev.lock"),
        (["--group", "bench", *dev], "requirements-bench.lock"),
        (["--group", "uv"], UV_LOCK),
    ]
    return next((code for sources, out in steps if (code := _compile(sources, out, upgrade))), 0)


def _compile(sources: list[str], output: str, options: list[str]) -> int:
    print(f"lock: {output}", flush=True)
    own = [part for member in members() for part in ("--no-emit-package", member.dist)]
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
    command += ["--python-version", PYTHON_FLOOR, "--generate-hashes", "--no-header"]
    command += ["--no-annotate", "--output-file", output, *own, *options, *sources]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
