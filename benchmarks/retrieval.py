"""Retrieve 200 of a million vacancies under all hard filters, against roaring bitmaps.

The peer is what a good engineer would write with pyroaring: one bitmap per filter value, built
beforehand, joined per question; what no bitmap can carry (certificates, the exact
wage) is checked on the few that are left; the survivors are scored and the best kept by the same
compiled code that retrieval uses, so the two differ in the filters alone. Both answer the same
questions in the same run, and the pairs, sources and scores must be equal; once, untimed, also to
a selection in plain numpy.

    python benchmarks/retrieval.py [--vacancies N] [--queries N] [--rounds N] [--seed N]

Prints the times of both and the ratio of their medians; the target is at most 1.0.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from office.generated import ON, generated_market
from pyroaring import BitMap

from matcher.domain.filters import Filter
from matcher.market.arrays import Market
from matcher.reference.areas import haversine_km
from matcher.reference.codes import code_list
from matcher.reference.education import ladder
from matcher.retrieval.index import Index, build_index
from matcher.retrieval.kernel import score_pairs
from matcher.retrieval.retrieve import Found, in_order, keep_best, no_pairs, search
from matcher.screening.pairs import screen_pairs
from matcher.screening.rows import full_years, health_work_forms
from matcher.screening.welfare import WelfareEligibility

K = 200
WORKING_AGE_MIN = 16  # generated law of a generated market
TARGET = 1.0
AGES = range(14, 80)
WAGE_STEP = 500


def generated_welfare(market: Market, seed: int) -> WelfareEligibility:
    """Four classes of public-welfare posts and random answers."""
    rng = np.random.default_rng(seed)
    n, m, classes = len(market.jobseekers), len(market.vacancies), 4
    eligible = rng.integers(-1, 2, (n, classes)).astype(np.int8)
    tier = np.where(eligible == 1, 1, -1).astype(np.int8)
    of_class = np.where(market.vacancies.public_welfare == 1, rng.integers(0, classes, m), -1)
    return WelfareEligibility(eligible, tier, of_class.astype(np.int32))


def by_value(values: NDArray[np.generic], within: NDArray[np.bool_]) -> dict[int, BitMap]:
    """One bitmap per distinct value, of the rows within."""
    rows = np.flatnonzero(within)
    order = rows[np.argsort(values[rows], kind="stable")]
    distinct, first = np.unique(values[order], return_index=True)
    parts = np.split(order, first[1:]) if len(order) else []
    return {int(v): BitMap(part.astype(np.uint32)) for v, part in zip(distinct, parts, strict=True)}


@dataclass
class Bitmaps:
    """The peer: one bitmap per filter value, over the rows of the index (open posts)."""

    index: Index
    everything: BitMap
    by_place: dict[int, BitMap]
    place_lonlat: NDArray[np.float64]
    above_level: list[BitMap]
    of_sex: dict[int, BitMap]
    of_form: dict[int, BitMap]
    not_for_health: list[BitMap]
    age_closed: list[BitMap]
    pays_less: list[BitMap]
    of_class: dict[int, BitMap]
    no_certificate_asked: BitMap

    @classmethod
    def build(cls, index: Index) -> Bitmaps:
        """Every bitmap, before the first question."""
        market, at = index.market, index.posts.row["vacancy"]
        posts, of_class = market.vacancies, index.posts.row["welfare_class"]
        every = np.ones(len(at), dtype=bool)
        forms = code_list("work_form").codes
        lo, hi = posts.age_min[at], posts.age_max[at]
        wage = posts.wage_max[at]
        form = posts.work_form[at]
        table = index.rows.places
        closed = [
            [n for n, code in enumerate(forms) if code not in health_work_forms()[health]]
            for health in code_list("health").codes
        ]
        level = posts.education_min[at]
        top_wage = int(np.nanmax(wage)) if len(wage) else 0
        asked = index.rows.row["certificates_to"] > index.rows.row["certificates_from"]
        rows = lambda mask: BitMap(np.flatnonzero(mask).astype(np.uint32))  # noqa: E731 - one place
        return cls(
            index=index,
            everything=rows(every),
            by_place=by_value(index.rows.row["place"], every),
            place_lonlat=np.column_stack([table["lon"], table["lat"]]),
            above_level=[rows(level > held) for held in range(max(ladder().values()) + 1)],
            of_sex=by_value(posts.sex_required[at], posts.sex_required[at] >= 0),
            of_form=by_value(form, form >= 0),
            not_for_health=[rows(np.isin(form, each)) for each in closed],
            age_closed=[rows(((lo >= 0) & (a < lo)) | ((hi >= 0) & (a > hi))) for a in AGES],
            pays_less=[rows(wage < floor) for floor in range(0, top_wage, WAGE_STEP)],
            of_class=by_value(of_class, of_class >= 0),
            no_certificate_asked=rows(~asked),
        )

    def survivors(self, person: int, age: int) -> NDArray[np.int32]:
        """The rows that pass every filter for one person."""
        market = self.index.market
        seekers, standing = market.jobseekers, market.standing
        if 0 <= age < WORKING_AGE_MIN or standing.retirement_date[person] < np.datetime64(ON):
            return np.empty(0, np.int32)
        out: list[BitMap] = []
        if seekers.education[person] >= 0:
            out.append(self.above_level[seekers.education[person]])
        if standing.sex[person] >= 0:
            out += [rows for sex, rows in self.of_sex.items() if sex != standing.sex[person]]
        wished = int(seekers.work_forms[person])
        if wished:
            out += [rows for form, rows in self.of_form.items() if not wished >> form & 1]
        if standing.health[person] >= 0:
            out.append(self.not_for_health[standing.health[person]])
        if age >= 0:
            out.append(self.age_closed[age - AGES.start])
        floor = float(seekers.wage_wanted[person])
        if not np.isnan(floor):
            out.append(self.pays_less[min(int(floor // WAGE_STEP), len(self.pays_less) - 1)])
        refused = self.index.welfare.eligible[person] == 0
        out += [rows for of_class, rows in self.of_class.items() if refused[of_class]]
        near = self._near(person)
        left = near - BitMap.union(*out) if out else near
        return self._checked(person, floor, np.array(left, dtype=np.int32))

    def _near(self, person: int) -> BitMap:
        seekers = self.index.market.jobseekers
        limit = float(seekers.max_commute_km[person])
        home = seekers.places.lonlat[person]
        if np.isnan(limit) or np.isnan(home).any():
            return self.everything
        km = haversine_km(home[None, :], self.place_lonlat)
        places = np.flatnonzero(~(km > limit))
        return BitMap.union(*(self.by_place[place] for place in places.tolist()))

    def _checked(self, person: int, floor: float, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """Without the rows that pay less, or ask for a certificate the person lacks."""
        index = self.index
        if not np.isnan(floor):
            rows = rows[~(index.rows.row["wage_max"][rows] < floor)]
        held = index.market.jobseekers.certificates.row(person)
        if not len(held):
            return rows
        asks = np.array(BitMap(rows.astype(np.uint32)) - self.no_certificate_asked, np.int32)
        first, last = (
            index.rows.row["certificates_from"][asks],
            index.rows.row["certificates_to"][asks],
        )
        lengths = last - first
        flat = np.repeat(first - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        lacking = ~np.isin(index.rows.certificates[flat], held)
        bad = np.unique(np.repeat(asks, lengths)[lacking])
        return np.setdiff1d(rows, bad, assume_unique=True)

    def answer(self, person: int, age: int) -> Found:
        """The best of the survivors, scored and kept by the compiled code of retrieval."""
        rows = self.survivors(person, age)
        one, offsets = np.array([person], np.int32), np.array([0, len(rows)])
        kept = no_pairs(self.index, 1, K)
        keep_best(self.index, one, rows, offsets, kept)
        return in_order(self.index, kept)

    def answer_in_numpy(
        self, person: int, age: int
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The same without the compiled selection: holds both against a second opinion."""
        index = self.index
        rows = self.survivors(person, age)
        at = np.full(len(rows), person, np.int32)
        score, _ = score_pairs(
            index.profiles, index.posts, index.scales, index.welfare.eligible, at, rows
        )
        vacancy, of_class = index.posts.row["vacancy"][rows], index.posts.row["welfare_class"][rows]
        entitled = (of_class >= 0) & (index.welfare.eligible[person][of_class] == 1)
        reserve = int(K * index.weights.welfare_share)
        kept = best(score, vacancy, np.flatnonzero(entitled), reserve)
        others = np.setdiff1d(np.arange(len(rows)), kept, assume_unique=True)
        top = np.concatenate([kept, best(score, vacancy, others, K - len(kept))])
        order = top[np.argsort(vacancy[top])]
        return vacancy[order], score[order]


