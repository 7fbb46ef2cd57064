"""Phone numbers as Dutch people read them, and as a phone dials them."""

from __future__ import annotations

import re

# Area codes of three digits; all others have four (numbering plan of the Netherlands).
_CITY = re.compile(r"0(1[0345]|2[0346]|3[03568]|4[0356]|5[0358]|7\d)")


def phone(number: str) -> str:
    """As Dutch people read it, in groups: `+31612345678` becomes `06 12 34 56 78`. Another country's stays as it is."""
    digits = phone_digits(number)
    local = "0" + digits[3:] if digits.startswith("+31") else digits
    if len(local) != 10 or not local.startswith("0"):
        return number
    if local.startswith("06"):
        return " ".join([local[:2], *(local[at : at + 2] for at in range(2, 10, 2))])
    if _CITY.match(local):
        return f"{local[:3]} {local[3:6]} {local[6:8]} {local[8:]}"
    return f"{local[:4]} {local[4:7]} {local[7:]}"


def phone_digits(number: str) -> str:
    """For a `tel:` link: `+31612345678`."""
    return re.sub(r"[^\d+]", "", number)
