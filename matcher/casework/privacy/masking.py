"""Names, numbers and addresses as screens show them: enough to know somebody by, no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

STAR = "*"
_MOBILE_DIGITS = 11


def masked_name(text: str) -> str:
    """The family name, a star for each further sign.

    Example:
        >>> masked_name("张小三"), masked_name("张"), masked_name("")
        ('张**', '*', '')
    """
    return text[:1] + STAR * (len(text) - 1) if len(text) > 1 else STAR * len(text)


def masked_id_number(text: str) -> str:
    """City at the front and the last four signs; birth and order stay hidden.

    Example:
        >>> masked_id_number("320613197405121234")
        '3206**********1234'
    """
    return _ends(text, 4, 4)


def masked_phone(text: str) -> str:
    """The first three and the last four digits; of short numbers the last two.

    Example:
        >>> masked_phone("13812341234"), masked_phone("85500000")
        ('138****1234', '******00')
    """
    return _ends(text, 3, 4) if len(text) >= _MOBILE_DIGITS else _ends(text, 0, 2)


def masked_address(text: str) -> str:
    """The first six signs, which name the district.

    Example:
        >>> masked_address("南通市崇川区人民路7号")
        '南通市崇川区*****'
    """
    return _ends(text, 6, 0)


def hidden(text: str) -> str:
    """Nothing but that something is there.

    Example:
        >>> hidden("limited")
        '***'
    """
    return STAR * 3 if text else ""


def _ends(text: str, first: int, last: int) -> str:
    if len(text) <= first + last:
        return STAR * len(text)
    return text[:first] + STAR * (len(text) - first - last) + text[len(text) - last :]


MASKS: Mapping[str, Callable[[str], str]] = {
    "name": masked_name,
    "id_number": masked_id_number,
    "phone": masked_phone,
    "address": masked_address,
    "health": hidden,
    "extra": hidden,
    "certificate_no": masked_id_number,
}
"""How each column that says who somebody is, or how well, is shown."""


def masked(row: Mapping[str, Any]) -> dict[str, Any]:
    """A record with every telling column masked; other columns as they are.

    Example:
        >>> masked({"person_id": "P1", "phone": "13812341234", "name": None})
        {'person_id': 'P1', 'phone': '138****1234', 'name': None}
    """
    return {
        name: MASKS[name](value) if name in MASKS and isinstance(value, str) else value
        for name, value in row.items()
    }
