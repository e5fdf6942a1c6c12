"""Forms: what was typed, checked against a pydantic model, and said again in plain Chinese.

A refused form comes back with status 422 and everything that was typed still in it.
"""

import enum
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from qimen_core.errors import InvalidInput
from qimen_web.messages import CHOOSE, MESSAGES, UNKNOWN

if TYPE_CHECKING:
    from qimen_web.request import Request

__all__ = ["Form", "bind", "blank"]

M = TypeVar("M", bound=BaseModel)
Typed = str | list[str]


@dataclass
class Form(Generic[M]):
    """A form on its way between a person and a use case.

    Attributes:
        values: What was typed, by field; a list where a field takes several values.
        errors: What is wrong, by field, in Chinese; the key ``""`` is about the whole form.
    """

    values: dict[str, Typed] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    _data: M | None = None

    @property
    def valid(self) -> bool:
        """Return whether the input was complete and correct."""
        return self._data is not None and not self.errors

    @property
    def data(self) -> M:
        """Return the checked input.

        Raises:
            LookupError: The form is not valid, or nothing was sent yet.
        """
        if self._data is None or self.errors:
            raise LookupError("a form without valid input has no data; look at .valid first")
        return self._data

    def holds(self, name: str, value: object) -> bool:
        """Return whether an option is chosen; templates ask this for each one."""
        chosen = self.values.get(name, "")
        return str(value) in chosen if isinstance(chosen, list) else str(value) == chosen

    def refuse(self, error: InvalidInput | str, name: str = "") -> "Form[M]":
        """Add what a use case found wrong and return the form.

        Args:
            error: The use case's refusal with its fields, or one sentence.
            name: The field a single sentence is about; empty for the whole form.
        """
        if isinstance(error, InvalidInput):
            self.errors.update({key: str(value) for key, value in error.errors.items()})
            if not error.errors:
                self.errors[""] = str(error.message)
        else:
            self.errors[name] = str(error)
        return self


def blank(model: type[M], values: Mapping[str, object] | None = None) -> Form[M]:
    """Return a form that nobody has sent yet, with the model's defaults.

    Args:
        model: What the form will be checked against.
        values: First values, e.g. the stored ones of a record that is edited.
    """
    form: Form[M] = Form()
    for name, info in model.model_fields.items():
        if not info.is_required():
            form.values[name] = _shown(info.get_default(call_default_factory=True))
    for name, value in (values or {}).items():
        form.values[name] = _shown(value)
    return form


def bind(request: "Request", model: type[M]) -> Form[M]:
    """Check what was sent and return it with its errors.

    Spaces around a text are cut; an empty field counts as left out, so its default holds.

    Args:
        request: The request whose form was sent.
        model: What the input must be; a field's ``title`` is its name in messages.
    """
    form: Form[M] = Form()
    given: dict[str, object] = {}
    for name, info in model.model_fields.items():
        if _several(info):
            chosen = [value.strip() for value in request.form.list(name) if value.strip()]
            form.values[name] = chosen
            if chosen:
                given[name] = chosen
            continue
        text = request.form.get(name, "").strip().replace("\r\n", "\n")
        form.values[name] = text
        if text:
            given[name] = text
        elif info.annotation is bool:
            given[name] = False  # a box without a tick is not sent
    try:
        form._data = model.model_validate(given)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            name = str(each["loc"][0]) if each["loc"] else ""
            # The first thing wrong with a field is enough to mend it.
            form.errors.setdefault(name, _message(each, model.model_fields.get(name), name))
    return form


def _message(error: ErrorDetails, info: FieldInfo | None, name: str) -> str:
    label = str(info.title) if info and info.title else name
    context = dict(error.get("ctx", {}))
    if error["type"] in {"value_error", "assertion_error"}:
        # A validator of our own speaks Chinese already.
        return str(context.get("error", error["msg"]))
    if error["type"] == "missing" and info is not None and _chosen(info):
        return CHOOSE.format(label=label)
    extra = info.json_schema_extra if info else None
    if error["type"] == "string_pattern_mismatch" and isinstance(extra, dict) and "hint" in extra:
        return str(extra["hint"])
    given = error.get("input")
    context["length"] = len(given) if isinstance(given, str | list) else 0
    return MESSAGES.get(error["type"], UNKNOWN).format(label=label, **context)


def _several(info: FieldInfo) -> bool:
    return any(get_origin(kind) in {list, set, tuple, frozenset, Sequence} for kind in _kinds(info))


def _chosen(info: FieldInfo) -> bool:
    """Return whether the field is chosen from given values, so that one "chooses", not "types"."""
    extra = info.json_schema_extra
    if isinstance(extra, dict) and "choose" in extra:
        return bool(extra["choose"])
    return any(
        get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, enum.Enum))
        for kind in _kinds(info)
    )


def _kinds(info: FieldInfo) -> tuple[object, ...]:
    kind: object = info.annotation
    return get_args(kind) if get_origin(kind) in {Union, types.UnionType} else (kind,)


def _shown(value: object) -> Typed:
    if value is None or value is False:
        return ""
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, list | tuple | set | frozenset):
        return [str(each) for each in value]
    return "1" if value is True else str(value)
