"""Decisions over columns of facts: one call for one subject or for a million.

law = Law.on_day("cn/jiangsu/nantong", on)
decided = decide(law, "zero_employment_household", facts)
decided.outcome          # (n,) int8: 0 not met, 1 unknown, 2 met
decided.tier             # (n,) int8 of a tier decision: 0 no tier, or not known
decided.verdict(7)       # row 7 read out: findings, limits, citations, what to ask
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.decision import Outcome, Verdict
from matcher.policy.catalogue import decision_kind
from matcher.policy.deciding.findings import citations_of, findings_of, outcome_of, review_of
from matcher.policy.deciding.ordering import lacks_certificate, order_of
from matcher.policy.deciding.resolve import NOBODY, TIER, Part, Resolved, Resolver
from matcher.policy.deciding.values import values_of
from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN, Interval, Truth
from matcher.policy.engine.scene import Gap
from matcher.policy.law import Law

CANDIDATES = "candidates"
NO_RULE_IN_FORCE = "no_rule_in_force"
NOT_STATED = "not_stated"


def decide(law: Law, decision: str, facts: Facts) -> Decided:
    """The decision for every row of the facts.

    Args:
        law: the law of a place on a day; rows of other places need a call of their own.
        decision: an id of the decision catalogue.
        facts: n subjects. For `public_welfare_post_tier` either persons beside one kind of vacancy
            (`facts.beside(...)`), a tier each; or vacancies with `candidates`, an order each. A row
            without a list of candidates is answered as its own person.

    Returns:
        Columns of n rows. Where no text is in force every outcome is unknown.

    Raises:
        UnknownDecision: the catalogue has no such decision.

    Example:
        >>> from datetime import date
        >>> from matcher.policy.facts import facts_from_given
        >>> on = date(2008, 5, 28)
        >>> facts = facts_from_given({"person": {"zef_member": True}}, on=on)
        >>> post = {"is_public_welfare": True, "government_invested": True}
        >>> law = Law.on_day("cn/heilongjiang/harbin", on, layer="source")
        >>> both = facts.beside(facts_from_given({"vacancy": post}, on=on))
        >>> decide(law, "public_welfare_post_tier", both).tier.tolist()
        [1]
    """
    resolver = Resolver(law)
    if decision_kind(decision).answer == TIER and CANDIDATES in facts.groups:
        below = resolver.resolve(decision, facts.groups[CANDIDATES].facts)
        lists, listed = _of_lists(below, facts), _has_list(facts)
        if not listed.all():
            lists = _beside_lists(lists, listed, resolver.resolve(decision, facts))
        return Decided(law, decision, facts, lists)
    return Decided(law, decision, facts, resolver.resolve(decision, facts))


def _of_lists(below: Resolved, facts: Facts) -> Resolved:
    """The outcome of each list: met when each of its tiers is known, not met when there is none."""
    group = facts.groups[CANDIDATES]
    out = lacks_certificate(group.facts)
    is_open = (out == UNKNOWN) | ((out != MET) & (below.outcome == UNKNOWN))
    in_tier = (out != MET) & (below.outcome == MET)
    has_open = group.some(np.where(is_open, MET, NOT_MET))
    has_tier = group.some(np.where(in_tier, MET, NOT_MET))
    outcome = np.where(has_open == MET, UNKNOWN, has_tier)
    return Resolved(outcome, {}, np.full(facts.n, NOBODY, np.int8), ())


def _has_list(facts: Facts) -> NDArray[np.bool_]:
    """(n,), which rows were given candidates, if only that there are none."""
    group = facts.groups.get(CANDIDATES)
    if group is None:
        return np.zeros(facts.n, np.bool_)
    parents = group.parent_at[group.parent_at >= 0]
    return np.asarray(group.complete | (np.bincount(parents, minlength=facts.n) > 0))


def _beside_lists(lists: Resolved, listed: NDArray[np.bool_], persons: Resolved) -> Resolved:
    """The answers of lists where there is one, elsewhere those of the row's own person."""
    tier = persons.answers.get(TIER)
    answers = {}
    if tier is not None:
        low, high = np.where(listed, np.nan, tier.low), np.where(listed, np.nan, tier.high)
        answers[TIER] = Interval(low, high, tier.stated)
    return Resolved(
        outcome=np.where(listed, lists.outcome, persons.outcome),
        answers=answers,
        set_by=np.where(listed, lists.set_by, persons.set_by),
        parts=persons.parts,
    )


