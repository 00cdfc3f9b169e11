"""From a market and its past to a trained ranker with the report of how it came to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from matcher.errors import WrongUse
from matcher.market.arrays import Jobseekers, Terms, Vacancies
from matcher.ranking.features import FEATURES, feature_names
from matcher.ranking.history.columns import OWN_OUTCOMES
from matcher.ranking.history.past import Past
from matcher.ranking.models.trained import TrainedRanker
from matcher.ranking.training.examples import (
    SAMPLED,
    Examples,
    Ground,
    Lawful,
    Proposed,
    Scheme,
    drawn,
    hold_out,
    hold_out_people,
    together,
)
from matcher.ranking.training.fit import Fitted, TreeSettings, fit

FEWEST_PAIRS = 200
"""Pairs in which somebody went for a post, below which nothing can be learnt."""


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """How a model came to be; every value is plain JSON.

    Attributes:
        pairs, persons, posts: what the past holds.
        span: first and last day of the outcomes, None where they carry no day.
        calibration: `calibrated in time`, or `not calibrated in time` for outcomes without days.
        sampling: where negatives come from.
        scheme, trees: the tunable numbers.
        validation: by part, NDCG@10 among the sampled candidates of people held out, of the trees
            and of the baselines; not a full-pool metric.
    """

    name: str
    seed: int
    on: str
    features: tuple[str, ...]
    pairs: int
    persons: int
    posts: int
    span: tuple[str, str] | None
    calibration: str
    sampling: str
    scheme: Mapping[str, Any]
    trees: Mapping[str, Any]
    validation: Mapping[str, Mapping[str, float]]


def train_ranker(  # noqa: PLR0913 - the market's work side, its past, its law and the day
    jobseekers: Jobseekers,
    vacancies: Vacancies,
    terms: Terms,
    past: Past,
    *,
    lawful: Lawful,
    proposed: Proposed,
    on: date,
    name: str,
    seed: int,
    span: tuple[str, str] | None = None,
    scheme: Scheme | None = None,
) -> tuple[TrainedRanker, TrainingReport]:
    """Learn from who went for what; the same inputs and seed give the same bytes.

    Args:
        jobseekers: the market's people.
        vacancies: its posts.
        terms: the vocabulary of both.
        past: who went for what up to the day.
        lawful: which pairs no hard filter forbids; negatives come from these alone.
        proposed: what retrieval by content finds, so that examples look like what is served.
        on: the day.
        name: the model's name.
        seed: of every draw.
        span: first and last day of the outcomes; None where they carry none.
        scheme: how examples are drawn; None takes the defaults.

    Raises:
        WrongUse: too few outcomes to learn from.
    """
    if int(past.taken.nnz) < FEWEST_PAIRS:
        raise WrongUse(
            what=f"{int(past.taken.nnz)} outcomes in which somebody went for a post",
            expected=f"at least {FEWEST_PAIRS}",
            do="Import more outcomes, or match with the model 'rules'.",
        )
    chosen, rng = scheme or Scheme(), np.random.default_rng(seed)
    names = tuple(each for each in feature_names() if FEATURES[each].group != "record")
    ground = Ground(jobseekers, vacancies, terms, past, lawful, proposed, on, names)
    fitted = {
        "warm": fit(_warm(ground, chosen, rng), names, rng),
        "newcomer": fit(_newcomers(ground, chosen, rng), names, rng),
    }
    report = _report(ground, fitted, name=name, seed=seed, span=span, scheme=chosen)
    return _ranker(name, names, fitted, report), report


def _report(
    ground: Ground,
    fitted: Mapping[str, Fitted],
    *,
    name: str,
    seed: int,
    span: tuple[str, str] | None,
    scheme: Scheme,
) -> TrainingReport:
    past = ground.past
    return TrainingReport(
        name=name,
        seed=seed,
        on=ground.on.isoformat(),
        features=ground.names,
        pairs=int(past.taken.nnz),
        persons=int((past.activity > 0).sum()),
        posts=len(past.posts),
        span=span,
        calibration="calibrated in time" if span else "not calibrated in time",
        sampling=SAMPLED,
        scheme=asdict(scheme),
        trees=asdict(TreeSettings()),
        validation={part: dict(each.metrics) for part, each in fitted.items()},
    )


def _ranker(
    name: str, names: tuple[str, ...], fitted: Mapping[str, Fitted], report: TrainingReport
) -> TrainedRanker:
    trees = {part: each.trees for part, each in fitted.items()}
    return TrainedRanker(name, names, trees, fitted["warm"].base, asdict(report))


def _warm(ground: Ground, scheme: Scheme, rng: np.random.Generator) -> Examples:
    held = [hold_out(ground.past, scheme.held_out, rng) for _ in range(scheme.folds)]
    return together([drawn(ground, each, scheme, rng) for each in held])


def _newcomers(ground: Ground, scheme: Scheme, rng: np.random.Generator) -> Examples:
    held = [
        hold_out_people(ground.past, scheme.newcomers, rng) for _ in range(scheme.newcomer_folds)
    ]
    return together([drawn(ground, each, scheme, rng) for each in held])


def is_known_of_newcomers(name: str) -> bool:
    """Can a feature be known of a person without outcomes.

    Example:
        >>> is_known_of_newcomers("regression"), is_known_of_newcomers("wage_gap")
        (False, True)
    """
    return name in FEATURES and name not in OWN_OUTCOMES
