"""The fairness report of a workspace: how a ranker treats groups, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.evaluation.calibration import BINS, by_week, error_of_perfect, reliability
from matcher.evaluation.fairness.groups import Grouping
from matcher.evaluation.fairness.proxies import profiles_of, proxy_auc
from matcher.evaluation.fairness.shares import (
    Lists,
    exposure,
    lists_of,
    selection,
    selection_gap,
)
from matcher.evaluation.fairness.tables import apart_table, group_table
from matcher.evaluation.fairness.volatility import kendall, overlap
from matcher.evaluation.limits import Limits
from matcher.evaluation.tally import Tally
from matcher.evaluation.trials.trial import Measured
from matcher.pipeline.judging.trials import OfficeTrial
from matcher.pipeline.matching import score_of
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.features import pair_features
from matcher.ranking.ranker import Ranker, reads_past
from matcher.screening.pairs import screen_pairs

PAIRS_A_PERSON = 30
"""Pairs drawn of each person to see what the features tell of the person."""

POSTS_AT_A_TIME = 32

PAIRS_A_BIN = 20
"""A bin of fewer pairs says nothing about a chance."""

PROXY = ("trait", "people", "auc", "low", "high", "learned")

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True, eq=False)
class Fairness:
    """The report as tables.

    Attributes:
        model: whose lists they are.
        tables: `by_group` and `apart` (see `evaluation.fairness.tables`), `four_fifths`,
            `proxies`, and where outcomes tell chances `reliability` by group and `weeks`; each may
            be empty.
    """

    model: str
    tables: Tables


def fairness_report(  # noqa: PLR0913 - the market, the ranker, the people, the trial and the bounds
    snapshot: Snapshot,
    ranker: Ranker,
    groupings: tuple[Grouping, ...],
    trial: OfficeTrial | None,
    *,
    limits: Limits,
    seed: int,
    measured: Ranker | None = None,
    retrained: tuple[Measured, ...] = (),
) -> Fairness:
    """How a ranker treats groups of people.

    Selection and exposure are those of today's lists; quality and calibration those of the trial,
    whose ranker must not have learned from what is held out there: `measured`.

    Args:
        snapshot: of the day.
        ranker: whose lists are judged.
        groupings: of the snapshot's jobseekers.
        trial: of the workspace; None where there are no outcomes.
        limits: the bounds in force.
        seed: of all lots.
        measured: the ranker as it was before it learned from all outcomes; None where it did not.
        retrained: what at least two trainings that differ by the seed alone reached in the trial;
            without them the report tells nothing of volatility.
    """
    rng = np.random.default_rng(seed)
    lists = admitted_lists(snapshot, ranker, rng, posts=limits.report.sampled_posts)
    k = limits.gate.list_length
    parts = [_tables([selection(lists, k), exposure(lists, k)], groupings, rng, limits)]
    reliable, weeks = reliability([], []), by_week(np.array([], "datetime64[D]"), [], [])
    if trial is not None:
        tried = ranker if measured is None else measured
        tallies = [*trial.measure(tried).tallies]
        if retrained:
            tallies += volatility(trial, retrained)
        parts.append(_tables(tallies, trial.trial.groupings, rng, limits))
        chances, rated = trial.chances(tried), trial.trial.rated
        if rated is not None and chances is not None:
            reliable = reliability_by_group(trial, chances, rng)
            weeks = by_week(rated.day, chances, rated.happened)
    by_group, apart = (pd.concat(each, ignore_index=True) for each in zip(*parts, strict=True))
    tables = {
        "by_group": by_group,
        "apart": apart,
        "four_fifths": four_fifths(lists, groupings, limits),
        "proxies": proxies(snapshot, ranker, groupings, limits, seed),
        "reliability": reliable,
        "weeks": weeks,
    }
    return Fairness(ranker.name, tables)


def four_fifths(lists: Lists, groupings: tuple[Grouping, ...], limits: Limits) -> pd.DataFrame:
    """Difference and ratio of the groups' selection rates, marked below the four-fifths mark.

    Groups of fewer people than the report shows are left out.
    """
    listed = np.bincount(lists.person_at, minlength=lists.n_people) > 0
    rows = []
    for groups in groupings:
        sizes = np.bincount(groups.group_of[listed & (groups.group_of >= 0)], minlength=1)
        large = np.flatnonzero(sizes >= limits.report.least_shown)
        kept = np.where(np.isin(groups.group_of, large), groups.group_of, -1)
        shown = Grouping(groups.attribute, groups.names, kept)
        difference, share = selection_gap(lists, shown, limits.gate.list_length)
        rows.append((groups.attribute, difference, share, share < limits.report.four_fifths))
    columns = ["attribute", "selection_difference", "selection_ratio", "below_mark"]
    return pd.DataFrame(rows, columns=columns)


def admitted_lists(
    snapshot: Snapshot, ranker: Ranker, rng: np.random.Generator, *, posts: int
) -> Lists:
    """Lists of people for a sample of open posts, each from everyone whom law and post admit.

    The order is the score's alone: the tiers of public-welfare posts are the law's, not the
    ranker's, and stay out of its report.
    """
    market = snapshot.market
    is_open = ~(market.vacancies.expires_on < np.datetime64(market.on))
    is_open &= market.vacancies.places_left != 0
    chosen = np.flatnonzero(is_open)
    if len(chosen) > posts:
        chosen = np.sort(rng.choice(chosen, posts, replace=False))
    pieces = [
        _admitted(snapshot, ranker, chosen[start : start + POSTS_AT_A_TIME].astype(np.int32))
        for start in range(0, len(chosen), POSTS_AT_A_TIME)
    ]
    none = (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32))
    person_at, vacancy_at, score = (
        np.concatenate(each) for each in zip(*(pieces or [none]), strict=True)
    )
    return lists_of(
        person_at.astype(np.int64),
        vacancy_at.astype(np.int64),
        score,
        n_people=len(market.jobseekers),
        rng=rng,
    )


def _admitted(
    snapshot: Snapshot, ranker: Ranker, posts: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    people = np.arange(len(snapshot.market.jobseekers), dtype=np.int32)
    person_at, vacancy_at = np.tile(people, len(posts)), np.repeat(posts, len(people))
    entitlement = snapshot.entitlement
    failed = screen_pairs(
        snapshot.market,
        entitlement.welfare,
        person_at,
        vacancy_at,
        working_age_min=entitlement.working_age_min,
    )
    person_at, vacancy_at = person_at[failed == 0], vacancy_at[failed == 0]
    return person_at, vacancy_at, score_of(snapshot, ranker, person_at, vacancy_at)


def volatility(trial: OfficeTrial, trainings: tuple[Measured, ...]) -> list[Tally]:
    """How much of a list stays, and in what order, when the same model is trained again.

    Args:
        trial: that all were measured in.
        trainings: what trainings that differ by the seed alone reached in it, at least two.

    Returns:
        `overlap@k` and `kendall@k`, a row for everyone.
    """
    tallies = []
    for of_lists in (overlap, kendall):
        found = of_lists([each.quality.top for each in trainings])
        parts = np.zeros((trial.trial.n_people, found.parts.shape[1]))
        parts[trainings[0].quality.person_at] = found.parts
        tallies.append(Tally(f"{found.name}@{trial.trial.k}", parts, found.of_sums))
    return tallies


def proxies(
    snapshot: Snapshot,
    ranker: Ranker,
    groupings: tuple[Grouping, ...],
    limits: Limits,
    seed: int,
) -> pd.DataFrame:
    """How well sex, age, hukou and household status can be guessed from the ranker's features.

    Returns:
        `trait`, `people`, `auc` with `low` and `high`, and `learned`: above the bound of the
        limits. A trait that too few people have, or have not, has no row.
    """
    profiles = _profiles(snapshot, ranker, np.random.default_rng(seed))
    traits = {"zero_employment": snapshot.entitlement.zero_employment.astype(np.int64)}
    for groups in groupings:
        if groups.attribute == "newcomer":
            continue
        last = len(groups.names) - 1
        for at, name in enumerate(groups.names):
            if last > 1 or at == 0:
                has = (groups.group_of == at).astype(np.int64)
                traits[f"{groups.attribute}: {name}"] = np.where(groups.group_of < 0, -1, has)
    rows = []
    for trait, has in traits.items():
        found = proxy_auc(profiles, has, seed=seed)
        if found is not None:
            learned = found.value > limits.report.learned_proxy
            rows.append((trait, found.people, found.value, found.low, found.high, learned))
    return pd.DataFrame(rows, columns=list(PROXY))


def _profiles(snapshot: Snapshot, ranker: Ranker, rng: np.random.Generator) -> NDArray[np.float64]:
    market = snapshot.market
    people, posts = len(market.jobseekers), len(market.vacancies)
    if not people or not posts:
        return np.empty((people, 0))
    person_at = np.repeat(np.arange(people, dtype=np.int32), PAIRS_A_PERSON)
    # The same posts for everyone: what differs is the person.
    same = rng.choice(posts, PAIRS_A_PERSON, replace=posts < PAIRS_A_PERSON).astype(np.int32)
    features = pair_features(
        market.jobseekers,
        market.vacancies,
        market.terms,
        person_at,
        np.tile(same, people),
        on=market.on,
        names=ranker.features,
        past=snapshot.past if reads_past(ranker) else None,
    )
    return profiles_of(features, person_at, people)


def reliability_by_group(
    trial: OfficeTrial, chances: NDArray[np.float32], rng: np.random.Generator
) -> pd.DataFrame:
    """The reliability table of everyone and of each group large enough.

    Returns:
        `attribute`, `group`, the columns of `reliability`, and `error_by_chance`: the calibration
        error that perfect scores would show on so many pairs.
    """
    rated = trial.trial.rated
    if rated is None:
        return reliability([], [])
    everyone = Grouping("everyone", ("everyone",), np.zeros(trial.trial.n_people, np.int64))
    tables = []
    for groups in (everyone, *trial.trial.groupings):
        of_pair = groups.group_of[rated.person_at]
        for at, name in enumerate(groups.names):
            own = of_pair == at
            if len(np.unique(rated.person_at[own])) < trial.limits.report.least_shown:
                continue
            bins = min(BINS, max(1, int(own.sum()) // PAIRS_A_BIN))
            table = reliability(chances[own], rated.happened[own], bins)
            table.insert(0, "attribute", groups.attribute)
            table.insert(1, "group", name)
            table["error_by_chance"] = error_of_perfect(chances[own], rng, bins=bins)
            tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else reliability([], [])


def _tables(
    tallies: list[Tally],
    groupings: tuple[Grouping, ...],
    rng: np.random.Generator,
    limits: Limits,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    least = limits.report.least_shown
    return (
        group_table(tallies, groupings, rng, least_shown=least, resamples=limits.report.resamples),
        apart_table(
            tallies, groupings, rng, least_shown=least, permutations=limits.report.permutations
        ),
    )
