"""Lists that know nothing of the person but what law and the post itself ask for.

Every open post that the person may lawfully take stands in the list. Public-welfare posts to which
the law gives the person a rank come first, in its order; then the nearer; then the newer; equal
ones by number. No wish, skill, experience, outcome or model plays a part.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.pipeline.snapshot import Snapshot
from matcher.reference.areas.distance import haversine_km
from matcher.screening.pairs import screen_pairs

ORDER = ("tier", "distance", "posted_on", "vacancy_id")
NOT_PERSONALISED = "not_personalised"
_LAST = np.int16(np.iinfo(np.int16).max)


@dataclass(frozen=True, slots=True)
class PlainList:
    """Posts for one person in their order.

    Attributes:
        vacancy_at: (n,) int32 positions in the market's vacancies.
        tier: (n,) int8, the rank that the law gives; 0 where it gives none.
        km: (n,) float64 between the two counties; NaN where one is not known.
    """

    vacancy_at: NDArray[np.int32]
    tier: NDArray[np.int8]
    km: NDArray[np.float64]


def plain_list(
    snapshot: Snapshot, person_at: int, *, top: int, include_known: bool = False
) -> PlainList:
    """The first posts of a list that is made without a profile.

    Args:
        snapshot: of the day.
        person_at: position of the person.
        top: how many.
        include_known: also posts already applied for, referred to or refused.
    """
    market = snapshot.market
    posts = np.arange(len(market.vacancies), dtype=np.int32)
    person = np.full(len(posts), person_at, dtype=np.int32)
    open_to = open_pairs(snapshot, person, posts) & (market.vacancies.duplicate_of < 0)
    if not include_known:
        open_to &= ~np.isin(snapshot.pair_key(person, posts), snapshot.known_pairs)
    posts, person = posts[open_to], person[open_to]
    tier = snapshot.entitlement.tiers(person, posts)
    home = market.jobseekers.places.lonlat[person]
    km = haversine_km(home, market.vacancies.places.lonlat[posts])
    age = (np.datetime64(market.on) - market.vacancies.posted_on[posts]).astype(np.float64)
    age[np.isnat(market.vacancies.posted_on[posts])] = np.inf
    rank = np.where(tier > 0, tier.astype(np.int16), _LAST)
    order = np.lexsort((posts, age, np.where(np.isnan(km), np.inf, km), rank))[:top]
    return PlainList(posts[order], tier[order], km[order])


def open_pairs(
    snapshot: Snapshot, person_at: NDArray[np.int32], vacancy_at: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """(n_pairs,) may the person lawfully take the post?"""
    failed = screen_pairs(
        snapshot.market,
        snapshot.entitlement.welfare,
        person_at,
        vacancy_at,
        working_age_min=snapshot.entitlement.working_age_min,
    )
    open_to: NDArray[np.bool_] = failed == 0
    return open_to


def neutral(score: NDArray[np.float32], is_plain: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Scores in which people without a profile stand at the median of those with one.

    Where nobody has one they all stand at a half.

    Args:
        score: (n_pairs,); what stands at `is_plain` is not looked at.
        is_plain: (n_pairs,) pairs of people whose profile is not to be read.

    Example:
        >>> neutral(np.array([0.9, np.nan, 0.1, 0.2], np.float32), np.array([0, 1, 0, 0], bool))
        array([0.9, 0.2, 0.1, 0.2], dtype=float32)
    """
    read = score[~is_plain]
    middle = np.float32(np.median(read) if len(read) else 0.5)
    return np.where(is_plain, middle, score)


def plain_people(snapshot: Snapshot, declined: Collection[str]) -> NDArray[np.int32]:
    """The positions, ascending, of those of these people who are jobseekers of the day."""
    at = [snapshot.person(each) for each in declined if snapshot.has_person(each)]
    return np.array(sorted(at), dtype=np.int32)


def plain_frame(
    snapshot: Snapshot, person_ids: list[str], *, top: int, include_known: bool = False
) -> pd.DataFrame:
    """Such lists of several people, in the columns of `matches_frame`; scores stay empty."""
    lists = [
        plain_list(snapshot, snapshot.person(each), top=top, include_known=include_known)
        for each in person_ids
    ]
    sizes = [len(each.vacancy_at) for each in lists]
    none = [np.empty(0, np.int32)]
    at = np.concatenate([each.vacancy_at for each in lists] or none)
    ranks = [np.arange(1, size + 1, dtype=np.int32) for size in sizes]
    tier = pd.Series(np.concatenate([each.tier for each in lists] or none))
    return pd.DataFrame(
        {
            "person_id": np.repeat(np.array(person_ids, dtype=object), sizes),
            "vacancy_id": snapshot.market.vacancies.ids[at],
            "rank": np.concatenate(ranks or none),
            "score": np.full(len(at), np.nan),
            "tier": tier.astype("Int64").where(tier > 0),
            "found_by": np.full(len(at), NOT_PERSONALISED, dtype=object),
        }
    )


def with_plain_lists(
    snapshot: Snapshot,
    frame: pd.DataFrame,
    person_ids: list[str],
    *,
    top: int,
    include_known: bool = False,
) -> pd.DataFrame:
    """Everyone's lists with those of these people made without their profile, in order of ids."""
    if not person_ids:
        return frame
    plain = plain_frame(snapshot, person_ids, top=top, include_known=include_known)
    others = frame[~frame["person_id"].isin(person_ids)]
    whole = pd.concat([others, plain.astype({"rank": frame["rank"].dtype})], ignore_index=True)
    return whole.sort_values(["person_id", "rank"], kind="stable", ignore_index=True)
