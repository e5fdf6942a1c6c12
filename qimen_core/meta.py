"""What a plugin says of itself, and what the loader says of a plugin."""

import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["PluginMeta", "PluginReport"]

_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


@dataclass(frozen=True)
class PluginMeta:
    """A plugin's identity, held by its module as ``meta``.

    Args:
        name: ASCII identifier; table prefix, URL segment, template folder, permission prefix.
        label: The Chinese name shown in menus.
        core: Version range of qimen-core, e.g. ``">=0.1,<0.2"``.
        requires: Names of plugins that must be loaded before this one.
        optional: Names of plugins that, when loaded, come before this one.
        toggleable: Whether townships may switch it off; the shell, say, they may not.

    Raises:
        ValueError: The name is not a lower-case ASCII identifier.
    """

    name: str
    label: str
    core: str
    requires: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    toggleable: bool = True

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"plugin name {self.name!r} must be lower-case ASCII, 2–31 characters")


@dataclass(frozen=True)
class PluginReport:
    """What became of one configured plugin.

    Args:
        name: The configured name.
        state: ``loaded``, ``skipped`` (for another's fault) or ``failed`` (for its own).
        reason: Empty when loaded; else what happened, where, and what to do.
        label: The plugin's Chinese name where it could be read.
        distribution: Name of the distribution that brings it.
        version: That distribution's version.
        requires: What it requires.
        hooks: Names of the hooks that it implements.
    """

    name: str
    state: Literal["loaded", "skipped", "failed"]
    reason: str = ""
    label: str = ""
    distribution: str = ""
    version: str = ""
    requires: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
