"""Slots for a fair of a thousand people and a hundred booths, against first fit.

The peer gives each talk, in order of people, the first slot in which both are free: what an
organiser does by hand, without a hall or walks. Both place the same talks in the same run; ours is
checked by separate code and must use exactly as many slots as the busiest person or booth needs.

    python benchmarks/timetable.py [--people N] [--booths N] [--rounds N] [--seed N]

Prints the slots and times of both and what the day asks of people in steps and waits; the target is
the bound, without a clash, in under 5 seconds.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.checking.timetable import check_timetable
from matcher.allocation.timetable.colouring import timetable
from matcher.allocation.timetable.layout import propose_hall
from matcher.allocation.timetable.talks import Hours, Talks
from matcher.allocation.timetable.walks import ways

TARGET_S = 5.0
BOOTHS_IN_A_ROW = 20
FAVOURED = 8
"""How much likelier people talk at a booth of their own trade."""


def drawn_talks(people: int, booths: int, rng: np.random.Generator) -> Talks:
    """Three to six talks a person, mostly at the booths of one trade of ten."""
    trades = np.arange(booths) * 10 // booths
    own = rng.integers(0, 10, people)
    person, booth = [], []
    for who, count in enumerate(rng.integers(3, 7, people).tolist()):
        weight = np.where(trades == own[who], FAVOURED, 1.0)
        person += [who] * count
        booth += rng.choice(booths, count, replace=False, p=weight / weight.sum()).tolist()
    one = np.ones(booths, dtype=np.int32)
    return Talks(np.array(person, dtype=np.int32), np.array(booth, dtype=np.int32), people, one)


def first_fit(talks: Talks) -> NDArray[np.int32]:
    """The peer: each talk in the first slot in which its person and booth are free."""
    busy_person: list[set[int]] = [set() for _ in range(talks.n_persons)]
    busy_booth: list[set[int]] = [set() for _ in range(talks.n_booths)]
    made = []
    for person, booth in zip(talks.person_at.tolist(), talks.booth_at.tolist(), strict=True):
        taken, slot = busy_person[person] | busy_booth[booth], 0
        while slot in taken:
            slot += 1
        busy_person[person].add(slot)
        busy_booth[booth].add(slot)
        made.append(slot)
    return np.array(made, dtype=np.int32)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--booths", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=20261122)
    given = parser.parse_args()
    talks = drawn_talks(given.people, given.booths, np.random.default_rng(given.seed))
    hours, hall = (
        Hours(2 * int(np.bincount(talks.booth_at).max())),
        propose_hall(talks, BOOTHS_IN_A_ROW),
    )
    slowest, made, peer = 0.0, None, first_fit(talks)
    for _ in range(given.rounds):
        begun = time.perf_counter()
        made = timetable(talks, hours, hall)
        slowest = max(slowest, time.perf_counter() - begun)
    assert made is not None
    begun = time.perf_counter()
    clashes = check_timetable(talks, hours, made)
    checked = time.perf_counter() - begun
    print(f"{len(talks):,} talks of {given.people:,} people at {given.booths} booths")
    print(f"ours: {made.n_slots} slots, bound {made.bound}, at most {slowest:.2f} s")
    print(f"  {ways(talks, hours, hall, made.slot)}")
    print(f"  checked in {checked:.2f} s: {len(clashes)} clashes")
    print(f"first fit: {peer.max() + 1} slots; {ways(talks, hours, hall, peer)}")
    print(f"ratio of slots: {made.n_slots / (peer.max() + 1):.2f}")
    return 0 if made.n_slots == made.bound and not clashes and slowest < TARGET_S else 1


if __name__ == "__main__":
    sys.exit(main())
