"""Division codes: GB/T 2260 (6 digits) + township (3) + community (3) + grid (3).

Functions over strings, and one over a column. The rules are those of the statistical division
codes of the National Bureau of Statistics and GB/T 10114, as DOMAIN.md section 1 quotes them. Two
things that real data teaches are built in: a level may be missing (东莞 has townships directly
under the city), and the suffix of a name does not tell the kind of a unit, only the digits do.
"""

from typing import Final

from sqlalchemy import ColumnElement, and_, func

from qimen_core.i18n import LazyText, translations

__all__ = [
    "LEVELS",
    "check_code",
    "check_parent",
    "is_urban_community",
    "level_label",
    "level_of",
    "significant",
    "subkind",
]

_ = translations("qimen_core")

CODE_LENGTH: Final = 12
GRID_LENGTH: Final = 15

# Where each level ends in the code. A level's code is its digits followed by zeros.
LEVELS: Final[dict[str, int]] = {
    "province": 2,
    "city": 4,
    "county": 6,
    "township": 9,
    "community": 12,
    "grid": 15,
}

# (first, last, label); gaps in the standard are unknown, not wrong: 131 real towns would fail.
_TOWNSHIP_RANGES: Final = (
    (1, 99, _("街道")),
    (100, 199, _("镇")),
    (200, 399, _("乡")),
    (400, 599, _("类似乡镇单位")),
)
_COMMUNITY_RANGES: Final = (
    (1, 199, _("居委会")),
    (200, 399, _("村委会")),
    (400, 499, _("类似居委会")),
    (500, 599, _("类似村委会")),
)


def significant(code: str) -> str:
    """Return the digits of a code that carry meaning: `110101001000` gives `110101001`.

    A missing level keeps its zeros: `441900003000` (a street of 东莞) gives `441900003`.
    """
    end = 0
    start = 0
    for stop in LEVELS.values():
        if code[start:stop].strip("0"):
            end = stop
        start = stop
    return code[:end]


def level_of(code: str) -> str:
    """Return the level a well-formed code stands for, one of the keys of `LEVELS`.

    Raises:
        ValueError: the code is all zeros.
    """
    length = len(significant(code))
    for level, stop in LEVELS.items():
        if stop == length:
            return level
    raise ValueError(code)


def subkind(code: str) -> LazyText | None:
    """Return what the digits say a unit is (街道, 镇, 乡, 居委会, 村委会, …), or None."""
    length = len(significant(code))
    if length == LEVELS["township"]:
        number, ranges = int(code[6:9]), _TOWNSHIP_RANGES
    elif length == LEVELS["community"]:
        number, ranges = int(code[9:12]), _COMMUNITY_RANGES
    else:
        return None
    return next((label for first, last, label in ranges if first <= number <= last), None)


def is_urban_community(column: ColumnElement[str | None]) -> ColumnElement[bool]:
    """Return the SQL condition that a code is a residents' committee's (居委会, 001–199)."""
    number = func.substr(column, LEVELS["township"] + 1, 3)
    return and_(func.length(column) == CODE_LENGTH, number >= "001", number <= "199")


def check_code(code: str, kind: str) -> str | None:
    """Return what is wrong with a code on its own, in Chinese, or None.

    Args:
        code: as typed, without blanks around it.
        kind: the unit's kind; only kinds that are levels (`LEVELS`) have a fixed shape, a unit of
            any other kind may carry any 12 or 15 digits.
    """
    if not (code.isascii() and code.isdigit()):
        return _("代码“{code}”只能由数字组成").format(code=code)
    wanted = GRID_LENGTH if kind == "grid" else CODE_LENGTH
    if len(code) != wanted and (kind in LEVELS or len(code) != GRID_LENGTH):
        return _("代码“{code}”应为 {wanted} 位，实为 {length} 位").format(
            code=code, wanted=wanted, length=len(code)
        )
    if not significant(code):
        return _("代码“{code}”全为零").format(code=code)
    if kind in LEVELS and level_of(code) != kind:
        return _("代码“{code}”按位数是{level}，与级别“{kind}”不符").format(
            code=code, level=level_label(level_of(code)), kind=level_label(kind)
        )
    return None


def check_parent(code: str, parent_code: str | None) -> str | None:
    """Return what is wrong with a code under this parent, in Chinese, or None.

    The parent's digits must begin the code and be fewer, which alone makes cycles impossible. A
    unit without digits of its own (a team of a community) has no code at all.
    """
    if parent_code is None:
        return None
    prefix = significant(parent_code)
    if not code.startswith(prefix):
        return _("代码“{code}”应以上级代码“{prefix}”开头").format(code=code, prefix=prefix)
    if len(significant(code)) <= len(prefix):
        return _("代码“{code}”应比上级代码“{parent}”更长").format(code=code, parent=parent_code)
    return None


def level_label(level: str) -> str:
    """Return the Chinese word for a level, or the level itself if it has none."""
    return str(_LEVEL_LABELS.get(level, level))


_LEVEL_LABELS: Final[dict[str, LazyText]] = {
    "province": _("省级"),
    "city": _("地级"),
    "county": _("县级"),
    "township": _("乡级"),
    "community": _("村级"),
    "grid": _("网格"),
}
