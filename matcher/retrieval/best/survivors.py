"""The best k of each person's survivors: the most promising read first, the hopeless never.

The compiler keys its cache on this file: after a change in what it calls, touch it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.retrieval.best.ladder import (
    RUNGS,
    climbed,
    from_the_top,
    reaches,
    rungs_a_point,
)
from matcher.retrieval.kernel import FAR, combined, evidence, nearness, occupation_worth
from matcher.retrieval.rows import Best, Flat, Posts, Profiles, Record, Scales
from matcher.retrieval.select import choose

AT_ONCE = 64
"""Posts whose lines of memory are asked for together, before the first of them is read."""

# Arrays inside a tuple cost a reference count at each use, tens of nanoseconds a pair: the loops
# below take them out first. `inline` spares those of a call.


@njit(cache=True, nogil=True)
def lay_out(profiles: Profiles, person: int, scales: Scales, flat: Flat) -> None:
    """Write the person's term weights and steps to occupations into flat tables."""
    who, words, can = profiles.row[person], profiles.text, profiles.skills
    of_term, of_skill, idf, idf_squared = flat.term, flat.skill, scales.idf, scales.idf_squared
    for at in range(who.text_from, who.text_to):
        of_term[words[at]] = idf_squared[words[at]]
    for at in range(who.skills_from, who.skills_to):
        of_skill[can[at]] = idf[can[at]]
    steps_to_all(profiles.wanted, who.wanted_from, who.wanted_to, scales.steps, flat.wanted)
    steps_to_all(profiles.done, who.done_from, who.done_to, scales.steps, flat.done)


@njit(cache=True, nogil=True)
def steps_to_all(
    occupations: NDArray[np.int32],
    first: int,
    last: int,
    steps: NDArray[np.int8],
    least: NDArray[np.int8],
) -> None:
    """Steps from the nearest of a person's occupations to every occupation."""
    least[:] = FAR
    for at in range(first, last):
        of_one = steps[occupations[at]]
        for post in range(len(least)):
            least[post] = min(least[post], of_one[post])


@njit(cache=True, nogil=True)
def wipe(profiles: Profiles, person: int, flat: Flat) -> None:
    """Set the person's term weights back to zero."""
    who, words, can = profiles.row[person], profiles.text, profiles.skills
    of_term, of_skill = flat.term, flat.skill
    for at in range(who.text_from, who.text_to):
        of_term[words[at]] = np.float32(0.0)
    for at in range(who.skills_from, who.skills_to):
        of_skill[can[at]] = np.float32(0.0)


@njit(cache=True, nogil=True, inline="always")
def read_off(  # noqa: PLR0913 - numba takes plain arguments
    who: Record,
    post: Record,
    terms: NDArray[np.int32],
    of_term: NDArray[np.float32],
    of_skill: NDArray[np.float32],
    wanted: NDArray[np.int8],
    done: NDArray[np.int8],
    weights: NDArray[np.float64],
    entitled: bool,
) -> tuple[np.float32, np.uint16]:
    """The score and sources of one post for the person laid out in the flat tables."""
    skills_from = post.terms_from + post.n_text
    text, skills = 0.0, 0.0
    for at in range(post.terms_from, skills_from):
        text += of_term[terms[at]]
    for at in range(skills_from, skills_from + post.n_skills):
        skills += of_skill[terms[at]]
    to_wanted, to_done = FAR, FAR
    if post.occupation >= 0:
        to_wanted, to_done = int(wanted[post.occupation]), int(done[post.occupation])
    near = nearness(who.street, who.county, who.city, post)
    score = combined(
        weights,
        occupation_worth(to_wanted, to_done, weights[1]),
        text * (who.text_scale * post.text_scale),
        skills * post.skills_scale,
        near,
        post.newness,
    )
    return score, evidence(min(to_wanted, to_done), skills, text, near, entitled)


@njit(cache=True, nogil=True)
def fetch_ahead(
    slots: NDArray[np.int32],
    rows: NDArray[np.int32],
    post_row: NDArray[Any],
    terms: NDArray[np.int32],
    begins: NDArray[np.int64],
) -> int:
    """Bring some posts and their terms near the core; a number that nobody needs.

    The posts lie scattered. Nothing here waits for what an earlier one said, so their lines come
    side by side; in the reading itself each wait begins after the one before.
    """
    for at in range(len(slots)):
        begins[at] = post_row[rows[slots[at]]].terms_from
    seen, last = 0, len(terms) - 1
    for at in range(len(slots)):
        seen += terms[min(begins[at], last)] if last >= 0 else 0
    return seen


