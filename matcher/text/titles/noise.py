"""The words of a posting title that say what the work is, without what is said around them.

Beside them the everyday names of work for which the classification has another name.
"""

from __future__ import annotations

import csv
import re
from functools import cache

from matcher.reference.areas import areas
from matcher.reference.paths import path
from matcher.text.normalise import normalise

_BRACKETS = re.compile(r"[(\[【<《{].*?(?:[)\]】>》}]|$)")
_MONEY = re.compile(
    r"\d{3,}[-~—至到+]*\d*(?:元|块|k|w)?(?:/?(?:月|天|小时|年))?"
    r"|\d+(?:\.\d+)?[-~—至到]?\d*(?:\.\d+)?[kw千万](?:元)?(?:/?(?:月|天|年))?"
)
_NO_WORD = re.compile(r"[^\w+#]+")
_PLACE_LENGTHS = range(8, 1, -1)
_LEAST = 2  # characters that must be left, else the title stays as it was


def bare_title(text: str) -> str:
    """A posting title without shop, city, pay and perks; words parted by single spaces.

    Every step is undone when it leaves nothing. "沸嘻火锅招聘服务员" is what follows 招聘, but
    "招聘专员" is the work itself.

    Example:
        >>> bare_title("🔥沅江市沸嘻火锅...招聘服务员（包吃住）4000-6000元")
        '服务员'
        >>> bare_title("招聘专员"), bare_title("销售代表-西安"), bare_title("急聘")
        ('招聘专员', '销售代表', '急聘')
    """
    bare = _after_offer(normalise(text))
    for pattern in (_BRACKETS, _MONEY, _perks(), _NO_WORD):
        bare = _without(pattern, bare)
    words = bare.split()
    kept = [word for word in map(_without_place, words) if word.strip("+#_")]
    return " ".join(kept or words)


def _without(pattern: re.Pattern[str], text: str) -> str:
    rest = pattern.sub(" ", text)
    said = _NO_WORD.sub("", rest)
    # "++" stays a word of "C++", but by itself it says nothing.
    return rest if len(said) >= _LEAST and any(map(str.isalnum, said)) else text


def _after_offer(text: str) -> str:
    """What follows the last 招聘 or its like; what comes before where nothing follows."""
    parts = _offers().split(text)
    told = [part for part in parts if len(_NO_WORD.sub("", part)) >= _LEAST]
    if len(parts) == 1 or not told:
        return text
    return told[-1]


def _without_place(word: str) -> str:
    """The word without the area names it starts with; empty where it is nothing else."""
    names = _place_names()
    rest = word
    while rest:
        name = next((rest[:n] for n in _PLACE_LENGTHS if rest[:n] in names), "")
        if not name:
            return rest if len(rest) >= _LEAST else word
        rest = rest[len(name) :]
    return ""


@cache
def _words(kind: str) -> list[str]:
    with path("text", "title_noise.csv").open(encoding="utf-8", newline="") as file:
        words = {normalise(row["word"]) for row in csv.DictReader(file) if row["kind"] == kind}
    return sorted(words, key=lambda word: (-len(word), word))


@cache
def _perks() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _words("perk"))))


@cache
def _offers() -> re.Pattern[str]:
    offers = "|".join(map(re.escape, _words("offer")))
    work, sought = ("|".join(_words(kind)) for kind in ("offer_is_work", "offer_of_work"))
    return re.compile(f"(?:{offers})(?!(?!{sought})(?:{work}))")


@cache
def _place_names() -> frozenset[str]:
    names = {name for code, name in areas().names.items() if len(code) <= 6}
    short = {
        re.sub("(?:壮族|回族|维吾尔)?自治区$|[省市县]$|地区$", "", name)
        for code, name in areas().names.items()
        if len(code) <= 4 or name.endswith(("市", "县"))
    }
    return frozenset(name for name in names | short if len(name) > 1 and "直辖" not in name)


@cache
def everyday_titles() -> dict[str, str]:
    """Bare everyday title to its 细类, in the order of `data/text/everyday_titles.csv`.

    Example:
        >>> everyday_titles()["外卖骑手"]
        '4-10-08-01'
    """
    with path("text", "everyday_titles.csv").open(encoding="utf-8", newline="") as file:
        return {bare_title(row["title"]): row["occupation_code"] for row in csv.DictReader(file)}
