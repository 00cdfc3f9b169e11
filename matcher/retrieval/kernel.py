"""The compiled retrieval score, and the best k of the posts that passed screening.

`score_survivors` lays the person's terms out flat and reads each post once; `score_pairs` merges
the two rows of each given pair. Both add the same numbers in the same order through `combined`,
so a pair has one score to the last bit; a test holds them together.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.retrieval.rows import Best, Flat, Number, Posts, Profiles, Record, Scales
from matcher.retrieval.select import choose
from matcher.retrieval.sources import Source

OCCUPATION, SKILLS = np.uint16(Source.OCCUPATION), np.uint16(Source.SKILLS)
TEXT, NEAR = np.uint16(Source.TEXT), np.uint16(Source.NEAR)
WELFARE, FRESH = np.uint16(Source.WELFARE), np.uint16(Source.FRESH)

STEPS_SAME_GROUP = 2
"""Up to so many steps in the occupation tree a pair counts as found by occupation."""

FAR = 4
"""Steps between occupations that share nothing, or of which one is unknown."""

WORTH_OF_STEPS = np.array([1.0, 0.8, 0.5, 0.1, 0.0], np.float32)
SAME_STREET, SAME_COUNTY, SAME_CITY = np.float32(1.0), np.float32(0.7), np.float32(0.3)


# Arrays inside a tuple cost a reference count at each use, tens of nanoseconds a pair: the loops
# below take them out first.


@njit(cache=True, nogil=True)
def combined(
    weights: NDArray[np.float64],
    worth: Number,
    text: Number,
    skills: Number,
    near: Number,
    new: Number,
) -> np.float32:
    """The retrieval score from its parts, each in [0, 1]."""
    rest = weights[4] * near + weights[5] * new
    return np.float32(weights[0] * worth + weights[2] * text + weights[3] * skills + rest)


@njit(cache=True, nogil=True)
def nearness(street: int, county: int, city: int, post: Record) -> np.float32:
    """1 in the same street, less in the same county or city, 0 elsewhere or where unknown."""
    if city < 0 or city != post.city:
        return np.float32(0.0)
    if county < 0 or county != post.county:
        return SAME_CITY
    if street < 0 or street != post.street:
        return SAME_COUNTY
    return SAME_STREET


@njit(cache=True, nogil=True)
def nearest(
    occupations: NDArray[np.int32], first: int, last: int, steps: NDArray[np.int8], post: int
) -> int:
    """Steps from the nearest of a person's occupations to a post's; `FAR` where unknown."""
    least = FAR
    if post >= 0:
        for at in range(first, last):
            least = min(least, steps[occupations[at], post])
    return least


@njit(cache=True, nogil=True)
def occupation_worth(wanted: int, done: int, weight_of_done: Number) -> np.float32:
    """What the nearest occupation is worth, by the steps to one wanted and to one done."""
    return max(WORTH_OF_STEPS[wanted], np.float32(weight_of_done * WORTH_OF_STEPS[done]))


@njit(cache=True, nogil=True)
def shared_weight(  # noqa: PLR0913 - numba takes plain arguments
    a: NDArray[np.int32],
    a_at: int,
    a_end: int,
    b: NDArray[np.int32],
    b_at: int,
    b_end: int,
    weight: NDArray[np.float32],
) -> Number:
    """The summed weight of what two ascending rows share, added in ascending order."""
    total = 0.0
    while a_at < a_end and b_at < b_end:
        if a[a_at] < b[b_at]:
            a_at += 1
        elif b[b_at] < a[a_at]:
            b_at += 1
        else:
            total += weight[a[a_at]]
            a_at += 1
            b_at += 1
    return total


@njit(cache=True, nogil=True)
def evidence(steps: int, skills: Number, text: Number, near: Number, entitled: bool) -> np.uint16:
    """The sources of a pair by what speaks for it."""
    found_by = np.uint16(0)
    if steps <= STEPS_SAME_GROUP:
        found_by |= OCCUPATION
    if skills > 0.0:
        found_by |= SKILLS
    if text > 0.0:
        found_by |= TEXT
    if near >= SAME_COUNTY:
        found_by |= NEAR
    if entitled:
        found_by |= WELFARE
    return found_by if found_by else FRESH


@njit(cache=True, nogil=True)
def score_pairs(
    profiles: Profiles,
    posts: Posts,
    scales: Scales,
    eligible: NDArray[np.int8],
    person: NDArray[np.int32],
    rows: NDArray[np.int32],
) -> tuple[NDArray[np.float32], NDArray[np.uint16]]:
    """The score and the sources of given pairs of person position and row of `posts`."""
    persons, words, can = profiles.row, profiles.text, profiles.skills
    wished, worked = profiles.wanted, profiles.done
    post_row, terms, steps, weights = posts.row, posts.terms, scales.steps, scales.weights
    idf, idf_squared = scales.idf, scales.idf_squared
    score, found_by = np.zeros(len(person), np.float32), np.zeros(len(person), np.uint16)
    for pair in range(len(person)):
        who, post = persons[person[pair]], post_row[rows[pair]]
        skills_from = post.terms_from + post.n_text
        skills_to = skills_from + post.n_skills
        text = shared_weight(
            words, who.text_from, who.text_to, terms, post.terms_from, skills_from, idf_squared
        )
        skills = shared_weight(
            can, who.skills_from, who.skills_to, terms, skills_from, skills_to, idf
        )
        wanted = nearest(wished, who.wanted_from, who.wanted_to, steps, post.occupation)
        done = nearest(worked, who.done_from, who.done_to, steps, post.occupation)
        near = nearness(who.street, who.county, who.city, post)
        score[pair] = combined(
            weights,
            occupation_worth(wanted, done, weights[1]),
            text * (who.text_scale * post.text_scale),
            skills * post.skills_scale,
            near,
            post.newness,
        )
        entitled = post.welfare_class >= 0 and eligible[person[pair], post.welfare_class] == 1
        found_by[pair] = evidence(min(wanted, done), skills, text, near, entitled)
    return score, found_by


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


@njit(cache=True, nogil=True)
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
def read_all(  # noqa: PLR0913 - numba takes plain arguments
    who: Record,
    rows: NDArray[np.int32],
    posts: Posts,
    weights: NDArray[np.float64],
    flat: Flat,
    eligible: NDArray[np.int8],
    scores: NDArray[np.float32],
    found_by: NDArray[np.uint16],
    entitled: NDArray[np.bool_],
) -> None:
    """Score and sources of every row for the person laid out; `eligible` is the person's own."""
    of_term, of_skill, wanted, done = flat.term, flat.skill, flat.wanted, flat.done
    post_row, terms = posts.row, posts.terms
    for slot in range(len(rows)):
        post = post_row[rows[slot]]
        is_entitled = post.welfare_class >= 0 and eligible[post.welfare_class] == 1
        entitled[slot] = is_entitled
        scores[slot], found_by[slot] = read_off(
            who, post, terms, of_term, of_skill, wanted, done, weights, is_entitled
        )


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
    profile_row, post_row = profiles.row, posts.row
    n_terms, n_occupations = len(scales.idf), scales.steps.shape[1]
    flat = Flat(
        np.zeros(n_terms, np.float32),
        np.zeros(n_terms, np.float32),
        np.empty(n_occupations, np.int8),
        np.empty(n_occupations, np.int8),
    )
    chosen = np.empty(best_row.shape[1], np.int64)
    for i in range(len(persons)):
        own = rows[offsets[i] : offsets[i + 1]]
        scores, found_by = np.empty(len(own), np.float32), np.empty(len(own), np.uint16)
        entitled = np.empty(len(own), np.bool_)
        lay_out(profiles, persons[i], scales, flat)
        who = profile_row[persons[i]]
        theirs = eligible[persons[i]]
        read_all(who, own, posts, scales.weights, flat, theirs, scores, found_by, entitled)
        wipe(profiles, persons[i], flat)
        n = choose(scores, entitled, own, post_row, reserve, chosen)
        for at in range(n):
            slot = chosen[at]
            best_row[i, at], best_found[i, at] = own[slot], found_by[slot]
            best_score[i, at] = scores[slot]
        best_row[i, n:] = -1
