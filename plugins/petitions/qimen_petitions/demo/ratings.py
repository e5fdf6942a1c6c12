"""The demo's ratings of property service: estates, a published round and one that is open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

from qimen_core import Actor, Context, unit_of_work
from qimen_core.clock import LOCAL, local
from qimen_core.demo import phone_number
from qimen_core.org.queries import Unit
from qimen_petitions.demo.acting import accounts_by_name, acting
from qimen_petitions.demo.life import CLERKS
from qimen_petitions.demo.rating_plan import (
    ESTATES,
    PlannedEstate,
    PlannedRound,
    draw_scores,
    overall_of,
    rounds_at,
)
from qimen_petitions.demo.stage import Stage, playable
from qimen_petitions.demo.texts import RatingTexts, load_phrases, load_ratings
from qimen_petitions.demo.wording import Places
from qimen_petitions.estates.answering import NewAnswer, asked_of, hold_open, put_answer
from qimen_petitions.estates.estates import EstateForm, new_code, put_estate
from qimen_petitions.estates.forms import ViewForm
from qimen_petitions.estates.keepers import COMMITTEE, COMPANY
from qimen_petitions.estates.permissions import ENTER, ESTATE_MANAGE
from qimen_petitions.estates.results import Result, results_in
from qimen_petitions.estates.rounds import RoundForm, plan_round, read_round
from qimen_petitions.estates.stepping import step_round
from qimen_petitions.estates.views import View, views_of, write_view
from qimen_petitions.estates.voters import voter_of

__all__ = ["seed_ratings"]

_PAPER_EVERY = 3
_REMARK_EVERY = 4
_PHONES_FROM = 5000
_ITEMS = {"clean": 0.3, "order": 0.1, "repair": -0.3, "green": 0.2, "fees": -0.6, "complaints": 0.0}
_EVENT = "petitions.estate.import"


def seed_ratings(ctx: Context, number: int, stage: Stage) -> None:
    """Register the estates where the set has a property company; the first of these rates them.

    Same seed and same clock, same rows. Nothing is drawn from what the requests are drawn from.
    """
    rng = Random(f"ratings {number}")  # noqa: S311 (a play, not a secret)
    communities = playable(stage)
    places = Places(communities, load_phrases(), rng)
    cared = [unit for unit in communities if _below(stage, unit, COMPANY)]
    for unit in cared:
        _register(ctx, stage, unit, places.estates(unit), rng)
    if cared:
        today = local(stage.now).date()
        played = _Played(ctx, stage, cared[0], places.estates(cared[0]), rng)
        for nth, planned in enumerate(rounds_at(today)):
            played.round(planned, nth)


def _below(stage: Stage, unit: Unit, kind: str) -> int | None:
    found = (each.id for each in stage.units if each.kind == kind and each.parent_id == unit.id)
    return next(found, None)


def _register(ctx: Context, stage: Stage, unit: Unit, names: Sequence[str], rng: Random) -> None:
    company, committee = (_below(stage, unit, kind) for kind in (COMPANY, COMMITTEE))
    since = date(local(stage.now).year - 2, 1, 1)
    with unit_of_work(ctx, _EVENT, permission=ESTATE_MANAGE, unit=unit.path) as uow:
        for name, planned in zip(names, ESTATES, strict=False):
            typed = EstateForm(
                unit_id=unit.id,
                name=name,
                households=planned.households,
                company_id=company if planned.company else None,
                committee_id=committee if planned.committee else None,
                valid_from=since,
            )
            put_estate(uow, typed, new_code(rng.choice))


class _Played:
    """One round at a community, in the name of its clerk, its company and its committee."""

    def __init__(
        self, ctx: Context, stage: Stage, unit: Unit, names: Sequence[str], rng: Random
    ) -> None:
        self._stage, self._unit, self._names, self._rng = stage, unit, names, rng
        self._texts: RatingTexts = load_ratings()
        self._users = accounts_by_name(ctx)
        clerk = next(each.name for each in stage.people[unit.path] if each.role in CLERKS)
        self._ctx = acting(ctx, clerk, self._users)
        self._phones = count(_PHONES_FROM)

    def round(self, planned: PlannedRound, nth: int) -> None:
        """Play a round from its plan to where it stands now."""
        facts = {
            name: getattr(planned, name)
            for name in ("name", "start", "end", "opens_on", "closes_on")
        }
        begun = self._at(planned.opens_on)
        round_id = plan_round(begun, RoundForm(unit_id=self._unit.id, **facts))
        self._step(begun, round_id, "open")
        results = {each.estate: each for each in results_in(begun, read_round(begun, round_id))}
        for name, estate in zip(self._names, ESTATES, strict=False):
            self._answers(results[name], estate, planned, estate.answers[nth])
        if planned.published:
            over = self._at(planned.closes_on + timedelta(1))
            self._step(over, round_id, "close")
            for result in results.values():
                if result.company:
                    self._views(over, result)
            self._step(self._at(planned.closes_on + timedelta(10)), round_id, "confirm")

    def _at(self, day: date) -> Context:
        moment = datetime.combine(day, time(9), LOCAL)
        return replace(self._ctx, now=min(moment, self._stage.now))

    def _step(self, ctx: Context, round_id: int, event: str) -> None:
        step_round(ctx, round_id, event, read_round(ctx, round_id).version)

    def _answers(
        self, result: Result, estate: PlannedEstate, planned: PlannedRound, many: int
    ) -> None:
        rng, ctx = self._rng, self._ctx
        last = min(planned.closes_on, local(self._stage.now).date())
        days = (last - planned.opens_on).days
        asked = asked_of(ctx, result.id, ENTER)
        subject = f"petitions_rating_estate:{result.id}"
        with unit_of_work(ctx, ENTER, subject=subject, unit=result.path) as uow:
            hold_open(uow, asked)
            remarks = rng.sample(self._texts.remarks, k=len(self._texts.remarks))
            for nth in range(many):
                paper = nth % _PAPER_EVERY == _PAPER_EVERY - 1
                proof = f"{nth + 1:03d}" if paper else phone_number(next(self._phones))
                scores = draw_scores(rng, _ITEMS, estate.mood)
                overall = overall_of(scores, estate.mood)
                remark = remarks.pop() if remarks and nth % _REMARK_EVERY == 0 else ""
                channel = "paper" if paper else "web"
                new = NewAnswer(proof, overall, scores, f"{result.id} {nth}", remark, channel)
                voter = voter_of(ctx, result.id, asked.round.proof, proof, paper=paper)
                uow.ctx = self._at(planned.opens_on + timedelta(rng.randint(0, days)))
                put_answer(uow, asked, new, voter)
            uow.ctx = ctx

    def _views(self, ctx: Context, result: Result) -> None:
        for horse, view in views_of(ctx, result.id).items():
            words = dict(self._texts.views[horse])
            if view.org_id == self._unit.id and horse != "community":
                continue  # nobody is there to write it
            due_on = local(ctx.now).date() + timedelta(words.pop("days", 0))
            score = str(words.pop("score", ""))
            typed = ViewForm(score=score, due_on=due_on, version=view.version, **words)
            write_view(self._own(ctx, view), view, "closed", typed)

    def _own(self, ctx: Context, view: View) -> Context:
        """Return the context of the account that the unit of a view has, or the clerk's."""
        people = self._stage.people.get(view.path, ())
        if view.org_id == self._unit.id or not people or people[0].name not in self._users:
            return ctx
        name = people[0].name
        actor = Actor("user", name, self._users[name], org_path=view.path)
        grants = (("unit_contact", view.path),)
        return replace(ctx, actor=actor, grants=grants, _reach={}, _open={})
