"""The category scheme as data: reading it, and the choices of a form."""

from typing import Any, NamedTuple

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from qimen_core import Conflict, Context, InvalidInput, NotFound, translations, unit_of_work
from qimen_petitions.forms import CategoryForm
from qimen_petitions.gathering.emergencies import set_emergency
from qimen_petitions.models import Category

__all__ = [
    "MANAGE",
    "CategoryFacts",
    "category_facts",
    "category_labels",
    "category_options",
    "change_category",
    "get_category",
    "leaf_category",
    "scheme",
]

_ = translations("qimen_petitions")

MANAGE = "petitions.category.manage"


def scheme(session: Session) -> list[Category]:
    """Return every category in its order, headings before their leaves."""
    return list(session.scalars(select(Category).order_by(Category.sort, Category.code)))  # type: ignore[arg-type]


def leaf_category(session: Session, code: str) -> Category:
    """Return the active category of a code that has a heading.

    Raises:
        InvalidInput: There is none; a heading alone says too little.
    """
    found = session.get(Category, code)
    if found is None or not found.active or not found.parent:
        raise InvalidInput({"category": _("请从列表中选择类别")})
    return found


class CategoryFacts(NamedTuple):
    """A category as lists and filters need it; much cheaper than the entity."""

    code: str
    parent: str
    label: str
    active: bool

    @property
    def indented(self) -> str:
        """The label, a leaf's moved in below its heading."""
        return f"　{self.label}" if self.parent else self.label


_FACTS: Select[Any] = select(
    *(getattr(Category.__table__.c, name) for name in CategoryFacts._fields)  # type: ignore[attr-defined]
).order_by(Category.sort, Category.code)  # type: ignore[arg-type]


def category_facts(session: Session) -> list[CategoryFacts]:
    """Return every category in its order, retired ones included."""
    return [CategoryFacts(*row) for row in session.execute(_FACTS)]


def category_options(session: Session) -> list[tuple[str, str]]:
    """Return ``(code, "heading · leaf")`` of every active leaf, in the scheme's order."""
    rows = category_facts(session)
    labels = {row.code: row.label for row in rows}
    return [
        (row.code, f"{labels.get(row.parent, '')} · {row.label}")
        for row in rows
        if row.parent and row.active
    ]


def category_labels(session: Session) -> dict[str, str]:
    """Return the label of every code, retired ones included, as lists show it."""
    return {row.code: row.label for row in category_facts(session)}


def get_category(session: Session, code: str) -> Category:
    """Return a category.

    Raises:
        NotFound: There is none of that code.
    """
    found = session.get(Category, code)
    if found is None:
        raise NotFound(_("没有代码为“{code}”的类别").format(code=code))
    return found


def change_category(ctx: Context, code: str, typed: CategoryForm) -> None:
    """Change a category's name, limit and use; orders keep what they were accepted with.

    Raises:
        NotFound: There is none of that code.
        InvalidInput: The number to call in an emergency is none.
        Conflict: Somebody else changed it since the form was opened.
    """
    with unit_of_work(ctx, MANAGE, subject=f"petitions_category:{code}") as uow:
        stored = get_category(uow.session, code)
        changed = uow.claim(
            update(Category)
            .where(Category.code == code, Category.version == typed.version)  # type: ignore[arg-type]
            .values(
                label=typed.label,
                kind=typed.kind,
                urgent=typed.urgent,
                active=typed.active,
                version=typed.version + 1,
            )
        )
        if not changed:
            raise Conflict(
                _("类别“{label}”刚被他人修改，请刷新后再改").format(label=stored.label),
                current=stored.model_dump(),
                submitted=typed.model_dump(),
            )
        set_emergency(
            uow, code, typed.emergency_phone, typed.emergency_answers, typed.emergency_source
        )