@dataclass(frozen=True)
class Decided:
    """The answers of one decision, in columns.

    Attributes:
        law: what it was decided by.
        decision: its id.
        facts: what it was decided on.
        resolved: the columns behind the properties.
    """

    law: Law
    decision: str
    facts: Facts
    resolved: Resolved

    def __len__(self) -> int:
        return self.facts.n

    @property
    def outcome(self) -> Truth:
        """(n,) int8: 0 not met, 1 unknown, 2 met (`matcher/policy/engine/kleene.py`)."""
        return self.resolved.outcome

    @property
    def set_by(self) -> list[str | None]:
        """The place whose text answers each row; None where none does, or where two may."""
        places = [part.in_force.set_by for part in self.resolved.parts]
        return [places[at] if at >= 0 else None for at in self.resolved.set_by]

    @cached_property
    def tier(self) -> NDArray[np.int8]:
        """(n,) int8: the order by law, from 1; 0 where the law sets none or it is not known."""
        tier = self.resolved.answers.get(TIER)
        if tier is None:
            return np.zeros(self.facts.n, np.int8)
        found = np.where(tier.known & np.isfinite(tier.low), tier.low, 0.0)
        return np.broadcast_to(found.astype(np.int8), (self.facts.n,))

    def value(self, answer: str) -> NDArray[np.float64]:
        """One further part of the answers, in a column.

        Args:
            answer: a name of the answer catalogue; an item of a set as `consequences.lose_aid`.

        Returns:
            (n,) float64: a number as it is, a day as the count since 1970-01-01, a word as its
            place in the catalogue, yes and an item that is in the set as 1. NaN where there is no
            such answer, where it is not known, and where the outcome is not met.

        Example:
            >>> from datetime import date
            >>> from matcher.policy.facts import facts_from_given
            >>> on = date(2009, 3, 2)
            >>> family = {"recognised_zero_employment": True, "appeared_on": "2008-02-03"}
            >>> law = Law.on_day("example/shandong-district", on, layer="source")
            >>> due = decide(law, "first_job_due", facts_from_given({"household": family}, on=on))
            >>> due.value("date").astype("datetime64[D]").tolist()
            [datetime.date(2008, 2, 29)]
        """
        found = self.resolved.answers.get(answer)
        if found is None:
            return np.full(self.facts.n, np.nan)
        told = found.known & np.isfinite(found.low) & (self.outcome != NOT_MET)
        return np.where(told, found.low, np.nan)

    @property
    def criteria(self) -> Mapping[tuple[str, str], Truth]:
        """The truth column of each condition by the place that set it and the condition's name."""
        return {
            (part.in_force.set_by, name): np.broadcast_to(
                part.scene.truth(condition.test), (self.facts.n,)
            )
            for part in self.resolved.parts
            for name, condition in part.in_force.rule.conditions.items()
        }

    def ordering_texts(self) -> list[Part]:
        """The texts whose order counts for these persons beside one post, the nearest first."""
        return _ordering_texts(self, Resolver(self.law), self.resolved, self.facts)

    def verdict(self, row: int) -> Verdict:
        """One row read out; it is decided again alone, by the same rules."""
        facts = self.facts.take(np.array([row]))
        if decision_kind(self.decision).answer == TIER and _has_list(facts)[0]:
            return _verdict_on_candidates(self, facts)
        resolver = Resolver(self.law)
        resolved = resolver.resolve(self.decision, facts)
        return _verdict(self, resolver, resolved, facts)


def _verdict(decided: Decided, resolver: Resolver, resolved: Resolved, facts: Facts) -> Verdict:
    law = decided.law
    outcome = outcome_of(resolved)
    findings = findings_of(resolved)
    gap = resolved.gap() if outcome is Outcome.UNKNOWN else None
    set_by = int(resolved.set_by[0])
    return Verdict(
        decision=decided.decision,
        place=law.place,
        on=law.on,
        outcome=outcome,
        set_by=resolved.parts[set_by].in_force.set_by if set_by >= 0 else None,
        findings=tuple(findings),
        citations=tuple(citations_of(resolved, findings)),
        ask_for=() if gap is None else gap.ask,
        reason=_reason(resolved, outcome, gap),
        review_against=tuple(review_of(resolved, _behind(decided, resolver, resolved, facts))),
        values=_values(
            decided.decision, resolved, facts, {name for one in findings for name in one.facts}
        ),
    )


