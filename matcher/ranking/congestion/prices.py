"""The market's shadow prices: what a place on a list costs, so that attention spreads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.ranking.congestion.exposure import expected_ndcg, gini
from matcher.ranking.congestion.lists import Prices, exposures
from matcher.ranking.congestion.round import Round

PASSES = 24
"""Rounds of asking everyone and averaging; more change the spread in the third decimal."""

FADING = 0.3
"""How fast an answer counts less than the average of those before it."""

RANGE, HALVINGS = 4096.0, 8
"""The strength is looked for between the largest worth and this part of it, to three per cent."""


@dataclass(frozen=True, slots=True)
class Aim:
    """How even a round should be, and what that may cost.

    Attributes:
        gini_share: part of the plain lists' Gini of exposure that may stay, in (0, 1].
        loss: the largest share of discounted gain the lists may lose by their own scores.
    """

    gini_share: float = 0.485
    loss: float = 0.035


@dataclass(frozen=True, slots=True)
class Priced:
    """Prices and the strength that made them; strength 0 has no prices."""

    price: Prices
    strength: float
    expected_ndcg: float


def shadow_prices(lists: Round, strength: float, *, start: Prices | None = None) -> Prices:
    """(n_vacancies,) float64: strength times the logarithm of 1 + exposure over budget.

    These are the dual prices of the transport problem that gives every person `depth` posts for
    the most worth, less strength times the sum over posts of budget ((1 + x) ln(1 + x) - x),
    x = exposure over budget: a soft budget, so that a price rises before a post is full. They are
    found by asking all lists at the prices of the time and moving towards what the answer says,
    by ever smaller steps; the same round gives the same prices.

    Args:
        lists: the round.
        strength: at least 0, in units of worth; 0 gives no prices.
        start: prices to begin from.
    """
    price = np.zeros(len(lists.budget)) if start is None else start
    budget = np.where(lists.in_reach, lists.budget, 1.0)
    for step in range(PASSES):
        answer = strength * np.log1p(exposures(lists, price) / budget)
        price = price + (answer - price) / (1.0 + FADING * step)
    return price


def priced_for(lists: Round, aim: Aim) -> Priced:
    """The weakest prices that spread exposure as aimed, or the strongest that cost no more.

    A round of no pairs, or one whose lists are even already, has no prices.
    """
    weaker = Priced(np.zeros(len(lists.budget)), 0.0, 1.0)
    reached: Priced | None = None
    before = _spread(lists, weaker.price)
    if not before > 0 or not lists.worth.max() > 0:
        return weaker
    high = float(np.log(lists.worth.max()))
    low = high - float(np.log(RANGE))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        tried = _priced(lists, float(np.exp(middle)))
        affordable = tried.expected_ndcg >= 1.0 - aim.loss
        even = _spread(lists, tried.price) <= aim.gini_share * before
        if affordable and not even:
            low, weaker = middle, tried
            continue
        high = middle
        if affordable:
            reached = tried
    return reached or weaker


def _priced(lists: Round, strength: float) -> Priced:
    price = shadow_prices(lists, strength)
    return Priced(price, strength, expected_ndcg(lists, price))


def _spread(lists: Round, price: Prices) -> float:
    return gini(exposures(lists, price)[lists.in_reach])
