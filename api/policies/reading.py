"""The law as pages tell it: what it says of one matter, and how far documents are covered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

from matcher.policy.catalogue import DecisionKind, decision_kind, place_catalogue
from matcher.policy.comparing.rules import RuleDifference, answering, compare_rules
from matcher.policy.coverage.ledger import Account, Status, accounts
from matcher.policy.coverage.rules import source_rules
from matcher.policy.law import InForce, Law, Packs, shipped_packs


@dataclass(frozen=True, slots=True)
class Matter:
    """One decision as a law answers it: the texts in force, its conditions and values."""

    kind: DecisionKind
    texts: tuple[InForce, ...]
    told: RuleDifference | None

    @property
    def set_by(self) -> str:
        """The place whose text answers first."""
        return self.texts[0].set_by


def matter_of(law: Law, decision: str) -> Matter | None:
    """What the law says of a decision; None where no text is in force.

    Raises:
        UnknownDecision: no such decision.

    Example:
        >>> from datetime import date
        >>> found = matter_of(Law.on_day("cn/jiangsu", date(2026, 11, 2)), "hard_to_employ")
        >>> found is not None and len(found.told.conditions) > 0
        True
    """
    texts = tuple(answering(law, decision))
    if not texts:
        return None
    # Held against no law at all, everything that the law says is a difference.
    nothing = Law.on_day(law.place, law.on, layer=law.layer, packs=Packs(()))
    told = compare_rules(law, nothing, [decision])
    return Matter(decision_kind(decision), texts, told[0] if told else None)


def matters_of(law: Law) -> list[Matter]:
    """Every decision on which some text is in force, in order."""
    found = (matter_of(law, decision) for decision in law.decisions)
    return [each for each in found if each is not None]


def place_name(path: str, language: str) -> str:
    """What a place of the packs is called.

    Example:
        >>> place_name("cn/jiangsu/nantong", "zh")
        '南通市'
    """
    known = place_catalogue()[path]
    return known.zh if language == "zh" else known.en


@cache
def covered() -> tuple[Account, ...]:
    """Every rule of the source documents with what became of it."""
    return tuple(accounts(source_rules(), shipped_packs()))


def coverage_by_place() -> dict[str, Counter[Status]]:
    """How many rules of each place were modelled, recorded or neither."""
    found: dict[str, Counter[Status]] = {}
    for each in covered():
        found.setdefault(each.rule.place, Counter())[each.status] += 1
    return found
