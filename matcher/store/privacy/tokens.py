"""Tokens to search by: keyed digests of a normalised name, ID number or phone number.

Two records of one spelling have one token, and nobody without the key can make the token of a
guess. What that tells whoever has the database alone stands in `docs/security.md`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b

from pypinyin import Style, lazy_pinyin

from matcher.store.privacy.keyring import Master

TOKEN_BYTES = 16
_COUNTRY = ("0086", "86")
_MOBILE_DIGITS = 11


INITIALS = "initials"
_REMARK = re.compile(r"\([^)]*\)")


def plain_name(text: str) -> str:
    """A name as it is searched: one width, no spaces, no dots between its parts, no remarks.

    Example:
        >>> plain_name(" 买买提·艾力 ") == plain_name("买买提艾力（大）")
        True
    """
    if text.isascii() and text.isalnum():
        return text.casefold()
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = _REMARK.sub("", folded) or folded
    return "".join(sign for sign in bare if sign.isalnum())


@lru_cache(maxsize=100_000)
def initials(name: str) -> str:
    """The first letters of a name's signs as people type them to find it quickly.

    Example:
        >>> initials("（生成）张伟"), initials("欧阳小明"), initials("Anna")
        ('zw', 'oyxm', 'anna')
    """
    return "".join(lazy_pinyin(plain_name(name), style=Style.FIRST_LETTER)).casefold()


def plain_id_number(text: str) -> str:
    """An ID number as it is searched.

    Example:
        >>> plain_id_number("３20613 1974 0512 123x")
        '32061319740512123X'
    """
    return plain_name(text).upper()


def plain_phone(text: str) -> str:
    """A phone number as it is searched: digits alone, a mobile one without its country.

    Example:
        >>> plain_phone("+86 138-0000-1111")
        '13800001111'
    """
    digits = text
    if not (text.isascii() and text.isdigit()):
        digits = "".join(sign for sign in plain_name(text) if sign.isdigit())
    for country in _COUNTRY:
        if digits.startswith(country) and len(digits) == len(country) + _MOBILE_DIGITS:
            return digits[len(country) :]
    return digits


SEARCHABLE: dict[str, Callable[[str], str]] = {
    "name": plain_name,
    "id_number": plain_id_number,
    "phone": plain_phone,
    INITIALS: plain_name,
}
"""By what people are found, and how values are spelt for it; `initials` are made of the name."""


def tokens(master: Master, column: str, values: Sequence[str | None]) -> list[str | None]:
    """The token of each value; None where there is nothing to search by.

    Source:
        RFC 7693, section 2.9: BLAKE2b with a key is a message authentication code; four times as
        fast here as HMAC-SHA256.

    Example:
        >>> one, other, none = tokens(Master(bytes(32)), "phone", ["138 0000 1111", "1", " "])
        >>> one != other, len(str(one)), none
        (True, 32, None)
    """
    spelt, key, label = SEARCHABLE[column], master.search, column.encode() + b"\x1f"
    made: dict[str | None, str | None] = {None: None}
    for value in values:
        if value not in made and value is not None:
            plain = spelt(value)
            digest = blake2b(label + plain.encode(), key=key, digest_size=TOKEN_BYTES)
            made[value] = digest.hexdigest() if plain else None
    return [made[value] for value in values]
