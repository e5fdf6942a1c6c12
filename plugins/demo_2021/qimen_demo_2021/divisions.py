"""The real tree of Qimen: one county, 18 townships, 7 residents' and 111 villagers' committees."""

import csv
from importlib.resources import files
from typing import Final

from qimen_core.demo import DemoUnit

__all__ = ["DEPARTMENTS", "divisions"]

_KINDS = {"county": "county", "town": "township", "village": "community"}


# Two bureaus that a community's requests go to, and who looks after its estates, all of the latter
# invented; a division table has no codes for them.
DEPARTMENTS: Final = (
    DemoUnit("zhujian", "department", "县住建局", "341024000000"),
    DemoUnit("chengguan", "department", "县城管执法局", "341024000000"),
    DemoUnit("wuye", "property_company", "东街示例物业公司", "341024100001"),
    DemoUnit("yeweihui", "owners_committee", "映山小区业委会", "341024100001"),
    DemoUnit("wuye2", "property_company", "内河街示例物业公司", "341024100002"),
)


def divisions() -> list[DemoUnit]:
    """Return the units of the shipped table, parents first.

    A villagers' committee (codes 200–399) is a ``community`` as well: the digits of its code tell
    the two apart, and the metric ``communities`` counts those from 001 to 199.
    """
    table = files("qimen_demo_2021").joinpath("qimen_341024.csv")
    with table.open(encoding="utf-8") as source:
        return [
            DemoUnit(
                code=row["code"],
                kind=_KINDS[row["level"]],
                name=_spoken(row["name"]),
                parent=row["parent_code"] if row["level"] != "county" else "",
            )
            for row in csv.DictReader(source)
            if row["level"] in _KINDS  # province and city: the county is this deployment's root
        ]


def _spoken(name: str) -> str:
    """Return a committee's name as people say it: 东街社区居委会 is 东街社区."""
    for suffix in ("居委会", "村委会"):
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix)
    return name
