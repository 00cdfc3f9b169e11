"""From a code and its facts to a sentence in both languages.

The words stand in `wording/zh.yaml` and `wording/en.yaml`; a placeholder such as `{held:education}`
names a fact and how it is shown.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from matcher.domain.decision import Citation
from matcher.domain.kinds import Kind
from matcher.domain.match import Reason
from matcher.explanation.codes import Code
from matcher.reference.areas import areas
from matcher.reference.codes import code_list
from matcher.reference.columns import columns
from matcher.reference.education import ladder
from matcher.reference.occupations import occupations
from matcher.reference.paths import path

LANGUAGES = ("zh", "en")
_FOLDER = Path(__file__).parent / "wording"


@dataclass(frozen=True, slots=True)
class Words:
    """A part of a sentence that comes with its own words in both languages."""

    zh: str
    en: str


@cache
def wording(language: str) -> Mapping[str, Mapping[str, str]]:
    """The wording file of a language: `reasons` by code, `groups` of contributions, `columns`.

    `columns` has only those that read badly under their name in the column catalogue.
    """
    with (_FOLDER / f"{language}.yaml").open(encoding="utf-8") as handle:
        read: Mapping[str, Mapping[str, str]] = yaml.safe_load(handle)
    return read


class Reader(StrEnum):
    """Who reads: the same facts in different words."""

    CASEWORKER = "caseworker"
    JOBSEEKER = "jobseeker"
    EMPLOYER = "employer"


@cache
def sentences_for(language: str, reader: Reader) -> Mapping[str, str]:
    """The sentence of each code as a reader gets it.

    The caseworker's words are those of the language's file; the others' own files change some.

    Example:
        >>> sentences_for("zh", Reader.JOBSEEKER)["did_this"]
        '您做过{offered:occupation}'
    """
    told = dict(wording(language)["reasons"])
    if reader is not Reader.CASEWORKER:
        with (_FOLDER / f"{reader.value}.{language}.yaml").open(encoding="utf-8") as handle:
            told |= yaml.safe_load(handle)
    return told


def reason(code: Code, *, citation: Citation | None = None, **facts: Any) -> Reason:
    """The reason of a code, said with these facts in both languages.

    Example:
        >>> reason(Code.WAGE_REACHED, wage=(2800, 3500), wanted=2600).zh
        '月薪 2800–3500 元，达到期望的 2600 元'
    """
    told = facts if citation is None else {**facts, "citation": citation}
    zh, en = (say(code, language, told) for language in LANGUAGES)
    return Reason(code=code.value, tone=code.tone, zh=zh, en=en, facts=facts, citation=citation)


def say(
    code: Code, language: str, facts: Mapping[str, Any], reader: Reader = Reader.CASEWORKER
) -> str:
    """One sentence in one language, as one reader gets it."""
    return "".join(
        before if name is None else before + _shown(facts[name], spec, language)
        for before, name, spec in _parts(sentences_for(language, reader)[code.value])
    )


def retold(told: Reason, reader: Reader) -> Reason:
    """The same reason in a reader's words.

    Example:
        >>> retold(reason(Code.WAGE_REACHED, wage=(2800, 3500), wanted=2600), Reader.JOBSEEKER).zh
        '月薪 2800–3500 元，达到您期望的 2600 元'
    """
    facts = told.facts if told.citation is None else {**told.facts, "citation": told.citation}
    zh, en = (say(Code(told.code), language, facts, reader) for language in LANGUAGES)
    return replace(told, zh=zh, en=en)


def group_name(group: str, language: str) -> str:
    """The word for a contribution group; the group's own name where a model has one of its own."""
    return wording(language)["groups"].get(group, group)


@cache
def _parts(sentence: str) -> tuple[tuple[str, str | None, str], ...]:
    """A sentence taken apart once: text, the fact that follows it, and the kind of that fact."""
    return tuple((text, name, kind or "") for text, name, kind, _ in Formatter().parse(sentence))


def _shown(value: Any, kind: str, language: str) -> str:
    """A fact in words; where a width would stand in a format, its kind does."""
    return SHOWN[kind](value, language) if kind else str(value)


