"""An empty machine below a folder, on which the operator's page is followed word by word.

Everything is done for real except what only root on a real machine can do: accounts of the system
are not made, owners of files are not changed, and systemd is played by `systemctl.py`. Paths below
`/opt`, `/etc` and so on lead below the folder, and port 8000 is a free one.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.operations.page import Block

__all__ = ["Failed", "Machine", "Postgres"]

HERE = Path(__file__).resolve().parent
_OUR_PATHS = re.compile(
    r"(?<![\w./}])/(opt|var/lib|srv|etc|root|usr/local/bin|media)(?=[/\s\"')]|$)", re.MULTILINE
)
_SHIMS = {
    "useradd": "exit 0",
    "chown": "exit 0",
    "install": 'args=; while [ $# -gt 0 ]; do case "$1" in -o|-g) shift 2;; '
    '*) args="$args \'$1\'"; shift;; esac; done; eval "exec {install} $args"',
    "runuser": '[ "$1" = -u ] && [ "$3" = -- ] || exit 2\n'
    'if [ "$2" = postgres ]; then export {postgres}; fi\nshift 3; exec "$@"',
    "systemctl": 'exec {python} {here}/systemctl.py {root} systemctl "$@"',
    "journalctl": 'exec {python} {here}/systemctl.py {root} journalctl "$@"',
}

_WITHOUT_CURL = {"curl": 'exec {python} {here}/curl.py "$@"'}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


class Failed(AssertionError):
    """A command of the page ended with another code than 0; the message holds what it said."""


@dataclass(frozen=True)
class Postgres:
    """The server of a rehearsal: the folder of its socket, of its programs, and our role there."""

    socket: Path
    programs: Path
    role: str


@dataclass
class Machine:
    """The machine.

    Args:
        root: An empty folder.
        postgres: The server, for a deployment that uses one.
    """

    root: Path
    postgres: Postgres | None = None
    port: int = field(default_factory=_free_port)

    def __post_init__(self) -> None:
        for name in ("opt", "srv", "root", "media/usb", "usr/local/bin", "var/lib", "shims"):
            (self.root / name).mkdir(parents=True)
        (self.root / "etc/systemd/system").mkdir(parents=True)
        server = self.postgres
        values = {
            "install": shutil.which("install"), "python": sys.executable, "here": HERE,
            "root": self.root,
            "postgres": f"PGHOST={server.socket} PGUSER=postgres" if server else "NONE=1",
        }  # fmt: skip
        missing = {} if shutil.which("curl") else _WITHOUT_CURL
        for name, body in (_SHIMS | missing).items():
            file = self.root / "shims" / name
            file.write_text("#!/bin/sh\n" + body.format(**values) + "\n")
            file.chmod(0o755)

    def here(self, path: str) -> Path:
        """Where a path of the page lies."""
        return self.root / path.lstrip("/")

    def translate(self, text: str) -> str:
        """A text of the page, with the paths, the port and the database of this machine."""
        moved = _OUR_PATHS.sub(lambda match: f"{self.root}{match[0]}", text)
        moved = re.sub(r"(?<=[: ])8000\b", str(self.port), moved)
        if server := self.postgres:
            at_home = f"postgresql://{server.role}:secret@/{server.role}?host={server.socket}"
            moved = moved.replace("postgresql://qimen:口令@127.0.0.1/qimen", at_home)
            named = r"(--pwprompt|--owner|template0|dropdb|dropuser) qimen\b"
            moved = re.sub(named, rf"\1 {server.role}", moved)
        return moved

    def follow(self, block: Block) -> str:
        """Does what a block says and returns what it printed."""
        if block.file:
            file = self.here(block.file)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(self.translate(block.text), "utf-8")
            return ""
        return self.run(block.text)

    def run(self, commands: str, extra: Mapping[str, str] | None = None) -> str:
        """Runs commands of the page in a shell of their own, as root's at `/root`.

        Raises:
            Failed: One of them ended with another code than 0.
        """
        ways = [self.here("/usr/local/bin"), self.root / "shims"]
        ways += [self.postgres.programs] if self.postgres else []
        environment = {
            "PATH": os.pathsep.join([*map(str, ways), os.environ["PATH"]]),
            "HOME": str(self.here("/root")),
            "LANG": "C.UTF-8",
            # No package index can be reached from here.
            "PIP_NO_INDEX": "1",
            "UV_OFFLINE": "1",
            **(extra or {}),
        }
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.translate(commands)],
            cwd=self.here("/root"), env=environment, capture_output=True, text=True, check=False,
            # Whoever asks for a password finds no terminal and reads it from here.
            input="secret\nsecret\n", start_new_session=True,
        )  # fmt: skip
        if done.returncode:
            raise Failed(f"{commands}\n{done.stdout}{done.stderr}")
        return done.stdout

    def put_stand_in(self) -> None:
        """Puts a package at its place that installs by linking the environment of this test."""
        folder = self.root / "packed"
        folder.mkdir()
        script = folder / "install.sh"
        binaries = Path(sys.executable).parent
        script.write_text(f'#!/bin/sh\nset -eu\nmkdir "$1"\nln -s {binaries} "$1/bin"\n')
        script.chmod(0o755)
        with tarfile.open(self.here("/root/qimen-offline.tar.gz"), "w:gz") as package:
            package.add(folder, arcname="wheelhouse")

    def stop(self) -> None:
        """Stops a service that is left running."""
        if (self.root / "qimen.pid").exists():
            self.run("systemctl stop qimen")

    def break_down(self) -> None:
        """Loses everything but the backups and the keys on the stick."""
        self.stop()
        for lost in ("/opt", "/var/lib", "/etc", "/usr/local/bin", "/root/wheelhouse"):
            shutil.rmtree(self.here(lost))
            self.here(lost).mkdir()
        if self.postgres:
            self.run("runuser -u postgres -- dropdb qimen\nrunuser -u postgres -- dropuser qimen")
