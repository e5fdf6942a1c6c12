"""Encrypted columns: AES-256-GCM at the border of the database, hidden from then on."""

import hmac
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema
from sqlalchemy import Dialect, Engine, Text, TypeDecorator
from sqlalchemy.sql import operators

from qimen_core.keys import KeyRing

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

__all__ = ["HIDDEN", "EncryptedStr", "Secret", "attach_keys"]

HIDDEN = "***"


class Secret:
    """A text that shows itself only when asked by name.

    ``str``, ``repr``, f-strings, logs and JSON see ``***``. Two secrets are equal when their texts
    are.
    """

    __slots__ = ("_text",)

    def __init__(self, text: "str | Secret") -> None:
        self._text: str = text.reveal() if isinstance(text, Secret) else text

    def reveal(self) -> str:
        """Return the text. Only masking, blind indexes and audited reveals may ask for it."""
        return self._text

    def __repr__(self) -> str:
        return HIDDEN

    def __str__(self) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, _memo: object) -> "Secret":
        return self

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError("a secret is not pickled; it would lie readable in a cache or queue")

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: object, _handler: "GetCoreSchemaHandler"
    ) -> core_schema.CoreSchema:
        """Validate from a text, serialise as ``***``."""
        return core_schema.no_info_plain_validator_function(
            _as_secret, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )


def _as_secret(value: object) -> Secret:
    if isinstance(value, str | Secret):
        return Secret(value)
    raise ValueError("a secret is a text")


class _Sealed(TypeDecorator.Comparator[Secret]):
    """Equal texts are stored differently each time, so a comparison would find nothing."""

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
        if op in {operators.eq, operators.ne} and other and other[0] is not None:
            raise TypeError("an encrypted column cannot be compared; compare its blind index")
        return super().operate(op, *other, **kwargs)


class EncryptedStr(TypeDecorator[Secret]):
    """A text column that is encrypted in the database and a :class:`Secret` in Python.

    The keys are those of the engine (see :func:`attach_keys`), so that two applications in one
    process never read each other's columns.

    Args:
        column: ``table.column``, bound to every value; a value copied elsewhere does not open.
    """

    impl = Text
    cache_ok = True
    comparator_factory = _Sealed

    def __init__(self, column: str) -> None:
        super().__init__()
        if column.count(".") != 1:
            raise ValueError(f"EncryptedStr needs 'table.column', got {column!r}")
        self.column = column

    def process_bind_param(self, value: "Secret | str | None", dialect: Dialect) -> str | None:
        """Encrypt on the way in."""
        if value is None:
            return None
        text = value.reveal() if isinstance(value, Secret) else value
        return _keys_of(dialect).seal(self.column, text)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Secret | None:
        """Decrypt on the way out.

        Raises:
            Unreadable: The value was changed, or its key is not here.
        """
        if value is None:
            return None
        return Secret(_keys_of(dialect).unseal(self.column, value))


def attach_keys(engine: Engine, keys: KeyRing) -> None:
    """Give an engine the keys of its encrypted columns; once, before its first query."""
    engine.dialect.qimen_keys = keys  # type: ignore[attr-defined]


def _keys_of(dialect: Dialect) -> KeyRing:
    keys = getattr(dialect, "qimen_keys", None)
    if not isinstance(keys, KeyRing):
        raise RuntimeError("an encrypted column was used before attach_keys(engine, keys)")
    return keys
