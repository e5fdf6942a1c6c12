"""The noticeboard, offered as if it were installed."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def noticeboard(
    provide_plugin: Callable[[ModuleType], str], monkeypatch: pytest.MonkeyPatch
) -> str:
    """Offer the plugin to ``qimen_app`` and return its name."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    return provide_plugin(import_module("noticeboard.plugin"))
