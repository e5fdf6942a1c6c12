"""The privacy registry against the tables: no personal column without an entry (SECURITY 20)."""

from collections.abc import Iterable

from sqlalchemy import MetaData, Table

from qimen_core.db.encrypted import EncryptedStr
from qimen_core.registry import Registry

__all__ = ["missing_entries", "personal_columns", "stale_entries"]

# A column of one of these names speaks of a person wherever it stands; a column that ends in
# ``_<name>`` does, too. ``name`` alone may be a unit's or a file's: it counts beside one of these.
_PERSONAL = frozenset(
    {
        "phone", "mobile", "telephone", "id_number", "idno", "address", "birth_date", "birthday",
        "bank_account", "email", "wechat", "complainant", "contact_name", "resident_name",
        "person_name", "guardian", "ethnicity", "religion", "disability", "plate",
    }
)  # fmt: skip
_NAMES = frozenset({"name", "full_name"})
# Technical facts about a sign-in, not about where somebody lives.
_EXEMPT_TABLES = frozenset({"core_session", "core_throttle", "core_login_attempt"})


def personal_columns(metadata: MetaData, owners: Iterable[str] = ()) -> set[str]:
    """Return the columns that need an entry, as ``table.column``.

    These are all encrypted ones, those whose name says so, and any that say
    ``info={"personal": True}``; ``info={"personal": False}`` takes one out.

    Args:
        metadata: The tables.
        owners: Plugin names; only their tables count. All tables when left out.
    """
    prefixes = tuple(f"{owner}_" for owner in owners)
    tables = [
        table
        for table in metadata.tables.values()
        if table.name not in _EXEMPT_TABLES and (not prefixes or table.name.startswith(prefixes))
    ]
    return {column for table in tables for column in _personal_of(table)}


def missing_entries(registry: Registry, metadata: MetaData) -> list[str]:
    """Return the personal columns of the loaded plugins that nobody registered, in order."""
    found = personal_columns(metadata, registry.plugins)
    return sorted(found - registry.personal_data.keys())


def stale_entries(registry: Registry, metadata: MetaData) -> list[str]:
    """Return the registered columns that do not exist (any more), in order."""
    tables = metadata.tables.values()
    known = {f"{table.name}.{column.name}" for table in tables for column in table.c}
    return sorted(registry.personal_data.keys() - known)


def _personal_of(table: Table) -> set[str]:
    marked = {column.name: column.info.get("personal") for column in table.c}
    found = {
        column.name
        for column in table.c
        if isinstance(column.type, EncryptedStr) or marked[column.name] or _says_so(column.name)
    }
    if found:
        found |= {column.name for column in table.c if column.name in _NAMES}
    return {f"{table.name}.{name}" for name in found if marked[name] is not False}


def _says_so(name: str) -> bool:
    return any(name == word or name.endswith(f"_{word}") for word in _PERSONAL)
