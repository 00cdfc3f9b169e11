"""What logged outcomes say of interest and of success: graded stages as labels with weights.

A post that was never shown says nothing. Of those shown, only those looked at count where looking
was logged; else the place on the list is weighed. Every shown pair weighs by one over its chance
of having been shown, so that the examples stand for the posts a person could have been shown, not
for those that the old lists favoured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

Positions = NDArray[np.int32]

VIEWED = "posts shown and looked at, taken up or not; weighed by place on the list and propensity"
LISTED = "posts shown, taken up or not; weighed by place on the list and propensity"

OFFERED = ("offered", "hired", "retained")
TAKEN_UP = ("applied", "interviewed", *OFFERED)
STAGES = ("shown", "viewed", "referred", "refused_by_employer", *TAKEN_UP)

LEAST_CHANCE = 0.5
"""Chances below it count as it, so that no pair outweighs another by much.

Of 0.02, 0.1 and 0.5 the last came nearest to the truth of the demo city, in order and in chances.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Pairs whose answer is on record.

    Attributes:
        person_at: (n,) int32 positions in the ids asked with, -1 for others.
        vacancy_at: (n,) int32 the same of posts.
        label: (n,) bool, the answer was yes.
        weight: (n,) float64, of mean 1.
        day: (n,) datetime64[D], first day of the pair, NaT not known.
        scheme: what counts as a no, in words of the card.
    """

    person_at: Positions
    vacancy_at: Positions
    label: NDArray[np.bool_]
    weight: NDArray[np.float64]
    day: NDArray[np.datetime64]
    scheme: str

    def __len__(self) -> int:
        return len(self.label)

    def take(self, rows: NDArray[np.bool_]) -> Labels:
        """The same for some rows."""
        return Labels(
            self.person_at[rows],
            self.vacancy_at[rows],
            self.label[rows],
            self.weight[rows],
            self.day[rows],
            self.scheme,
        )


@dataclass(frozen=True, slots=True, eq=False)
class LoggedAnswers:
    """Both sides' answers; None where a side's are not on record.

    Attributes:
        interest: was a post that was shown taken up by the person.
        success: was a person whom the employer met or judged offered the work.
    """

    interest: Labels | None
    success: Labels | None


def logged_answers(
    outcomes: pd.DataFrame,
    person_ids: NDArray[np.object_],
    vacancy_ids: NDArray[np.object_],
) -> LoggedAnswers:
    """The answers of both sides that outcomes carry.

    Args:
        outcomes: rows of the catalogue's kind `outcomes`.
        person_ids: what positions of people count in.
        vacancy_ids: what positions of posts count in.

    Example:
        >>> rows = pd.DataFrame({
        ...     "person_id": ["P1", "P1", "P1"], "vacancy_id": ["V1", "V2", "V1"],
        ...     "stage": ["shown", "shown", "applied"], "on": ["2026-01-01"] * 3,
        ...     "rank_shown": [1, 2, None], "propensity": [0.5, 0.5, None]})
        >>> ids = np.array(["P1"], object), np.array(["V1", "V2"], object)
        >>> logged_answers(rows, *ids).interest.label.tolist()
        [True, False]
    """
    pairs = _pairs(outcomes)
    person = pd.Index(person_ids).get_indexer(pd.Index(pairs["person_id"])).astype(np.int32)
    vacancy = pd.Index(vacancy_ids).get_indexer(pd.Index(pairs["vacancy_id"])).astype(np.int32)
    chance = np.clip(pairs["propensity"].fillna(1.0).to_numpy(np.float64), LEAST_CHANCE, 1.0)
    offered = _any(pairs, OFFERED)
    decided = offered | _any(pairs, ("refused_by_employer",))
    looked = bool((pairs["shown"] & pairs["viewed"]).any())
    seen = (pairs["shown"] & (pairs["viewed"] if looked else True)).to_numpy(bool)
    taken = _any(pairs, TAKEN_UP)
    place = _examined(pairs, pairs["viewed"].to_numpy(bool) if looked else taken)
    at = person, vacancy
    day = pairs["day"].to_numpy().astype("datetime64[D]")
    interest = _labels(at, day, taken, 1 / (chance * place if looked else chance), seen)
    if interest is not None and not looked:
        upward = np.where(taken[seen], 1 / place[seen], 1.0)
        interest = _weighed(interest, interest.weight * upward, LISTED)
    success = _labels(at, day, offered, 1 / (chance * place), decided)
    return LoggedAnswers(interest, success)


def _pairs(outcomes: pd.DataFrame) -> pd.DataFrame:
    """One row a pair: which stages it reached, its first day, rank and propensity."""
    keys = ["person_id", "vacancy_id"]
    day = pd.to_datetime(outcomes["on"], errors="coerce", format="%Y-%m-%d")
    given = pd.DataFrame({key: outcomes[key] for key in keys} | {"day": day})
    for stage in STAGES:
        given[stage] = (outcomes["stage"] == stage).fillna(value=False).astype(bool)
    for column in ("rank_shown", "propensity"):
        logged = outcomes.reindex(columns=[column])[column]
        given[column] = pd.to_numeric(logged, errors="coerce").astype("float64")
    how = dict.fromkeys(STAGES, "max") | dict.fromkeys(("day", "rank_shown", "propensity"), "min")
    return given.groupby(keys, as_index=False, sort=True).agg(how)


def _any(pairs: pd.DataFrame, stages: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.asarray(pairs[list(stages)].to_numpy(bool).any(axis=1))


def _examined(pairs: pd.DataFrame, seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(n,) in (0, 1]: how often a place on the list is seen, against the first; 1 unknown.

    Made to fall from place to place.
    """
    rank = pairs["rank_shown"].to_numpy(np.float64)
    known = ~np.isnan(rank) & pairs["shown"].to_numpy(bool)
    if not (known & seen).any():
        return np.ones(len(pairs))
    falling = IsotonicRegression(increasing=False, out_of_bounds="clip")
    falling.fit(rank[known], seen[known].astype(np.float64))
    share = falling.predict(np.nan_to_num(rank, nan=1.0))
    highest = max(float(share.max()), 1e-9)
    return np.where(known, np.clip(share / highest, LEAST_CHANCE, 1.0), 1.0)


def _labels(
    at: tuple[Positions, Positions],
    day: NDArray[np.datetime64],
    label: NDArray[np.bool_],
    weight: NDArray[np.float64],
    rows: NDArray[np.bool_],
) -> Labels | None:
    """The labels of some rows; None where not both answers are among them."""
    if not rows.any() or label[rows].all() or not label[rows].any():
        return None
    made = Labels(at[0][rows], at[1][rows], label[rows], weight[rows], day[rows], VIEWED)
    return _weighed(made, made.weight, VIEWED)


def _weighed(labels: Labels, weight: NDArray[np.float64], scheme: str) -> Labels:
    mean = weight / weight.mean()
    columns = labels.person_at, labels.vacancy_at, labels.label, mean, labels.day
    return Labels(*columns, scheme)
