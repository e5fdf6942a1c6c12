"""Fixtures of the shell's tests: the shell alone, with a cheap password hash."""

import pytest


@pytest.fixture
def plugins() -> tuple[str, ...]:
    """The shell, and no plugin that has pages of its own."""
    return ("web",)