def best(
    score: NDArray[np.float32], vacancy: NDArray[np.int32], of: NDArray[np.int64], k: int
) -> NDArray[np.int64]:
    """The k best of some rows; equal scores keep the earlier vacancy."""
    if len(of) > k:
        worst = np.partition(score[of], len(of) - k)[len(of) - k]
        of = of[score[of] >= worst]
    return of[np.lexsort((vacancy[of], -score[of]))][:k]


def measure(index: Index, peer: Bitmaps, persons: NDArray[np.int32], rounds: int) -> float:
    """Times both on every person, in turn; the ratio of the medians. Ends on a difference."""
    ages = full_years(index.market.standing.birth_date, ON)
    ours, theirs, survivors = [], [], []
    for turn in range(rounds + 1):
        for person in persons.tolist():
            one = np.array([person], np.int32)
            start = time.perf_counter()
            found = search(index, k=K, persons=one)
            middle = time.perf_counter()
            _, vacancy, found_by, score = peer.answer(person, int(ages[person]))
            end = time.perf_counter()
            same = (
                np.array_equal(found.vacancy_at, vacancy)
                and np.array_equal(found.score, score)
                and np.array_equal(found.found_by, found_by)
            )
            if not turn:  # the first round compiles, warms the caches and asks numpy as well
                vacancy, score = peer.answer_in_numpy(person, int(ages[person]))
                same &= np.array_equal(found.vacancy_at, vacancy)
                same &= np.array_equal(found.score, score)
            else:
                ours.append(middle - start)
                theirs.append(end - middle)
                survivors.append(len(peer.survivors(person, int(ages[person]))))
            if not same:
                sys.exit(f"person {person}: the two answers differ")
    print(f"questions {len(ours)}, survivors p50 {np.median(survivors):,.0f}")
    for name, times in (("retrieval", ours), ("pyroaring + CSR", theirs)):
        p50, p99 = np.percentile(times, [50, 99]) * 1000
        print(f"{name:16} p50 {p50:8.3f} ms   p99 {p99:8.3f} ms")
    return float(np.median(ours) / np.median(theirs))


