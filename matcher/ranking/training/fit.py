"""Trees learnt from examples: early stopping and calibration on people held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.linear_model import LogisticRegression, Ridge

from matcher.ranking.history.columns import RISING
from matcher.ranking.models.trees import Line, Trees
from matcher.ranking.training.examples import Examples
from matcher.ranking.training.line import fit_line

VALIDATION_SHARE = 0.15
STOP_AFTER = 40
MOST_FOR_RIDGE = 1_000_000
"""Examples that the ridge baseline learns from; of more, every second, third, ..."""

OBJECTIVES: Mapping[str, Mapping[str, Any]] = {
    "ranking": {
        "objective": "rank:ndcg",
        "eval_metric": "ndcg@10-",
        "lambdarank_pair_method": "topk",
        "lambdarank_num_pair_per_sample": 16,
        "base_score": 0.0,
    },
    "binary": {"objective": "binary:logistic", "eval_metric": "logloss"},
}
"""What trees are grown for: the order of each list, or the chance of each pair."""

OF_LISTS = ("ranking",)
"""What is grown unless another is asked for. Among the few sampled candidates of the people held
out both come out alike, so that choosing there is a toss; over whole pools those grown for the
order of lists came out ahead, for people with a history and for newcomers."""


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """The tunable numbers of the trees."""

    eta: float = 0.05
    max_depth: int = 4
    min_child_weight: float = 5.0
    subsample: float = 0.7
    colsample_bytree: float = 0.5
    reg_lambda: float = 10.0
    max_bin: int = 64
    most_trees: int = 300


@dataclass(frozen=True, slots=True)
class Fitted:
    """Trees and how they did on the people held out.

    Attributes:
        trees: calibrated.
        base: the share of takers among the examples.
        metrics: NDCG@10 within the sampled lists: of the trees kept, of the trees by each
            objective, of ridge and by popularity.
    """

    trees: Trees
    base: float
    metrics: Mapping[str, float]


def fit(
    examples: Examples,
    names: tuple[str, ...],
    rng: np.random.Generator,
    settings: TreeSettings | None = None,
    objectives: tuple[str, ...] = OF_LISTS,
) -> Fitted:
    """Learn who goes for what; the same examples and generator give the same bytes.

    Trees are grown for each of the objectives; those that order held-out lists best are kept.
    What they say is calibrated on the people held out, whatever they were grown for.
    """
    chosen = settings or TreeSettings()
    people = np.unique(examples.person_at)
    out = rng.permutation(people)[: max(1, int(len(people) * VALIDATION_SHARE))]
    held = np.isin(examples.person_at, out)
    validation = Examples(
        examples.features[held],
        examples.label[held],
        examples.person_at[held],
        examples.list_at[held],
    )
    line = fit_line(examples.features, examples.label, rng, ~held)
    seed = int(rng.integers(1 << 31))
    learnt, watched = _matrix(examples, line, ~held), _matrix(validation, line)
    grown = {
        each: _grow(learnt, watched, names, chosen, each, seed, line is None) for each in objectives
    }
    margins = {each: trees.predict(watched, output_margin=True) for each, trees in grown.items()}
    reached = {each: _ndcg(margin, validation) for each, margin in margins.items()}
    best = max(reached, key=lambda each: reached[each])
    booster, margin = grown[best], margins[best]
    slope, offset = platt(margin, validation.label)
    metrics = {
        "trees": reached[best],
        **{f"trees_{each}": value for each, value in reached.items()},
        **({} if line is None else {"line": _ndcg(line.margin(validation.features), validation)}),
        "ridge": _ndcg(_ridge(examples, held), validation),
        "popularity": _ndcg(validation.features[:, names.index("popularity")], validation),
        "trees_grown": float(booster.num_boosted_rounds()),
        "takers": float(examples.label.sum()),
        "examples": float(len(examples.label)),
    }
    base = float(np.clip(examples.label.mean(), 1e-6, 1 - 1e-6))
    return Fitted(Trees(bytes(booster.save_raw("ubj")), slope, offset, line), base, metrics)


def _matrix(
    examples: Examples, line: Line | None, rows: NDArray[np.bool_] | slice = slice(None)
) -> Any:
    lists, features = examples.list_at[rows], examples.features[rows]
    made = xgboost.DMatrix(features, examples.label[rows], qid=lists, nthread=1)
    if line is not None:
        made.set_base_margin(line.margin(features))
    return made


def _grow(  # noqa: PLR0913 - the examples, who is held out and how trees grow
    learnt: Any,
    watched: Any,
    names: tuple[str, ...],
    chosen: TreeSettings,
    objective: str,
    seed: int,
    alone: bool,
) -> Any:
    parameters = asdict(chosen)
    rounds = parameters.pop("most_trees")
    share = float(np.clip(learnt.get_label().mean(dtype=np.float64), 1e-6, 1 - 1e-6))
    parameters |= {
        "tree_method": "hist",
        "nthread": 1,
        "seed": seed,
        "base_score": share if alone else 0.5,
        "monotone_constraints": tuple(int(name in RISING) for name in names),
        **OBJECTIVES[objective],
    }
    booster = xgboost.train(
        parameters,
        learnt,
        rounds,
        evals=[(watched, "held_out")],
        early_stopping_rounds=STOP_AFTER,
        verbose_eval=False,
    )
    return booster[: booster.best_iteration + 1]


def platt(
    margin: NDArray[np.float32],
    label: NDArray[np.bool_],
    weight: NDArray[np.float64] | None = None,
) -> tuple[float, float]:
    """Slope and offset, of weighed examples where weights are given.

    The slope stays positive so that no order changes.
    """
    if label.all() or not label.any():
        return 1.0, 0.0
    model = LogisticRegression(C=1e6).fit(margin.reshape(-1, 1), label, weight)
    slope = float(model.coef_[0, 0])
    if slope <= 0:
        share = float(np.clip(np.average(label, weights=weight), 1e-6, 1 - 1e-6))
        return 1e-3, float(logit(share))
    return slope, float(model.intercept_[0])


def _ridge(examples: Examples, held: NDArray[np.bool_]) -> NDArray[np.float64]:
    learnt = np.flatnonzero(~held)
    learnt = learnt[:: -(-len(learnt) // MOST_FOR_RIDGE)]
    filled = np.nan_to_num(examples.features[learnt], posinf=0, neginf=0)
    centre, spread = filled.mean(axis=0, dtype=np.float64), filled.std(axis=0, dtype=np.float64)
    scale = np.where(spread > 0, spread, 1)
    label = examples.label[learnt].astype(np.float64)
    model = Ridge(alpha=100.0).fit((filled - centre) / scale, label)
    watched = np.nan_to_num(examples.features[held], posinf=0, neginf=0)
    return np.asarray(model.predict((watched - centre) / scale))


def _ndcg(score: NDArray[Any], examples: Examples, n: int = 10) -> float:
    """Mean over the lists of NDCG@n among the sampled candidates of each."""
    order = np.lexsort((-np.nan_to_num(score, nan=-1e9), examples.list_at))
    lists, label = examples.list_at[order], examples.label[order]
    starts = np.flatnonzero(np.r_[True, lists[1:] != lists[:-1]])
    sizes = np.diff(np.r_[starts, len(lists)])
    rank = np.arange(len(lists)) - np.repeat(starts, sizes)
    which = np.repeat(np.arange(len(starts)), sizes)
    gain = np.where(label & (rank < n), 1 / np.log2(rank + 2), 0.0)
    reached = np.bincount(which, gain)
    takers = np.bincount(which, label).astype(np.int64)
    ideal = np.r_[0, np.cumsum(1 / np.log2(np.arange(2, n + 2)))][np.minimum(takers, n)]
    return float((reached[takers > 0] / ideal[takers > 0]).mean()) if takers.any() else 0.0
