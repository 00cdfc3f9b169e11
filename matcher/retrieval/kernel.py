"""The compiled retrieval score, and the best k of the posts that passed screening.

`score_survivors` lays the person's terms out flat and reads each post once; `score_pairs` merges
the two rows of each given pair. Both add the same numbers in the same order through `combined`,
so a pair has one score to the last bit; a test holds them together.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.retrieval.rows import Posts, Profiles, Record, Scales
from matcher.retrieval.sources import Source

Number: TypeAlias = float | np.float32

OCCUPATION, SKILLS = np.uint16(Source.OCCUPATION), np.uint16(Source.SKILLS)
TEXT, NEAR = np.uint16(Source.TEXT), np.uint16(Source.NEAR)
WELFARE, FRESH = np.uint16(Source.WELFARE), np.uint16(Source.FRESH)

STEPS_SAME_GROUP = 2
"""Up to so many steps in the occupation tree a pair counts as found by occupation."""

FAR = 4
"""Steps between occupations that share nothing, or of which one is unknown."""

WORTH_OF_STEPS = np.array([1.0, 0.8, 0.5, 0.1, 0.0], np.float32)
SAME_STREET, SAME_COUNTY, SAME_CITY = np.float32(1.0), np.float32(0.7), np.float32(0.3)


class Flat(NamedTuple):
    """One person laid out: float32 weight by term and by skill, worth by occupation; else 0."""

    term: NDArray[np.float32]
    skill: NDArray[np.float32]
    occupation: NDArray[np.float32]


class Heap(NamedTuple):
    """The best so far, the worst of them on top: score, position of the vacancy, row."""

    score: NDArray[np.float32]
    vacancy: NDArray[np.int32]
    row: NDArray[np.int32]


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
def worse(score: Number, vacancy: int, than_score: Number, than_vacancy: int) -> bool:
    """Does the first pair come after the second: lower score, or equal and later in the market?"""
    return bool(score < than_score or (score == than_score and vacancy > than_vacancy))


@njit(cache=True, nogil=True)
def sift_down(heap: Heap, size: int, score: Number, vacancy: int, row: int) -> None:
    """Replace the worst of a heap, which stands on top, by this row."""
    scores, vacancies, rows = heap.score, heap.vacancy, heap.row
    at = 0
    while 2 * at + 1 < size:
        below, right = 2 * at + 1, 2 * at + 2
        if right < size and worse(scores[right], vacancies[right], scores[below], vacancies[below]):
            below = right
        if not worse(scores[below], vacancies[below], score, vacancy):
            break
        scores[at], vacancies[at], rows[at] = scores[below], vacancies[below], rows[below]
        at = below
    scores[at], vacancies[at], rows[at] = score, vacancy, row


@njit(cache=True, nogil=True)
def offer(heap: Heap, size: int, score: Number, vacancy: int, row: int) -> int:
    """Put a row into a heap of the best (worst on top) unless it is too bad; the new size."""
    scores, vacancies, rows = heap.score, heap.vacancy, heap.row
    if size == len(scores):
        if size and worse(scores[0], vacancies[0], score, vacancy):
            sift_down(heap, size, score, vacancy, row)
        return size
    at = size
    while at > 0:
        above = (at - 1) // 2
        if not worse(score, vacancy, scores[above], vacancies[above]):
            break
        scores[at], vacancies[at], rows[at] = scores[above], vacancies[above], rows[above]
        at = above
    scores[at], vacancies[at], rows[at] = score, vacancy, row
    return size + 1


@njit(cache=True, nogil=True)
def lay_out(profiles: Profiles, person: int, scales: Scales, flat: Flat) -> None:
    """Write the person's term weights and occupation worths into flat tables."""
    who, words, can = profiles.row[person], profiles.text, profiles.skills
    wished, worked, steps = profiles.wanted, profiles.done, scales.steps
    of_term, of_skill, of_occupation = flat.term, flat.skill, flat.occupation
    idf, idf_squared, weight_of_done = scales.idf, scales.idf_squared, scales.weights[1]
    for at in range(who.text_from, who.text_to):
        of_term[words[at]] = idf_squared[words[at]]
    for at in range(who.skills_from, who.skills_to):
        of_skill[can[at]] = idf[can[at]]
    for post in range(len(of_occupation)):
        wanted = nearest(wished, who.wanted_from, who.wanted_to, steps, post)
        done = nearest(worked, who.done_from, who.done_to, steps, post)
        of_occupation[post] = occupation_worth(wanted, done, weight_of_done)


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
def flat_score(  # noqa: PLR0913 - numba takes plain arguments
    who: Record,
    post: Record,
    terms: NDArray[np.int32],
    of_term: NDArray[np.float32],
    of_skill: NDArray[np.float32],
    of_occupation: NDArray[np.float32],
    weights: NDArray[np.float64],
) -> np.float32:
    """The score of one post for the person laid out in the flat tables."""
    skills_from = post.terms_from + post.n_text
    text, skills, worth = 0.0, 0.0, np.float32(0.0)
    for at in range(post.terms_from, skills_from):
        text += of_term[terms[at]]
    for at in range(skills_from, skills_from + post.n_skills):
        skills += of_skill[terms[at]]
    if post.occupation >= 0:
        worth = of_occupation[post.occupation]
    return combined(
        weights,
        worth,
        text * (who.text_scale * post.text_scale),
        skills * post.skills_scale,
        nearness(who.street, who.county, who.city, post),
        post.newness,
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
    profile_row, post_row, terms, weights = profiles.row, posts.row, posts.terms, scales.weights
    of_term = np.zeros(len(scales.idf), np.float32)
    of_skill = np.zeros(len(scales.idf), np.float32)
    of_occupation = np.zeros(scales.steps.shape[1], np.float32)
    flat = Flat(of_term, of_skill, of_occupation)
    top = Heap(np.empty(k, np.float32), np.empty(k, np.int32), np.empty(k, np.int32))
    kept = Heap(
        np.empty(reserve, np.float32), np.empty(reserve, np.int32), np.empty(reserve, np.int32)
    )
    top_score, top_vacancy, top_row = top.score, top.vacancy, top.row
    for i in range(len(persons)):
        person = persons[i]
        who = profile_row[person]
        lay_out(profiles, person, scales, flat)
        n_top, n_kept = 0, 0
        for at in range(offsets[i], offsets[i + 1]):
            row = rows[at]
            post = post_row[row]
            vacancy = post.vacancy
            score = flat_score(who, post, terms, of_term, of_skill, of_occupation, weights)
            of_class = post.welfare_class
            if of_class >= 0 and reserve > 0 and eligible[person, of_class] == 1:
                if n_kept < reserve:
                    n_kept = offer(kept, n_kept, score, vacancy, row)
                    continue
                # Who makes room among those kept may still be one of the best of all.
                out_score, out_vacancy, out_row = kept.score[0], kept.vacancy[0], kept.row[0]
                if worse(out_score, out_vacancy, score, vacancy):
                    sift_down(kept, n_kept, score, vacancy, row)
                    score, vacancy, row = out_score, out_vacancy, out_row
            if n_top < k or score >= top_score[0]:
                n_top = offer(top, n_top, score, vacancy, row)
        while n_top > k - n_kept:
            n_top -= 1
            sift_down(top, n_top, top_score[n_top], top_vacancy[n_top], top_row[n_top])
        best[i, :n_top] = top_row[:n_top]
        best[i, n_top : n_top + n_kept] = kept.row[:n_kept]
        best[i, n_top + n_kept :] = -1
        wipe(profiles, person, flat)
