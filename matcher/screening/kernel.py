"""The one compiled pair function of screening, and the loops that run it.

Explanation asks it for given pairs, retrieval for one person against blocks of posts; as both call
`failures`, they can never disagree. What is a set of codes (education, sex, work form, health,
open or not) stands in one 64-bit word per post, and in one word of forbidden bits per person.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.domain.filters import Filter

AGE, WAGE_FLOOR = np.uint16(Filter.AGE), np.uint16(Filter.WAGE_FLOOR)
CERTIFICATES, DISTANCE = np.uint16(Filter.CERTIFICATES), np.uint16(Filter.DISTANCE)
WELFARE_POLICY, ALL_BUT_DISTANCE = np.uint16(Filter.WELFARE_POLICY), ~DISTANCE

EARTH_RADIUS_KM = 6371.0088
KM_A_DEGREE = EARTH_RADIUS_KM * math.pi / 180.0


class PlaceTable(NamedTuple):
    """Distinct places: codes (-1 not known that finely) and centroids in degrees (NaN unknown)."""

    province: NDArray[np.int32]
    city: NDArray[np.int32]
    county: NDArray[np.int32]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


class PeopleRows(NamedTuple):
    """Some persons as the kernel reads them; one row each.

    Attributes:
        failed: uint16, filters the person fails before any post is looked at.
        unknown: uint16, filters whose fact about the person was not asked.
        forbidden: uint64, bits of a post's word that exclude this person.
        age_for_min, age_for_max: int16, full years; a value that passes where not asked.
        wage_wanted: float32, yuan a month, NaN not asked.
        max_km: float64, NaN not asked.
        place: int32, row of `places`.
        certificates_from, certificates: the person's certificates as ragged rows.
        eligible: (n, n_classes) int8, of `WelfareEligibility`.
        places: where persons live.
    """

    failed: NDArray[np.uint16]
    unknown: NDArray[np.uint16]
    forbidden: NDArray[np.uint64]
    age_for_min: NDArray[np.int16]
    age_for_max: NDArray[np.int16]
    wage_wanted: NDArray[np.float32]
    max_km: NDArray[np.float64]
    place: NDArray[np.int32]
    certificates_from: NDArray[np.int64]
    certificates: NDArray[np.int32]
    eligible: NDArray[np.int8]
    places: PlaceTable


class PostRows(NamedTuple):
    """Some posts as the kernel reads them; one row each.

    Attributes:
        word: uint64, one bit for each code the post has.
        limits: uint16, filters by which the post (or the law) asks something of a person.
        age_min, age_max: int16 full years, inclusive; values that everyone passes where not stated.
        wage_max: float32, NaN not stated.
        welfare_class: int32, -1 ordinary.
        place: int32, row of `places`.
        certificates_from, certificates: the certificates required as ragged rows.
        places: where posts are.
        sections, section_filter: which bits of `word` belong to which filter.
    """

    word: NDArray[np.uint64]
    limits: NDArray[np.uint16]
    age_min: NDArray[np.int16]
    age_max: NDArray[np.int16]
    wage_max: NDArray[np.float32]
    welfare_class: NDArray[np.int32]
    place: NDArray[np.int32]
    certificates_from: NDArray[np.int64]
    certificates: NDArray[np.int32]
    places: PlaceTable
    sections: NDArray[np.uint64]
    section_filter: NDArray[np.uint16]


class Runs(NamedTuple):
    """Posts sorted by place and word: block b has runs `first_run[b]:first_run[b + 1]`.

    Attributes:
        place: (n_blocks,) int32 row of the posts' places.
        first_run: (n_blocks + 1,) int64.
        first_row: (n_runs + 1,) int64; the posts of one run have one word.
    """

    place: NDArray[np.int32]
    first_run: NDArray[np.int64]
    first_row: NDArray[np.int64]


@njit(cache=True, nogil=True)
def distance(a: PlaceTable, at: int, b: PlaceTable, to: int) -> float:
    """Kilometres between two centroids; NaN unknown.

    A place known only to its city (or province) says nothing about the way to a place inside it.
    """
    if a.county[at] < 0 or b.county[to] < 0:
        if a.city[at] < 0 or b.city[to] < 0:
            if a.province[at] == b.province[to]:
                return math.nan
        elif a.city[at] == b.city[to]:
            return math.nan
    lat_a, lat_b = math.radians(a.lat[at]), math.radians(b.lat[to])
    up = math.sin((lat_b - lat_a) / 2.0)
    side = math.sin(math.radians(b.lon[to] - a.lon[at]) / 2.0)
    chord = up * up + math.cos(lat_a) * math.cos(lat_b) * side * side
    return 2.0 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(chord, 1.0)))


@njit(cache=True, nogil=True)
def out_of_reach(people: PeopleRows, at: int, places: PlaceTable, to: int) -> bool:
    """Is a place known to be farther than the person would go? False where anything is unknown."""
    limit = people.max_km[at]
    if math.isnan(limit):
        return False
    home = people.place[at]
    # The way is never shorter than its north-south part: most places end here, without a sine.
    north_south = abs(places.lat[to] - people.places.lat[home]) * KM_A_DEGREE
    if north_south > limit + 1.0 and places.county[to] >= 0 and people.places.county[home] >= 0:
        return True
    return distance(people.places, home, places, to) > limit


@njit(cache=True, nogil=True)
def lacks(people: PeopleRows, at: int, posts: PostRows, row: int) -> bool:
    """Does a person whose certificates are known lack one that the post requires?"""
    held, end = people.certificates_from[at], people.certificates_from[at + 1]
    if held == end:
        return False
    for wanted in range(posts.certificates_from[row], posts.certificates_from[row + 1]):
        required = posts.certificates[wanted]
        while held < end and people.certificates[held] < required:
            held += 1
        if held == end or people.certificates[held] != required:
            return True
    return False


@njit(cache=True, nogil=True)
def failures(
    people: PeopleRows, at: int, posts: PostRows, row: int, far: bool, every: bool
) -> np.uint16:
    """The filters a pair fails; with `every` False the answer may stop at the first one.

    `far` is `out_of_reach` of the two places, which a loop over one place asks only once.
    """
    mask = people.failed[at]
    if far:
        mask |= DISTANCE
    hits = posts.word[row] & people.forbidden[at]
    if hits:
        for section in range(len(posts.sections)):
            if hits & posts.sections[section]:
                mask |= posts.section_filter[section]
    if mask and not every:
        return mask
    if people.age_for_min[at] < posts.age_min[row] or people.age_for_max[at] > posts.age_max[row]:
        mask |= AGE
    if posts.wage_max[row] < people.wage_wanted[at]:
        mask |= WAGE_FLOOR
    if posts.welfare_class[row] >= 0 and people.eligible[at, posts.welfare_class[row]] == 0:
        mask |= WELFARE_POLICY
    if mask and not every:
        return mask
    if lacks(people, at, posts, row):
        mask |= CERTIFICATES
    return mask


@njit(cache=True, nogil=True)
def failures_of_pairs(
    people: PeopleRows, posts: PostRows, person: NDArray[np.int32], post: NDArray[np.int32]
) -> NDArray[np.uint16]:
    """Every failed filter of each pair of rows."""
    masks = np.zeros(len(person), np.uint16)
    for pair in range(len(person)):
        at, row = person[pair], post[pair]
        far = out_of_reach(people, at, posts.places, posts.place[row])
        masks[pair] = failures(people, at, posts, row, far, True)
    return masks


@njit(cache=True, nogil=True)
def unknowns_of_pairs(
    people: PeopleRows, posts: PostRows, person: NDArray[np.int32], post: NDArray[np.int32]
) -> NDArray[np.uint16]:
    """Filters of each pair that a fact about the person would decide, were it asked."""
    masks = np.zeros(len(person), np.uint16)
    for pair in range(len(person)):
        at, row = person[pair], post[pair]
        mask = people.unknown[at] & posts.limits[row]
        if posts.limits[row] & DISTANCE:
            home = people.place[at]
            km = distance(people.places, home, posts.places, posts.place[row])
            if km == 0.0:
                mask &= ALL_BUT_DISTANCE
            elif math.isnan(km) and people.places.county[home] < 0:
                mask |= DISTANCE
        if posts.welfare_class[row] >= 0 and people.eligible[at, posts.welfare_class[row]] < 0:
            mask |= WELFARE_POLICY
        masks[pair] = mask
    return masks


@njit(cache=True, nogil=True)
def survivors(
    people: PeopleRows,
    first: int,
    posts: PostRows,
    runs: Runs,
    rows: NDArray[np.int32],
    offsets: NDArray[np.int64],
) -> int:
    """The rows of `posts` that pass every filter, for as many persons from `first` as fit.

    Args:
        people: the persons.
        first: the first person to serve.
        posts: sorted as `runs` says.
        runs: the blocks of one place and, in them, the runs of one word.
        rows: filled with rows; has room for at least all posts.
        offsets: (n_persons + 1,) filled: person `at` has `rows[offsets[at]:offsets[at + 1]]`.

    Returns:
        The first person not served.
    """
    used = 0
    offsets[first] = 0
    for at in range(first, len(people.failed)):
        if used + len(posts.word) > len(rows):
            return at
        if not people.failed[at]:
            for block in range(len(runs.place)):
                if out_of_reach(people, at, posts.places, runs.place[block]):
                    continue
                for run in range(runs.first_run[block], runs.first_run[block + 1]):
                    if posts.word[runs.first_row[run]] & people.forbidden[at]:
                        continue
                    for row in range(runs.first_row[run], runs.first_row[run + 1]):
                        rows[used] = row
                        used += not failures(people, at, posts, row, False, False)
        offsets[at + 1] = used
    return len(people.failed)
