"""The one table."""

from sqlmodel import Field

from qimen_core import ScopedModel

__all__ = ["Notice"]


class Notice(ScopedModel, table=True):
    """A notice of a unit."""

    __tablename__ = "noticeboard_notice"

    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(max_length=200)
