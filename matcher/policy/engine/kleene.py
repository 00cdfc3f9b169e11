"""Three-valued columns: what is met, not met, or not known of every row at once.

A truth column is int8 with NOT_MET < UNKNOWN < MET, so that Kleene's *and* is the minimum, *or*
the maximum and *not* the mirror. A number that is not known is an interval: a comparison is UNKNOWN
only where the interval lies on both sides of the limit. Columns have n rows, or one row for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from matcher.domain.decision import Outcome

Truth = NDArray[np.int8]
Numbers = NDArray[np.float64]

NOT_MET, UNKNOWN, MET = np.int8(0), np.int8(1), np.int8(2)
OUTCOMES = (Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.MET)
"""The outcome of each value of a truth column, by position."""

_MET_FOR_ALL = np.array([MET], np.int8)
_UNKNOWN_FOR_ALL = np.array([UNKNOWN], np.int8)
for _constant in (_MET_FOR_ALL, _UNKNOWN_FOR_ALL):
    _constant.flags.writeable = False


@dataclass(frozen=True, slots=True)
class Interval:
    """A column of numbers (or days since 1970) known to lie in [low, high]; equal where known.

    `stated` is False when the text of the law leaves the value open: asking people cannot help.
    """

    low: Numbers
    high: Numbers
    stated: bool = True

    @classmethod
    def exactly(cls, values: Numbers) -> Interval:
        """The column of known numbers."""
        return cls(values, values)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where the number is known."""
        return np.equal(self.low, self.high)


def met_everywhere() -> Truth:
    """The one-row column that is MET for all rows."""
    return _MET_FOR_ALL


def unknown_everywhere() -> Truth:
    """The one-row column that is UNKNOWN for all rows."""
    return _UNKNOWN_FOR_ALL


def truth_of(values: NDArray[np.bool_], known: NDArray[np.bool_]) -> Truth:
    """The truth column of yes/no values under a mask of which are known.

    Example:
        >>> truth_of(np.array([True, False, False]), np.array([True, True, False])).tolist()
        [2, 0, 1]
    """
    return np.where(known, np.where(values, MET, NOT_MET), UNKNOWN)


def negate(part: Truth) -> Truth:
    """Kleene's *not*."""
    return np.asarray(MET - part, np.int8)


def all_of(parts: Iterable[Truth]) -> Truth:
    """Kleene's *and*: one NOT_MET settles it, whatever else is unknown; MET of no parts.

    Example:
        >>> all_of([np.array([2, 1, 1], np.int8), np.array([2, 2, 0], np.int8)]).tolist()
        [2, 1, 0]
    """
    return reduce(np.minimum, parts, met_everywhere())


def any_of(parts: Iterable[Truth]) -> Truth:
    """Kleene's *or*: one MET settles it; NOT_MET of no parts."""
    return reduce(np.maximum, parts, negate(met_everywhere()))


def compare(left: Interval, operator: str, right: Interval) -> Truth:
    """Whether `left` holds against `right`, row by row.

    Args:
        left: the number in question.
        operator: `at_least`, `more_than`, `at_most`, `less_than` or `equals`.
        right: the limit.

    Example:
        >>> age = Interval(np.array([41.0, 30.0, 0.0]), np.array([41.0, 30.0, np.inf]))
        >>> compare(age, "at_least", Interval.exactly(np.array([40.0]))).tolist()
        [2, 0, 1]
    """
    return _OPERATORS[operator](left, right)


def _at_least(left: Interval, right: Interval) -> Truth:
    surely, possibly = left.low >= right.high, left.high >= right.low
    return np.add(surely.view(np.int8), possibly.view(np.int8))


def _more_than(left: Interval, right: Interval) -> Truth:
    surely, possibly = left.low > right.high, left.high > right.low
    return np.add(surely.view(np.int8), possibly.view(np.int8))


def _equals(left: Interval, right: Interval) -> Truth:
    return all_of([_at_least(left, right), _at_least(right, left)])


_OPERATORS: dict[str, Callable[[Interval, Interval], Truth]] = {
    "at_least": _at_least,
    "more_than": _more_than,
    "at_most": lambda left, right: _at_least(right, left),
    "less_than": lambda left, right: _more_than(right, left),
    "equals": _equals,
}

OPERATORS = tuple(_OPERATORS)
"""The comparisons a pack may write."""
