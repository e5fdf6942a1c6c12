"""The real tree of Qimen: one county, 18 townships, 7 residents' and 111 villagers' committees."""

import csv
from datetime import date
from importlib.resources import files

from qimen_core.db.work import UnitOfWork
from qimen_core.org.queries import Unit
from qimen_core.org.tree import NewUnit, create

__all__ = ["COUNTY", "FOUNDED", "plant"]

COUNTY = "341024000000"
FOUNDED = date(2021, 1, 1)
"""From when the demo's units, positions and grants hold."""

_KINDS = {"county": "county", "town": "township", "village": "community"}


def plant(uow: UnitOfWork) -> dict[str, Unit]:
    """Create the units of the shipped table and return them by code, parents first.

    A villagers' committee (codes 200–399) is a ``community`` as well: the digits of its code tell
    the two apart, and the metric ``communities`` counts those from 001 to 199.
    """
    units: dict[str, Unit] = {}
    table = files("qimen_core.demo").joinpath("qimen_341024.csv")
    with table.open(encoding="utf-8") as source:
        for row in csv.DictReader(source):
            kind = _KINDS.get(row["level"])
            if kind is None:
                continue  # province and city: the county is this deployment's root
            parent = units.get(row["parent_code"])
            new = NewUnit(
                kind=kind,
                name=_spoken(row["name"]),
                code=row["code"],
                parent_id=parent.id if parent else None,
                valid_from=FOUNDED,
            )
            units[row["code"]] = create(uow, new)
    return units


def _spoken(name: str) -> str:
    """Return a committee's name as people say it: 东街社区居委会 is 东街社区."""
    for suffix in ("居委会", "村委会"):
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix)
    return name
