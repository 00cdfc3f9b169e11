"""The one compiled pair function of screening, and the loops that run it.

Explanation asks it for given pairs, retrieval for one person against blocks of posts; as both call
`failures`, they can never disagree. What is a set of codes (education, sex, work form, health,
open or not) stands in one 64-bit word per post, and in one word of forbidden bits per person.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.domain.filters import Filter

AGE, WAGE_FLOOR = np.uint16(Filter.AGE), np.uint16(Filter.WAGE_FLOOR)
CERTIFICATES, DISTANCE = np.uint16(Filter.CERTIFICATES), np.uint16(Filter.DISTANCE)
WELFARE_POLICY, ALL_BUT_DISTANCE = np.uint16(Filter.WELFARE_POLICY), ~DISTANCE

EARTH_RADIUS_KM = 6371.0088
KM_A_DEGREE = EARTH_RADIUS_KM * math.pi / 180.0

Record: TypeAlias = Any
"""One row of a structured array; numpy's stubs have no type for its fields."""

PLACE = np.dtype(
    [
        ("lon", np.float64),
        ("lat", np.float64),
        ("province", np.int32),
        ("city", np.int32),
        ("county", np.int32),
    ]
)
"""A place: codes (-1 not known that finely) and the centroid in degrees (NaN unknown)."""

PERSON = np.dtype(
    [
        ("forbidden", np.uint64),
        ("max_km", np.float64),
        ("certificates_from", np.int64),
        ("certificates_to", np.int64),
        ("wage_wanted", np.float32),
        ("place", np.int32),
        ("age_for_min", np.int16),
        ("age_for_max", np.int16),
        ("failed", np.uint16),
        ("unknown", np.uint16),
    ]
)
"""A person as the kernel reads one.

`forbidden`: bits of a post's word that exclude the person. `max_km`, `wage_wanted`: NaN not asked.
`certificates_from`, `certificates_to`: where they stand in `PeopleRows.certificates`. `place`: row
of `PeopleRows.places`. `age_for_min`, `age_for_max`: full years; values that pass where not asked.
`failed`: filters failed before any post is looked at. `unknown`: filters whose fact about the
person was not asked.
"""

POST = np.dtype(
    [
        ("word", np.uint64),
        ("certificates_from", np.int64),
        ("certificates_to", np.int64),
        ("wage_max", np.float32),
        ("welfare_class", np.int32),
        ("place", np.int32),
        ("age_min", np.int16),
        ("age_max", np.int16),
        ("limits", np.uint16),
    ]
)
"""A post as the kernel reads one.

`word`: one bit for each code the post has. `certificates_from`, `certificates_to`: where those
required stand in `PostRows.certificates`. `wage_max`: NaN not stated. `welfare_class`: -1 ordinary.
`place`: row of `PostRows.places`. `age_min`, `age_max`: inclusive; values that everyone passes
where not stated. `limits`: filters by which the post, or the law, asks something of a person.
"""


class PeopleRows(NamedTuple):
    """Some persons: (n,) of `PERSON`, their certificates, answers of policy, and places.

    Attributes:
        row: (n,) of `PERSON`.
        certificates: int32 terms, ascending within a person.
        eligible: (n, n_classes) int8 of `WelfareEligibility`.
        places: (n_places,) of `PLACE`.
    """

    row: NDArray[Any]
    certificates: NDArray[np.int32]
    eligible: NDArray[np.int8]
    places: NDArray[Any]


class PostRows(NamedTuple):
    """Some posts.

    Attributes:
        row: (m,) of `POST`.
        certificates: int32 terms required, ascending within a post.
        places: (n_places,) of `PLACE`.
        sections, section_filter: (n_sections,) which bits of `word` belong to which filter.
    """

    row: NDArray[Any]
    certificates: NDArray[np.int32]
    places: NDArray[Any]
    sections: NDArray[np.uint64]
    section_filter: NDArray[np.uint16]


class Runs(NamedTuple):
    """Posts sorted by place and word: block b has runs `first_run[b]:first_run[b + 1]`.

    Attributes:
        place: (n_blocks,) int32 row of the posts' places.
        first_run: (n_blocks + 1,) int64.
        first_row: (n_runs + 1,) int64.
        word: (n_runs,) uint64 of the posts of each run.
        demand: (n_posts,) uint32, which of `demands` each post makes.
        wage_max: (n_posts,) float32 of each post, NaN not stated.
        demands: (n_demands,) of `POST`, each once: age, certificates and class of public-welfare
            posts; without a word and a wage.
    """

    place: NDArray[np.int32]
    first_run: NDArray[np.int64]
    first_row: NDArray[np.int64]
    word: NDArray[np.uint64]
    demand: NDArray[np.uint32]
    wage_max: NDArray[np.float32]
    demands: NDArray[Any]


