"""The order of a vacancy's candidates: tier by law first, the ranker's score inside a tier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.policy.deciding.resolve import TIER, Part, Resolved
from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN, Truth, all_of, negate
from matcher.policy.engine.scene import Scene

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
    """Whether the post asks for a certificate that the candidate does not hold: the post's demand,
    no rule of a text.
    """
    asked, held = candidates.truth(CERTIFICATE_ASKED), candidates.truth(CERTIFICATE_HELD)
    return np.broadcast_to(all_of([asked, negate(held)]), (candidates.n,))


def order_of(resolved: Resolved, candidates: Facts) -> Order:
    """The order of one vacancy's candidates.

    The best tier that a candidate may still have comes first, then who surely has it. Inside a tier
    goes first whom the text prefers (or the wider text beside it), then the higher score; equal
    candidates keep the order of the list, which the texts leave open.
    """
    out = lacks_certificate(candidates)
    n = candidates.n
    keys: list[NDArray[np.float64]] = [-_scores(candidates)]
    for part in reversed(resolved.parts):
        if _orders(part, resolved):
            tier = part.answers[TIER]
            keys.append(-_preferred(part.scene, part, n).astype(np.float64))
            keys.append(np.broadcast_to(tier.high, (n,)))
            keys.append(np.broadcast_to(tier.low, (n,)))
    order = np.lexsort(keys) if keys else np.arange(n)
    asks: tuple[str, ...] = ()
    if (out == UNKNOWN).any():
        asked = candidates.truth(CERTIFICATE_ASKED)
        asks = (CERTIFICATE_ASKED,) if (asked == UNKNOWN).any() else (CERTIFICATE_HELD,)
    return Order(order[out[order] != MET], np.flatnonzero(out == MET), asks)


def _orders(part: Part, resolved: Resolved) -> bool:
    """Whether the text orders these candidates: it covers the post, or stands beside one that does."""
    if TIER not in part.answers or (part.applies == NOT_MET).all():
        return False
    return True


def _preferred(scene: Scene, part: Part, n: int) -> Truth:
    prefers = part.in_force.rule.prefers
    found = np.array([NOT_MET]) if prefers is None else scene.truth(prefers)
    return np.broadcast_to(found, (n,))


def _scores(candidates: Facts) -> NDArray[np.float64]:
    """The scores; a candidate without one goes behind those with one."""
    scores = candidates.column("match_score")
    if scores is None:
        return np.zeros(candidates.n)
    return np.where(np.isnan(scores), -np.inf, scores)
