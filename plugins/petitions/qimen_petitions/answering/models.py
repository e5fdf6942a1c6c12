"""Tables of the answer: the templates it is written from, and who may read it."""

from typing import ClassVar

from sqlmodel import Field, Text

from qimen_core import ScopedModel
from qimen_petitions.models import BY_ORDER

__all__ = ["TABLES", "Answer", "ReplyTemplate"]


class ReplyTemplate(ScopedModel, table=True):
    """Words to begin a reply with; units below its own use it, too. Archived, never deleted."""

    __tablename__: ClassVar[str] = "petitions_reply_template"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=40)
    category: str = Field(default="", max_length=40)
    text: str = Field(sa_type=Text)
    active: bool = True
    version: int = 1


class Answer(ScopedModel, table=True):
    """What the history does not say of one reply: whether everybody may read it.

    ``line_id`` is the reply's line in the history. Where an order stands answered, its newest
    reply is the one that stands: one that was taken back leaves the order in progress.
    """

    __tablename__: ClassVar[str] = "petitions_answer"
    lent_as: ClassVar[tuple[str, str] | None] = BY_ORDER

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders_order.id", index=True)
    line_id: int = Field(foreign_key="orders_history.id", unique=True)
    private: bool = False
    template_id: int | None = Field(default=None, foreign_key="petitions_reply_template.id")


TABLES = (ReplyTemplate, Answer)
