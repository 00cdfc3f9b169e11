"""Education wordings: "大专及以上", "本科（学士）及以上学历", "仅限硕士研究生学历学位"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from matcher.reference.codes import code_list
from matcher.text.wordings.words import compact, meanings

_CONDITION = re.compile(r"(?:应|须|需|必须)(?:取得|具有|获得)|阶段")
_CLAUSES = re.compile(r"[,，;；。、/()（）]+")
_OR_MORE = re.compile(r"(?:含)?(?:及|或|及其)?以上|起")
_OR_LESS = re.compile(r"(?:及|或)?以下")
_ONLY = re.compile(r"仅限|只限|限")
_DEGREES = {"学士": "bachelor", "硕士": "master", "博士": "doctor"}


@dataclass(frozen=True, slots=True)
class EducationRequirement:
    """Which education a post asks for.

    Attributes:
        code: the least education that suffices, of the code list `education`; the lowest code
            where the text says that none is needed.
        degree: the lowest academic degree named beside it, as an education code, or None.
        is_exact: the text says "only this level".
        note: "any", "or_below:<code>", "conditions" (a further clause for some was not applied),
            or None.
    """

    code: str
    degree: str | None = None
    is_exact: bool = False
    note: str | None = None


def parse_education(text: str) -> EducationRequirement | None:
    """The education a text asks for, or None when it is not understood.

    Of several levels the lowest counts ("专科学历或本科（学士）及以上学历"). "初中及以下" asks for
    nothing more than the lowest level. Whole text must be understood, clause by clause.

    Example:
        >>> parse_education("学历：本科及以上，学位：学士及以上")
        EducationRequirement(code='bachelor', degree='bachelor', is_exact=False, note=None)
        >>> parse_education("不限").note, parse_education("英语熟练") is None
        ('any', True)
    """
    plain = compact(text)
    levels = code_list("education")
    if plain in meanings("any") or plain in ("学历不限", "不限学历"):
        return EducationRequirement(levels.codes[0], note="any")
    read = list(_clauses(plain))
    if not read or any(clause is None for clause in read):
        return None
    known = [clause for clause in read if clause]
    named = [code for clause in known for code in clause.codes]
    if not named:
        return None
    lowest = min(named, key=levels.position)
    degrees = [clause.degree for clause in known if clause.degree]
    if not degrees and "学位" in plain and lowest in _DEGREES.values():
        degrees = [lowest]
    notes = ["conditions"] if any(clause.is_condition for clause in known) else []
    if any(clause.is_or_below for clause in known):
        notes.insert(0, f"or_below:{lowest}")
        lowest = levels.codes[0]
    return EducationRequirement(
        lowest,
        min(degrees, key=levels.position) if degrees else None,
        any(clause.is_exact for clause in known),
        ";".join(notes) or None,
    )


def parse_attainment(text: str) -> str | None:
    """The education a person has by this text, or None when it is not understood.

    Example:
        >>> parse_attainment("大学本科毕业"), parse_attainment("本科或硕士")
        ('bachelor', None)
    """
    plain = compact(text)
    wordings = _wordings()
    if plain in wordings:
        return wordings[plain]
    read = list(_clauses(plain))
    codes = {code for clause in read if clause for code in clause.codes}
    return codes.pop() if len(codes) == 1 and None not in read else None


@dataclass(frozen=True, slots=True)
class _Clause:
    codes: tuple[str, ...] = ()
    degree: str | None = None
    is_exact: bool = False
    is_or_below: bool = False
    is_condition: bool = False


@cache
def _wordings() -> dict[str, str]:
    """Wordings that name one level, without "and above" or "and below" of their own."""
    return {
        compact(wording): code
        for wording, code in code_list("education").wordings.items()
        if not re.search("及以上", wording)
    }


@cache
def _level_words() -> re.Pattern[str]:
    plain = [word for word in _wordings() if not re.search("以下|[(（/]", word)]
    return re.compile("|".join(sorted(plain, key=len, reverse=True)))


@cache
def _dressing() -> re.Pattern[str]:
    words = sorted(meanings("education_dressing"), key=len, reverse=True)
    return re.compile("|".join([*words, _OR_MORE.pattern, _ONLY.pattern, ":"]))


def _clauses(plain: str) -> Iterator[_Clause | None]:
    """What each clause says; None for one that is not understood."""
    for text in _CLAUSES.split(plain):
        if text:
            yield _read_clause(text)


def _read_clause(text: str) -> _Clause | None:
    if _CONDITION.search(text):
        return _Clause(is_condition=True)
    is_or_below = bool(_OR_LESS.search(text))
    rest = _OR_LESS.sub("", text)
    codes = [_wordings()[word] for word in _level_words().findall(rest)]
    if _dressing().sub("", _level_words().sub("", rest)):
        return None
    if not codes:
        return _Clause()
    degree = next((code for word, code in _DEGREES.items() if word in text), None)
    asks_degree = degree is not None and ("学位" in text or "学士" in text)
    return _Clause(
        tuple(codes),
        degree if asks_degree else None,
        is_exact=bool(_ONLY.search(text)),
        is_or_below=is_or_below,
    )
