"""Brings a table under another plugin's name."""

from sqlmodel import Field, SQLModel

from qimen_core import hookimpl
from qimen_core.meta import PluginMeta

meta = PluginMeta(name="broken_table", label="坏插件：表名", core=">=0.1,<0.2")


class Intruder(SQLModel, table=True):
    """Named as if it were a table of petitions."""

    __tablename__ = "petitions_intruder"

    id: int | None = Field(default=None, primary_key=True)


@hookimpl
def register_models() -> list[type[SQLModel]]:
    """Return the table."""
    return [Intruder]
