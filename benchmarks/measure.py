"""Interleaved rounds over running servers, and the ratios that come of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.load import get, run_round
from benchmarks.servers import Scope, Server, cpu_seconds

__all__ = ["Cell", "Page", "Spread", "check_page", "measure", "spread"]


@dataclass(frozen=True)
class Page:
    """What one scope asks of a server: paths in turn, each with the count its page must show."""

    scope: Scope
    states: tuple[str, ...]
    counts: Mapping[str, int]


@dataclass
class Cell:
    """The rounds of one server in one scope."""

    rate: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    bytes: int = 0


@dataclass(frozen=True)
class Spread:
    """Least, middle and greatest of a row of numbers."""

    low: float
    mid: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:.1f} – **{self.mid:.1f}** – {self.high:.1f}"


def spread(values: Sequence[float]) -> Spread:
    """Return the spread of at least one value."""
    return Spread(min(values), median(values), max(values))


def check_page(server: Server, page: Page, cookie: str) -> int:
    """Return the size in bytes of a page after reading what it says.

    Raises:
        AssertionError: A page has not 50 rows, or says another count than the rows have.
    """
    contestant = server.contestant
    for state in page.states:
        answer = get(server.port, contestant.url(page.scope, state), cookie)
        text = answer.body.decode()
        rows, count = text.count(contestant.row_marker), page.counts[state]
        where = f"{contestant.name}, {page.scope.name}, {state}"
        if answer.status != 200 or rows != min(50, count):
            raise AssertionError(f"{where}: status {answer.status}, {rows} rows of {count}")
        if contestant.count_text(count) not in text:
            raise AssertionError(f"{where}: the page does not say {contestant.count_text(count)!r}")
    return len(answer.body)


def measure(
    servers: Sequence[Server], pages: Sequence[Page], rounds: int, seconds: float
) -> dict[tuple[str, str], Cell]:
    """Return the rounds by (contestant, scope); every server takes its turn in every round."""
    cells: dict[tuple[str, str], Cell] = {}
    cookies: dict[tuple[str, str], str] = {}
    for server in servers:
        for page in pages:
            key = (server.contestant.name, page.scope.name)
            cookies[key] = server.contestant.login(server.port, page.scope)
            cells[key] = Cell(bytes=check_page(server, page, cookies[key]))
            _burst(server, page, cookies[key], seconds / 2)
    for _ in range(rounds):
        for page in pages:
            for server in servers:
                key = (server.contestant.name, page.scope.name)
                rate, cpu, latencies = _burst(server, page, cookies[key], seconds)
                cells[key].rate.append(rate)
                cells[key].cpu.append(cpu)
                cells[key].latencies += latencies
    for server in servers:
        for page in pages:
            check_page(server, page, cookies[server.contestant.name, page.scope.name])
    return cells


def _burst(
    server: Server, page: Page, cookie: str, seconds: float
) -> tuple[float, float, list[float]]:
    contestant = server.contestant
    asked = [
        (contestant.url(page.scope, state), contestant.count_text(page.counts[state]).encode())
        for state in page.states
    ]
    before = cpu_seconds(server.pid)
    burst = run_round(server.port, asked, cookie, seconds)
    cpu = cpu_seconds(server.pid) - before
    if burst.wrong:
        raise AssertionError(f"{contestant.name}: {burst.wrong} wrong answers under load")
    return burst.requests / burst.seconds, cpu / burst.requests, burst.latencies
