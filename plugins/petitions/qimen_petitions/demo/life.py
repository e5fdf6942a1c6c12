"""How a demo request goes from the intake to its end, and who does what on the way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from qimen_core.demo import Played
from qimen_orders import Event, Inputs
from qimen_petitions.demo.office_time import OfficeTime
from qimen_petitions.demo.texts import Situation
from qimen_petitions.demo.wording import Wording

__all__ = ["CLERKS", "PATH", "WORKERS", "Act", "Life", "Limits", "Staff"]

PATH: Mapping[str, tuple[Event, ...]] = {
    "draft": (),
    "submitted": (),
    "not_accepted": (Event.NOT_ACCEPT,),
    "redirected": (Event.REDIRECT,),
    "merged": (Event.MERGE,),
    "accepted": (Event.ACCEPT,),
    "whistled": (Event.ACCEPT, Event.WHISTLE),
    "dispatched": (Event.ACCEPT, Event.DISPATCH),
    "arbitration": (Event.ACCEPT, Event.DISPATCH, Event.RETURN),
    "in_progress": (Event.ACCEPT, Event.DISPATCH, Event.CLAIM),
    "suspended": (
        Event.ACCEPT,
        Event.DISPATCH,
        Event.CLAIM,
        Event.ASK_SUSPEND,
        Event.SUSPEND,
    ),
    "replied": (Event.ACCEPT, Event.DISPATCH, Event.CLAIM, Event.REPLY),
    "evaluated": (Event.ACCEPT, Event.DISPATCH, Event.CLAIM, Event.REPLY, Event.CALLBACK),
    "closed": (
        Event.ACCEPT,
        Event.DISPATCH,
        Event.CLAIM,
        Event.REPLY,
        Event.CALLBACK,
        Event.CLOSE_OFF,
    ),
}
"""What has happened to a request, after its intake, that stands in a state."""

CLERKS = frozenset({"社区工作者", "村书记"})
"""Who takes a request down and calls back."""
WORKERS = frozenset({"网格员", "村网格员"})
"""Who handles it."""
_LATE = 0.05
_DAY = 24 * 60
_HELD = timedelta(days=25)


@dataclass(frozen=True, slots=True)
class Limits:
    """Working days allowed, as the settings of orders have them; 0 is the same day."""

    response: int
    urgent: int
    handling: Mapping[str, int]

    def of(self, situation: Situation) -> int:
        """Return the handling limit of a situation."""
        return self.urgent if situation.urgent else self.handling[situation.kind]


@dataclass(frozen=True, slots=True)
class Staff:
    """Who deals with one request: the clerk, another who calls back, and who handles it where."""

    clerk: str
    caller: str
    handler: str
    lead_id: int
    units: tuple[int, ...]

    @classmethod
    def of(
        cls, own: Sequence[Played], above: Sequence[Played], ids: tuple[int, int], rng: Random
    ) -> "Staff":
        """Choose from a community's people and its township's.

        Args:
            own: The community's people with a duty.
            above: The township's.
            ids: The community's id and the township's; either may take the lead.
            rng: The seeded source of chance.
        """
        clerks = [each.name for each in own if each.role in CLERKS]
        workers = [each.name for each in own if each.role in WORKERS]
        office = above[0].name
        clerk = rng.choice(clerks)
        caller = next((name for name in clerks if name != clerk), office)
        if rng.random() < 0.2 and caller != office:
            return cls(clerk, caller, office, ids[1], ids)
        return cls(clerk, caller, rng.choice(workers), ids[0], ids)


@dataclass(frozen=True, slots=True)
class Act:
    """One event: when, by whom, with which inputs."""

    event: Event
    at: datetime
    actor: str
    inputs: Inputs


class Life:
    """One request's script: the same draws give the same life.

    Args:
        situation: What it is about.
        variant: Which of its texts.
        words: Fills them in.
        staff: Who deals with it.
        limit: Working days allowed for handling; 0 is the same day.
        office: Draws the moments.
        rng: The seeded source of chance.
    """

    def __init__(
        self,
        situation: Situation,
        variant: int,
        words: Wording,
        staff: Staff,
        *,
        limit: int,
        office: OfficeTime,
        rng: Random,
    ) -> None:
        self._situation = situation
        self._variant = variant
        self._words = words
        self._staff = staff
        self._limit = limit
        self._office = office
        self._rng = rng

    def until(self, state: str, born: datetime, now: datetime) -> tuple[Act, ...]:
        """Return what happened until the request stood in ``state``, all of it before ``now``.

        Args:
            state: A key of ``PATH``.
            born: When it came in.
            now: The present.
        """
        acts: list[Act] = []
        prompt = state not in {"closed", "not_accepted"}
        for event in PATH[state]:
            last = acts[-1].at if acts else born
            at = self._moment(event, acts, last, prompt)
            if at >= now:
                # It would lie in the future: draw it in between the last event and the present.
                at = last + (now - last) * self._rng.uniform(0.3, 0.7)
            acts.append(Act(event, at, self._actor(event), self._inputs(event, at)))
        return tuple(acts)

    def _moment(self, event: Event, acts: Sequence[Act], last: datetime, prompt: bool) -> datetime:
        """Return when an event follows the last one; now and then it is late.

        What is still open was taken up promptly, so that it is due on the planned day.
        """
        office, rng = self._office, self._rng
        late = rng.random() < _LATE and not prompt
        if event is Event.REPLY:
            return self._answered(acts[0].at, last, late)
        if event is Event.CALLBACK or event is Event.CLOSE_OFF:
            return office.after(last, 60, 2 * _DAY)
        if late:
            return office.after(last, _DAY, 3 * _DAY)
        if self._limit == 0 and acts:
            return last + timedelta(minutes=rng.randint(4, 30))  # nobody waits for the morning
        return office.after(last, 4, 30 if prompt else 240)

    def _answered(self, accepted: datetime, claimed: datetime, late: bool) -> datetime:
        """Return when the reply comes: within the limit, counted from acceptance, unless late."""
        office, rng = self._office, self._rng
        if self._limit == 0 and not late:
            return claimed + timedelta(minutes=rng.randint(15, 120))
        days = self._limit + rng.randint(1, 3) if late else rng.randint(0, self._limit - 1)
        answered = office.workdays_after(accepted, days)
        return answered if answered > claimed else office.after(claimed, 20, 120)

    def _actor(self, event: Event) -> str:
        if event in {Event.CLAIM, Event.RETURN, Event.ASK_SUSPEND, Event.REPLY}:
            return self._staff.handler
        # Whoever asks does not decide, and whoever handles does not call back.
        decides = event in {Event.SUSPEND, Event.CALLBACK}
        return self._staff.caller if decides else self._staff.clerk

    def _inputs(self, event: Event, at: datetime) -> Inputs:
        situation, words, staff = self._situation, self._words, self._staff
        written: dict[Event, Callable[[], Inputs]] = {
            Event.ACCEPT: lambda: Inputs(kind=situation.kind, urgent=situation.urgent),
            Event.NOT_ACCEPT: lambda: Inputs(
                reason=situation.reason, public_text=words.refusal(situation)
            ),
            Event.DISPATCH: lambda: Inputs(
                lead_id=staff.lead_id, handler_name=staff.handler, note=words.note(situation)
            ),
            # Into which one is known when it is written down.
            Event.MERGE: lambda: Inputs(note="同一事项，合并办理"),
            Event.REDIRECT: lambda: Inputs(
                body="县信访局", public_text="此事项属于信访事项，已转送县信访局，由其答复您。"
            ),
            Event.WHISTLE: lambda: Inputs(
                takers=tuple(f"unit:{each}" for each in staff.units), note=words.note(situation)
            ),
            Event.RETURN: lambda: Inputs(reason="wrong_lead", note="此事项须由乡镇协调处理"),
            Event.ASK_SUSPEND: lambda: Inputs(
                reason="third_party", until=at + _HELD, note="已约第三方现场检测，等检测结果"
            ),
            Event.SUSPEND: Inputs,
            Event.CLAIM: lambda: Inputs(handler_name=staff.handler),
            Event.REPLY: lambda: Inputs(public_text=words.reply(situation, self._variant)),
            Event.CALLBACK: self._call,
            Event.CLOSE_OFF: Inputs,
        }
        return written[event]()

    def _call(self) -> Inputs:
        rng = self._rng
        result = rng.choices(("solved", "partly", "unsolved"), weights=(90, 7, 3))[0]
        weights = {"solved": (82, 17, 1), "partly": (20, 70, 10), "unsolved": (0, 20, 80)}
        mood = rng.choices(("satisfied", "fairly", "dissatisfied"), weights=weights[result])[0]
        remark = self._words.remark(self._situation, self._variant, result, mood)
        return Inputs(result=result, satisfaction=mood, note=remark)
