"""Sheets of paper, typed in from a table: each like an answer online, once a household."""

# lint-ok-file: chinese -- headings and words in clerks' own tables, read and never shown

import secrets
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, Field, create_model
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from qimen_core import Conflict, Context, InvalidInput, UnitOfWork, scope, translations
from qimen_core.excel import BadCell, CellError, ExcelText, ParsedRow, column
from qimen_petitions.estates.answering import Asked, NewAnswer, asked_of, hold_open, put_answer
from qimen_petitions.estates.models import Answer, RatedEstate
from qimen_petitions.estates.permissions import ENTER
from qimen_petitions.estates.rules import SCORES, Item
from qimen_petitions.estates.voters import voter_of

__all__ = ["PaperImporter", "SheetRow", "asked_now"]

_ = translations("qimen_petitions")

_PREFIX: Final = "item_"
_rated: Any = RatedEstate.__table__.c  # type: ignore[attr-defined]
_answer: Any = Answer.__table__.c  # type: ignore[attr-defined]
_OVERALL: Final = {"满意": "satisfied", "基本满意": "fairly", "不满意": "dissatisfied"}
_SCORES: Final = {str(label): number for number, label in SCORES.items()}
_OPEN: Final = ("", "不了解", "不清楚", "/", "-", "—", "0")


def _overall(value: object) -> object:
    text = str(value).strip()
    if text not in _OVERALL:
        raise BadCell(_("总体评价只能填“满意”“基本满意”或“不满意”"), _("请改成其中一个。"))
    return _OVERALL[text]


def _score(value: object) -> object:
    text = str(value).strip().removesuffix("分").removesuffix(".0")
    if text in _OPEN:
        return 0
    if text in _SCORES:
        return _SCORES[text]
    if text in {"1", "2", "3", "4", "5"}:
        return int(text)
    raise BadCell(_("得分填 1 到 5，5 分最好"), _("不了解的留空。"))


_Score = Annotated[int, BeforeValidator(_score)]
_Overall = Annotated[Literal["satisfied", "fairly", "dissatisfied"], BeforeValidator(_overall)]


class SheetRow(BaseModel):
    """One sheet; a column for each item is added to it."""

    estate: str = column(_("小区"), "小区名称", "物业项目")
    proof: Annotated[ExcelText, Field(max_length=20)] = column(
        _("凭据"), "手机号", "评价码", "编号", "纸质表编号", "问卷编号"
    )
    overall: _Overall = column(_("总体评价"), "总体", "总体满意度")
    remark: Annotated[str, Field(max_length=400)] = column(
        _("意见"), "意见建议", "想说的话", default=""
    )


def asked_now(ctx: Context) -> list[Asked]:
    """Return the estates in reach that take sheets now."""
    live = select(RatedEstate.id).where(_rated.live_estate_id.is_not(None))  # type: ignore[call-overload]
    with scope(ctx.session, ctx, ENTER):
        ids = list(ctx.session.scalars(live.order_by(_rated.id)))
    return [asked_of(ctx, rated_id) for rated_id in ids]


class PaperImporter:
    """What the import of sheets checks and how it writes.

    Args:
        asked: The estates that take sheets; their rounds' items are the columns.
    """

    name = "petitions.rating.import"
    label: str = _("纸质评价表")
    permission = ENTER

    def __init__(self, asked: Sequence[Asked]) -> None:
        self._asked: dict[str, list[Asked]] = {}
        for each in asked:
            self._asked.setdefault(each.estate, []).append(each)
        self._items: dict[str, Item] = {
            item.code: item for each in asked for item in each.round.items
        }
        fields: dict[str, Any] = {
            f"{_PREFIX}{code}": (_Score, column(item.label, default=0))
            for code, item in self._items.items()
        }
        self.row: type[SheetRow] = create_model("SheetsRow", __base__=SheetRow, **fields)

    def check(self, ctx: Context, rows: Sequence[ParsedRow[SheetRow]]) -> Iterable[CellError]:
        """Yield unknown estates, wrong proofs, and households that answered already or twice."""
        voters: dict[str, int] = {}
        found: list[CellError] = []
        for row in rows:
            try:
                voter = self._voter(ctx, row.value)
            except InvalidInput as error:
                field = next(iter(error.errors))
                heading, cell = (
                    ("凭据", row.value.proof) if field == "proof" else ("小区", row.value.estate)
                )
                found.append(CellError(row.number, heading, cell, str(error.errors[field])))
                continue
            if voter in voters:
                message = _("与第 {row} 行是同一户").format(row=voters[voter])
                found.append(CellError(row.number, "凭据", "", message, _again()))
            voters.setdefault(voter, row.number)
        known = _known(ctx, voters)
        message = _("这一户本轮已经评过").format()
        found += [CellError(voters[each], "凭据", "", message, _again()) for each in sorted(known)]
        return found

    def save(self, uow: UnitOfWork, rows: Sequence[SheetRow]) -> int:
        """Write each sheet; the list was checked, the constraint has the last word."""
        for asked in {
            each.rated_id: each for row in rows for each in self._asked[row.estate]
        }.values():
            hold_open(uow, asked)
        try:
            for row in rows:
                given = row.model_dump()
                scores = {code: given[f"{_PREFIX}{code}"] for code in self._items}
                new = NewAnswer(
                    proof=row.proof,
                    overall=row.overall,
                    scores={code: score for code, score in scores.items() if score},
                    key=secrets.token_hex(16),
                    remark=row.remark,
                    channel="paper",
                )
                put_answer(uow, self._at(row), new, self._voter(uow.ctx, row))
        except IntegrityError as error:
            raise Conflict(_("导入时有住户刚刚在网上评过，请重新检查后再导入")) from error
        return len(rows)

    def _at(self, row: SheetRow) -> Asked:
        found = self._asked.get(row.estate, [])
        if not found:
            raise InvalidInput({"estate": _("这个小区现在没有评价，或不在您的管辖范围内")})
        if len(found) > 1:
            raise InvalidInput({"estate": _("有多个同名小区，请到该小区的评价页逐份录入")})
        return found[0]

    def _voter(self, ctx: Context, row: SheetRow) -> str:
        asked = self._at(row)
        return voter_of(ctx, asked.rated_id, asked.round.proof, row.proof, paper=True)


def _again() -> str:
    return _("一户一份，请删去这一行").format()


def _known(ctx: Context, voters: Iterable[str]) -> set[str]:
    wanted, found = list(voters), set[str]()
    for start in range(0, len(wanted), 500):
        part = select(Answer.voter).where(_answer.voter.in_(wanted[start : start + 500]))  # type: ignore[call-overload]
        found.update(ctx.session.scalars(part))
    return found
