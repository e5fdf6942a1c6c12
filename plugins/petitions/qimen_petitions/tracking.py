"""Tracking codes: 12 characters of Crockford's base 32, 60 bits (SECURITY 12)."""

__all__ = ["LENGTH", "code_from", "format_code", "normalise_code", "phone_tail"]

LENGTH = 12
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})


def code_from(digest: str) -> str:
    """Return the code of a keyed hash, given as hex digits; its first 60 bits count.

    A form carries a random key; the code is the keyed hash of it. So a form that is sent twice
    gets one code, and nobody can work a code out without the server's key.
    """
    bits = int(digest[:15], 16)
    return "".join(_ALPHABET[bits >> shift & 31] for shift in range(55, -1, -5))


def normalise_code(typed: str) -> str:
    """Return a typed code as it was issued, or ``""`` when it cannot be one.

    Case, blanks and hyphens do not count; I and L are read as 1, O as 0, as Crockford has it.
    """
    code = typed.upper().translate(_READ_AS)
    valid = len(code) == LENGTH and all(letter in _ALPHABET for letter in code)
    return code if valid else ""


def format_code(code: str) -> str:
    """Return a code in three groups of four, as people read it aloud."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def phone_tail(phone: str) -> str:
    """Return the last four digits of a phone number, ``""`` when it has fewer."""
    digits = "".join(letter for letter in phone if letter.isdigit() and letter.isascii())
    return digits[-4:] if len(digits) >= 4 else ""
