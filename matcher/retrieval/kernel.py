"""The compiled retrieval score, and the best k of the posts that passed screening.

`score_survivors` lays the person's terms out flat and reads each post once; `score_pairs` merges
the two rows of each given pair. Both add the same numbers in the same order through `combined`,
so a pair has one score to the last bit; a test holds them together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.retrieval.sources import Source

OCCUPATION, SKILLS = np.uint16(Source.OCCUPATION), np.uint16(Source.SKILLS)
TEXT, NEAR = np.uint16(Source.TEXT), np.uint16(Source.NEAR)
WELFARE, FRESH = np.uint16(Source.WELFARE), np.uint16(Source.FRESH)

STEPS_SAME_GROUP = 2
"""Up to so many steps in the occupation tree a pair counts as found by occupation."""

WORTH_OF_STEPS = np.array([1.0, 0.8, 0.5, 0.1, 0.0], np.float32)
SAME_STREET, SAME_COUNTY, SAME_CITY = np.float32(1.0), np.float32(0.7), np.float32(0.3)


class Profiles(NamedTuple):
    """The persons of the market as scoring reads them.

    Attributes:
        text_from, text: terms as ragged rows, ascending and unique; likewise `skills`.
        text_scale: float32, 1 over the length of the idf vector; 0 without terms.
        wanted_from, wanted, done_from, done: rows of `steps`.
        street, county, city: codes, -1 unknown.
    """

    text_from: NDArray[np.int64]
    text: NDArray[np.int32]
    text_scale: NDArray[np.float32]
    skills_from: NDArray[np.int64]
    skills: NDArray[np.int32]
    wanted_from: NDArray[np.int64]
    wanted: NDArray[np.int32]
    done_from: NDArray[np.int64]
    done: NDArray[np.int32]
    street: NDArray[np.int64]
    county: NDArray[np.int32]
    city: NDArray[np.int32]


class Posts(NamedTuple):
    """The open posts as scoring reads them, in the row order of screening's runs.

    Attributes:
        text_from, text, text_scale: as in `Profiles`.
        skills_from, skills: as in `Profiles`.
        skills_scale: float32, 1 over the idf of all skills wanted; 0 where none is named.
        occupation: column of `steps`, -1 unknown.
        newness: float32 in [0, 1], 0 where the day of posting is not known.
        street, county, city: codes, -1 unknown.
        welfare_class: column of the eligibility table, -1 ordinary.
        vacancy: int32 position in the market.
    """

    text_from: NDArray[np.int64]
    text: NDArray[np.int32]
    text_scale: NDArray[np.float32]
    skills_from: NDArray[np.int64]
    skills: NDArray[np.int32]
    skills_scale: NDArray[np.float32]
    occupation: NDArray[np.int32]
    newness: NDArray[np.float32]
    street: NDArray[np.int64]
    county: NDArray[np.int32]
    city: NDArray[np.int32]
    welfare_class: NDArray[np.int32]
    vacancy: NDArray[np.int32]


class Scales(NamedTuple):
    """What both sides share: term weights, steps between occupations, and the weights.

    Attributes:
        idf, idf_squared: (n_terms,) float32.
        steps: (n_occupations_of_persons, n_occupations) int8 of `tree_distance`.
        weights: float64 of `RetrievalWeights.as_array`.
    """

    idf: NDArray[np.float32]
    idf_squared: NDArray[np.float32]
    steps: NDArray[np.int8]
    weights: NDArray[np.float64]


@njit(cache=True, nogil=True)
def combined(
    weights: NDArray[np.float64], occupation: float, text: float, skills: float, rest: float
) -> np.float32:
    """The retrieval score from its parts, each in [0, 1]; `rest` is already weighted."""
    return np.float32(weights[0] * occupation + weights[2] * text + weights[3] * skills + rest)


@njit(cache=True, nogil=True)
def nearness(profiles: Profiles, person: int, posts: Posts, row: int) -> np.float32:
    """1 in the same street, less in the same county or city, 0 elsewhere or where unknown."""
    if profiles.city[person] < 0 or profiles.city[person] != posts.city[row]:
        return np.float32(0.0)
    if profiles.county[person] < 0 or profiles.county[person] != posts.county[row]:
        return SAME_CITY
    if profiles.street[person] < 0 or profiles.street[person] != posts.street[row]:
        return SAME_COUNTY
    return SAME_STREET


@njit(cache=True, nogil=True)
def occupation_worth(profiles: Profiles, person: int, scales: Scales, post: int) -> np.float32:
    """What the nearest occupation wanted or done is worth for a post's; 0 where unknown."""
    best = np.float32(0.0)
    if post < 0:
        return best
    for at in range(profiles.wanted_from[person], profiles.wanted_from[person + 1]):
        best = max(best, WORTH_OF_STEPS[scales.steps[profiles.wanted[at], post]])
    for at in range(profiles.done_from[person], profiles.done_from[person + 1]):
        worth = WORTH_OF_STEPS[scales.steps[profiles.done[at], post]]
        best = max(best, np.float32(scales.weights[1] * worth))
    return best


