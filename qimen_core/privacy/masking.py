"""How personal data looks to whoever has no reason to read it (SECURITY 19)."""

# lint-ok-file: chinese -- surnames and ends of place names, compared with

import re
from collections.abc import Callable, Mapping
from typing import Literal

from qimen_core.db.encrypted import HIDDEN, Secret
from qimen_core.privacy.normal import normal_phone

__all__ = ["MaskKind", "mask", "mask_address", "mask_id_number", "mask_name", "mask_phone"]

MaskKind = Literal["name", "phone", "id_number", "address", "hidden", "plain"]

# Two-character surnames that still exist; 欧阳修 becomes 欧阳*, not 欧**.
_COMPOUND = frozenset(
    {
        "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容",
        "长孙", "宇文", "司徒", "令狐", "端木", "夏侯", "南宫", "闻人", "单于",
    }
)  # fmt: skip
_DIVISION = re.compile("省|市|县|区|乡|镇|街道|社区|村|路|街|巷")
_HOUSE = re.compile(r"[0-9A-Za-z〇一二三四五六七八九十]+\s*(?:号|栋|幢|单元|室|组|楼|户)")


def mask_name(name: str) -> str:
    """Return the surname and one star per other character: ``张*``, ``欧阳*``, ``李**``."""
    if not name:
        return ""
    kept = 2 if len(name) > 2 and name[:2] in _COMPOUND else 1
    return name[:kept] + "*" * max(1, len(name) - kept)


def mask_phone(phone: str) -> str:
    """Return a phone with its middle hidden: ``138****0000``; a landline keeps its last three."""
    digits = normal_phone(phone)
    if not digits:
        return "" if not phone else HIDDEN
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(4, len(digits) - 3) + digits[-3:] if len(digits) >= 7 else HIDDEN


def mask_id_number(number: str) -> str:
    """Return an ID number with its middle hidden: ``3410**********1234``."""
    compact = number.strip()
    if not compact:
        return ""
    if len(compact) < 12:
        return HIDDEN
    return compact[:4] + "*" * (len(compact) - 8) + compact[-4:]


def mask_address(address: str) -> str:
    """Return an address down to its community or road, the house hidden: ``松岭镇城北社区****``."""
    text = address.strip()
    if not text:
        return ""
    public = _public_part(text)
    return f"{public}****" if public else "****"


def _public_part(text: str) -> str:
    """Return what leads to a division or a road, and not to a door."""
    house = _HOUSE.search(text)
    last = house.start() if house else len(text) - 1
    ends = [found.end() for found in _DIVISION.finditer(text) if found.end() <= last]
    return text[: ends[-1]] if ends else ""


def _hidden(text: str) -> str:
    return HIDDEN if text else ""


_MASKS: Mapping[str, Callable[[str], str]] = {
    "name": mask_name,
    "phone": mask_phone,
    "id_number": mask_id_number,
    "address": mask_address,
    "hidden": _hidden,
    "plain": str,
}


def mask(kind: MaskKind, value: "str | Secret | None") -> str:
    """Return a value as the kind of its privacy entry shows it; ``""`` for nothing.

    Args:
        kind: ``PersonalField.mask`` of the column.
        value: The text, encrypted or not.
    """
    if value is None:
        return ""
    return _MASKS[kind](value.reveal() if isinstance(value, Secret) else value)