def _reason(resolved: Resolved, outcome: Outcome, gap: Gap | None) -> str | None:
    covering = any(part.applies[0] != NOT_MET for part in resolved.parts)
    if outcome is Outcome.UNKNOWN and not covering:
        return NO_RULE_IN_FORCE
    return NOT_STATED if gap is not None and gap.unstated else None


def _behind(decided: Decided, resolver: Resolver, resolved: Resolved, facts: Facts) -> list[Part]:
    """The texts in force behind the one that answers the one row."""
    at = int(resolved.set_by[0])
    if at < 0:
        return []
    chain = decided.law.rules(decided.decision)[at + 1 :]
    return [resolver.part(in_force, facts) for in_force in chain]


def _values(decision: str, resolved: Resolved, facts: Facts, used: set[str]) -> dict[str, Any]:
    values = values_of(decision, resolved)
    derived = {
        name: one.source for name, one in facts.derived_from.items() if name in used and one.rows[0]
    }
    if derived:
        values["derived_from"] = derived
    return values


def _verdict_on_candidates(decided: Decided, facts: Facts) -> Verdict:
    """The verdict on one vacancy's list: tiers, order and who is excluded."""
    group, law = facts.groups[CANDIDATES], decided.law
    rows = group.rows_below(0)
    candidates = group.facts.take(rows)
    resolver = Resolver(law)
    resolved = resolver.resolve(decided.decision, candidates)
    texts = _ordering_texts(decided, resolver, resolved, candidates)
    order = order_of(resolved, texts, candidates)
    singles = [
        _verdict(decided, resolver, resolver.resolve(decided.decision, one), one)
        for one in (candidates.take(np.array([row])) for row in order.rows)
    ]
    names = _names(candidates)
    asked = [one.ask_for for one in singles if one.outcome is Outcome.UNKNOWN]
    excluded = [names[row] for row in order.excluded]
    places = {one.set_by for one in singles}
    return Verdict(
        decision=decided.decision,
        place=law.place,
        on=law.on,
        outcome=Outcome.UNKNOWN if order.to_ask else _outcome_of_list(singles),
        set_by=places.pop() if len(places) == 1 else None,
        findings=tuple(finding for one in singles for finding in one.findings),
        citations=_citations_of_list(singles, texts),
        ask_for=tuple(dict.fromkeys((*order.to_ask, *(name for ask in asked for name in ask)))),
        reason=next((one.reason for one in singles if one.reason is not None), None),
        values={
            "tiers": {
                names[row]: one.values[TIER]
                for row, one in zip(order.rows, singles, strict=True)
                if TIER in one.values
            },
            "order": [names[row] for row in order.rows],
            "excluded": excluded,
        },
    )


def _ordering_texts(
    decided: Decided, resolver: Resolver, resolved: Resolved, candidates: Facts
) -> list[Part]:
    """The texts that cover the post, and the wider one that stands beside the nearest of them.

    Where there is nobody to order no text is asked.
    """
    if candidates.n == 0:
        return []
    texts = [part for part in resolved.parts if (part.applies != NOT_MET).any()]
    if texts and texts[0].in_force.rule.order_beside_wider:
        at = resolved.parts.index(texts[0])
        behind = decided.law.rules(decided.decision)[at + 1 :]
        texts = [texts[0], *(resolver.part(one, candidates) for one in behind[:1])]
    return texts


def _outcome_of_list(singles: list[Verdict]) -> Outcome:
    outcomes = {one.outcome for one in singles}
    if Outcome.UNKNOWN in outcomes:
        return Outcome.UNKNOWN
    return Outcome.MET if Outcome.MET in outcomes else Outcome.NOT_MET


def _citations_of_list(singles: list[Verdict], texts: list[Part]) -> tuple[Any, ...]:
    cited = [citation for one in singles for citation in one.citations]
    cited += [part.in_force.pack.sources[part.in_force.rule.source] for part in texts]
    return tuple(dict.fromkeys(cited))


def _names(candidates: Facts) -> list[str]:
    """The candidates' own numbers, or their places in the list from 1."""
    given = [candidates.value("candidate_id", row) for row in range(candidates.n)]
    return [str(row + 1) if name is None else str(name) for row, name in enumerate(given)]
