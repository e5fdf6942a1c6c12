"""A limit is a snapshot: settings that change later rewrite nothing that has started."""

from dataclasses import dataclass
from enum import StrEnum

from qimen_core.i18n import translations

__all__ = ["Limit", "LimitUnit"]

_ = translations("qimen_core")


class LimitUnit(StrEnum):
    """How a limit is counted. The kinds are never mixed or converted (DOMAIN §4)."""

    WORKDAYS = "w"
    """Working days with 调休."""
    DAYS = "d"
    """Calendar days, weekends and holidays included (信访)."""
    SAME_DAY = "s"
    """Until the midnight that ends the day of the start."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many days of one kind.

    Attributes:
        amount: Days; 0 for ``SAME_DAY``.
        unit: What kind of days.

    Raises:
        ValueError: The amount does not go with the unit.
    """

    amount: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        if (self.amount == 0) != (self.unit is LimitUnit.SAME_DAY) or self.amount < 0:
            raise ValueError(f"a limit of {self.amount} {self.unit.name.lower()} is not a limit")

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Read ``3w`` (working days), ``15d`` (calendar days) or ``0s`` (same day).

        Raises:
            ValueError: The text is none of these.
        """
        amount, unit = text[:-1], text[-1:]
        if not amount.isdecimal() or unit not in {member.value for member in LimitUnit}:
            raise ValueError(f"limit {text!r} is not like '3w', '15d' or '0s'")
        return cls(int(amount), LimitUnit(unit))

    def __str__(self) -> str:
        return f"{self.amount}{self.unit.value}"

    @property
    def label(self) -> str:
        """Return the limit as people say it."""
        if self.unit is LimitUnit.SAME_DAY:
            return str(_("当日"))
        text = _("{n}个工作日") if self.unit is LimitUnit.WORKDAYS else _("{n}天")
        return text.format(n=self.amount)
