"""Timetables: never a clash, as few slots as the bound, rests kept, shorter ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.checking.timetable import check_timetable
from matcher.allocation.problem import Plan
from matcher.allocation.timetable.colouring import timetable
from matcher.allocation.timetable.layout import along_one_line, propose_hall
from matcher.allocation.timetable.talks import (
    Hours,
    Talks,
    Timetable,
    fewest_slots,
    slot_times,
    talks_of,
)
from matcher.allocation.timetable.walks import NO_HALL, Hall, ways
from matcher.errors import Infeasible, WrongUse
from tests.allocation.problems import plan_of, problem_of


def talks(pairs: Any, n_persons: int, interviewers: list[int]) -> Talks:
    person, booth = (np.array([pair[at] for pair in pairs], dtype=np.int32) for at in (0, 1))
    return Talks(person, booth, n_persons, np.array(interviewers, dtype=np.int32))


@st.composite
def some_talks(draw: Any, most: int = 30) -> Talks:
    """Up to 9 people and 5 booths of up to 3 interviewers; the same two may meet twice."""
    n, m = draw(st.integers(1, 9)), draw(st.integers(1, 5))
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, m - 1))
    met = draw(st.lists(pairs, max_size=most))
    return talks(met, n, draw(st.lists(st.integers(1, 3), min_size=m, max_size=m)))


@st.composite
def halls(draw: Any, n_booths: int) -> Hall:
    metres = st.lists(st.integers(0, 99), min_size=n_booths, max_size=n_booths)
    x, y = (np.array(draw(metres), dtype=np.int32) for _ in range(2))
    return Hall(x, y, reach=draw(st.integers(0, 60)))


def busiest(of: Talks) -> int:
    """The bound of the colouring, counted by hand."""
    people = [of.person_at.tolist().count(who) for who in range(of.n_persons)]
    booths = [
        -(-of.booth_at.tolist().count(where) // int(of.interviewers[where]))
        for where in range(of.n_booths)
    ]
    return max(people + booths)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_clash_and_as_few_slots_as_the_busiest_needs(data: Any) -> None:
    of = data.draw(some_talks())
    hours = Hours(40)
    made = timetable(of, hours, data.draw(halls(of.n_booths)))
    assert check_timetable(of, hours, made) == []
    assert made.n_slots == made.bound == busiest(of)


@given(some_talks(), st.sets(st.integers(0, 39), max_size=8))
@settings(max_examples=100, deadline=None)
def test_a_break_of_all_costs_its_own_slots_and_no_more(of: Talks, pauses: set[int]) -> None:
    rests = np.zeros((of.n_booths, 40), dtype=np.bool_)
    rests[:, sorted(pauses)] = True
    hours = Hours(40, rests)
    made = timetable(of, hours)
    assert check_timetable(of, hours, made) == []
    working = [slot for slot in range(40) if slot not in pauses]
    needed = busiest(of)
    assert made.n_slots == made.bound == (working[needed - 1] + 1 if needed else 0)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_rests_of_one_booth_and_absences_of_one_person_are_kept(data: Any) -> None:
    of = data.draw(some_talks(most=8))
    n_slots = 5
    flags = st.lists(st.sampled_from([False, False, True]), min_size=n_slots, max_size=n_slots)
    rests = np.array([data.draw(flags) for _ in range(of.n_booths)])
    away = np.array([data.draw(flags) for _ in range(of.n_persons)])
    hours = Hours(n_slots, rests, away)
    fewest = fewest_by_trying(of, hours)
    try:
        made = timetable(of, hours)
    except Infeasible:
        return
    assert check_timetable(of, hours, made) == []
    assert fewest is not None
    assert made.n_slots >= fewest >= made.bound == fewest_slots(of, hours)


def fewest_by_trying(of: Talks, hours: Hours) -> int | None:
    """The fewest slots that hold all talks, by trying every slot for every talk."""
    assert hours.rests is not None
    assert hours.away is not None

    def fits(at: int, end: int, people: set[Any], booths: dict[Any, int]) -> bool:
        if at == len(of):
            return True
        person, booth = int(of.person_at[at]), int(of.booth_at[at])
        for slot in range(end):
            used = booths.get((booth, slot), 0)
            absent = hours.rests[booth, slot] or hours.away[person, slot]  # type: ignore[index]  # asserted above
            if absent or (person, slot) in people or used == of.interviewers[booth]:
                continue
            taken = {*people, (person, slot)}
            if fits(at + 1, end, taken, booths | {(booth, slot): used + 1}):
                return True
        return False

    ends = range(hours.n_slots + 1)
    return next((end for end in ends if fits(0, end, set(), {})), None)


def test_people_walk_and_wait_less_than_in_a_timetable_that_does_not_look() -> None:
    rng = np.random.default_rng(7)
    pairs = sorted({(int(rng.integers(60)), int(rng.integers(12))) for _ in range(240)})
    of = talks(pairs, 60, [1] * 12)
    hours = Hours(60)
    hall = Hall(np.arange(12, dtype=np.int32) * 10, np.zeros(12, dtype=np.int32), reach=40)
    blind = ways(of, hours, hall, timetable(of, hours, NO_HALL).slot)
    looked = ways(of, hours, hall, timetable(of, hours, hall).slot)
    assert looked.rushed < blind.rushed
    assert looked.metres < blind.metres


def test_who_goes_far_has_time_to_walk() -> None:
    of = talks([(0, 0), (0, 1), (1, 0), (2, 0), (3, 0)], 4, [1, 1])
    hall = Hall(np.array([0, 90], dtype=np.int32), np.zeros(2, dtype=np.int32), reach=30)
    made = timetable(of, Hours(9), hall)
    assert made.n_slots == 4
    assert abs(int(made.slot[0]) - int(made.slot[1])) == 2
    assert ways(of, Hours(9), hall, made.slot).rushed == 0


MADE = Timetable(
    np.array([0, 1, 1], dtype=np.int32), np.array([0, 0, 0], dtype=np.int32), n_slots=2, bound=2
)


@pytest.mark.parametrize(
    ("slot", "interviewer", "found"),
    [
        pytest.param([0, 0, 1], [0, 0, 0], "person 0 is in 2 talks at once in slot 0", id="person"),
        pytest.param([1, 0, 1], [0, 0, 0], "booth 0 is in 2 talks at once in slot 1", id="booth"),
        pytest.param([0, 1, 2], [0, 0, 0], "talk 2 has no slot of the day", id="after the end"),
        pytest.param([0, -1, 1], [0, 0, 0], "talk 1 has no slot of the day", id="no slot"),
        pytest.param([0, 1, 1], [1, 0, 0], "with interviewer 1 whom booth 0", id="nobody there"),
        pytest.param([0, 1], [0, 0], "2 slots are given to 3 talks", id="a talk is missing"),
    ],
)
def test_a_timetable_that_cannot_be_kept_is_refused(
    slot: list[int], interviewer: list[int], found: str
) -> None:
    of = talks([(0, 0), (0, 1), (1, 0)], 2, [1, 1])
    assert check_timetable(of, Hours(2), MADE) == []
    broken = replace(
        MADE,
        slot=np.array(slot, dtype=np.int32),
        interviewer=np.array(interviewer, dtype=np.int32),
    )
    assert any(found in violation for violation in check_timetable(of, Hours(2), broken))


def test_a_talk_in_a_rest_or_an_absence_is_refused() -> None:
    of = talks([(0, 0), (0, 1), (1, 0)], 2, [1, 1])
    rests = np.array([[False, True], [False, False]])
    away = np.array([[True, False], [False, False]])
    assert check_timetable(of, Hours(2, rests, away), MADE) == [
        "booth 0 is not there in slot 1",
        "person 0 is not there in slot 0",
    ]


def test_no_talks_need_no_slot() -> None:
    made = timetable(talks([], 0, []), Hours(0))
    assert (made.n_slots, len(made.slot)) == (0, 0)
    assert timetable(talks([], 3, [1]), Hours(5)).n_slots == 0


def test_more_talks_than_slots_name_who_has_them() -> None:
    with pytest.raises(Infeasible, match="booth 0 has more talks than slots"):
        timetable(talks([(0, 0), (1, 0)], 2, [1]), Hours(1))


def test_rests_of_another_shape_are_refused() -> None:
    with pytest.raises(WrongUse, match="do not fit the fair"):
        timetable(talks([(0, 0)], 1, [1]), Hours(3, np.zeros((2, 3), dtype=np.bool_)))


def test_the_talks_of_a_plan_are_held_at_the_booths_of_its_posts() -> None:
    problem = problem_of(
        [("P1", None, None, 0, 2), ("P2", None, None, 0, 1)],
        [("V1", 1, 0), ("V2", 1, 0), ("V3", 1, 0)],
        [("P1", "V1", 5), ("P1", "V3", 5), ("P2", "V2", 5)],
    )
    plan: Plan = plan_of(problem, ("P1", "V1", 5), ("P1", "V3", 5), ("P2", "V2", 5))
    one = np.array([1], dtype=np.int32)
    booths = np.array([0, 0, 1], dtype=np.int32)
    of = talks_of(problem, plan, booths, np.repeat(one, 2))
    assert (of.person_at.tolist(), of.booth_at.tolist()) == ([0, 0, 1], [0, 1, 0])
    with pytest.raises(WrongUse, match="vacancy V3 is in the plan and shown at no booth"):
        talks_of(problem, plan, booths, one)
    with pytest.raises(WrongUse, match="booth 1 has no interviewer"):
        talks_of(problem, plan, booths, np.array([1, 0], dtype=np.int32))


def test_slots_pass_over_breaks_and_end_in_time() -> None:
    lunch = [(time(12), time(13)), (time(13, 10), time(13, 20))]
    assert slot_times(time(11, 50), time(14), 20, lunch) == [
        (time(13, 20), time(13, 40)),
        (time(13, 40), time(14)),
    ]
    assert slot_times(time(9), time(8), 10) == []
    with pytest.raises(WrongUse, match="slots of 0 minutes"):
        slot_times(time(9), time(17), 0)


def test_booths_that_share_people_stand_together() -> None:
    pairs = [(who, booth) for who in range(8) for booth in ((0, 3) if who < 4 else (1, 2))]
    of = talks(pairs, 8, [1] * 4)
    order = along_one_line(of).tolist()
    assert abs(order.index(0) - order.index(3)) == 1
    assert abs(order.index(1) - order.index(2)) == 1
    hall = propose_hall(of, 2)
    assert sorted(zip(hall.x.tolist(), hall.y.tolist(), strict=True)) == [
        (0, 0),
        (0, 6),
        (3, 0),
        (3, 6),
    ]
    assert len(along_one_line(talks([], 0, []))) == 0


def test_a_thousand_people_and_a_hundred_booths_meet_the_bound() -> None:
    rng = np.random.default_rng(3)
    pairs = sorted({(int(who), int(rng.integers(100))) for who in np.repeat(np.arange(1000), 5)})
    of = talks(pairs, 1000, [1] * 100)
    hall = propose_hall(of, 20)
    made = timetable(of, Hours(100), hall)
    assert check_timetable(of, Hours(100), made) == []
    assert made.n_slots == made.bound == busiest(of)
    again = timetable(of, Hours(100), hall)
    assert np.array_equal(again.slot, made.slot)
