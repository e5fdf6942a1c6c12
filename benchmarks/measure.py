"""Interleaved rounds over running servers, and the ratios that come of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.load import get, run_round
from benchmarks.servers import Contestant, Scope, Server, cpu_seconds

__all__ = ["Ask", "Cell", "Page", "Spread", "check_page", "measure", "spread"]


@dataclass(frozen=True)
class Ask:
    """One address and what its answer must hold: how many rows match, or the words of one row."""

    url: Callable[[Contestant], str]
    count: int | None = None
    words: str = ""

    def expected(self, contestant: Contestant) -> str:
        """Return the text that this contestant's answer must hold."""
        return self.words if self.count is None else contestant.count_text(self.count)


@dataclass(frozen=True)
class Page:
    """A page as one scope asks for it: addresses in turn, no two alike after one another."""

    name: str
    scope: Scope
    asks: tuple[Ask, ...]
    answered: Callable[[Contestant], bool] = lambda _contestant: True


@dataclass
class Cell:
    """The rounds of one server on one page."""

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
        AssertionError: A page lacks its rows, or says something else than the rows do.
    """
    contestant = server.contestant
    for ask in page.asks:
        answer = get(server.port, ask.url(contestant), cookie)
        text, expected = answer.body.decode(), ask.expected(contestant)
        rows = text.count(contestant.row_marker)
        where = f"{contestant.name}, {page.name}, {ask.url(contestant)}"
        if answer.status != 200 or (ask.count is not None and rows != min(50, ask.count)):
            raise AssertionError(f"{where}: status {answer.status}, {rows} rows of {ask.count}")
        if expected not in text:
            raise AssertionError(f"{where}: the page does not say {expected!r}")
    return len(answer.body)


def measure(
    servers: Sequence[Server], pages: Sequence[Page], rounds: int, seconds: float
) -> dict[tuple[str, str], Cell]:
    """Return the rounds by (contestant, page); every server takes its turn in every round."""
    turns = [
        (server, page) for page in pages for server in servers if page.answered(server.contestant)
    ]
    cells: dict[tuple[str, str], Cell] = {}
    cookies: dict[tuple[str, str], str] = {}
    for server, page in turns:
        key = (server.contestant.name, page.name)
        cookies[key] = server.contestant.login(server.port, page.scope)
        cells[key] = Cell(bytes=check_page(server, page, cookies[key]))
        _burst(server, page, cookies[key], seconds / 2)
    for _ in range(rounds):
        for server, page in turns:
            key = (server.contestant.name, page.name)
            rate, cpu, latencies = _burst(server, page, cookies[key], seconds)
            cells[key].rate.append(rate)
            cells[key].cpu.append(cpu)
            cells[key].latencies += latencies
    for server, page in turns:
        check_page(server, page, cookies[server.contestant.name, page.name])
    return cells


def _burst(
    server: Server, page: Page, cookie: str, seconds: float
) -> tuple[float, float, list[float]]:
    contestant = server.contestant
    asked = [(ask.url(contestant), ask.expected(contestant).encode()) for ask in page.asks]
    before = cpu_seconds(server.pid)
    burst = run_round(server.port, asked, cookie, seconds)
    cpu = cpu_seconds(server.pid) - before
    if burst.wrong:
        raise AssertionError(f"{contestant.name}: {burst.wrong} wrong answers under load")
    return burst.requests / burst.seconds, cpu / burst.requests, burst.latencies
