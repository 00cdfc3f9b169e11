"""The record of posts and employers: how often people took a post, how often they were taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.market.arrays import Vacancies

Column = NDArray[np.float32]
Answered = tuple[NDArray[np.int32], NDArray[np.bool_]]
"""Positions of posts, -1 for others, and whether the answer was yes."""

USUAL = 30.0
"""Answers of an average post that every record starts with, so that one answer is no rule."""


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """What past answers say of each post, as a share; NaN where nothing is on record.

    Attributes:
        post_interest: (m,) of the people who saw the post, who took it up.
        employer_interest: (m,) the same of all posts of its employer.
        employer_success: (m,) of the people whom the employer judged, who were offered work.
        openness: (m,) the same of all employers for the post's occupation.
    """

    post_interest: Column
    employer_interest: Column
    employer_success: Column
    openness: Column


RECORD_FEATURES = ("post_interest", "employer_interest", "employer_success", "openness")
"""The columns, in order."""


def record_of(
    vacancies: Vacancies, interest: Answered | None, success: Answered | None
) -> Record | None:
    """The record of a market's posts; None where there is no answer at all.

    Args:
        vacancies: the posts.
        interest: who saw which post, and whether it was taken up.
        success: whom an employer judged for which post, and whether work was offered.
    """
    if interest is None and success is None:
        return None
    own = np.arange(len(vacancies))
    employer, occupation = vacancies.employer, vacancies.occupation
    return Record(
        _shares(own, interest),
        _shares(employer, interest),
        _shares(employer, success),
        _shares(occupation, success),
    )


def _shares(group: NDArray[np.integer], answered: Answered | None) -> Column:
    """Per post the share of its group, drawn towards that of all; NaN for a group without any."""
    told = np.full(len(group), np.nan, np.float32)
    if answered is None:
        return told
    at, yes = answered[0][answered[0] >= 0], answered[1][answered[0] >= 0]
    if not len(at):
        return told
    of_pair = group[at]
    here = of_pair >= 0
    size = int(group.max(initial=0)) + 1
    asked = np.bincount(of_pair[here], minlength=size)
    won = np.bincount(of_pair[here], weights=yes[here].astype(np.float64), minlength=size)
    share = (won + USUAL * float(yes.mean())) / (asked + USUAL)
    known = (group >= 0) & (asked[np.maximum(group, 0)] > 0)
    told[known] = share[group[known]]
    return told
