"""Features of the record of posts and employers: who took them up, whom they took."""

from __future__ import annotations

import numpy as np

from matcher.ranking.features.registry import Column, feature
from matcher.ranking.pairs import Pairs

GROUP = "record"
SOURCE = "outcomes up to the day, vacancies.employer_id, vacancies.occupation_code"


def _column(pairs: Pairs, name: str) -> Column:
    record = None if pairs.past is None else pairs.past.record
    if record is None:
        return np.full(len(pairs), np.nan, np.float32)
    told: Column = getattr(record, name)[pairs.vacancy_at]
    return told


@feature(group=GROUP, unit="share", between=(0, 1), source=SOURCE)
def post_interest(pairs: Pairs) -> Column:
    """Of the people who saw this post, the share that took it up."""
    return _column(pairs, "post_interest")


@feature(group=GROUP, unit="share", between=(0, 1), source=SOURCE)
def employer_interest(pairs: Pairs) -> Column:
    """Of the people who saw posts of this employer, the share that took them up."""
    return _column(pairs, "employer_interest")


@feature(group=GROUP, unit="share", between=(0, 1), source=SOURCE)
def employer_success(pairs: Pairs) -> Column:
    """Of the people whom this employer judged, the share that was offered work."""
    return _column(pairs, "employer_success")


@feature(group=GROUP, unit="share", between=(0, 1), source=SOURCE)
def openness(pairs: Pairs) -> Column:
    """Of the people judged for this occupation by any employer, the share offered work."""
    return _column(pairs, "openness")