@njit(cache=True, nogil=True)
def shared_weight(  # noqa: PLR0913 - numba takes plain arguments
    a: NDArray[np.int32],
    a_at: int,
    a_end: int,
    b: NDArray[np.int32],
    b_at: int,
    b_end: int,
    weight: NDArray[np.float32],
) -> float:
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
def score_pairs(
    profiles: Profiles,
    posts: Posts,
    scales: Scales,
    eligible: NDArray[np.int8],
    person: NDArray[np.int32],
    rows: NDArray[np.int32],
) -> tuple[NDArray[np.float32], NDArray[np.uint16]]:
    """The score and the sources of given pairs of person position and row of `posts`."""
    score = np.zeros(len(person), np.float32)
    found_by = np.zeros(len(person), np.uint16)
    for pair in range(len(person)):
        at, row = person[pair], rows[pair]
        text = shared_weight(
            profiles.text,
            profiles.text_from[at],
            profiles.text_from[at + 1],
            posts.text,
            posts.text_from[row],
            posts.text_from[row + 1],
            scales.idf_squared,
        )
        skills = shared_weight(
            profiles.skills,
            profiles.skills_from[at],
            profiles.skills_from[at + 1],
            posts.skills,
            posts.skills_from[row],
            posts.skills_from[row + 1],
            scales.idf,
        )
        worth = occupation_worth(profiles, at, scales, posts.occupation[row])
        near = nearness(profiles, at, posts, row)
        rest = scales.weights[4] * near + scales.weights[5] * posts.newness[row]
        scaled = text * (profiles.text_scale[at] * posts.text_scale[row])
        score[pair] = combined(
            scales.weights, worth, scaled, skills * posts.skills_scale[row], rest
        )
        mask = np.uint16(0)
        if same_group(profiles, at, scales, posts.occupation[row]):
            mask |= OCCUPATION
        if skills > 0.0:
            mask |= SKILLS
        if text > 0.0:
            mask |= TEXT
        if near >= SAME_COUNTY:
            mask |= NEAR
        if posts.welfare_class[row] >= 0 and eligible[at, posts.welfare_class[row]] == 1:
            mask |= WELFARE
        found_by[pair] = mask if mask else FRESH
    return score, found_by


@njit(cache=True, nogil=True)
def same_group(profiles: Profiles, person: int, scales: Scales, post: int) -> bool:
    """Does an occupation wanted or done share at least the 中类 with the post's?"""
    if post < 0:
        return False
    for at in range(profiles.wanted_from[person], profiles.wanted_from[person + 1]):
        if scales.steps[profiles.wanted[at], post] <= STEPS_SAME_GROUP:
            return True
    for at in range(profiles.done_from[person], profiles.done_from[person + 1]):
        if scales.steps[profiles.done[at], post] <= STEPS_SAME_GROUP:
            return True
    return False


@njit(cache=True, nogil=True)
def worse(score: np.float32, vacancy: int, than_score: np.float32, than_vacancy: int) -> bool:
    """Does the first pair come after the second: lower score, or equal and later in the market?"""
    return score < than_score or (score == than_score and vacancy > than_vacancy)


@njit(cache=True, nogil=True)
def sift_down(
    heap_score: NDArray[np.float32],
    heap_row: NDArray[np.int32],
    size: int,
    score: np.float32,
    row: int,
    vacancy: NDArray[np.int32],
) -> None:
    """Replace the worst of a heap, which stands on top, by this row."""
    at = 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        right = below + 1
        if right < size and worse(
            heap_score[right], vacancy[heap_row[right]], heap_score[below], vacancy[heap_row[below]]
        ):
            below = right
        if not worse(heap_score[below], vacancy[heap_row[below]], score, vacancy[row]):
            break
        heap_score[at], heap_row[at] = heap_score[below], heap_row[below]
        at = below
    heap_score[at], heap_row[at] = score, row


@njit(cache=True, nogil=True)
def offer(
    heap_score: NDArray[np.float32],
    heap_row: NDArray[np.int32],
    size: int,
    score: np.float32,
    row: int,
    vacancy: NDArray[np.int32],
) -> int:
    """Put a row into a heap of the best (worst on top) unless it is too bad; the new size."""
    if size == len(heap_score):
        if size and worse(heap_score[0], vacancy[heap_row[0]], score, vacancy[row]):
            sift_down(heap_score, heap_row, size, score, row, vacancy)
        return size
    at = size
    while at > 0:
        above = (at - 1) // 2
        if not worse(score, vacancy[row], heap_score[above], vacancy[heap_row[above]]):
            break
        heap_score[at], heap_row[at] = heap_score[above], heap_row[above]
        at = above
    heap_score[at], heap_row[at] = score, row
    return size + 1


