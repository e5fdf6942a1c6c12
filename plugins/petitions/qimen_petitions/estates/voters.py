"""One household, one answer: what it proves itself with, and what is kept of that.

Kept is a keyed hash bound to one estate in one round: it says that a proof was used, not whose it
is, and cannot be followed from one round to the next. A slip's code is worked out from its number
and the server's key, so codes need no table and cannot be guessed; on paper and online it is the
same code, so a household that did both counts once.
"""

import re
from typing import Final

from qimen_core import Context, InvalidInput, translations
from qimen_core.privacy import normal_phone
from qimen_petitions.registering import is_phone

__all__ = ["slip_code", "slip_number", "voter_of"]

_ = translations("qimen_petitions")

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})
_NUMBER, _TAG = 3, 6
_PAPER = re.compile(r"[\w-]{1,20}")
_COLUMN: Final = "petitions_rating_answer.voter"


def slip_code(ctx: Context, rated_id: int, number: int) -> str:
    """Return the code of a slip, in three groups of three as people read it aloud.

    Args:
        ctx: Has the keys.
        rated_id: The estate in its round.
        number: From 1, one for each household.
    """
    code = _letters(number, _NUMBER) + _tag(ctx, rated_id, number)
    return "-".join(code[start : start + 3] for start in range(0, len(code), 3))


def slip_number(ctx: Context, rated_id: int, typed: str) -> int:
    """Return the number of the slip with a code, 0 when it is none of this estate and round."""
    code = typed.upper().translate(_READ_AS)
    if len(code) != _NUMBER + _TAG or any(letter not in _ALPHABET for letter in code):
        return 0
    number = 0
    for letter in code[:_NUMBER]:
        number = number * 32 + _ALPHABET.index(letter)
    return number if code[_NUMBER:] == _tag(ctx, rated_id, number) else 0


def voter_of(ctx: Context, rated_id: int, proof: str, typed: str, *, paper: bool = False) -> str:
    """Return the keyed hash of what a household proves itself with.

    Args:
        ctx: Has the keys.
        rated_id: The estate in its round.
        proof: ``phone`` or ``slip``.
        typed: The phone or the slip's code; on paper, where somebody leaves no phone, the number
            written on the sheet.
        paper: It comes from a sheet that staff types in.

    Raises:
        InvalidInput: It is neither.
    """
    if proof == "slip":
        number = slip_number(ctx, rated_id, typed)
        if not number:
            raise InvalidInput({"proof": _("评价码不对：请照纸条上的 9 个字符填写")})
        return _hash(ctx, rated_id, f"slip:{number}")
    phone = normal_phone(typed)
    if phone and is_phone(phone):
        return _hash(ctx, rated_id, f"phone:{phone}")
    sheet = typed.strip()
    if paper and _PAPER.fullmatch(sheet):
        return _hash(ctx, rated_id, f"sheet:{sheet.casefold()}")
    if paper:
        raise InvalidInput({"proof": _("请填手机号或纸质表的编号（字母、数字，最多 20 个）")})
    raise InvalidInput({"proof": _("手机号不对：请填 11 位数字")})


def _hash(ctx: Context, rated_id: int, text: str) -> str:
    return ctx.qimen.keys.blind_index(_COLUMN, f"{rated_id}:{text}")


def _tag(ctx: Context, rated_id: int, number: int) -> str:
    digest = ctx.qimen.keys.blind_index("petitions_rating_answer.slip", f"{rated_id}:{number}")
    return _letters(int(digest[:8], 16) >> 2, _TAG)


def _letters(number: int, length: int) -> str:
    return "".join(_ALPHABET[number >> 5 * at & 31] for at in reversed(range(length)))
