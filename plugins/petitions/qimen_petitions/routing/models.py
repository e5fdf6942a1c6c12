"""Tables of routing: the ordered rules of each unit, and what a rule proposed for an order."""

from typing import ClassVar

from sqlmodel import Field

from qimen_core import Json, ScopedModel
from qimen_petitions.models import BY_ORDER

__all__ = ["Routing", "RoutingRule"]


class RoutingRule(ScopedModel, table=True):
    """One rule of a unit, which holds for everything below it.

    ``lead`` is a taker's key, or ``own`` and ``above`` for the unit of the matter and the one above
    it. ``state`` is ``active``, ``archived``, or ``dismissed`` for a proposal that was not wanted;
    ``evidence`` holds the ids of the orders a proposal came from.
    """

    __tablename__: ClassVar[str] = "petitions_routing_rule"

    id: int | None = Field(default=None, primary_key=True)
    position: int = 0
    category: str = Field(default="", max_length=40)
    place_id: int | None = Field(default=None, foreign_key="core_org.id")
    words: str = Field(default="", max_length=120)
    lead: str = Field(max_length=80)
    lead_label: str = Field(default="", max_length=120)
    assists: list[str] = Field(default_factory=list, sa_type=Json)
    kind: str = Field(default="", max_length=16)
    urgent: bool = False
    at_once: bool = False
    state: str = Field(default="active", max_length=16)
    evidence: list[int] = Field(default_factory=list, sa_type=Json)
    version: int = 1


class Routing(ScopedModel, table=True):
    """What a rule proposed when an order was accepted; kept, whatever becomes of the rule."""

    __tablename__: ClassVar[str] = "petitions_routing"
    lent_as: ClassVar[tuple[str, str] | None] = BY_ORDER

    order_id: int = Field(
        primary_key=True, foreign_key="orders_order.id", sa_column_kwargs={"autoincrement": False}
    )
    rule_id: int = Field(foreign_key="petitions_routing_rule.id")
    words: str = Field(default="", max_length=200)
    taker: str = Field(max_length=80)
    assists: list[str] = Field(default_factory=list, sa_type=Json)
