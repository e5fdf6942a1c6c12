"""The span of time that a list of requests covers: at most 90 days, the most recent by default."""

from datetime import UTC, datetime, timedelta

from qimen_core import translations
from qimen_petitions.open311.calls import Call
from qimen_petitions.open311.refusals import Problem, Refused

__all__ = ["SPAN", "span_of"]

_ = translations("qimen_petitions")

# The specification's own figure.
SPAN = timedelta(days=90)


def span_of(call: Call) -> tuple[datetime, datetime]:
    """Return the earliest and the latest moment asked for, both inside.

    One of ``start_date`` and ``end_date`` alone reaches 90 days from it; neither, 90 days back
    from now.

    Raises:
        Refused: One is no moment with its zone, they are the wrong way round, or too far apart.
    """
    start, end = _read(call, "start_date"), _read(call, "end_date")
    if start is None:
        end = end or call.ctx.now
        return _reach(end, -SPAN), end
    end = end or _reach(start, SPAN)
    if end < start:
        raise Refused(Problem(400, str(_("end_date 早于 start_date"))))
    if end - start > SPAN:
        raise Refused(
            Problem(400, str(_("start_date 到 end_date 最多 {n} 天").format(n=SPAN.days)))
        )
    return start, end


def _read(call: Call, name: str) -> datetime | None:
    sent = call.argument(name)
    if not sent:
        return None
    said = _("{name} 应为带时区的时间，如 2026-01-01T00:00:00Z").format(name=name)
    wrong = Refused(Problem(400, str(said)))
    try:
        # A "+" that was not escaped arrives as a blank.
        found = datetime.fromisoformat(sent.replace(" ", "+"))
        if found.tzinfo is None:
            raise wrong
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong from None


def _reach(moment: datetime, far: timedelta) -> datetime:
    try:
        return moment + far
    except OverflowError:
        return moment
