"""Column types that behave alike on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

__all__ = ["PATH_LIMIT", "Json", "PathType", "UTCDateTime"]

# Characters of the longest path: 20 levels of 4.
PATH_LIMIT = 80

# On PostgreSQL a range over paths needs byte order, whatever the database's locale.
PathType = String(PATH_LIMIT).with_variant(String(PATH_LIMIT, collation="C"), "postgresql")

Json = JSON().with_variant(JSONB(), "postgresql")


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC and read back aware.

    Raises:
        ValueError: A naive datetime was given.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}; take it from the clock")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return what makes a moment aware, in UTC; one call a value, for a page reads hundreds."""
        del coltype
        return _from_text if dialect.name == "sqlite" else _from_server


# A list shows the same moments again and again, and moments never change.
@lru_cache(maxsize=16_384)
def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _from_server(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)
