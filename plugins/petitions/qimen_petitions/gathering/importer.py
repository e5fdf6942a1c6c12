"""A list from elsewhere, checked as a whole: units, categories, numbers that came before."""

# lint-ok-file: chinese -- words of channels in other people's lists

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from qimen_core import Context, UnitOfWork, scope, translations
from qimen_core.excel import BadCell, CellError, Headers, ParsedRow, TableRow
from qimen_core.org.queries import Unit
from qimen_petitions.categories import category_facts
from qimen_petitions.gathering.fields import FIELDS
from qimen_petitions.gathering.list_row import ListRow
from qimen_petitions.gathering.mapping import ListMapping
from qimen_petitions.gathering.models import OutsideNumber
from qimen_petitions.gathering.places import Places
from qimen_petitions.gathering.taking_in import Arrival, take_in

__all__ = ["IMPORT", "ListImporter"]

_ = translations("qimen_petitions")

IMPORT: Final = "petitions.list.import"
_AT_ONCE: Final = 500
_NAMED: Final = 6
_o = OutsideNumber.__table__.c  # type: ignore[attr-defined]

_CHANNEL_WORDS: dict[str, str] = {
    "走访": "visit_out", "入户": "visit_out", "座谈": "symposium", "议事": "deliberation",
    "来访": "visit_in", "上门": "visit_in", "来信": "letter", "信件": "letter", "邮件": "letter",
    "来电": "phone", "电话": "phone", "热线": "phone", "网": "web", "微信": "web", "app": "web",
    "小程序": "web", "转": "transfer",
}  # fmt: skip


@dataclass
class ListImporter:
    """What the shared import asks of a list whose columns were chosen on screen.

    Args:
        mapping: The choices, checked.
    """

    mapping: ListMapping
    _places: Places | None = None

    name = IMPORT
    label: str = _("诉求")
    permission = IMPORT
    row = ListRow

    def headers(self, sheet: Sequence[TableRow]) -> Headers:
        """Return where the columns stand; they were chosen and are not searched for."""
        return self.mapping.headers()

    def check(self, ctx: Context, rows: Sequence[ParsedRow[ListRow]]) -> Iterable[CellError]:
        """Yield what only the whole list or the database can tell."""
        numbers = [number_of(ctx, self.mapping, row.value) for row in rows]
        elsewhere = _known(ctx, self._source(ctx), numbers, reach=False)
        first: dict[str, int] = {}
        for row, number in zip(rows, numbers, strict=True):
            yield from self._place_error(ctx, row)
            yield from _time_errors(ctx, row)
            yield from _number_errors(row, number, first, elsewhere)

    def notes(self, ctx: Context, rows: Sequence[ParsedRow[ListRow]]) -> Iterator[str]:
        """Yield what would become of the right rows."""
        numbers = [number_of(ctx, self.mapping, row.value) for row in rows]
        known = _known(ctx, self._source(ctx), numbers, reach=True)
        fresh = [row for row, number in zip(rows, numbers, strict=True) if number not in known]
        answered = sum(bool(row.value.reply) for row in fresh)
        yield _("将登记 {n} 件，其中 {answered} 件已有答复。").format(
            n=len(fresh), answered=answered
        )
        if known:
            yield _("{n} 件以前导入过，不再重复登记。").format(n=len(known))
        yield from self._category_note(ctx, fresh)

    def save(self, uow: UnitOfWork, rows: Sequence[ListRow]) -> int:
        """Take in the rows that are not known yet, and return how many those were."""
        ctx, source = uow.ctx, self._source(uow.ctx)
        numbers = [number_of(ctx, self.mapping, row) for row in rows]
        known = _known(ctx, source, numbers, reach=True)
        categories = self._categories(ctx)
        arrivals = [
            Arrival(
                row=row,
                unit=self._unit(ctx, row),
                source=source,
                number=number,
                category=categories.get(row.category.strip(), self.mapping.category),
                channel=_channel(row.channel) or self.mapping.channel,
            )
            for row, number in zip(rows, numbers, strict=True)
            if number not in known
        ]
        take_in(uow, arrivals)
        return len(arrivals)

    def _source(self, ctx: Context) -> str:
        """Return the list's name; a unit's own numbers are told apart by who keeps them."""
        own = self.mapping.source == "own"
        return f"own:{self.mapping.unit_id or ctx.actor.org_path}" if own else self.mapping.source

    def _unit(self, ctx: Context, row: ListRow) -> Unit:
        places = self._places = self._places or Places(ctx)
        if row.unit and "unit" in self.mapping.columns:
            return places.find(row.unit)
        found = places.by_id(self.mapping.unit_id or 0)
        if found is None:
            raise BadCell(_("没有写明属地"), _("请填写这一格，或在上方选择属地。"))
        return found

    def _place_error(self, ctx: Context, row: ParsedRow[ListRow]) -> Iterator[CellError]:
        try:
            self._unit(ctx, row.value)
        except BadCell as error:
            yield _error(row, "unit", row.value.unit, error)

    def _categories(self, ctx: Context) -> Mapping[str, str]:
        """Return the code of a category by each of the names that mean it alone."""
        rows = category_facts(ctx.session)
        heads = {row.code: row.label for row in rows}
        leaves = [row for row in rows if row.parent and row.active]
        alone = Counter(row.label for row in leaves)
        found = {row.label: row.code for row in leaves if alone[row.label] == 1}
        for row in leaves:
            for mark in ("·", " · ", "-", "/", ">", "—"):
                found[f"{heads.get(row.parent, '')}{mark}{row.label}"] = row.code
            found[row.code] = row.code
        return found

    def _category_note(self, ctx: Context, rows: Sequence[ParsedRow[ListRow]]) -> Iterator[str]:
        if "category" not in self.mapping.columns:
            return
        known = self._categories(ctx)
        words = Counter(row.value.category.strip() for row in rows)
        strange = [word for word, _n in words.most_common() if word and word not in known]
        if strange:
            text = _("{n} 件的类别与本系统的类别表对不上，归入所选的类别，原类别另存：{words}。")
            some = "、".join(strange[:_NAMED]) + ("…" if len(strange) > _NAMED else "")
            yield text.format(n=sum(words[word] for word in strange), words=some)