NOT_ASKED_YET, MET, NOT_MET = np.uint8(0), np.uint8(1), np.uint8(2)
"""What is known, during a scan, of a person and one of `Runs.demands`."""


# Arrays inside a tuple cost a reference count at each use, tens of nanoseconds a pair: the loops
# below take them out first.


@njit(cache=True, nogil=True)
def distance(a: Record, b: Record) -> float:
    """Kilometres between two places' centroids; NaN unknown.

    A place known only to its city (or province) says nothing about the way to a place inside it.
    """
    if a.county < 0 or b.county < 0:
        if a.city < 0 or b.city < 0:
            if a.province == b.province:
                return math.nan
        elif a.city == b.city:
            return math.nan
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    up = math.sin((lat_b - lat_a) / 2.0)
    side = math.sin(math.radians(b.lon - a.lon) / 2.0)
    chord = up * up + math.cos(lat_a) * math.cos(lat_b) * side * side
    return 2.0 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(chord, 1.0)))


@njit(cache=True, nogil=True)
def out_of_reach(limit: float, home: Record, there: Record) -> bool:
    """Is a place known to be farther than the person would go? False where anything is unknown."""
    if math.isnan(limit):
        return False
    # The way is never shorter than its north-south part: most places end here, without a sine.
    north_south = abs(there.lat - home.lat) * KM_A_DEGREE
    if there.county >= 0 and home.county >= 0 and north_south > limit + 1.0:
        return True
    return distance(home, there) > limit


@njit(cache=True, nogil=True, inline="always")
def pays_too_little(wage_max: np.float32, wanted: np.float32) -> np.bool:
    """Is the most that a post pays below what the person wants? False where either is not known."""
    return wage_max < wanted


@njit(cache=True, nogil=True, inline="always")
def lacks(person: Record, held: NDArray[np.int32], post: Record, asked: NDArray[np.int32]) -> bool:
    """Does a person whose certificates are known lack one that the post requires?"""
    at, end = person.certificates_from, person.certificates_to
    if at == end:
        return False
    for required in range(post.certificates_from, post.certificates_to):
        while at < end and held[at] < asked[required]:
            at += 1
        if at == end or held[at] != asked[required]:
            return True
    return False


@njit(cache=True, nogil=True, inline="always")
def failures(  # noqa: PLR0913 - numba takes plain arguments
    person: Record,
    post: Record,
    entitled: int,
    held: NDArray[np.int32],
    asked: NDArray[np.int32],
    sections: NDArray[np.uint64],
    section_filter: NDArray[np.uint16],
    far: bool,
    every: bool,
) -> np.uint16:
    """The filters a pair fails; with `every` False the answer may stop at the first one.

    Args:
        person: of `PERSON`.
        post: of `POST`.
        entitled: policy's answer on the post's class, 0 no; anything else for an ordinary post.
        held: certificates of all persons.
        asked: certificates of all posts.
        sections: of `PostRows`.
        section_filter: of `PostRows`.
        far: `out_of_reach` of the two places, which a loop over one place asks only once.
        every: are all failed filters wanted?
    """
    mask: np.uint16 = person.failed
    if far:
        mask |= DISTANCE
    hits = post.word & person.forbidden
    if hits:
        for at in range(len(sections)):
            if hits & sections[at]:
                mask |= section_filter[at]
    if mask and not every:
        return mask
    if person.age_for_min < post.age_min or person.age_for_max > post.age_max:
        mask |= AGE
    if pays_too_little(post.wage_max, person.wage_wanted):
        mask |= WAGE_FLOOR
    if entitled == 0:
        mask |= WELFARE_POLICY
    if mask and not every:
        return mask
    if lacks(person, held, post, asked):
        mask |= CERTIFICATES
    return mask