def check_screening(index: Index, persons: NDArray[np.int32]) -> None:
    """No pair found fails a filter when asked one by one."""
    found = search(index, k=K, persons=persons)
    masks = screen_pairs(
        index.market,
        index.welfare,
        found.person_at,
        found.vacancy_at,
        working_age_min=WORKING_AGE_MIN,
    )
    if masks.any():
        failed = Filter(int(np.bitwise_or.reduce(masks)))
        sys.exit(f"pairs were found that fail {failed}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--vacancies", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=20261102)
    asked = parser.parse_args()
    start = time.perf_counter()
    market = generated_market(asked.vacancies, asked.queries, asked.seed)
    built = time.perf_counter()
    welfare = generated_welfare(market, asked.seed)
    index = build_index(market, welfare, working_age_min=WORKING_AGE_MIN)
    ready = time.perf_counter()
    peer = Bitmaps.build(index)
    print(f"{asked.vacancies:,} vacancies, {len(index.posts.row['vacancy']):,} open (generated)")
    print(f"market {built - start:.1f} s, index {ready - built:.1f} s, ", end="")
    print(f"bitmaps {time.perf_counter() - ready:.1f} s")
    persons = np.arange(len(market.jobseekers), dtype=np.int32)
    ratio = measure(index, peer, persons, asked.rounds)
    check_screening(index, persons)
    print("same pairs and scores in both: yes")
    print(f"ratio {ratio:.2f} (target at most {TARGET:g})")


if __name__ == "__main__":
    main()
