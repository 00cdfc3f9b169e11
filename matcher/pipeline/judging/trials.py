"""A trial on a workspace: its latest outcomes held out, the market of the day before them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.evaluation.baselines import ridge_scorer
from matcher.evaluation.fairness.groups import groupings_of
from matcher.evaluation.full_pool import HeldOut, Scorer
from matcher.evaluation.limits import Limits, shipped_limits
from matcher.evaluation.trials.splits import Split, split_outcomes
from matcher.evaluation.trials.trial import Measured, Rated, Trial, baseline_scorers, measure
from matcher.market.arrays import Market
from matcher.market.build import build_market
from matcher.pipeline.law.gathering import dealings_of_all
from matcher.pipeline.markets.acted import ACTED_UPON
from matcher.pipeline.matching import score_of
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.features import FEATURES, pair_features
from matcher.ranking.ranker import Ranker
from matcher.screening.entitlement import entitlement_of
from matcher.store.store import Store

PARTS = ("profile", "status")
DECIDED = ("offered", "hired", "retained", "refused_by_person", "refused_by_employer")
TAKEN = ("offered", "hired", "retained")
TAKEN_ON = ("hired", "retained")
RIDGE = "ridge"
UNSEEN_SINCE = ("history", "record", "freshness", "headcount")
"""Groups that ridge does without: what they were when somebody acted is not on record."""

REFERRED = "referred"

LEAST_CHANCE = 0.1
"""Chances of having been shown count as no less, so that no pair weighs more than ten."""
TAKEN_UP = ("applied", REFERRED, "interviewed", *TAKEN)

MOST_ANSWERS = 0.9
"""Share of the answers that must have had time to come before a pair without one is a no."""

Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class OfficeTrial:
    """Outcomes of a workspace held out, and the market in which they are to be found.

    Attributes:
        snapshot: of the day from which outcomes are held out, knowing nothing of them: what a
            model may be trained on.
        split: what was held out, and how.
        trial: what rankings are measured on.
        limits: the bounds in force.
    """

    snapshot: Snapshot
    split: Split
    trial: Trial
    limits: Limits

    @property
    def market(self) -> Market:
        """The market of the snapshot."""
        return self.snapshot.market

    @property
    def learned(self) -> pd.DataFrame:
        """The outcomes that may be learned from."""
        return self.snapshot.outcomes

    def measure(self, ranker: Ranker) -> Measured:
        """What a ranker reaches; it must not have learned from what is held out."""
        posts = np.arange(len(self.market.vacancies), dtype=np.int32)

        def score(people: Positions) -> NDArray[np.float32]:
            person_at = np.repeat(people, len(posts)).astype(np.int32)
            scores = score_of(self.snapshot, ranker, person_at, np.tile(posts, len(people)))
            return np.asarray(scores.reshape(len(people), len(posts)))

        return measure(self.trial, ranker.name, score, self.chances(ranker))

    def chances(self, ranker: Ranker) -> NDArray[np.float32] | None:
        """(n_rated,) what a ranker says of the pairs whose fate is known; None where none is."""
        rated = self.trial.rated
        if rated is None:
            return None
        at = rated.person_at.astype(np.int32), rated.vacancy_at.astype(np.int32)
        return score_of(self.snapshot, ranker, *at)

    @cached_property
    def baselines(self) -> tuple[Measured, ...]:
        """Chance, popularity, item-item and ridge in the same trial."""
        scorers = {**baseline_scorers(self.trial), RIDGE: self._ridge()}
        return tuple(measure(self.trial, name, scorer) for name, scorer in scorers.items())

    def _ridge(self) -> Scorer:
        """A straight line through what profile and post say of the work."""
        market, trial = self.market, self.trial
        here = trial.learned_person_at < len(market.jobseekers)

        def columns(person_at: Positions, vacancy_at: Positions) -> NDArray[np.float32]:
            return pair_features(
                market.jobseekers,
                market.vacancies,
                market.terms,
                person_at.astype(np.int32),
                vacancy_at.astype(np.int32),
                on=market.on,
                names=[name for name, each in FEATURES.items() if each.group not in UNSEEN_SINCE],
            )

        learned = trial.learned_person_at[here], trial.learned_vacancy_at[here]
        return ridge_scorer(columns, *learned, n_pool=trial.held.n_pool, seed=trial.seed)


def take_trial(
    store: Store, scope: Scope, *, on: date, seed: int, limits: Limits | None = None
) -> OfficeTrial:
    """Hold out the latest outcomes of a workspace, and some people whole.

    Openings left are counted from hires that may be learned from, else they would tell which pairs
    became work.

    Args:
        store: where the records rest.
        scope: who reads.
        on: the day of the question; later outcomes do not count.
        seed: of all lots.
        limits: the bounds; None takes those shipped.

    Raises:
        WrongUse: there is nothing to measure on.
    """
    limits = shipped_limits() if limits is None else limits
    outcomes = store.outcomes(scope)
    known = ~(outcomes["on"] > on.isoformat()).fillna(value=False).to_numpy(bool)
    outcomes = outcomes[known].reset_index(drop=True)
    shares = limits.trial
    split = split_outcomes(
        outcomes, seed=seed, held_share=shares.held_share, people_share=shares.people_share
    )
    learned, held = outcomes[split.learned], outcomes[split.held]
    persons, vacancies = store.persons(scope, parts=PARTS), store.frame(Kind.VACANCIES)
    # Who found work since was a jobseeker on that day.
    sought = persons["seeks_work"].fillna(value=True) | persons["person_id"].isin(
        outcomes["person_id"]
    )
    persons = persons.assign(seeks_work=sought)
    day = split.first_held_day or on
    market = build_market(persons, vacancies, on=day, hired=_hired(learned))
    entitlement = entitlement_of(
        market,
        persons,
        store.households(scope),
        vacancies,
        dealings=dealings_of_all(store, scope),
    )
    snapshot = Snapshot(market, entitlement, learned.reset_index(drop=True), marks={})
    trial = _trial_of(market, learned, held, persons, (limits, seed))
    if not len(trial.held.person_at):
        raise WrongUse(
            what=f"{len(outcomes):,} outcomes leave none to measure on",
            expected="outcomes of stage applied or later, of people and posts on record",
            do="Import outcomes with 'rengang import outcomes FILE' first.",
        )
    return OfficeTrial(snapshot, split, trial, limits)


def _trial_of(
    market: Market,
    learned: pd.DataFrame,
    held: pd.DataFrame,
    persons: pd.DataFrame,
    settings: tuple[Limits, int],
) -> Trial:
    limits, seed = settings
    people, n_pool = len(market.jobseekers), len(market.vacancies)
    person_at, vacancy_at = _positions(market, learned)
    acted = learned["stage"].isin(ACTED_UPON).to_numpy() & (vacancy_at >= 0)
    wanted = _gains(learned, limits) > 0
    known = _distinct(person_at[acted], vacancy_at[acted], n_pool)
    liked = _distinct(person_at[acted & wanted], vacancy_at[acted & wanted], n_pool)
    here = known[0] < people
    newcomer = np.bincount(person_at[person_at < people], minlength=people) == 0
    posts = market.vacancies
    gain = _gains(held, limits) / chances_shown(market, learned, held)
    found = _held_pairs(market, held, gain)
    held_out = HeldOut(
        *found,
        known_person_at=known[0][here],
        known_vacancy_at=known[1][here],
        n_pool=n_pool,
        in_pool=~(posts.expires_on < np.datetime64(market.on)),
    )
    chosen = _some(held_out.people, limits.trial.measured_people, seed)
    groupings = groupings_of(
        persons[["person_id", "sex", "birth_date", "hukou_kind"]],
        market.jobseekers.ids,
        newcomer,
        on=market.on,
        age_bands=limits.report.age_bands,
    )
    return Trial(
        n_people=people,
        held=held_out.of_people(chosen),
        learned_person_at=liked[0],
        learned_vacancy_at=liked[1],
        groupings=groupings,
        rated=_rated(market, held),
        k=limits.gate.list_length,
        seed=seed,
    )


def _positions(market: Market, outcomes: pd.DataFrame) -> tuple[Positions, Positions]:
    """Positions of people, those who do not seek work after the others; -1 for unknown posts."""
    ids = pd.Index(market.jobseekers.ids)
    person = ids.get_indexer(pd.Index(outcomes["person_id"])).astype(np.int64)
    others, _ = pd.factorize(outcomes["person_id"], sort=True)
    person = np.where(person < 0, len(ids) + others, person)
    vacancy = pd.Index(market.vacancies.ids).get_indexer(pd.Index(outcomes["vacancy_id"]))
    return person, vacancy.astype(np.int64)


def _gains(outcomes: pd.DataFrame, limits: Limits) -> NDArray[np.float64]:
    return np.asarray(outcomes["stage"].map(limits.gains).fillna(0), np.float64)


def chances_shown(market: Market, learned: pd.DataFrame, held: pd.DataFrame) -> NDArray[np.float64]:
    """(n_held,) how likely each held-out outcome's pair was to be shown; 1 where not logged.

    Nobody goes for what the lists of the day left out, so a ranking that resembles those lists
    finds more of what is on record than of what people want. An outcome counts one over its
    chance of having come about that way; of several showings of a pair the likeliest counts.
    Chances below `LEAST_CHANCE` count as it: some bias for much less variance.

    Args:
        market: in whose positions pairs are compared.
        learned: (n_learned,) outcomes with `propensity` where it was logged.
        held: (n_held,) outcomes, those asked about.

    Source:
        Joachims, Swaminathan and Schnabel: Unbiased Learning-to-Rank with Biased Feedback, WSDM
        2017; the clipping is that of Swaminathan and Joachims: Counterfactual Risk Minimization,
        ICML 2015.
    """
    logged = pd.concat([learned, held], ignore_index=True)
    person_at, vacancy_at = _positions(market, logged)
    pair = person_at * np.int64(len(market.vacancies) + 1) + vacancy_at + 1
    told = logged.reindex(columns=["propensity"])["propensity"]
    chance = pd.to_numeric(told, errors="coerce").astype("float64")
    highest = chance.groupby(pair).transform("max").fillna(1.0).to_numpy(np.float64)
    return np.asarray(np.clip(highest[len(learned) :], LEAST_CHANCE, 1.0))


def _held_pairs(
    market: Market, held: pd.DataFrame, gain: NDArray[np.float64]
) -> tuple[Positions, Positions, NDArray[np.float64]]:
    """The pairs to find: people of the market, posts open that day, the best stage's gain."""
    person_at, vacancy_at = _positions(market, held)
    gone = market.vacancies.expires_on < np.datetime64(market.on)
    rows = pd.DataFrame({"person": person_at, "vacancy": vacancy_at, "gain": gain})
    here = (rows["vacancy"] >= 0) & (rows["person"] < len(market.jobseekers)) & (rows["gain"] > 0)
    rows = rows[here & ~gone[np.maximum(vacancy_at, 0)]]
    best = rows.groupby(["person", "vacancy"], as_index=False)["gain"].max()
    return (
        best["person"].to_numpy(np.int64),
        best["vacancy"].to_numpy(np.int64),
        best["gain"].to_numpy(np.float64),
    )


