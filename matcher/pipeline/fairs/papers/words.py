"""The words of a fair's papers, and how names and numbers are shown on them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("zh", "en")
_FOLDER = Path(__file__).parent / "wording"


@cache
def words(language: str) -> Mapping[str, Any]:
    """The wording file of a language: `slip`, `sheet`, `plan` and what they share."""
    with (_FOLDER / f"{language}.yaml").open(encoding="utf-8") as handle:
        read: Mapping[str, Any] = yaml.safe_load(handle)
    return read


def masked(name: str) -> str:
    """A name as others than its owner and the office see it; the last sign stays if it is long.

    A mark in brackets before the name, such as that of generated people, is kept.

    Example:
        >>> masked("王芳"), masked("（生成）欧阳小明"), masked(""), masked("李")
        ('王*', '（生成）欧**明', '', '李')
    """
    mark, bracket, bare = name.rpartition("）")
    kept = mark + bracket
    if len(bare) <= 2:
        return kept + bare[:1] + "*" * (len(bare) - 1)
    return kept + bare[0] + "*" * (len(bare) - 2) + bare[-1]


def wage_words(low: float, high: float, language: str) -> str:
    """The monthly pay of a post; NaN is not stated.

    Example:
        >>> wage_words(2800, 3500, "zh"), wage_words(float("nan"), float("nan"), "en")
        ('2,800–3,500 元/月', 'pay to be agreed')
    """
    ends = [f"{end:,.0f}" for end in dict.fromkeys((low, high)) if not math.isnan(end)]
    shared = words(language)
    return shared["wage"].format(wage="–".join(ends)) if ends else str(shared["wage_unknown"])
