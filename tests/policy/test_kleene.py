"""Three-valued logic by its tables, and interval comparisons against every number inside."""

from __future__ import annotations

import operator
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.policy.engine.kleene import (
    MET,
    NOT_MET,
    OPERATORS,
    UNKNOWN,
    Interval,
    all_of,
    any_of,
    compare,
    negate,
)

VALUES = (NOT_MET, UNKNOWN, MET)
POSSIBLE = {NOT_MET: {False}, UNKNOWN: {False, True}, MET: {True}}
PLAIN = {
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "less_than": operator.lt,
    "equals": operator.eq,
}


def truth_of_all(outcomes: set[bool]) -> int:
    """What is known when each of these is possible."""
    return int(UNKNOWN if len(outcomes) == 2 else (MET if True in outcomes else NOT_MET))


@pytest.mark.parametrize(("one", "other"), list(product(VALUES, VALUES)))
def test_and_or_not_agree_with_every_way_the_unknown_may_turn_out(one: int, other: int) -> None:
    columns = [np.array([one]), np.array([other])]
    ways = list(product(POSSIBLE[one], POSSIBLE[other]))
    assert all_of(columns)[0] == truth_of_all({a and b for a, b in ways})
    assert any_of(columns)[0] == truth_of_all({a or b for a, b in ways})
    assert negate(columns[0])[0] == truth_of_all({not a for a in POSSIBLE[one]})


def test_of_no_parts_all_is_met_and_any_is_not() -> None:
    assert all_of([])[0] == MET
    assert any_of([])[0] == NOT_MET


ENDS = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(sorted)


@given(ENDS, ENDS, st.sampled_from(OPERATORS))
def test_a_comparison_of_intervals_never_claims_more_than_their_numbers_say(
    left: list[int], right: list[int], name: str
) -> None:
    columns = [Interval(np.array([float(a)]), np.array([float(b)])) for a, b in (left, right)]
    found = compare(columns[0], name, columns[1])[0]
    inside = [np.arange(a, b + 1) for a, b in (left, right)]
    outcomes = {bool(PLAIN[name](a, b)) for a, b in product(*inside)}
    if found != UNKNOWN:
        assert found == truth_of_all(outcomes)
    elif name != "equals":
        assert len(outcomes) == 2


def test_columns_of_one_row_hold_for_all() -> None:
    limit = Interval.exactly(np.array([40.0]))
    ages = Interval.exactly(np.array([39.0, 40.0, 41.0]))
    assert compare(ages, "at_least", limit).tolist() == [NOT_MET, MET, MET]
