"""The order of a vacancy's candidates: tier by law first, the ranker's score inside a tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.policy.deciding.resolve import TIER, Part, Resolved
from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import (
    MET,
    NOT_MET,
    UNKNOWN,
    Interval,
    Numbers,
    Truth,
    all_of,
    negate,
)
from matcher.policy.reading.rules import Answer

CERTIFICATE_ASKED = "requires_certificate"
CERTIFICATE_HELD = "holds_required_certificate"


@dataclass(frozen=True)
class Order:
    """The candidates of one vacancy in order.

    Attributes:
        rows: the candidates' rows, the first to be offered the post first.
        excluded: the rows of those who lack a certificate that the post asks for.
        to_ask: facts that can still change who is excluded.
    """

    rows: NDArray[np.int64]
    excluded: NDArray[np.int64]
    to_ask: tuple[str, ...]


def lacks_certificate(candidates: Facts) -> Truth:
    """Whether the post asks for a certificate that the candidate does not hold.

    That is a demand of the post, no rule of a text. Where nobody said that the post asks for one,
    it is open only for candidates of whom it is known that they hold none.
    """
    n = candidates.n
    asked = np.broadcast_to(candidates.truth(CERTIFICATE_ASKED), (n,))
    held = np.broadcast_to(candidates.truth(CERTIFICATE_HELD), (n,))
    lacks = all_of([asked, negate(held)])
    return np.where((asked == UNKNOWN) & (held == UNKNOWN), NOT_MET, lacks)


def order_of(resolved: Resolved, texts: Sequence[Part], candidates: Facts) -> Order:
    """The order of one vacancy's candidates.

    The best tier that a candidate may still have comes first, and of these who surely has it.
    Inside a tier goes first whom the texts put first, then the higher score; equal candidates keep
    the order of the list, which the texts leave open.

    Args:
        resolved: the tiers of the candidates.
        texts: the texts whose order counts, the nearest first; the first one's tier is already in
            `resolved`, those behind it order inside that tier.
        candidates: the facts, a row each.
    """
    keys = [*_tier_keys(resolved.answers.get(TIER)), *keys_within(texts)]
    keys.append(-_scores(candidates))
    order = np.lexsort([np.broadcast_to(key, (candidates.n,)) for key in reversed(keys)])
    out = lacks_certificate(candidates)
    asks = tuple(
        name
        for name in (CERTIFICATE_ASKED, CERTIFICATE_HELD)
        if (np.broadcast_to(candidates.truth(name), out.shape)[out == UNKNOWN] == UNKNOWN).any()
    )
    return Order(order[out[order] != MET], np.flatnonzero(out == MET), asks)


def keys_within(texts: Sequence[Part]) -> list[Numbers]:
    """What the texts put before the score inside a tier: columns, the lower goes first.

    Args:
        texts: the texts whose order counts, the nearest first.

    Returns:
        Columns of n rows or one, the weightiest first; none where the texts leave it to the score.
    """
    keys: list[Numbers] = []
    for at, part in enumerate(texts):
        keys += _tier_keys(part.answers.get(TIER)) if at else []
        for first in part.in_force.rule.order_within:
            keys.append(-_ordered_by(first, part))
    return keys


def _ordered_by(first: Answer, part: Part) -> Numbers:
    """The number by which the text orders; whom it does not order by it stand level."""
    number = first.value.interval(part.scene).low
    if first.when is None:
        return number
    return np.where(part.scene.truth(first.when) == MET, number, -np.inf)


def _tier_keys(tier: Interval | None) -> list[Numbers]:
    return [] if tier is None else [tier.low, tier.high]


def _scores(candidates: Facts) -> Numbers:
    """The scores; a candidate without one goes behind those with one."""
    scores = candidates.column("match_score")
    if scores is None:
        return np.zeros(candidates.n)
    return np.where(np.isnan(scores), -np.inf, scores)