def _rated(market: Market, held: pd.DataFrame) -> Rated | None:
    """Pairs whose fate is known: became work or an offer, or did not.

    Where lists were logged these are the posts that people looked at (with looking not logged, the
    first of each list), for of such a post the score is the chance; a post not taken up is a no,
    one taken up and still waiting for the employer has no fate yet. Elsewhere they are referrals
    that were answered.
    """
    person_at, vacancy_at = _positions(market, held)
    stage = held["stage"]
    first = pd.to_numeric(held["rank_shown"], errors="coerce") == 1
    rows = pd.DataFrame(
        {
            "person": person_at,
            "vacancy": vacancy_at,
            "shown": (stage == "shown").to_numpy(),
            "first": ((stage == "shown") & first.fillna(value=False)).to_numpy(bool),
            "viewed": (stage == "viewed").to_numpy(),
            "referred": (stage == REFERRED).to_numpy(),
            "taken_up": stage.isin(TAKEN_UP).to_numpy(),
            "decided": stage.isin(DECIDED).to_numpy(),
            "taken": stage.isin(TAKEN).to_numpy(),
            "day": pd.to_datetime(held["on"], errors="coerce", format="%Y-%m-%d").to_numpy(),
        }
    )
    rows = rows[(rows["vacancy"] >= 0) & (rows["person"] < len(market.jobseekers))]
    how = dict.fromkeys(rows.columns[2:-1], "any") | {"day": ["min", "max"]}
    pairs = rows.groupby(["person", "vacancy"]).agg(how)
    pairs.columns = [*rows.columns[2:-1], "since", "day"]
    pairs = pairs.reset_index()
    looked = pairs["shown"] & pairs["viewed"]
    seen = looked if looked.any() else pairs["first"]
    known = seen & (pairs["decided"] | ~pairs["taken_up"]) & _settled(pairs)
    if known.any():  # a pair belongs to the week it was shown in: a no has no day of its own
        pairs = pairs[known].assign(day=pairs["since"])
    else:
        pairs = pairs[pairs["referred"] & pairs["decided"]]
    if pairs.empty or pairs["taken"].all():
        return None
    return Rated(
        pairs["person"].to_numpy(np.int64),
        pairs["vacancy"].to_numpy(np.int64),
        pairs["taken"].to_numpy(bool),
        pairs["day"].to_numpy().astype("datetime64[D]"),
    )


