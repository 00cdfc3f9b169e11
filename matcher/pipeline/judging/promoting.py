"""Who becomes champion: a challenger against the champion in one trial, and the card of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from matcher import __version__
from matcher.evaluation.fairness.tables import group_table
from matcher.evaluation.gate import Judged, Judgement, judge
from matcher.evaluation.tally import LEVEL
from matcher.evaluation.trials.trial import Measured
from matcher.pipeline.judging.trials import OfficeTrial
from matcher.pipeline.judging.versions import code_sha256, law_sha256
from matcher.ranking.ranker import Ranker
from matcher.ranking.shelf.card import Card, Data, Origin, Row
from matcher.ranking.shelf.shelf import UNTRAINED

NOT_IN_TIME, POSITIVES_ONLY, GENERATED = "not_calibrated_in_time", "positives_only", "generated"


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What models and baselines reached in one trial.

    Attributes:
        models: those asked about, the challenger first.
        baselines: in the same trial.
        table: each measure of each by group, with `model` as first column.
        judgement: of the challenger against the second model; None where only one was asked about.
    """

    models: tuple[Measured, ...]
    baselines: tuple[Measured, ...]
    table: pd.DataFrame
    judgement: Judgement | None


def evaluate(trial: OfficeTrial, rankers: Sequence[Ranker]) -> Evaluation:
    """Measure one model, or a challenger and the champion it is held against.

    Args:
        trial: of the workspace.
        rankers: the challenger, then the champion if there is one to beat.
    """
    models = tuple(trial.measure(ranker) for ranker in rankers)
    judgement = None
    if len(models) > 1:
        judgement = judge(
            _judged(models[0]),
            _judged(models[1]),
            trial.trial.groupings,
            trial.limits.gate,
            np.random.default_rng(trial.trial.seed),
        )
    return Evaluation(models, trial.baselines, _table(trial, models), judgement)


def _judged(model: Measured) -> Judged:
    """As the gate takes it; the rules claim no chances, so their calibration is no yardstick."""
    return replace(model.judged, error=None) if model.name == UNTRAINED else model.judged


def _table(trial: OfficeTrial, models: Sequence[Measured]) -> pd.DataFrame:
    report, rng = trial.limits.report, np.random.default_rng(trial.trial.seed)
    parts = []
    for each in (*models, *trial.baselines):
        groupings = trial.trial.groupings if each in models else ()
        table = group_table(
            each.tallies,
            groupings,
            rng,
            least_shown=report.least_shown,
            resamples=report.resamples,
        )
        table.insert(0, "model", each.name)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True, slots=True)
class Training:
    """What only the training knows of a model.

    Attributes:
        pairs, positives: how many pairs were trained on, and how many of them were wanted.
        sampling: how the pairs that count as not wanted were found.
        seed: of everything drawn.
        parameters: of the training.
        cautions: keys of the card's wording, beside those that the trial shows.
    """

    pairs: int
    positives: int
    sampling: str
    seed: int
    parameters: Mapping[str, Any]
    cautions: tuple[str, ...] = ()


def card_of(
    trial: OfficeTrial, ranker: Ranker, training: Training, table: pd.DataFrame, *, generated: bool
) -> Card:
    """The card of a model: what it was made from, and what it and the baselines reached.

    Args:
        trial: that it was measured in.
        ranker: the model.
        training: what its training knows.
        table: of the evaluation.
        generated: are all records of the workspace made up.
    """
    learned, market = trial.learned, trial.market
    days = learned["on"].dropna()
    span = (days.min(), days.max()) if len(days) else (None, None)
    cautions = [NOT_IN_TIME] * (not trial.split.by_time)
    cautions += [POSITIVES_ONLY] * (trial.trial.rated is None) + [GENERATED] * generated
    return Card(
        name=ranker.name,
        data=Data(
            first_day=span[0],
            last_day=span[1],
            persons=len(market.jobseekers),
            vacancies=len(market.vacancies),
            outcomes=len(learned),
            pairs=training.pairs,
            positives=training.positives,
            generated=generated,
            sampling=training.sampling,
            split=_split_told(trial),
        ),
        origin=Origin(
            made_on=market.on,
            seed=training.seed,
            code_version=__version__,
            code_sha256=code_sha256(),
            law_sha256=law_sha256(),
            parameters=training.parameters,
        ),
        features=ranker.features,
        cautions=tuple(dict.fromkeys((*training.cautions, *cautions))),
        pool_size=trial.trial.held.pool_size,
        level=LEVEL,
        rows=tuple(Row(*row) for row in table.itertuples(index=False, name=None)),
    )


def _split_told(trial: OfficeTrial) -> str:
    split, shares = trial.split, trial.limits.trial
    people = f"{len(split.held_people):,} people held out whole"
    if split.first_held_day is not None:
        return f"outcomes from {split.first_held_day.isoformat()} on held out; {people}"
    return f"{shares.held_share:.0%} of pairs held out by lot; {people}"
