"""The log: one line of JSON an event, whoever else writes to the same pipe."""

import json
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from qimen_core.logs import configure_logs


class Pipe(StringIO):
    """A stream that remembers each write by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []

    def write(self, text: str) -> int:
        self.writes.append(text)
        return super().write(text)


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    """The log as a server has it, for the length of a test."""
    configure_logs()
    yield
    structlog.reset_defaults()


def test_a_line_is_written_at_once_with_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe()
    monkeypatch.setattr(sys, "stderr", pipe)
    for number in range(3):
        structlog.get_logger("qimen.test").info("served", number=number)
    assert [json.loads(line)["number"] for line in pipe.writes] == [0, 1, 2]
    assert all(line.endswith("}\n") for line in pipe.writes)


def test_a_line_break_in_a_value_breaks_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe()
    monkeypatch.setattr(sys, "stderr", pipe)
    structlog.get_logger("qimen.test").warning("odd", said="一行\n又一行")
    assert pipe.getvalue().count("\n") == 1
