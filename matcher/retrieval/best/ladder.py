"""What a post's score can reach, told by its place, work and lengths alone.

Scores are counted on a ladder of rungs. Who goes anywhere has hundreds of thousands of posts to
choose from, and most of them could not come among the best whatever their words were.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.retrieval.kernel import SAME_CITY, SAME_STREET, combined, occupation_worth
from matcher.retrieval.rows import Flat, Posts, Record

RUNGS = 1024
"""Of the ladder on which scores are counted."""

FEW = 64
"""Up to so many rows for each place on the list, reading on is quicker than reading the best first:
memory is fetched ahead of who reads it in order."""

SLACK = 1.0001
"""More than rounding can add to what is at most 1."""

SMALLEST = np.float32(1e-30)
"""Keeps a share of nothing 0."""


@njit(cache=True, nogil=True)
def bits_held(terms: NDArray[np.int32], first: int, last: int) -> np.uint64:
    """The bits of a person's skills, as `bits_of` gives them to posts."""
    held = np.uint64(0)
    for at in range(first, last):
        held |= np.uint64(1) << (np.uint64(terms[at]) & np.uint64(63))
    return held


@njit(cache=True, nogil=True)
def shared_by_byte(
    words: NDArray[np.int32], first: int, last: int, of_term: NDArray[np.float32]
) -> NDArray[np.float64]:
    """(8, 256) the weight of a person's terms that have a bit in each byte of a post's words.

    What the eight bytes of `Posts.words_seen` say together is the most that the two can share.
    """
    of_bit = np.zeros(64, np.float64)
    for at in range(first, last):
        of_bit[words[at] & 63] += of_term[words[at]]
    table = np.zeros((8, 256), np.float64)
    for byte in range(8):
        for bit in range(8):
            # Values with this highest bit are those below it, and the bit.
            for value in range(1 << bit):
                table[byte, (1 << bit) + value] = table[byte, value] + of_bit[8 * byte + bit]
    return table


@njit(cache=True, nogil=True)
def rungs_a_point(weights: NDArray[np.float64]) -> float:
    """Rungs of the ladder in one point of score; 0, one rung for all, where a weight is below 0.

    Where more evidence lowers a score, nothing can be said without a look at the terms.
    """
    if weights[:6].min() < 0.0:
        return 0.0
    top = SLACK * (weights[0] * max(1.0, weights[1]) + weights[2:6].sum())
    return (RUNGS - 1) / top if top > 0.0 else 0.0


@njit(cache=True, nogil=True)
def ceilings(  # noqa: PLR0913 - numba takes plain arguments
    who: Record,
    can: np.uint64,
    rows: NDArray[np.int32],
    posts: Posts,
    weights: NDArray[np.float64],
    flat: Flat,
    eligible: NDArray[np.int8],
    by_byte: NDArray[np.float64],
    reach: NDArray[np.int16],
    entitled: NDArray[np.bool_],
) -> None:
    """The highest rung each row can reach, told without its terms; is the person entitled to it.

    Of two idf vectors with lengths a and b the cosine is at most min(a, b) / max(a, b), as what
    they share is in both; nor can they share more than `shared_by_byte` says, where `by_byte` is
    not empty. Without a common bit no skill is shared.
    """
    outlines, seen = posts.outline, posts.words_seen
    wanted, done = flat.wanted, flat.done
    worth = np.zeros(len(wanted) + 1, np.float32)
    for at in range(len(wanted)):
        worth[at + 1] = occupation_worth(wanted[at], done[at], weights[1])
    county, city, own_scale = who.county, who.city, who.text_scale
    scale = rungs_a_point(weights)
    for at in range(len(rows)):
        post = outlines[rows[at]]
        near = np.float32(0.0)
        if city >= 0 and city == post.city:
            near = SAME_STREET if county >= 0 and county == post.county else SAME_CITY
        longest = max(own_scale, post.text_scale, SMALLEST)
        text = SLACK * min(own_scale, post.text_scale) / longest
        if len(by_byte):
            bits, shared = seen[rows[at]], 0.0
            for byte in range(8):
                shared += by_byte[byte, (bits >> np.uint64(8 * byte)) & np.uint64(255)]
            text = min(text, SLACK * shared * own_scale * post.text_scale)
        skills = SLACK if post.skills_seen & can else 0.0
        most = combined(weights, worth[post.occupation + 1], text, skills, near, post.newness)
        reach[at] = int(np.float64(most) * scale)
        of_class = post.welfare_class
        entitled[at] = of_class >= 0 and eligible[of_class] == 1


@njit(cache=True, nogil=True)
def reaches(  # noqa: PLR0913 - numba takes plain arguments
    who: Record,
    skills: NDArray[np.int32],
    words: NDArray[np.int32],
    rows: NDArray[np.int32],
    posts: Posts,
    weights: NDArray[np.float64],
    flat: Flat,
    eligible: NDArray[np.int8],
    k: int,
) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """The rung each row can reach, and is the person entitled to it.

    Of few rows all stand on top, so that they are read in their own order. The bits of words are
    looked at for who names no occupation: all others' lists end before, by the work alone.
    """
    reach, entitled = np.full(len(rows), RUNGS - 1, np.int16), np.empty(len(rows), np.bool_)
    if len(rows) > FEW * k:
        can = bits_held(skills, who.skills_from, who.skills_to)
        by_byte = np.empty((0, 256), np.float64)
        if who.wanted_from == who.wanted_to and who.done_from == who.done_to:
            by_byte = shared_by_byte(words, who.text_from, who.text_to, flat.term)
        ceilings(who, can, rows, posts, weights, flat, eligible, by_byte, reach, entitled)
        return reach, entitled
    post_row = posts.row
    for at in range(len(rows)):
        of_class = post_row[rows[at]].welfare_class
        entitled[at] = of_class >= 0 and eligible[of_class] == 1
    return reach, entitled


@njit(cache=True, nogil=True)
def from_the_top(reach: NDArray[np.int16]) -> NDArray[np.int32]:
    """(n,) the slots, those that can reach most first, in their own order on one rung."""
    place = np.zeros(RUNGS + 1, np.int64)
    for rung in reach:
        place[RUNGS - rung] += 1
    place = np.cumsum(place)
    order = np.empty(len(reach), np.int32)
    for slot in range(len(reach)):
        at = RUNGS - 1 - reach[slot]
        order[place[at]] = slot
        place[at] += 1
    return order


@njit(cache=True, nogil=True)
def climbed(count: NDArray[np.int64], rung: int, reached: int, k: int) -> tuple[int, int]:
    """The highest rung that k have reached, from the last one, and how many have."""
    while reached - count[rung] >= k:
        reached -= count[rung]
        rung += 1
    return rung, reached
