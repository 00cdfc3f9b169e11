"""How the same facts decided in several places look: an aligned table with numbered sources."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from typing import Any

from matcher.cli.wording import OUTCOMES, Language, citation_text
from matcher.domain.decision import Citation, Outcome, Verdict
from matcher.policy.catalogue import decision_kind, place_catalogue
from matcher.policy.comparing.places import SideBySide
from matcher.policy.decisions import NO_RULE_IN_FORCE

GAP = "  "
MOST_SOURCES = 2
"""Footnotes of one cell; the JSON answer carries every source."""


def side_by_side_text(found: SideBySide, language: Language) -> str:
    """The table, a row for each decision, and the sources its numbers stand for."""
    chinese = language is Language.ZH
    known = place_catalogue()
    notes: dict[Citation, int] = {}
    head = ["事项" if chinese else "matter"]
    head += [known[each].zh if chinese else known[each].en for each in found.places]
    table = [head]
    for decision, verdicts in zip(found.decisions, found.verdicts, strict=True):
        kind = decision_kind(decision)
        cells = [_cell(each, language, notes) for each in verdicts]
        table.append([kind.zh if chinese else kind.en, *cells])
    sources = [f"[{number}] {citation_text(each)}" for each, number in notes.items()]
    return "\n".join([*_aligned(table), *sources])


def side_by_side_answer(found: SideBySide) -> dict[str, Any]:
    """The same for programs."""
    return {
        "on": found.on,
        "places": list(found.places),
        "decisions": {
            decision: {place: asdict(each) for place, each in zip(found.places, row, strict=True)}
            for decision, row in zip(found.decisions, found.verdicts, strict=True)
        },
    }


def _cell(verdict: Verdict, language: Language, notes: dict[Citation, int]) -> str:
    """What the place says in a word, with the numbers of its sources."""
    chinese = language is Language.ZH
    if verdict.reason == NO_RULE_IN_FORCE:
        return "无规定" if chinese else "no rule"
    said = _answer(verdict, chinese) or OUTCOMES[verdict.outcome][language]
    cited = verdict.citations[:MOST_SOURCES]
    numbers = sorted(notes.setdefault(each, len(notes) + 1) for each in cited)
    return f"{said} [{','.join(map(str, numbers))}]" if numbers else said


def _answer(verdict: Verdict, chinese: bool) -> str | None:
    """The tier, day or number that the decision answers by; None where the outcome says all."""
    if verdict.outcome is Outcome.NOT_MET:
        return None
    values = verdict.values
    if values.get("tier") is not None:
        return f"第{values['tier']}档" if chinese else f"tier {values['tier']}"
    named = [values[name] for name in ("date", "count", "amount_yuan") if name in values]
    return str(named[0]) if named else None


def _aligned(table: list[list[str]]) -> list[str]:
    widths = [max(_width(row[at]) for row in table) for at in range(len(table[0]))]
    return [
        GAP.join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    ]


def _width(text: str) -> int:
    """How many columns of a terminal the text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