def number_of(ctx: Context, mapping: ListMapping, row: ListRow) -> str:
    """Return the number by which a row is known again: its own, else a keyed digest of it."""
    if row.number.strip():
        return row.number.strip()
    said = "\n".join((f"{row.received:%Y%m%d%H%M%S}", row.title, row.content, row.name, row.phone))
    return "=" + ctx.qimen.keys.blind_index("petitions_outside.number", said)[:40]


def _known(ctx: Context, source: str, numbers: Sequence[str], *, reach: bool) -> set[str]:
    """Return which numbers of a list came in before: within reach, or only beyond it."""
    found: dict[str, str] = {}
    everything = ctx.qimen.system_context(ctx.session)
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        wanted = select(OutsideNumber.number, OutsideNumber.org_path).where(  # type: ignore[call-overload]
            _o.source == source, _o.number.in_(some)
        )
        with scope(ctx.session, everything, IMPORT):
            found |= dict(ctx.session.execute(wanted).all())
    return {number for number, path in found.items() if ctx.can(IMPORT, path) is reach}


def _time_errors(ctx: Context, row: ParsedRow[ListRow]) -> Iterator[CellError]:
    for name in ("received", "replied"):
        moment = getattr(row.value, name)
        if moment is not None and moment > ctx.now:
            wrong = BadCell(_("时间晚于现在"), _("请核对年份和日期。"))
            yield _error(row, name, f"{moment:%Y-%m-%d %H:%M}", wrong)


def _number_errors(
    row: ParsedRow[ListRow], number: str, first: dict[str, int], elsewhere: set[str]
) -> Iterator[CellError]:
    if number in elsewhere:
        wrong = BadCell(_("这个编号已由其他单位导入"), _("请删去这一行，或与对方核对。"))
        yield _error(row, "number", row.value.number, wrong)
    if number in first:
        wrong = BadCell(_("与第 {row} 行重复").format(row=first[number]), _("请删去其中一行。"))
        yield _error(row, "number" if row.value.number else "", row.value.number, wrong)
    first.setdefault(number, row.number)


def _error(row: ParsedRow[ListRow], name: str, value: str, wrong: BadCell) -> CellError:
    heading = str(FIELDS[name]) if name else ""
    return CellError(row.number, heading, value, wrong.message, wrong.remedy)


def _channel(text: str) -> str:
    lower = text.lower()
    return next((key for word, key in _CHANNEL_WORDS.items() if word in lower), "")