@njit(cache=True, nogil=True)
def read_all(  # noqa: PLR0913 - numba takes plain arguments
    who: Record,
    rows: NDArray[np.int32],
    posts: Posts,
    weights: NDArray[np.float64],
    flat: Flat,
    reach: NDArray[np.int16],
    entitled: NDArray[np.bool_],
    k: int,
    reserve: int,
    slots: NDArray[np.int64],
    scores: NDArray[np.float32],
    found_by: NDArray[np.uint16],
) -> int:
    """Slot, score and sources of all that may be among the best k or in the reserve; how many.

    The most promising are read first, to the rung on which k others stand: no row below can reach
    it. To the reserve a person is entitled; so those rows are read while the reserve stands lower.
    """
    of_term, of_skill, wanted, done = flat.term, flat.skill, flat.wanted, flat.done
    post_row, terms, scale = posts.row, posts.terms, rungs_a_point(weights)
    count, of_entitled = np.zeros(RUNGS, np.int64), np.zeros(RUNGS, np.int64)
    n, least, reached, least_entitled, reached_entitled = 0, 0, 0, 0, 0
    order, left = from_the_top(reach), entitled.sum() if reserve > 0 else 0
    begins, fetched = np.empty(AT_ONCE, np.int64), 0
    for at in range(len(order)):
        slot = order[at]
        if at % AT_ONCE == 0:
            fetched += fetch_ahead(order[at : at + AT_ONCE], rows, post_row, terms, begins)
        if reach[slot] < least:
            if left == 0 or reach[slot] < least_entitled:
                break
            if not entitled[slot]:
                continue
        post = post_row[rows[slot]]
        score, sources = read_off(
            who, post, terms, of_term, of_skill, wanted, done, weights, entitled[slot]
        )
        slots[n], scores[n], found_by[n] = slot, score, sources
        n += 1
        rung = int(np.float64(score) * scale)
        count[rung] += 1
        least, reached = climbed(count, least, reached + (rung >= least), k)
        if entitled[slot] and reserve > 0:
            left -= 1
            of_entitled[rung] += 1
            reached_entitled += rung >= least_entitled
            least_entitled, reached_entitled = climbed(
                of_entitled, least_entitled, reached_entitled, reserve
            )
    return n


@njit(cache=True, nogil=True)
def score_survivors(  # noqa: PLR0913 - numba takes plain arguments
    profiles: Profiles,
    posts: Posts,
    scales: Scales,
    eligible: NDArray[np.int8],
    persons: NDArray[np.int32],
    rows: NDArray[np.int32],
    offsets: NDArray[np.int64],
    best: Best,
    reserve: int,
) -> None:
    """The best of each person's survivors.

    Args:
        profiles: everybody in the market.
        posts: the open ones.
        scales: what the two share.
        eligible: (n_market_persons, n_classes) int8.
        persons: (n,) positions in the market.
        rows: survivors, rows of `posts`.
        offsets: (n + 1,) those of the i-th person are `rows[offsets[i]:offsets[i + 1]]`.
        best: filled.
        reserve: so many of the k go to the best posts of a class the person is entitled to.
    """
    best_row, best_found, best_score = best.row, best.found_by, best.score
    profile_row, post_row, weights = profiles.row, posts.row, scales.weights
    skills, words, k = profiles.skills, profiles.text, best_row.shape[1]
    n_terms, n_occupations = len(scales.idf), scales.steps.shape[1]
    flat = Flat(
        np.zeros(n_terms, np.float32),
        np.zeros(n_terms, np.float32),
        np.empty(n_occupations, np.int8),
        np.empty(n_occupations, np.int8),
    )
    chosen = np.empty(k, np.int64)
    for i in range(len(persons)):
        own = rows[offsets[i] : offsets[i + 1]]
        slots, scores = np.empty(len(own), np.int64), np.empty(len(own), np.float32)
        found_by = np.empty(len(own), np.uint16)
        who, theirs = profile_row[persons[i]], eligible[persons[i]]
        lay_out(profiles, persons[i], scales, flat)
        reach, entitled = reaches(who, skills, words, own, posts, weights, flat, theirs, k)
        m = read_all(
            who,
            own,
            posts,
            weights,
            flat,
            reach,
            entitled,
            k,
            reserve,
            slots,
            scores,
            found_by,
        )
        wipe(profiles, persons[i], flat)
        read = slots[:m]
        n = choose(scores[:m], entitled[read], own[read], post_row, reserve, chosen)
        for at in range(n):
            best_row[i, at] = own[read[chosen[at]]]
            best_found[i, at], best_score[i, at] = found_by[chosen[at]], scores[chosen[at]]
        best_row[i, n:] = -1
