"""Contact data that passes every check of form and can belong to nobody.

* Phone numbers stand in the block 1540000xxxx: eleven digits that begin with 1, but the numbers
  154 are assigned to no operator (电信网编号计划), so no phone can ring.
* ID numbers (GB 11643-1999) begin with the code of a province itself, two digits and four zeros;
  real numbers carry the code of a county or district, whose last two digits are never 00. Date of
  birth, gender and check digit (ISO 7064, MOD 11-2) agree with the person.
"""

from datetime import date

__all__ = ["id_number", "phone_number"]

_PHONE_BLOCK = "1540000"


def phone_number(serial: int) -> str:
    """Return the phone number of the ``serial``-th person, 0 to 9999.

    Raises:
        ValueError: The block is used up.
    """
    if not 0 <= serial <= 9999:
        raise ValueError(f"phone serial {serial} is outside 0..9999")
    # A step that shares no factor with 10000 keeps them distinct and not in a row.
    return f"{_PHONE_BLOCK}{(serial * 7919 + 1237) % 10000:04d}"


def id_number(province: str, birth: date, gender: str, serial: int) -> str:
    """Return an ID number for somebody born then.

    Args:
        province: Six digits, the last four of them 0.
        birth: The date of birth it carries.
        gender: ``f`` gives an even order code, ``m`` an odd one.
        serial: Tells apart people of one birthday and gender, 0 to 498.

    Raises:
        ValueError: The code could be that of a real place of issue, or the serial is used up.
    """
    if len(province) != 6 or not province.isdigit() or province[2:] != "0000":
        raise ValueError(f"{province!r} is not the code of a province, such as 110000")
    if not 0 <= serial <= 498:
        raise ValueError(f"ID serial {serial} is outside 0..498")
    order = serial * 2 + (2 if gender == "f" else 1)
    body = f"{province}{birth:%Y%m%d}{order:03d}"
    return body + _check_digit(body)


def _check_digit(body: str) -> str:
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return "10X98765432"[total % 11]
