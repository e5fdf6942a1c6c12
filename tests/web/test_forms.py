"""Forms: what is wrong is said in Chinese, what was typed stays."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pytest
from pydantic import BaseModel, Field, field_validator

from qimen_core.errors import InvalidInput
from qimen_web.forms import Form, bind, blank
from qimen_web.messages import MESSAGES
from qimen_web.request import FormData


class Intake(BaseModel):
    title: str = Field(title="一句话说明", min_length=4, max_length=10)
    kind: Literal["help", "complaint"] = Field(title="类型")
    day: date | None = Field(default=None, title="日期")
    people: int = Field(default=1, title="人数", ge=1, le=9)
    tags: list[str] = Field(default_factory=list, title="标签", max_length=2)
    urgent: bool = Field(default=False, title="紧急")
    phone: str = Field(
        default="", title="手机号", pattern=r"^(1\d{10})?$",
        json_schema_extra={"hint": "手机号是 11 位数字，请检查"},
    )  # fmt: skip

    @field_validator("title")
    @classmethod
    def _not_shouted(cls, value: str) -> str:
        if "！！" in value:
            raise ValueError("请不要连用感叹号")
        return value


@dataclass
class Sent:
    """A request as far as a form looks at it."""

    form: FormData


def send(**fields: str | list[str]) -> Form[Intake]:
    pairs = [
        (name, each)
        for name, value in fields.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    return bind(Sent(FormData(pairs)), Intake)  # type: ignore[arg-type]


def test_complete_input_becomes_the_model() -> None:
    form = send(title=" 楼道灯坏了 ", kind="help", day="2026-11-24", tags=["a", "b"], urgent="1")
    assert form.valid
    assert form.errors == {}
    assert form.data == Intake(
        title="楼道灯坏了", kind="help", day=date(2026, 11, 24), tags=["a", "b"], urgent=True
    )


@pytest.mark.parametrize(
    ("fields", "name", "message"),
    [
        ({}, "title", "请填写一句话说明"),
        ({}, "kind", "请选择类型"),
        ({"title": "灯坏"}, "title", "一句话说明太短，至少要 4 个字，现在是 2 个"),
        ({"title": "一" * 12}, "title", "一句话说明太长，最多 10 个字，现在是 12 个，请删减"),
        ({"title": "灯坏了！！"}, "title", "请不要连用感叹号"),
        ({"kind": "x"}, "kind", "类型不在可选的范围内，请从列表里重新选择"),
        ({"day": "24/11"}, "day", "日期不是有效的日期，请按“2026-11-24”的样子填写"),
        ({"people": "三"}, "people", "人数要填整数，例如 12"),
        ({"people": "0"}, "people", "人数不能小于 1"),
        ({"tags": ["a", "b", "c"]}, "tags", "标签最多选 2 项，现在是 3 项，请去掉几项"),
        ({"phone": "138"}, "phone", "手机号是 11 位数字，请检查"),
    ],
)
def test_what_is_wrong_is_said_in_chinese(
    fields: dict[str, str | list[str]], name: str, message: str
) -> None:
    form = send(**fields)
    assert not form.valid
    assert form.errors[name] == message


def test_what_was_typed_stays_when_the_form_is_refused() -> None:
    form = send(title="灯坏", people="三", tags=["a"])
    assert form.values["title"] == "灯坏"
    assert form.values["people"] == "三"
    assert form.holds("tags", "a")
    assert not form.holds("tags", "b")
    with pytest.raises(LookupError):
        _ = form.data


def test_what_a_use_case_finds_wrong_stands_at_its_field() -> None:
    form = send(title="楼道灯坏了", kind="help")
    assert form.valid
    form.refuse(InvalidInput({"title": "已有相同的诉求"}))
    form.refuse("今天不能登记")
    assert not form.valid
    assert form.errors == {"title": "已有相同的诉求", "": "今天不能登记"}


def test_a_new_form_shows_defaults_and_stored_values() -> None:
    form = blank(Intake, {"day": date(2026, 11, 24), "kind": "help"})
    assert form.values["people"] == "1"
    assert form.values["day"] == "2026-11-24"
    assert form.holds("kind", "help")
    assert form.errors == {}
    assert not form.valid


def test_every_message_can_be_filled_with_what_pydantic_gives() -> None:
    context = dict.fromkeys(
        ("min_length", "max_length", "gt", "ge", "lt", "le", "multiple_of", "decimal_places",
         "max_digits", "length"), 3,
    )  # fmt: skip
    for kind, message in MESSAGES.items():
        assert "甲" in message.format(label="甲", **context), kind