@njit(cache=True, nogil=True)
def failures_of_pairs(
    people: PeopleRows, posts: PostRows, person_at: NDArray[np.int32], post_at: NDArray[np.int32]
) -> NDArray[np.uint16]:
    """Every failed filter of each pair of rows."""
    persons, held, eligible, homes = people.row, people.certificates, people.eligible, people.places
    rows, asked, places = posts.row, posts.certificates, posts.places
    sections, section_filter = posts.sections, posts.section_filter
    masks = np.zeros(len(person_at), np.uint16)
    for pair in range(len(person_at)):
        person, post = persons[person_at[pair]], rows[post_at[pair]]
        far = out_of_reach(person.max_km, homes[person.place], places[post.place])
        entitled = 1
        if post.welfare_class >= 0:
            entitled = eligible[person_at[pair], post.welfare_class]
        masks[pair] = failures(
            person, post, entitled, held, asked, sections, section_filter, far, True
        )
    return masks


@njit(cache=True, nogil=True)
def unknowns_of_pairs(
    people: PeopleRows, posts: PostRows, person_at: NDArray[np.int32], post_at: NDArray[np.int32]
) -> NDArray[np.uint16]:
    """Filters of each pair that a fact about the person would decide, were it asked."""
    persons, eligible, homes = people.row, people.eligible, people.places
    rows, places = posts.row, posts.places
    masks = np.zeros(len(person_at), np.uint16)
    for pair in range(len(person_at)):
        person, post = persons[person_at[pair]], rows[post_at[pair]]
        mask = person.unknown & post.limits
        if post.limits & DISTANCE:
            home = homes[person.place]
            km = distance(home, places[post.place])
            if km == 0.0:
                mask &= ALL_BUT_DISTANCE
            elif math.isnan(km) and home.county < 0:
                mask |= DISTANCE
        if post.welfare_class >= 0 and eligible[person_at[pair], post.welfare_class] < 0:
            mask |= WELFARE_POLICY
        masks[pair] = mask
    return masks


@njit(cache=True, nogil=True)
def answered(  # noqa: PLR0913 - numba takes plain arguments
    person: Record,
    eligible: NDArray[np.int8],
    asks: Record,
    held: NDArray[np.int32],
    asked: NDArray[np.int32],
    sections: NDArray[np.uint64],
    section_filter: NDArray[np.uint16],
) -> np.uint8:
    """Does a person meet one of `Runs.demands`? `eligible`: policy's answers on this person."""
    entitled = 1
    if asks.welfare_class >= 0:
        entitled = eligible[asks.welfare_class]
    failed = failures(person, asks, entitled, held, asked, sections, section_filter, False, False)
    return NOT_MET if failed else MET


@njit(cache=True, nogil=True)
def survivors(  # noqa: PLR0913 - numba takes plain arguments
    people: PeopleRows,
    persons: NDArray[np.int32],
    first: int,
    posts: PostRows,
    runs: Runs,
    rows: NDArray[np.int32],
    offsets: NDArray[np.int64],
) -> int:
    """The rows of `posts` that pass every filter, for as many persons from `first` as fit.

    Args:
        people: everybody.
        persons: (n,) rows of the persons asked for.
        first: the first of `persons` to serve.
        posts: sorted as `runs` says.
        runs: the blocks of one place and, in them, the runs of one word.
        rows: filled with rows; has room for at least all posts.
        offsets: (n + 1,) filled: the i-th person has `rows[offsets[i]:offsets[i + 1]]`.

    Returns:
        The first of `persons` not served.
    """
    row, held, eligible, homes = people.row, people.certificates, people.eligible, people.places
    places, asked, n_posts = posts.places, posts.certificates, len(posts.row)
    sections, section_filter = posts.sections, posts.section_filter
    block_place, first_run, first_row, words = runs.place, runs.first_run, runs.first_row, runs.word
    demand, wage_max, demands = runs.demand, runs.wage_max, runs.demands
    answers = np.empty(len(demands), np.uint8)
    used = 0
    offsets[first] = 0
    for i in range(first, len(persons)):
        if used + n_posts > len(rows):
            return i
        person, theirs, answers[:] = row[persons[i]], eligible[persons[i]], NOT_ASKED_YET
        home, forbidden, wanted = homes[person.place], person.forbidden, person.wage_wanted
        for block in range(0 if person.failed else len(block_place)):
            if out_of_reach(person.max_km, home, places[block_place[block]]):
                continue
            for run in range(first_run[block], first_run[block + 1]):
                if words[run] & forbidden:
                    continue
                for each in range(first_row[run], first_row[run + 1]):
                    which = demand[each]
                    if answers[which] == NOT_ASKED_YET:
                        answers[which] = answered(
                            person, theirs, demands[which], held, asked, sections, section_filter
                        )
                    rows[used] = each
                    used += (answers[which] == MET) & (not pays_too_little(wage_max[each], wanted))
        offsets[i + 1] = used
    return len(persons)
