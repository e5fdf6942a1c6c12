"""The scheme of items as data: reading and editing it."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from qimen_core import Conflict, Context, InvalidInput, NotFound, translations, unit_of_work
from qimen_petitions.estates.models import RatingItem
from qimen_petitions.estates.permissions import ITEMS_MANAGE
from qimen_petitions.estates.rules import Item

__all__ = ["ItemForm", "NewItemForm", "add_item", "change_item", "get_item", "items_of", "scheme"]

_ = translations("qimen_petitions")

_item: Any = RatingItem.__table__.c  # type: ignore[attr-defined]


class ItemForm(BaseModel):
    """One item as it is edited."""

    label: str = Field(min_length=2, max_length=20, title=_("事项"))
    hint: str = Field(default="", max_length=80, title=_("包括什么"))
    weight: int = Field(ge=0, le=100, title=_("权重"))
    source: str = Field(min_length=2, max_length=200, title=_("依据"))
    sort: int = Field(default=0, ge=0, le=999, title=_("次序"))
    active: bool = Field(default=True, title=_("启用"))
    version: int = 1


class NewItemForm(ItemForm):
    """A new item, with the code that stands in tables."""

    code: str = Field(
        min_length=2,
        max_length=20,
        pattern=r"[a-z][a-z0-9_]*",
        title=_("代码"),
        json_schema_extra={"hint": _("代码只用小写字母、数字和下划线，以字母开头")},
    )


def scheme(session: Session, *, active: bool = False) -> list[RatingItem]:
    """Return the items in their order; ``active`` leaves out those that are not asked any more."""
    wanted = select(RatingItem).order_by(_item.sort, _item.code)
    return list(session.scalars(wanted.where(_item.active.is_(True)) if active else wanted))


def items_of(stored: Iterable[dict[str, object]]) -> list[Item]:
    """Return the items that a round was opened with."""
    return [
        Item(str(row["code"]), str(row["label"]), str(row["hint"]), int(str(row["weight"])))
        for row in stored
    ]


def get_item(session: Session, code: str) -> RatingItem:
    """Return an item.

    Raises:
        NotFound: There is none of that code.
    """
    found = session.get(RatingItem, code)
    if found is None:
        raise NotFound(_("没有代码为“{code}”的评价事项").format(code=code))
    return found


def add_item(ctx: Context, typed: NewItemForm) -> None:
    """Add an item; rounds that are open already do not ask it.

    Raises:
        InvalidInput: The code is there already.
    """
    if ctx.session.get(RatingItem, typed.code) is not None:
        raise InvalidInput({"code": _("已有这个代码，请换一个")})
    with unit_of_work(ctx, ITEMS_MANAGE, subject=f"petitions_rating_item:{typed.code}") as uow:
        uow.session.add(RatingItem(**typed.model_dump(exclude={"version"})))


def change_item(ctx: Context, code: str, typed: ItemForm) -> None:
    """Change an item; rounds keep what they were opened with.

    Raises:
        NotFound: There is none of that code.
        Conflict: Somebody else changed it since the form was opened.
    """
    label = get_item(ctx.session, code).label
    with unit_of_work(ctx, ITEMS_MANAGE, subject=f"petitions_rating_item:{code}") as uow:
        mine = update(RatingItem).where(_item.code == code, _item.version == typed.version)
        values = typed.model_dump(exclude={"version"})
        if not uow.claim(mine.values(**values, version=typed.version + 1)):
            raise Conflict(_("评价事项“{label}”刚被他人修改，请刷新后再改").format(label=label))
