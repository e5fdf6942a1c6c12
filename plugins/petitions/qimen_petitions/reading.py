"""What the page of one petition shows, masked where it is personal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from qimen_core import Context, NotFound, scope, translations
from qimen_core.org.queries import ancestors
from qimen_core.privacy import mask_name, mask_phone
from qimen_orders import Order, OrderFacts, read_order
from qimen_petitions.categories import category_labels
from qimen_petitions.messaging.recounting import with_messages
from qimen_petitions.models import Petition
from qimen_petitions.photos import PhotoLink, photos_of
from qimen_petitions.standing import Sealing, read_sealing

__all__ = ["READ", "PetitionFacts", "handler_names", "read_petition"]

_ = translations("qimen_petitions")

READ = "petitions.order.read"
_RECENT = 300
_SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class PetitionFacts:
    """A petition as staff see it.

    Attributes:
        facts: The order: steps, timeline, clocks, next moves.
        content: What the resident said.
        name: Masked, or a word where there is none to show.
        phone: Masked, ``""`` without one.
        anonymous: The resident asked not to be named.
        category: The category's label.
        where: The units from the township down to the petition's own.
        photos: Links to what was sent along.
        sealing: What this reader sees of a sealed complainant; None where nobody is sealed.
    """

    facts: OrderFacts
    content: str
    name: str
    phone: str
    anonymous: bool
    has_name: bool
    category: str
    where: str
    photos: tuple[PhotoLink, ...]
    sealing: Sealing | None = None

    @property
    def order(self) -> Order:
        """The order."""
        return self.facts.order


def read_petition(ctx: Context, order_id: int) -> PetitionFacts:
    """Return one petition as the actor may read it.

    Raises:
        NotFound: There is none in reach.
    """
    with scope(ctx.session, ctx, READ):
        petition = ctx.session.get(Petition, order_id)
        if petition is None:
            raise NotFound(_("没有找到该诉求，或不在您的管辖范围内"))
        facts = read_order(ctx, order_id)
        name = petition.name.reveal() if petition.name else ""
        phone = petition.phone.reveal() if petition.phone else ""
        shown = PetitionFacts(
            facts=facts,
            content=petition.content,
            name=str(_("匿名")) if petition.anonymous else mask_name(name) or str(_("未留姓名")),
            phone=mask_phone(phone) if phone else "",
            anonymous=petition.anonymous,
            has_name=bool(name) and not petition.anonymous,
            category=category_labels(ctx.session).get(facts.order.category, ""),
            where=_where(ctx, petition.org_path),
            photos=photos_of(ctx, order_id),
        )
    if not petition.sealed:
        return replace(shown, facts=with_messages(ctx, shown.facts))
    return _sealed(shown, read_sealing(ctx, order_id, petition.org_path))


def _sealed(shown: PetitionFacts, sealing: Sealing) -> PetitionFacts:
    """Say of a sealed complainant what the reader may see; those complained about see nothing."""
    return replace(
        shown,
        facts=sealing.redact(shown.facts),
        name=sealing.shown_name,
        phone=sealing.phone,
        photos=() if sealing.standing.named else shown.photos,
        sealing=sealing,
    )


def handler_names(ctx: Context, path: str) -> Sequence[str]:
    """Return who has lately handled petitions of a unit, for the form to suggest."""
    order = Order.__table__.c  # type: ignore[attr-defined]
    with scope(ctx.session, ctx, READ):
        recent = ctx.session.execute(
            select(Order.handler_name)  # type: ignore[call-overload]
            .where(Order.org_path == path, Order.owner == "petitions", Order.handler_name != "")
            .order_by(order.id.desc())
            .limit(_RECENT)
        )
        return list(dict.fromkeys(name for (name,) in recent))[:_SUGGESTED]


def _where(ctx: Context, path: str) -> str:
    names = [unit.name for unit in ancestors(ctx, path, itself=True) if unit.kind not in _WIDE]
    return " / ".join(names)


_WIDE = ("province", "city", "county")
