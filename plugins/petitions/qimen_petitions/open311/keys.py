"""Keys of programs: each is worked out from a name in the settings, so none is stored.

Taking the name out of the settings of a unit ends the key there and below. Within a county one
name is one key, wherever it is listed; another county's key for the same name is another.
"""

import hmac
import re
from collections.abc import Sequence

from qimen_core import Context
from qimen_core.org.queries import ancestors
from qimen_petitions.settings import PetitionSettings

__all__ = ["client_of", "clients_at", "key_of"]

_DOMAIN = "petitions_open311.key"
_LENGTH = 40
_DIVIDERS = re.compile("[,，、;；]")


def clients_at(ctx: Context, path: str) -> Sequence[str]:
    """Return the names of the programs that may send requests to a unit."""
    said = ctx.setting(PetitionSettings, path).open311_clients
    return [name for each in _DIVIDERS.split(said) if (name := each.strip())]


def key_of(ctx: Context, path: str, name: str) -> str:
    """Return a program's key in the county of a path: 40 hex digits, 160 bits."""
    return _key(ctx, _county(ctx, path), name)


def client_of(ctx: Context, path: str, key: str) -> str:
    """Return the name of the program whose key this is at a unit, ``""`` for none.

    Every key is compared, so the time taken tells nothing.
    """
    county, given = _county(ctx, path), key.encode()
    found = [
        name
        for name in clients_at(ctx, path)
        if hmac.compare_digest(_key(ctx, county, name).encode(), given)
    ]
    return found[0] if found else ""


def _key(ctx: Context, county: int, name: str) -> str:
    return ctx.qimen.keys.blind_index(_DOMAIN, f"{county}:{name}")[:_LENGTH]


def _county(ctx: Context, path: str) -> int:
    """Return the id of the county that a path lies in, of the topmost unit where there is none."""
    line = ancestors(ctx, path, itself=True)
    return next((unit.id for unit in line if unit.kind == "county"), line[0].id)
