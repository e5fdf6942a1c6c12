"""Does for one folder what `systemctl` and `journalctl` do: reads unit files, starts what they say.

    systemctl.py ROOT systemctl enable --now qimen
    systemctl.py ROOT journalctl -u qimen -o cat

Like systemd it gives a service the unit's environment and nothing of the caller's. Where
`systemd-analyze` is installed, `daemon-reload` lets it judge every unit.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(sys.argv[1])
UNITS = ROOT / "etc" / "systemd" / "system"
KNOWN = ("enable", "start", "stop", "daemon-reload")


def main(program: str, arguments: list[str]) -> int:
    words = [word for word in arguments if not word.startswith("-")]
    if program == "journalctl":
        sys.stdout.write((ROOT / f"{words[0]}.journal").read_text("utf-8"))
        return 0
    verb, names = words[0], words[1:]
    if verb not in KNOWN:
        raise SystemExit(f"systemctl: {verb} is not rehearsed; known: {', '.join(KNOWN)}")
    if verb == "daemon-reload":
        return verify()
    for name in names:
        unit = read(name)
        if "Timer" in unit:
            calendar(unit["Timer"]["OnCalendar"])
            read(name.removesuffix(".timer"))
        elif verb == "stop":
            stop(name)
        elif verb == "start" or "--now" in arguments:
            start(name, unit)
    return 0


def read(name: str) -> ConfigParser:
    file = UNITS / (name if "." in name else f"{name}.service")
    unit = ConfigParser(interpolation=None, strict=True, delimiters="=", comment_prefixes="#")
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(file.read_text("utf-8"))
    return unit


def start(name: str, unit: ConfigParser) -> None:
    service = unit["Service"]
    command = shlex.split(service["ExecStart"])
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    for line in Path(service["EnvironmentFile"]).read_text("utf-8").splitlines():
        key, _equals, value = line.partition("=")
        if key and not key.startswith("#"):
            environment[key] = shlex.split(value)[0] if value else ""
    with (ROOT / f"{name}.journal").open("a") as journal:
        process = subprocess.Popen(
            command, cwd="/", env=environment, stdin=subprocess.DEVNULL, stdout=journal,
            stderr=journal, start_new_session=True, umask=int(service.get("UMask", "0022"), 8),
        )  # fmt: skip
    if service.get("Type") == "oneshot":
        if code := process.wait():
            raise SystemExit(f"{name}: ExecStart ended with {code}")
        return
    (ROOT / f"{name}.pid").write_text(str(process.pid))


def stop(name: str) -> None:
    file = ROOT / f"{name}.pid"
    pid = int(file.read_text())
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while running(pid):
        if time.monotonic() > deadline:
            raise SystemExit(f"{name} does not stop")
        time.sleep(0.05)
    file.unlink()


def running(pid: int) -> bool:
    """Whether the process lives; one that only waits to be reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def verify() -> int:
    if analyze := shutil.which("systemd-analyze"):
        for file in sorted(UNITS.iterdir()):
            command = [analyze, "verify", "--man=no", str(file)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(done.stderr)
    return 0


def calendar(moment: str) -> None:
    if analyze := shutil.which("systemd-analyze"):
        subprocess.run([analyze, "calendar", moment], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[2], sys.argv[3:]))
