"""How a reader stands to those an order complains about, and what they see of a complainant.

The question is asked only where a sealed order is opened; lists hold nothing sealed.
"""

from dataclasses import dataclass, fields, replace

from sqlalchemy import ColumnElement, or_, select

from qimen_core import (
    Context,
    Forbidden,
    OrgUnit,
    RowRef,
    Secret,
    borrowers,
    scope,
    translations,
)
from qimen_core.privacy import mask_address, mask_name, mask_phone
from qimen_orders import Event, Happening, OrderFacts
from qimen_petitions.models import NamedParty, SealedComplainant
from qimen_petitions.sealing import SEALED, blot

__all__ = [
    "READ",
    "REVEAL_SEALED",
    "Sealing",
    "Standing",
    "check_unbiased",
    "may_reveal_sealed",
    "read_sealing",
    "standing",
]

_ = translations("qimen_petitions")

_named = NamedParty.__table__.c  # type: ignore[attr-defined]

READ = "petitions.order.read"
REVEAL_SEALED = "petitions.sealed.reveal"
# What those complained about may still do: take the matter on, ask for time, and answer it.
_ANSWERING = frozenset(
    {
        "claim", "return", "ask_suspend", "resume", "ask_extend", "uplift", "split",
        "assist_done", "assist_waived", "feedback", "reply", "undo",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reader stands to those complained about.

    Attributes:
        through_unit: Their only way to the order runs through the unit complained about.
        in_person: They are the person complained about.
    """

    through_unit: bool
    in_person: bool

    @property
    def named(self) -> bool:
        """Whether the complainant is hidden from them."""
        return self.through_unit or self.in_person


@dataclass(frozen=True, slots=True)
class Sealing:
    """What one reader sees of a sealed complainant; all empty for those complained about.

    Attributes:
        standing: How the reader stands to those complained about.
        name: Masked.
        phone: Masked.
        place: Masked.
        unit: The unit complained about.
        accused: The person complained about, masked.
    """

    standing: Standing
    name: str
    phone: str
    place: str
    unit: str
    accused: str
    _secrets: tuple[str, str] = ("", "")

    @property
    def shown_name(self) -> str:
        """The complainant as the page shows them."""
        return f"{SEALED} · {self.name}" if self.name else str(SEALED)

    def redact(self, facts: OrderFacts) -> OrderFacts:
        """Return an order's facts without what tells those complained about who complained."""
        if not self.standing.named:
            return facts
        timeline = tuple(self._blotted(line) for line in facts.timeline)
        moves = facts.moves
        if self.standing.in_person:
            moves = tuple(move for move in moves if move.event in _ANSWERING)
        return replace(facts, timeline=timeline, moves=moves)

    def _blotted(self, line: Happening) -> Happening:
        """Return a line without who registered it; colleagues may have noted a name in any text."""
        texts = {
            each.name: blot(value, *self._secrets)
            for each in fields(line)
            if isinstance(value := getattr(line, each.name), str)
        }
        if line.event == Event.SUBMIT:
            texts["who"] = str(SEALED)
        return replace(line, **texts)  # type: ignore[arg-type]


def standing(ctx: Context, order_id: int, path: str) -> Standing:
    """Return how the reader stands to those an order complains about.

    Args:
        ctx: Who reads.
        order_id: The order.
        path: Where it lies.
    """
    return _standing(ctx, order_id, path, _parties(ctx, order_id))


def read_sealing(ctx: Context, order_id: int, path: str) -> Sealing:
    """Return what the reader sees of a sealed order's complainant and of those complained about."""
    parties = _parties(ctx, order_id)
    reader = _standing(ctx, order_id, path, parties)
    unit = "、".join(name for _party, _path, name in parties if name)
    with scope(ctx.session, ctx, READ):
        row = ctx.session.get(SealedComplainant, order_id)
    name, phone, place, accused = (
        (_open(row.name), _open(row.phone), _open(row.place), _open(row.accused))
        if row is not None
        else ("", "", "", "")
    )
    if reader.named:
        return Sealing(reader, "", "", "", unit, mask_name(accused), (name, phone))
    return Sealing(
        reader,
        mask_name(name),
        mask_phone(phone),
        mask_address(place),
        unit,
        mask_name(accused),
    )


def may_reveal_sealed(ctx: Context, sealing: Sealing | None, path: str) -> bool:
    """Return whether the reader may see a sealed field in full: never those complained about."""
    if sealing is None or sealing.standing.named:
        return False
    return ctx.can(REVEAL_SEALED, path)


def check_unbiased(ctx: Context, order_id: int, verb: str) -> None:
    """Let those complained about answer a complaint and nothing else.

    Raises:
        Forbidden: The actor is complained about in person, and ``verb`` would judge the matter.
    """
    if verb in _ANSWERING or ctx.actor.user_id is None:
        return
    mine: ColumnElement[bool] = _named.user_id == ctx.actor.user_id
    if ctx.actor.person_id is not None:
        mine = or_(mine, _named.person_id == ctx.actor.person_id)
    with scope(ctx.session, ctx, READ):
        found = ctx.session.execute(
            select(NamedParty.id).where(NamedParty.order_id == order_id, mine).limit(1)  # type: ignore[call-overload]
        ).first()
    if found is not None:
        raise Forbidden(_("这件诉求反映的是您本人，须由其他同事办理这一步"))


_Parties = list[tuple[NamedParty, str | None, str | None]]


def _parties(ctx: Context, order_id: int) -> _Parties:
    """Return those named, each with path and name of the unit, whatever the reader reaches."""
    everything = ctx.qimen.system_context(ctx.session)
    with scope(ctx.session, everything, READ):
        rows = ctx.session.execute(
            select(NamedParty, OrgUnit.path, OrgUnit.name)  # type: ignore[call-overload]
            .join(OrgUnit, OrgUnit.id == NamedParty.unit_id, isouter=True)
            .where(NamedParty.order_id == order_id)
            .order_by(NamedParty.id)
        ).all()
    return [(party, path, name) for party, path, name in rows]


def _standing(ctx: Context, order_id: int, path: str, parties: _Parties) -> Standing:
    units = [unit for _party, unit, _name in parties if unit]
    reach = ctx.reach(READ)
    ways = [way for way in reach if path.startswith(way)]
    if parties:
        # A loan is a way as well: it runs through where its reader stands, like any other.
        lent = borrowers(ctx, RowRef("orders_order", order_id, path))
        ways += [way for way in reach if any(unit.path.startswith(way) for unit in lent)]
    free = any(not any(way.startswith(unit) for unit in units) for way in ways)
    actor = ctx.actor
    in_person = any(
        (party.person_id is not None and party.person_id == actor.person_id)
        or (party.user_id is not None and party.user_id == actor.user_id)
        for party, _unit, _name in parties
    )
    return Standing(bool(units) and not free, in_person)


def _open(value: Secret | None) -> str:
    return value.reveal() if value is not None else ""
