"""The one form in which a phone or an ID number is stored, compared and indexed."""

import re
import unicodedata

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

__all__ = ["is_id_number", "is_mobile", "normal_id_number", "normal_phone"]

_MOBILE = re.compile(r"1[3-9]\d{9}")
_SEPARATORS = re.compile(r"[\s\-–—()（）]")


def normal_phone(text: str) -> str:
    """Return the digits of a phone, without country code, spaces and hyphens."""
    compact = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    stripped = re.sub(r"^(?:\+|00)?86(?=1[3-9]\d{9}$|0\d{9,11}$)", "", compact)
    return re.sub(r"\D", "", stripped)


def is_mobile(text: str) -> bool:
    """Say whether a phone is a mobile number of the mainland."""
    return _MOBILE.fullmatch(normal_phone(text)) is not None


def normal_id_number(text: str) -> str:
    """Return an ID number without spaces and with a capital X."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_id_number(text: str) -> bool:
    """Say whether a text is an 18-digit resident number with birth date and check digit in order.

    GB 11643-1999.
    """
    try:
        ric.validate(normal_id_number(text))
    except ValidationError:
        return False
    return True