def _settled(pairs: pd.DataFrame) -> NDArray[np.bool_]:
    """Shown so long before the last day that most answers would have come; no days: settled."""
    took = (pairs["day"] - pairs["since"])[pairs["decided"]].dropna()
    if took.empty:
        return np.ones(len(pairs), np.bool_)
    since_when = pairs["day"].max() - took.quantile(MOST_ANSWERS)
    return np.asarray(~(pairs["since"] > since_when), np.bool_)


def _hired(learned: pd.DataFrame) -> pd.DataFrame:
    taken = learned[learned["stage"].isin(TAKEN_ON)].drop_duplicates(["person_id", "vacancy_id"])
    counts = taken.groupby("vacancy_id").size()
    return pd.DataFrame(
        {
            "vacancy_id": pd.Series(counts.index, dtype="str"),
            "hired": pd.Series(counts.to_numpy(), dtype="Int64"),
        }
    )


def _distinct(
    person_at: Positions, vacancy_at: Positions, n_pool: int
) -> tuple[Positions, Positions]:
    keys = np.unique(person_at * max(n_pool, 1) + vacancy_at)
    return keys // max(n_pool, 1), keys % max(n_pool, 1)


def _some(people: Positions, most: int, seed: int) -> Positions:
    if len(people) <= most:
        return people
    return np.sort(np.random.default_rng(seed).choice(people, most, replace=False))
