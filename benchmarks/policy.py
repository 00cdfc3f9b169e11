"""Decide all statuses of a million persons, against the same comparisons written out in numpy.

The peer is what a good engineer would write by hand for one place and one day: for each status two
masks, surely met and surely not, from arrays of values with a mask of which are known. It knows
nothing of packs, days, places or citations. Both answer for the same people in the same run, in
turns, and every outcome must be equal.

    python benchmarks/policy.py [--persons N] [--rounds N] [--seed N]

Prints the times of both, the ratio of their medians (the target is at most 3.0), and the most
memory that each takes beside the facts, traced in a round of its own.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matcher.policy.decisions import decide
from matcher.policy.engine.columns import Facts, Group
from matcher.policy.engine.days import day_number
from matcher.policy.facts import facts_from_given, with_derived
from matcher.policy.law import Law

ON = date(2009, 9, 22)
PLACE = "cn/shanxi"
TARGET = 3.0
AGE_WOMEN, AGE_MEN, DAYS_WITHOUT_WORK_FROM = 40, 50, date(2008, 9, 22)
PERSON_FLAGS = (
    *("of_working_age", "able_to_work", "wants_to_work", "employed", "registered_unemployed"),
    *("shanxi_urban_registration", "zef_member", "dibao_recipient", "city_added_group"),
    "recognised_hard_to_employ",
)

Bools = NDArray[np.bool_]
Outcome = NDArray[np.int8]


@dataclass(frozen=True)
class City:
    """The people of one place as plain arrays: a value and a mask of known ones per fact."""

    flags: dict[str, tuple[Bools, Bools]]
    female: tuple[Bools, Bools]
    birth_day: tuple[NDArray[np.float64], Bools]
    ownership: tuple[NDArray[np.int16], Bools]
    unemployed_since: tuple[NDArray[np.float64], Bools]
    household_at: NDArray[np.int64]
    urban: tuple[Bools, Bools]
    complete: Bools


def drawn_city(n: int, seed: int) -> City:
    """Generated people; one fact in ten was not asked."""
    rng = np.random.default_rng(seed)
    homes = max(n * 2 // 5, 1)

    def known(size: int = n) -> Bools:
        return rng.random(size) < 0.9

    return City(
        flags={name: (rng.random(n) < 0.6, known()) for name in PERSON_FLAGS},
        female=(rng.random(n) < 0.5, known()),
        birth_day=(rng.integers(-11_000, 6_000, n).astype(np.float64), known()),
        ownership=(rng.integers(0, 4, n).astype(np.int16), known()),
        unemployed_since=(rng.integers(13_500, 14_500, n).astype(np.float64), known()),
        household_at=np.sort(rng.integers(0, homes, n)),
        urban=(rng.random(homes) < 0.8, known(homes)),
        complete=rng.random(homes) < 0.9,
    )


def as_facts(city: City) -> tuple[Facts, Facts]:
    """The same people as columns of facts: persons beside a public-welfare post, households."""

    def truth(pair: tuple[Bools, Bools]) -> Outcome:
        return np.where(pair[1], np.where(pair[0], 2, 0), 1).astype(np.int8)

    columns: dict[str, NDArray] = {name: truth(pair) for name, pair in city.flags.items()}
    female, sex_known = city.female
    columns["sex"] = np.where(sex_known, np.where(female, 0, 1), -1).astype(np.int16)
    columns["former_employer_ownership"] = np.where(city.ownership[1], city.ownership[0], -1)
    for name, (days, known) in (
        ("birth_date", city.birth_day),
        ("unemployed_since", city.unemployed_since),
    ):
        columns[name] = np.where(known, days, np.nan)
    n, homes = len(city.household_at), len(city.complete)
    people = with_derived(Facts(on=ON, n=n, columns=columns))
    households = Facts(
        on=ON,
        n=homes,
        columns={"household_kind": np.where(city.urban[1], np.where(city.urban[0], 0, 1), -1)},
        groups={"members": Group(people, city.household_at, city.complete)},
    )
    post = facts_from_given({"vacancy": {"is_public_welfare": True}}, on=ON)
    return people.beside(post), households


def by_engine(people: Facts, households: Facts, law: Law) -> dict[str, Outcome]:
    """All statuses by the packs."""
    tier = decide(law, "public_welfare_post_tier", people)
    return {
        "zero_employment_household": decide(law, "zero_employment_household", households).outcome,
        "older_worker_4050": decide(law, "older_worker_4050", people).outcome,
        "hard_to_employ": decide(law, "hard_to_employ", people).outcome,
        "public_welfare_post_tier": tier.tier,
    }


def three_valued(surely: Bools, surely_not: Bools) -> Outcome:
    """0 not met, 1 unknown, 2 met."""
    return np.where(surely, np.int8(2), np.where(surely_not, np.int8(0), np.int8(1)))


def by_hand(city: City, age: NDArray[np.float64]) -> dict[str, Outcome]:
    """The same comparisons written out."""
    yes = {name: values & known for name, (values, known) in city.flags.items()}
    no = {name: ~values & known for name, (values, known) in city.flags.items()}
    female, sex_known = city.female
    born_known = city.birth_day[1]
    over_40, over_50 = age >= AGE_WOMEN, age >= AGE_MEN
    old = born_known & (over_50 | (over_40 & female & sex_known))
    young = born_known & (~over_40 | (~over_50 & ~female & sex_known))
    public = city.ownership[1] & (city.ownership[0] < 2)
    private = city.ownership[1] & (city.ownership[0] >= 2)
    older = old & public & no["employed"]
    not_older = young | private | yes["employed"]
    long_ago = city.unemployed_since[0] <= day_number(DAYS_WITHOUT_WORK_FROM)
    since_known = city.unemployed_since[1]
    long_term = yes["dibao_recipient"] & since_known & long_ago
    not_long_term = no["dibao_recipient"] | (since_known & ~long_ago)
    common = ("shanxi_urban_registration", "of_working_age", "able_to_work", "wants_to_work")
    common += ("registered_unemployed",)
    in_group = older | yes["zef_member"] | long_term | yes["city_added_group"]
    in_none = not_older & no["zef_member"] & not_long_term & no["city_added_group"]
    hard = in_group.copy()
    not_hard = in_none.copy()
    for name in common:
        hard &= yes[name]
        not_hard |= no[name]
    first = yes["recognised_hard_to_employ"] | yes["zef_member"]
    second = no["recognised_hard_to_employ"] & no["zef_member"]
    return {
        "zero_employment_household": households_by_hand(city, yes, no),
        "older_worker_4050": three_valued(older, not_older),
        "hard_to_employ": three_valued(hard, not_hard),
        "public_welfare_post_tier": np.where(
            first, np.int8(1), np.where(second, np.int8(2), np.int8(0))
        ),
    }


def households_by_hand(city: City, yes: dict[str, Bools], no: dict[str, Bools]) -> Outcome:
    """Urban, somebody of working age, nobody of working age in work."""
    homes = len(city.complete)

    def some(members: Bools) -> Bools:
        found = np.zeros(homes, np.bool_)
        found[city.household_at[members]] = True
        return found

    at_work = some(yes["of_working_age"] & yes["employed"])
    perhaps_at_work = some(~no["of_working_age"] & ~no["employed"])
    of_age, perhaps_of_age = some(yes["of_working_age"]), some(~no["of_working_age"])
    urban, urban_known = city.urban
    surely = urban & urban_known & of_age & ~perhaps_at_work & city.complete
    surely_not = (~urban & urban_known) | at_work | (~perhaps_of_age & city.complete)
    return three_valued(surely, surely_not)


def timed(work: Callable[[], dict[str, Outcome]]) -> tuple[float, dict[str, Outcome]]:
    """Seconds of one run, and what it found."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def peak_mib(work: Callable[[], dict[str, Outcome]]) -> float:
    """The most memory that one run takes at a time beyond what is there before, in MiB."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def main() -> int:
    """Run both in turns and print the ratio; exit 1 when they differ or the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seed", type=int, default=20261122)
    options = parser.parse_args()
    city = drawn_city(options.persons, options.seed)
    people, households = as_facts(city)
    age = people.columns["age"]
    law = Law.on_day(PLACE, ON, layer="source")
    engine_s, hand_s = [], []
    for _ in range(options.rounds):
        seconds, engine = timed(lambda: by_engine(people, households, law))
        engine_s.append(seconds)
        seconds, hand = timed(lambda: by_hand(city, age))
        hand_s.append(seconds)
    engine_mib = peak_mib(lambda: by_engine(people, households, law))
    hand_mib = peak_mib(lambda: by_hand(city, age))
    differing = [name for name in hand if not np.array_equal(engine[name], hand[name])]
    ratio = float(np.median(engine_s) / np.median(hand_s))
    print(f"statuses of {options.persons:,} persons in {len(city.complete):,} households")
    print(f"  packs     {np.median(engine_s) * 1e3:8.1f} ms, peak {engine_mib:6.0f} MiB")
    print(f"  by hand   {np.median(hand_s) * 1e3:8.1f} ms, peak {hand_mib:6.0f} MiB")
    print(f"  differing {differing or 'none'}")
    print(f"  ratio     {ratio:8.2f}  (target at most {TARGET})")
    return 0 if not differing and ratio <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
