"""Learning from lists that were logged: one model of interest, one of success.

Trees learn from the earlier part of time, stop early on people kept out of it, and are calibrated
on the later part, which neither has seen. Each example meets the record of posts and employers as
other people made it: people are split into folds, and a fold sees the record of the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from matcher.market.arrays import Jobseekers, Terms, Vacancies
from matcher.ranking.features import FEATURES, feature_names, pair_features
from matcher.ranking.history.past import Past
from matcher.ranking.history.record import Answered, record_of
from matcher.ranking.models.trees import Trees
from matcher.ranking.models.two_sided import INTEREST, SIDES, SUCCESS, TwoSidedRanker
from matcher.ranking.training.fit import STOP_AFTER, VALIDATION_SHARE, TreeSettings, platt
from matcher.ranking.training.labels import Labels, LoggedAnswers
from matcher.ranking.training.train import TrainingReport

FEWEST_ANSWERS = 200
"""Answers of a side, and a tenth of them of each kind, below which it is not learnt."""

FOLDS = 5
LATER = 0.3
"""Share of the examples, the latest, on which the chances are calibrated."""

UNSEEN_SINCE = ("history", "freshness", "headcount")
"""Groups left out: what they were on the day a list was shown is not on record."""

DIRECTION = {
    "occupation_wanted_distance": -1,
    "occupation_done_distance": -1,
    "occupation_nearest": -1,
    "occupation_path": -1,
    "text_cosine": 1,
    "title_cosine": 1,
    "skills_alike": 1,
    "skills_covered": 1,
    "skills_used": 1,
    "certificates_covered": 1,
    "skills_lacking": -1,
    "certificates_lacking": -1,
    "commute_share": -1,
    "wage_gap": 1,
    "wage_top_gap": 1,
    "distance_km": -1,
    "commute_margin_km": 1,
    "same_street": 1,
    "same_county": 1,
    "same_city": 1,
    "work_form_fit": 1,
    "post_interest": 1,
    "employer_interest": 1,
    "employer_success": 1,
    "openness": 1,
}
"""Where more may only help, or only hurt: what few answers say against it is chance."""

SMALL = TreeSettings(max_depth=3, min_child_weight=10.0, most_trees=400)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """The market's work side, as features are asked of it."""

    jobseekers: Jobseekers
    vacancies: Vacancies
    terms: Terms
    past: Past
    on: date
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    trees: Trees
    metrics: Mapping[str, float]
    in_time: bool


def sides_to_learn(answers: LoggedAnswers) -> tuple[str, ...]:
    """The sides with enough answers of both kinds; without interest there is nothing to order by.

    Args:
        answers: that outcomes carry.
    """
    of_side = {INTEREST: answers.interest, SUCCESS: answers.success}
    told = tuple(side for side in SIDES if _enough(of_side[side]))
    return told if INTEREST in told else ()


def _enough(labels: Labels | None) -> bool:
    if labels is None:
        return False
    here = labels.label[(labels.person_at >= 0) & (labels.vacancy_at >= 0)]
    rarer = min(int(here.sum()), int((~here).sum()))
    return len(here) >= FEWEST_ANSWERS and rarer >= FEWEST_ANSWERS // 10


def train_two_sided(  # noqa: PLR0913 - the market's work side, its past, the answers and the day
    jobseekers: Jobseekers,
    vacancies: Vacancies,
    terms: Terms,
    past: Past,
    answers: LoggedAnswers,
    *,
    on: date,
    name: str,
    seed: int,
    span: tuple[str, str] | None = None,
) -> tuple[TwoSidedRanker, TrainingReport]:
    """Learn both sides where outcomes tell of them; the same inputs and seed give the same bytes.

    Args:
        jobseekers: the market's people.
        vacancies: its posts.
        terms: the vocabulary of both.
        past: who went for what up to the day.
        answers: of both sides, by positions in the market; see `sides_to_learn`.
        on: the day.
        name: the model's name.
        seed: of every draw.
        span: first and last day of the outcomes; None where they carry none.
    """
    rng = np.random.default_rng(seed)
    names = tuple(each for each in feature_names() if FEATURES[each].group not in UNSEEN_SINCE)
    work = _Work(jobseekers, vacancies, terms, past, on, names)
    of_side = {INTEREST: answers.interest, SUCCESS: answers.success}
    fold_of = rng.integers(0, FOLDS, len(jobseekers))
    made = {}
    for side in sides_to_learn(answers):
        labels = of_side[side]
        if labels is not None:
            made[side] = _learn(work, answers, labels, fold_of, rng)
    report = _report(work, answers, made, name=name, seed=seed, span=span)
    trees = {side: each.trees for side, each in made.items()}
    return TwoSidedRanker(name, names, trees, asdict(report)), report


