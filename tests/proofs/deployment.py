"""A deployment made with the commands an operator uses, with clerks who have logged in."""

import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.proofs.server import ServeProcess, qimen
from tests.proofs.staff import Staff

__all__ = ["Deployment", "set_up"]

_UNITS = """\
code,name,level,parent_code
341024000000,祁门县,county,
341024100000,祁山镇,town,341024000000
341024100001,东街社区居委会,village,341024100000
"""
_COLUMNS = "code=code,name=name,level=level,parent=parent_code"
_UNIT = "341024100001"
_FIRST, _PASSWORD = "Beitang-2719-qiao", "Nanqiao-3820-hua"


@dataclass(frozen=True)
class Deployment:
    """A data folder, its database, and what a clerk's form needs.

    Attributes:
        data: The data folder.
        url: The database's.
        unit_id: The clerks' community.
        category: Code of a category.
    """

    data: Path
    url: str
    unit_id: int
    category: str

    @property
    def form(self) -> dict[str, str]:
        """Fields of a new request besides content and key."""
        return {
            "unit_id": str(self.unit_id),
            "category": self.category,
            "channel": "phone",
            "name": "王测试",
            "phone": "13800000000",
            "place": "东街 1 号",
        }

    def clerks(self, server: ServeProcess, number: int) -> list[Staff]:
        """Create so many clerks, log each in and let each choose its password."""
        staff = []
        for each in range(number):
            name = f"clerk{each}"
            qimen(
                *("user", "create", name, "--data", str(self.data), "--name", "李测试"),
                *("--unit", _UNIT, "--role", "community_clerk", "--password-stdin"),
                typed=_FIRST + "\n",
            )
            clerk = Staff(server.url).log_in(name, _FIRST)
            staff.append(clerk.change_password(_FIRST, _PASSWORD))
        return staff


def set_up(data: Path, url: str) -> Deployment:
    """Migrate an empty database and import three units."""
    data.mkdir(exist_ok=True)
    (data / "qimen.toml").write_text(
        f"secure_cookies = false\ndatabase_url = {json.dumps(url)}\n", "utf-8"
    )
    qimen("db", "upgrade", "--data", str(data))
    table = data / "units.csv"
    table.write_text(_UNITS, "utf-8")
    qimen("org", "import", str(table), "--columns", _COLUMNS, "--data", str(data))
    engine = create_engine(url)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('qimen.reach', '*', true)"))
        unit_id = connection.execute(
            text("SELECT id FROM core_org WHERE code = :code"), {"code": _UNIT}
        ).scalar_one()
        category = connection.execute(
            text("SELECT min(code) FROM petitions_category WHERE parent <> ''")
        ).scalar_one()
    engine.dispose()
    return Deployment(data, url, unit_id, category)