@njit(cache=True, nogil=True)
def lay_out(
    profiles: Profiles,
    person: int,
    scales: Scales,
    of_term: NDArray[np.float32],
    of_skill: NDArray[np.float32],
    of_occupation: NDArray[np.float32],
) -> None:
    """Write the person's term weights and occupation worths into flat tables."""
    for at in range(profiles.text_from[person], profiles.text_from[person + 1]):
        of_term[profiles.text[at]] = scales.idf_squared[profiles.text[at]]
    for at in range(profiles.skills_from[person], profiles.skills_from[person + 1]):
        of_skill[profiles.skills[at]] = scales.idf[profiles.skills[at]]
    for post in range(scales.steps.shape[1]):
        of_occupation[post] = occupation_worth(profiles, person, scales, post)


@njit(cache=True, nogil=True)
def wipe(
    profiles: Profiles,
    person: int,
    of_term: NDArray[np.float32],
    of_skill: NDArray[np.float32],
) -> None:
    """Set the person's term weights back to zero."""
    for at in range(profiles.text_from[person], profiles.text_from[person + 1]):
        of_term[profiles.text[at]] = np.float32(0.0)
    for at in range(profiles.skills_from[person], profiles.skills_from[person + 1]):
        of_skill[profiles.skills[at]] = np.float32(0.0)


@njit(cache=True, nogil=True)
def score_survivors(  # noqa: PLR0913 - numba takes plain arguments
    profiles: Profiles,
    posts: Posts,
    scales: Scales,
    eligible: NDArray[np.int8],
    persons: NDArray[np.int32],
    rows: NDArray[np.int32],
    offsets: NDArray[np.int64],
    best: NDArray[np.int32],
    reserve: int,
) -> None:
    """The best rows of each person's survivors.

    Args:
        profiles: everybody in the market.
        posts: the open ones.
        scales: what the two share.
        eligible: (n_market_persons, n_classes) int8.
        persons: (n,) positions in the market.
        rows: survivors, rows of `posts`.
        offsets: (n + 1,) those of the i-th person are `rows[offsets[i]:offsets[i + 1]]`.
        best: (n, k) int32, filled with rows in no order, -1 where there are fewer.
        reserve: so many of the k go to the best posts of a class the person is entitled to.
    """
    k = best.shape[1]
    weights = scales.weights
    of_term = np.zeros(len(scales.idf), np.float32)
    of_skill = np.zeros(len(scales.idf), np.float32)
    of_occupation = np.zeros(scales.steps.shape[1], np.float32)
    top_score, top_row = np.empty(k, np.float32), np.empty(k, np.int32)
    kept_score, kept_row = np.empty(reserve, np.float32), np.empty(reserve, np.int32)
    for i in range(len(persons)):
        person = persons[i]
        lay_out(profiles, person, scales, of_term, of_skill, of_occupation)
        scale = profiles.text_scale[person]
        n_top, n_kept = 0, 0
        for at in range(offsets[i], offsets[i + 1]):
            row = rows[at]
            text, skills, worth = 0.0, 0.0, np.float32(0.0)
            for term in range(posts.text_from[row], posts.text_from[row + 1]):
                text += of_term[posts.text[term]]
            for term in range(posts.skills_from[row], posts.skills_from[row + 1]):
                skills += of_skill[posts.skills[term]]
            if posts.occupation[row] >= 0:
                worth = of_occupation[posts.occupation[row]]
            near = nearness(profiles, person, posts, row)
            rest = weights[4] * near + weights[5] * posts.newness[row]
            scaled = text * (scale * posts.text_scale[row])
            score = combined(weights, worth, scaled, skills * posts.skills_scale[row], rest)
            of_class = posts.welfare_class[row]
            if reserve > 0 and of_class >= 0 and eligible[person, of_class] == 1:
                if n_kept < reserve:
                    n_kept = offer(kept_score, kept_row, n_kept, score, row, posts.vacancy)
                    continue
                out_score, out_row = kept_score[0], kept_row[0]
                if worse(out_score, posts.vacancy[out_row], score, posts.vacancy[row]):
                    sift_down(kept_score, kept_row, n_kept, score, row, posts.vacancy)
                    score, row = out_score, out_row
            if n_top < k or score >= top_score[0]:
                n_top = offer(top_score, top_row, n_top, score, row, posts.vacancy)
        while n_top > k - n_kept:
            n_top -= 1
            sift_down(top_score, top_row, n_top, top_score[n_top], top_row[n_top], posts.vacancy)
        best[i, :n_top] = top_row[:n_top]
        best[i, n_top : n_top + n_kept] = kept_row[:n_kept]
        best[i, n_top + n_kept :] = -1
        wipe(profiles, person, of_term, of_skill)
