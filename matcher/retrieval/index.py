"""What retrieval prepares once per market: open posts for the scan, both sides for scoring."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.market.arrays import Csr, Market
from matcher.reference.occupations import occupations
from matcher.retrieval.rows import OUTLINE, POST, PROFILE, Posts, Profiles, Scales, bits_of
from matcher.retrieval.sources import RetrievalWeights
from matcher.screening.kernel import PeopleRows, PostRows, Runs
from matcher.screening.rows import people_rows
from matcher.screening.runs import open_posts
from matcher.screening.welfare import WelfareEligibility


@dataclass(frozen=True, slots=True)
class Index:
    """A market made ready for retrieval; rebuild it when the market changes.

    Attributes:
        market, welfare, working_age_min, weights: what it was built from.
        people: everybody as screening reads them.
        rows: the open posts as screening reads them, sorted as `runs` says.
        runs: their blocks of one place and runs of one word.
        posts: the same rows as scoring reads them.
        profiles, scales: the persons, and what both sides share.
    """

    market: Market
    welfare: WelfareEligibility
    working_age_min: int | None
    weights: RetrievalWeights
    people: PeopleRows
    rows: PostRows
    runs: Runs
    posts: Posts
    profiles: Profiles
    scales: Scales


def build_index(
    market: Market,
    welfare: WelfareEligibility,
    *,
    working_age_min: int | None = None,
    weights: RetrievalWeights | None = None,
) -> Index:
    """Prepare a market for retrieval; expired and full vacancies stay out.

    Args:
        market: of one day.
        welfare: policy's answers on its public-welfare posts.
        working_age_min: as in `screen_pairs`.
        weights: the tunable numbers; None takes the defaults.
    """
    chosen = weights or RetrievalWeights()
    rows, runs, at = open_posts(market, welfare)
    used, profiles = profiles_of(market)
    everyone = np.arange(len(market.jobseekers), dtype=np.int32)
    return Index(
        market=market,
        welfare=welfare,
        working_age_min=working_age_min,
        weights=chosen,
        people=people_rows(market, welfare, everyone, working_age_min=working_age_min),
        rows=rows,
        runs=runs,
        posts=posts_of(market, welfare, chosen, at),
        profiles=profiles,
        scales=scales_of(market, used, chosen),
    )


def with_people(index: Index, market: Market, welfare: WelfareEligibility) -> Index:
    """The index of a market in which only people changed; its posts are not read again.

    Args:
        index: of the market before.
        market: with the same vacancies and the same words.
        welfare: with the same classes of posts.
    """
    used, profiles = profiles_of(market)
    before = index.market.jobseekers
    own = np.concatenate([before.occupations_wanted.values, before.occupations_done.values])
    same = np.array_equal(used, np.unique(own))
    everyone = np.arange(len(market.jobseekers), dtype=np.int32)
    return replace(
        index,
        market=market,
        welfare=welfare,
        people=people_rows(market, welfare, everyone, working_age_min=index.working_age_min),
        profiles=profiles,
        scales=index.scales if same else scales_of(market, used, index.weights),
    )


def posts_of(
    market: Market, welfare: WelfareEligibility, weights: RetrievalWeights, at: NDArray[np.int32]
) -> Posts:
    """The vacancies at these positions as scoring reads them."""
    posts = market.vacancies
    text, skills = posts.text.take(at), posts.skills.take(at)
    row = np.zeros(len(at), POST)
    row["n_text"], row["n_skills"] = np.diff(text.offsets), np.diff(skills.offsets)
    row["terms_from"] = text.offsets[:-1] + skills.offsets[:-1]
    row["text_scale"] = _inverse(np.sqrt(_summed(text, market.terms.idf**2)))
    row["skills_scale"] = _inverse(_summed(skills, market.terms.idf))
    row["occupation"] = posts.occupation[at]
    on = np.datetime64(market.on, "D")
    row["newness"] = _newness(posts.posted_on[at], on, weights.fresh_days)
    row["street"], row["county"] = posts.places.street[at], posts.places.county[at]
    row["city"] = posts.places.city[at]
    row["welfare_class"], row["vacancy"] = welfare.vacancy_class[at], at
    outline = np.zeros(len(at), OUTLINE)
    outline["skills_seen"] = _bits(skills)
    for name in ("text_scale", "newness", "occupation", "county", "city", "welfare_class"):
        outline[name] = row[name]
    return Posts(row, _one_after_the_other(text, skills), outline, _bits(text))


def _bits(rows: Csr) -> NDArray[np.uint64]:
    """(n,) the bits of each row's terms together."""
    made = np.zeros(len(rows), np.uint64)
    filled = np.flatnonzero(np.diff(rows.offsets))
    if len(filled):
        made[filled] = np.bitwise_or.reduceat(bits_of(rows.values), rows.offsets[filled])
    return made


