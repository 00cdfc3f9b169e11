"""Sex wordings: "限男性", "女", "男女不限"; whether such a limit is lawful is not asked here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.reference.codes import code_list
from matcher.text.wordings.words import compact, meanings

_LIMIT = re.compile(
    r"(?:性别)?(?:要求)?:?(?:仅限|只限|限|只招|仅招|招)?(?P<sex>男|女)(?:性|士|生|工)?"
)
_PREFERENCE = re.compile(
    r"(?:适合)?(?:男|女)(?:性|士|生)?(?:优先|为佳|为宜|佳)|适合(?:男|女)(?:性|士|生)?"
)


@dataclass(frozen=True, slots=True)
class SexLimit:
    """Whether one sex is asked for.

    Attributes:
        code: of the code list `sex`; None where both are welcome.
        note: "any", "preferred" (a wish, not a limit) or None.
    """

    code: str | None
    note: str | None = None


def parse_sex(text: str) -> SexLimit | None:
    """The sex a text asks for, or None when it is not understood.

    Example:
        >>> parse_sex("限男性"), parse_sex("男女不限")
        (SexLimit(code='male', note=None), SexLimit(code=None, note='any'))
        >>> parse_sex("女性优先").note
        'preferred'
    """
    plain = compact(text)
    if plain in meanings("any") or plain in meanings("sex"):
        return SexLimit(None, "any")
    wordings = code_list("sex").wordings
    if plain in wordings:
        return SexLimit(wordings[plain])
    if match := _LIMIT.fullmatch(plain):
        return SexLimit(wordings[match["sex"]])
    return SexLimit(None, "preferred") if _PREFERENCE.fullmatch(plain) else None
