"""The words of tables and registers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from matcher.domain.decision import Citation
from matcher.policy.coverage.rules import LedgerRule, source_rules
from matcher.reference.areas import areas

_FOLDER = Path(__file__).parent / "wording"


@cache
def words(language: str) -> Mapping[str, Any]:
    """The wording file of a language: `monthly`, `scorecard`, `register`."""
    with (_FOLDER / f"{language}.yaml").open(encoding="utf-8") as handle:
        read: Mapping[str, Any] = yaml.safe_load(handle)
    return read


def area_name(code: str, language: str) -> str:
    """How a row of a table names its area; a code that no table knows stands for itself.

    Example:
        >>> area_name("320613", "zh"), area_name("", "zh"), area_name("99", "zh")
        ('崇川区', '未注明', '99')
    """
    if not code:
        unknown: str = words(language)["no_area"]
        return unknown
    return areas().name(code) if areas().exists(code) else code


@cache
def _rules() -> Mapping[str, LedgerRule]:
    return {rule.id: rule for rule in source_rules()}


def citation_of(rule: str) -> Citation:
    """Where a rule of the coverage ledger stands.

    Example:
        >>> citation_of("nat-monthly-dispatch-report").number
        '劳社部发〔2007〕24号'
    """
    found = _rules()[rule]
    return Citation(found.id, found.document, found.number, None, found.article, found.words)


def source_line(rule: str) -> str:
    """The source on one line: document, number, article.

    Example:
        >>> source_line("nat-monthly-dispatch-report")
        '《关于全面推进零就业家庭就业援助工作的通知》 劳社部发〔2007〕24号 第八条'
    """
    cited = citation_of(rule)
    parts = (f"《{cited.document}》", cited.number, cited.article)
    return " ".join(part for part in parts if part)
