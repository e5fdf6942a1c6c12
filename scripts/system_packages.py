"""What only the package manager of the system can provide. Standard library only.

The browser tests drive the system's Chromium, never a downloaded one: that is the browser that a
machine without internet can have, and it is patched with the system.
"""

import os
import shutil
import subprocess
from pathlib import Path

__all__ = ["MissingPackageError", "apt_install", "can_install", "chromium", "ensure_browser"]

NAMES = ("chromium", "chromium-browser", "google-chrome")
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
FONT_FILES = ("*CJK*", "*wqy*", "*SourceHanSans*", "*uming*", "*ukai*", "*simsun*", "*simhei*")


class MissingPackageError(Exception):
    """Something that only the system's package manager can provide is absent."""


def chromium() -> Path | None:
    """The executable: QIMEN_CHROMIUM if set, else the first of the usual names on the PATH."""
    if override := os.environ.get("QIMEN_CHROMIUM"):
        return Path(override) if os.access(override, os.X_OK) else None
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def has_chinese_font() -> bool:
    """Whether text on the pages under test is drawn as characters and not as boxes."""
    if listing := shutil.which("fc-list"):
        found = subprocess.run([listing, ":lang=zh"], capture_output=True, text=True, check=False)
        return bool(found.stdout.strip())
    return any(
        next(folder.rglob(pattern), None) for folder in FONT_FOLDERS for pattern in FONT_FILES
    )


def ensure_browser() -> None:
    """Makes sure that Chromium and a Chinese font exist, installing them when allowed to.

    Raises:
        MissingPackageError: it is absent and this user cannot install it.
    """
    packages = []
    if chromium() is None:
        packages.append("chromium")
    if not has_chinese_font():
        packages.append("fonts-noto-cjk")
    if not packages:
        return
    names = " ".join(packages)
    if "QIMEN_CHROMIUM" in os.environ and "chromium" in packages:
        raise MissingPackageError("QIMEN_CHROMIUM does not name an executable file")
    if not can_install():
        raise MissingPackageError(
            f"the browser tests need the system packages: {names}. Install them first."
        )
    apt_install(packages)
    if chromium() is None or not has_chinese_font():
        raise MissingPackageError(
            f"apt-get installed {names}, and the browser or the font is still missing"
        )


def can_install() -> bool:
    """Whether this process may call apt-get."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: list[str]) -> None:
    """Installs system packages.

    Raises:
        subprocess.CalledProcessError: apt-get failed.
    """
    print(f"setup: installing the system packages {' '.join(packages)}", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    quiet = ["apt-get", "-qq", "-o=Dpkg::Use-Pty=0"]
    subprocess.run([*quiet, "update"], check=True, env=environment)
    install = [*quiet, "install", "--yes", "--no-install-recommends", *packages]
    subprocess.run(install, check=True, env=environment, stdout=subprocess.DEVNULL)