def _learn(
    work: _Work,
    answers: LoggedAnswers,
    labels: Labels,
    fold_of: NDArray[np.int64],
    rng: np.random.Generator,
) -> _Side:
    labels = labels.take((labels.person_at >= 0) & (labels.vacancy_at >= 0))
    later, in_time = _later(labels, rng)
    features = _out_of_fold(work, answers, labels, fold_of)
    people = np.unique(labels.person_at[~later])
    stop = rng.permutation(people)[: max(1, int(len(people) * VALIDATION_SHARE))]
    watched = ~later & np.isin(labels.person_at, stop)
    booster = _grow(
        features, work.names, labels, ~later & ~watched, watched, int(rng.integers(1 << 31))
    )
    margin = booster.predict(xgboost.DMatrix(features[later], nthread=1), output_margin=True)
    slope, offset = platt(margin, labels.label[later], labels.weight[later])
    metrics = {
        "examples": float(len(labels)),
        "takers": float(labels.label.sum()),
        "calibrated_on": float(later.sum()),
        "trees_grown": float(booster.num_boosted_rounds()),
    }
    return _Side(Trees(bytes(booster.save_raw("ubj")), slope, offset), metrics, in_time)


def _later(labels: Labels, rng: np.random.Generator) -> tuple[NDArray[np.bool_], bool]:
    """The examples kept for calibration: the latest; without days those of some people."""
    if np.isnat(labels.day).any():
        people = np.unique(labels.person_at)
        some = rng.permutation(people)[: max(1, int(len(people) * LATER))]
        return np.isin(labels.person_at, some), False
    ordered = np.sort(labels.day)
    cut = ordered[int(len(ordered) * (1 - LATER))]
    return labels.day >= cut, bool(cut > ordered[0])


def _out_of_fold(
    work: _Work, answers: LoggedAnswers, labels: Labels, fold_of: NDArray[np.int64]
) -> NDArray[np.float32]:
    """(n, n_features): each example with the record that the people of other folds made."""
    made = np.empty((len(labels), len(work.names)), np.float32)
    own = fold_of[labels.person_at]
    for fold in range(FOLDS):
        rows = own == fold
        record = record_of(
            work.vacancies,
            _of_others(answers.interest, fold_of, fold),
            _of_others(answers.success, fold_of, fold),
        )
        made[rows] = pair_features(
            work.jobseekers,
            work.vacancies,
            work.terms,
            labels.person_at[rows],
            labels.vacancy_at[rows],
            on=work.on,
            names=work.names,
            past=replace(work.past, record=record),
        )
    return made


def _of_others(labels: Labels | None, fold_of: NDArray[np.int64], fold: int) -> Answered | None:
    if labels is None:
        return None
    others = (labels.person_at < 0) | (fold_of[labels.person_at] != fold)
    return labels.vacancy_at[others], labels.label[others]


def _grow(
    features: NDArray[np.float32],
    names: tuple[str, ...],
    labels: Labels,
    learnt: NDArray[np.bool_],
    watched: NDArray[np.bool_],
    seed: int,
) -> Any:
    parameters = asdict(SMALL)
    rounds = parameters.pop("most_trees")
    share = np.average(labels.label[learnt], weights=labels.weight[learnt])
    parameters |= {
        "objective": "binary:logistic",
        "eval_metric": "logloss",
        "tree_method": "hist",
        "nthread": 1,
        "seed": seed,
        "monotone_constraints": tuple(DIRECTION.get(name, 0) for name in names),
        "base_score": float(np.clip(share, 1e-6, 1 - 1e-6)),
    }
    parts = [
        xgboost.DMatrix(features[rows], labels.label[rows], weight=labels.weight[rows], nthread=1)
        for rows in (learnt, watched)
    ]
    booster = xgboost.train(
        parameters,
        parts[0],
        rounds,
        evals=[(parts[1], "held_out")],
        early_stopping_rounds=STOP_AFTER,
        verbose_eval=False,
    )
    return booster[: booster.best_iteration + 1]


def _report(
    work: _Work,
    answers: LoggedAnswers,
    made: Mapping[str, _Side],
    *,
    name: str,
    seed: int,
    span: tuple[str, str] | None,
) -> TrainingReport:
    in_time = all(each.in_time for each in made.values())
    missing = [f"{side}: no answers, counted as 1" for side in SIDES if side not in made]
    scheme = "" if answers.interest is None else answers.interest.scheme
    return TrainingReport(
        name=name,
        seed=seed,
        on=work.on.isoformat(),
        features=work.names,
        pairs=int(work.past.taken.nnz),
        persons=int((work.past.activity > 0).sum()),
        posts=len(work.past.posts),
        span=span,
        calibration="calibrated in time" if in_time else "not calibrated in time",
        sampling="; ".join([scheme, *missing]),
        scheme={"folds": FOLDS, "later": LATER, "sides": sorted(made)},
        trees=asdict(SMALL),
        validation={side: dict(each.metrics) for side, each in made.items()},
    )