def _joined(items: Sequence[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(items)


def _listed(value: Sequence[str], language: str) -> str:
    return _joined([str(item) for item in value], language)


def _code_name(name: str) -> Callable[[Any, str], str]:
    def shown(value: Any, language: str) -> str:
        codes = (value,) if isinstance(value, str) else value
        names = code_list(name).zh if language == "zh" else code_list(name).en
        return _joined([names[code] for code in codes], language)

    return shown


def _education(value: int, language: str) -> str:
    """The names on one rung, each by its first form."""
    codes = [code for code, level in ladder().items() if level == value]
    names = code_list("education").zh if language == "zh" else code_list("education").en
    return ("或" if language == "zh" else " or ").join(names[code].split("、")[0] for code in codes)


def _occupation(value: str | Sequence[str], language: str) -> str:
    codes = (value,) if isinstance(value, str) else value
    return _joined([occupations().names[code] for code in codes], language)


def _facts(value: Sequence[str], language: str) -> str:
    return _joined([_fact(name, language) for name in value], language)


def _fact(name: str, language: str) -> str:
    own = wording(language)["columns"].get(name)
    if own is not None:
        return own
    plain = name.removeprefix("vacancies.")
    if language == "en":
        return plain.replace("_", " ")
    kind = Kind.PERSONS if plain == name else Kind.VACANCIES
    named = {column.name: column.zh for column in columns(kind)}
    return named.get(plain) or policy_facts().get(plain, (plain, ""))[0]


@cache
def policy_facts() -> dict[str, tuple[str, str]]:
    """The Chinese name and the subject of every fact that a policy decision may use.

    Example:
        >>> policy_facts()["retirement_category"]
        ('法定退休类别', 'person')
    """
    with path("policy", "facts.csv").open(encoding="utf-8", newline="") as handle:
        return {row["fact"]: (row["zh"], row["subject"]) for row in csv.DictReader(handle)}


@cache
def _marks() -> dict[str, dict[str, str]]:
    with path("policy", "compliance.csv").open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row for row in csv.DictReader(handle)}


def _mark(value: Sequence[str], language: str) -> str:
    """What import noted of a posting: the names of the compliance table."""
    return _joined([_marks()[code][language] for code in value if code in _marks()], language)


def _yuan(value: float | tuple[float | None, float | None], _language: str) -> str:
    ends = value if isinstance(value, tuple) else (value, value)
    shown = [f"{end:.0f}" for end in dict.fromkeys(ends) if end is not None]
    return "–".join(shown)


def _km(value: float, _language: str) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def _ages(value: tuple[int | None, int | None], language: str) -> str:
    low, high = value
    zh = language == "zh"
    if low is None:
        return f"{high} 岁及以下" if zh else f"up to {high} years"
    if high is None:
        return f"{low} 岁及以上" if zh else f"from {low} years"
    return f"{low}–{high} 岁" if zh else f"{low}–{high} years"


def cite(citation: Citation) -> str:
    """The short form of a source: its number, or name, and the article.

    Example:
        >>> cite(Citation("r", "Notice on aid", "劳社部发〔2007〕24号", article="2"))
        '劳社部发〔2007〕24号 第2条'
        >>> cite(Citation("r", "就业促进法", article="第五十六条"))
        '就业促进法 第五十六条'
    """
    named = citation.number or citation.document
    if not citation.article:
        return named
    bare = citation.article.isdigit() or set(citation.article) <= set("零〇一二三四五六七八九十百")
    return f"{named} {f'第{citation.article}条' if bare else citation.article}"


SHOWN: dict[str, Callable[[Any, str], str]] = {
    "list": _listed,
    "occupation": _occupation,
    "education": _education,
    "sex": _code_name("sex"),
    "health": _code_name("health"),
    "work_form": _code_name("work_form"),
    "stage": _code_name("stage"),
    "mark": _mark,
    "facts": _facts,
    "groups": lambda value, language: _joined(
        [group_name(one, language) for one in value], language
    ),
    "area": lambda value, _language: areas().name(value),
    "yuan": _yuan,
    "km": _km,
    "ages": _ages,
    "score": lambda value, _language: f"{value:.2f}",
    "gap": lambda value, _language: f"{value:.2g}",
    "words": lambda value, language: _joined(
        [getattr(one, language) for one in ((value,) if isinstance(value, Words) else value)],
        language,
    ),
    "citation": lambda value, _language: cite(value),
}
"""How each kind of fact is shown in a language."""
