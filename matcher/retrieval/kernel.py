"""The compiled retrieval score of a pair, from its parts.

`score_pairs` merges the two rows of each given pair; the search for somebody's best posts (`best`)
lays the person's terms out flat. Both add the same numbers in the same order through `combined`,
so a pair has one score to the last bit; a test holds them together.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.retrieval.rows import Number, Posts, Profiles, Record, Scales
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


@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True, inline="always")
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
