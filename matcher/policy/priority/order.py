"""Who goes first for one class of public-welfare posts: columns that ranking and pairing read.

order = priority(law, persons.beside(post))
order.tier                 # (n,) int8: 1 goes first; 0 none, or not known
order.within               # (n,) int32: before the score inside a tier; 0 goes first
order.tier_once_placed     # (n,) int8: the tier once another of the household is placed
order.ties                 # the published order of whoever is still equal
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.domain.decision import Citation
from matcher.policy.deciding.ordering import keys_within
from matcher.policy.deciding.resolve import Part
from matcher.policy.decisions import Decided, decide
from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import MET, NOT_MET
from matcher.policy.law import Law
from matcher.policy.priority.settings import SECOND_MEMBER, TIES, Setting, setting

TIER_DECISION = "public_welfare_post_tier"
MEMBER = "zef_member"
YES = "yes"


@dataclass(frozen=True)
class Priority:
    """The order by law of n persons for one class of posts.

    Attributes:
        decided: the decision on the tier, to read a verdict from.
        second_member: whether the others of a household keep their tier once one is placed.
        ties: the published order of whoever law and score leave equal.
    """

    decided: Decided
    second_member: Setting
    ties: Setting

    @property
    def tier(self) -> NDArray[np.int8]:
        """(n,) int8: the order by law, from 1; 0 where the law sets none or it is not known."""
        return self.decided.tier

    @property
    def score_first(self) -> bool:
        """Whether the score alone orders inside a tier."""
        return not self._keys

    @cached_property
    def within(self) -> NDArray[np.int32]:
        """(n,) int32: who goes first inside a tier before any score, from 0; equal ones share.

        By what the texts put first (age under the national notice); whose age was not asked goes
        behind. All 0 where the texts leave it to the score.
        """
        n = self.decided.facts.n
        if not self._keys:
            return np.zeros(n, np.int32)
        keys = np.column_stack([np.broadcast_to(key, (n,)) for key in self._keys])
        order = np.lexsort(keys.T[::-1])
        steps = (keys[order][1:] != keys[order][:-1]).any(axis=1)
        within = np.zeros(n, np.int32)
        within[order[1:]] = np.cumsum(steps)
        return within

    @cached_property
    def tier_once_placed(self) -> NDArray[np.int8]:
        """(n,) int8: each person's tier once another member of the household has been placed.

        Where members do not keep their tier it is decided again without the household's status;
        who is hard to employ on other grounds may still go first by them.
        """
        facts = self.decided.facts
        member = np.broadcast_to(facts.truth(MEMBER), (facts.n,))
        if self.second_member.value == YES or not (member == MET).any():
            return self.tier
        without = np.where(member == MET, NOT_MET, member)
        changed = replace(facts, columns={**facts.columns, MEMBER: without})
        return decide(self.decided.law, self.decided.decision, changed).tier

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        """Where the tiers, the order inside them and the household's setting stand, each once."""
        sources = [each.in_force.pack.sources[each.in_force.rule.source] for each in self._texts]
        household = self.second_member.citation
        return tuple(dict.fromkeys([*sources, *([household] if household else [])]))

    @cached_property
    def _texts(self) -> list[Part]:
        return self.decided.ordering_texts()

    @cached_property
    def _keys(self) -> list[NDArray[np.float64]]:
        return keys_within(self._texts)


def priority(law: Law, facts: Facts, *, second_member_keeps: bool | None = None) -> Priority:
    """The order by law of everyone for one class of posts.

    Args:
        law: of the place that governs the post, on the day.
        facts: persons beside one kind of vacancy (`persons.beside(post)`).
        second_member_keeps: the office's own setting, used where no text says; None takes the
            shipped one.

    Example:
        >>> from datetime import date
        >>> from matcher.policy.facts import facts_from_given
        >>> law = Law.on_day("cn", date(2007, 7, 1), layer="source")
        >>> post = facts_from_given({"vacancy": {"is_public_welfare": True}}, on=law.on)
        >>> person = {"zef_member": True, "in_hardship": True, "birth_date": "1958-02-01"}
        >>> found = priority(law, facts_from_given({"person": person}, on=law.on).beside(post))
        >>> found.tier.tolist(), found.score_first, found.second_member.citation.rule
        ([1], False, 'nat-zef-exit')
    """
    household = setting(law, SECOND_MEMBER)
    if second_member_keeps is not None and household.citation is None:
        household = replace(household, value=YES if second_member_keeps else "no")
    return Priority(decide(law, TIER_DECISION, facts), household, setting(law, TIES))
