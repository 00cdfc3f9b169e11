"""Promotion as routes and pages do it: the gate asked, the shelf changed where it agrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from matcher.domain.scope import Scope
from matcher.errors import ModelNotTrusted, NotFound
from matcher.evaluation.gate import Judgement
from matcher.pipeline.judging.promoting import evaluate
from matcher.pipeline.judging.trials import take_trial
from matcher.ranking.shelf.opening import open_ranker
from matcher.ranking.shelf.shelf import UNTRAINED, Shelf, card_in
from matcher.ranking.shelf.shipped import shipped_contents, shipped_names
from matcher.store.store import Store


@dataclass(frozen=True, slots=True)
class Promotion:
    """What came of it: who serves now and did before; the gate's word where it was asked."""

    champion: str
    before: str
    judgement: Judgement | None

    @property
    def refused(self) -> bool:
        """Did the gate say no?"""
        return self.judgement is not None and not self.judgement.passed


def promoted(shelf: Shelf, store: Store, key: str, *, on: date, seed: int) -> Promotion:
    """Make a model the champion if it passes the gate; the untrained rules are always open."""
    before = shelf.check_champion().name
    if key in (before, UNTRAINED):
        shelf.promote(key)
        return Promotion(key, before, None)
    rankers = [open_ranker(shelf, name, measured=True) for name in (key, before)]
    judgement = evaluate(take_trial(store, Scope.office("promote"), on=on, seed=seed), rankers)
    found = judgement.judgement
    if found is None or not found.passed:
        return Promotion(before, before, found)
    shelf.promote(key)
    return Promotion(key, before, found)


def card_of_model(shelf: Shelf, key: str) -> Mapping[str, Any]:
    """A model's card.

    Raises:
        NotFound: no such model, or the untrained rules, which have none.
    """
    if key in shelf.names():
        return shelf.card(key)
    if key in shipped_names():
        return card_in(key, shipped_contents(key))
    raise NotFound(kind="model", key=key)


def champion_of(shelf: Shelf) -> str:
    """The champion's name, also where its files are no longer those that were registered."""
    try:
        return shelf.check_champion().name
    except ModelNotTrusted as broken:
        return broken.model


def is_usable(shelf: Shelf, name: str) -> bool:
    """Are its files those that were registered?"""
    try:
        shelf.contents(name)
    except ModelNotTrusted:
        return False
    return True