def _one_after_the_other(text: Csr, skills: Csr) -> NDArray[np.int32]:
    """Of each row its text terms, then its skill terms."""
    made = np.empty(len(text.values) + len(skills.values), np.int32)
    for rows, shift in ((text, skills.offsets[:-1]), (skills, text.offsets[1:])):
        lengths = np.diff(rows.offsets)
        made[np.arange(len(rows.values)) + np.repeat(shift, lengths)] = rows.values
    return made


def profiles_of(market: Market) -> tuple[NDArray[np.int32], Profiles]:
    """The occupations any person wants or has done, and the persons as scoring reads them."""
    seekers = market.jobseekers
    wanted, done = seekers.occupations_wanted, seekers.occupations_done
    used = np.unique(np.concatenate([wanted.values, done.values])).astype(np.int32)
    row = np.zeros(len(seekers), PROFILE)
    ragged = {"text": seekers.text, "skills": seekers.skills, "wanted": wanted, "done": done}
    for name, rows in ragged.items():
        row[f"{name}_from"], row[f"{name}_to"] = rows.offsets[:-1], rows.offsets[1:]
    row["street"], row["county"] = seekers.places.street, seekers.places.county
    row["city"] = seekers.places.city
    row["text_scale"] = _inverse(np.sqrt(_summed(seekers.text, market.terms.idf**2)))
    return used, Profiles(
        row=row,
        text=seekers.text.values,
        skills=seekers.skills.values,
        wanted=np.searchsorted(used, wanted.values).astype(np.int32),
        done=np.searchsorted(used, done.values).astype(np.int32),
    )


def scales_of(market: Market, used: NDArray[np.int32], weights: RetrievalWeights) -> Scales:
    """What both sides share; `used` as `profiles_of` gives it."""
    every = np.arange(len(occupations().codes), dtype=np.int32)
    steps = occupations().tree_distance(np.repeat(used, len(every)), np.tile(every, len(used)))
    return Scales(
        idf=market.terms.idf,
        idf_squared=market.terms.idf**2,
        steps=np.ascontiguousarray(steps.reshape(len(used), len(every))),
        weights=weights.as_array(),
    )


def _summed(rows: Csr, weight: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n,) the summed weight of each row."""
    running = np.zeros(len(rows.values) + 1)
    np.cumsum(weight[rows.values], dtype=np.float64, out=running[1:])
    return running[rows.offsets[1:]] - running[rows.offsets[:-1]]


def _inverse(values: NDArray[np.float64]) -> NDArray[np.float32]:
    scale = np.zeros(len(values))
    np.divide(1.0, values, out=scale, where=values > 0)
    return scale.astype(np.float32)


def _newness(
    posted: NDArray[np.datetime64], on: np.datetime64, half_after: float
) -> NDArray[np.float32]:
    """1 on the day of posting (or before it comes), falling for ever; 0 where not known."""
    known = ~np.isnat(posted)
    age = np.where(known, (on - np.where(known, posted, on)).astype(np.int64), 0)
    return np.where(known, half_after / (half_after + np.maximum(age, 0)), 0).astype(np.float32)
