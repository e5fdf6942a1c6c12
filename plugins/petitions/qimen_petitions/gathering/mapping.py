"""What somebody chose on screen for one list, and what a unit chose the last time."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from qimen_core import Context, InvalidInput, UnitOfWork, translations
from qimen_core.excel import Headers
from qimen_core.files import Place
from qimen_petitions.gathering.fields import FIELDS, SOURCES, Head, ListColumn, heads, letter
from qimen_petitions.gathering.models import SavedMapping
from qimen_petitions.rules import CHANNELS

__all__ = ["ListMapping", "last_mapping", "named", "remember"]

_ = translations("qimen_petitions")

_S: Any = SavedMapping


@dataclass(frozen=True)
class ListMapping:
    """How one list is read.

    Attributes:
        head: The row that holds the headings.
        columns: Index of the column by our field.
        headings: The list's own heading of each of them, no two the same.
        ignored: Headings of the columns that are left out.
        source: A key of ``SOURCES``.
        channel: A key of ``CHANNELS``, for rows that do not say it.
        category: Code of the category for rows whose words are not ours; may be empty.
        unit_id: The unit of rows that do not say it.
    """

    head: int
    columns: Mapping[str, int]
    headings: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    source: str = "12345"
    channel: str = "transfer"
    category: str = ""
    unit_id: int | None = None

    def headers(self) -> Headers:
        """Return where the columns stand, as the importer wants it."""
        return Headers(self.head, self.columns, self.headings, self.ignored)

    def check(self) -> None:
        """Find everything that is missing in the choices.

        Raises:
            InvalidInput: With a sentence for each field.
        """
        errors: dict[str, str] = {}
        if "title" not in self.columns and "content" not in self.columns:
            errors["columns"] = _("请至少指定“标题”或“诉求内容”在哪一列")
        elif "received" not in self.columns:
            errors["columns"] = _("请指定“收到时间”在哪一列")
        elif ("reply" in self.columns) != ("replied" in self.columns):
            errors["columns"] = _("“答复”和“答复时间”要么都指定，要么都不指定")
        if "unit" not in self.columns and self.unit_id is None:
            errors["unit_id"] = _("请选择属地，或指定哪一列是属地")
        if "reply" in self.columns and not self.category:
            errors["category"] = _("已答复的诉求必须有类别：请选择对不上时归入哪一类")
        if self.source not in SOURCES:
            errors["source"] = _("请选择这份名单从哪里来")
        if self.channel not in CHANNELS:
            errors["channel"] = _("请选择来源渠道")
        if errors:
            raise InvalidInput(errors)

    def stored(self) -> dict[str, Any]:
        """Return what is worth remembering, JSON-able."""
        chosen = asdict(self)
        return {key: chosen[key] for key in ("columns", "source", "channel", "category", "unit_id")}


def named(head: Head, columns: Mapping[str, int]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the headings of the chosen columns, and those of the others."""
    texts = {each.index: each.heading for each in head.columns}
    found: dict[str, str] = {}
    for name, index in columns.items():
        text = texts.get(index, FIELDS[name])
        again = text in found.values()
        found[name] = (
            _("{heading}（{letter} 列）").format(heading=text, letter=letter(index))
            if again
            else text
        )
    left = tuple(text for index, text in texts.items() if index not in columns.values())
    return found, left


def last_mapping(ctx: Context, unit: Place, columns: Sequence[ListColumn]) -> dict[str, Any]:
    """Return what a unit chose for a list with these headings, ``{}`` where it had none."""
    wanted = select(SavedMapping).where(_S.org_id == unit.id, _S.headings == _digest(columns))
    found = ctx.session.scalars(wanted).first()
    return dict(found.chosen) if found is not None else {}


def remember(
    uow: UnitOfWork, unit: Place, columns: Sequence[ListColumn], mapping: ListMapping
) -> None:
    """Keep a unit's choices for the next list with these headings."""
    digest = _digest(columns)
    wanted = select(SavedMapping).where(_S.org_id == unit.id, _S.headings == digest)
    row = uow.session.scalars(wanted).first() or SavedMapping(
        org_id=unit.id or 0, org_path=unit.path, headings=digest, chosen={}, used_at=uow.ctx.now
    )
    row.chosen, row.used_at = mapping.stored(), uow.ctx.now
    uow.session.add(row)


def _digest(columns: Sequence[ListColumn]) -> str:
    return sha256(heads(columns).encode()).hexdigest()
