"""How often each caseworker goes against the screening: both tails of the rate are looked at.

Who never does may be signing what the machine says; who nearly always does works beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from matcher.casework.ledger.recording import data_of
from matcher.casework.referrals.referring import STREAM
from matcher.domain.scope import Scope
from matcher.evaluation.fairness.intervals import wilson
from matcher.evaluation.limits import OverrideLimits, shipped_limits
from matcher.pipeline.casework.refusing import ASKED, OVERRIDE, PASSED_OVER
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

NEVER, ALWAYS = "never", "always"
RATES = ("actor", "proposed", "overridden", "share", "low", "high", "tail")


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are counted, both included."""

    since: date
    until: date

    @classmethod
    def before(cls, on: date) -> Period:
        """The period that is shown unless another is asked for, up to a day.

        Example:
            >>> Period.before(date(2026, 11, 2)).since
            datetime.date(2026, 5, 7)
        """
        return cls(on - timedelta(days=shipped_limits().overrides.days - 1), on)


def proposals_in(
    store: Store, scope: Scope, period: Period, *, at: datetime | None = None
) -> pd.DataFrame:
    """Every referral that was put forward in a period, within the scope; an audited read.

    Returns:
        `on`, `subject_id`, `person_id`, `vacancy_id`, `actor`, `override` (the reason; None where
        the screening was followed) and `passed_over` (names of filters), in order made.
    """
    wanted = Wanted(streams=[STREAM], since=period.since, until=period.until)
    events = store.events(scope, wanted, at=at)
    made = events[events["version"] == 1].reset_index(drop=True)
    columns = ["on", "subject_id", "person_id", "vacancy_id", "actor"]
    return made[columns].assign(
        override=overridden_by(made), passed_over=data_of(made, PASSED_OVER)
    )


def overridden_by(proposed: pd.DataFrame) -> np.ndarray[Any, Any]:
    """(n,) why each referral went against the screening; None where it did not.

    A post set aside because the person, asked, did not want it goes against nothing.
    """
    why = data_of(proposed, OVERRIDE)
    why[why == ASKED] = None
    return why


def override_rates(proposed: pd.DataFrame, *, limits: OverrideLimits | None = None) -> pd.DataFrame:
    """The rate of each caseworker with its interval, and whether it lies at one of the tails.

    Args:
        proposed: of `proposals_in`.
        limits: how many are needed, and what is nearly always; None takes the shipped ones.

    Returns:
        `RATES`: `tail` is "never", "always" or None (also where too few were proposed to say);
        the highest share first, then the most proposed.

    Example:
        >>> rows = [("wang", None)] * 30 + [("li", "knows him")] * 2
        >>> rates = override_rates(pd.DataFrame(rows, columns=["actor", "override"]))
        >>> rates[["actor", "proposed", "overridden", "tail"]].values.tolist()
        [['li', 2, 2, None], ['wang', 30, 0, 'never']]
    """
    bound = limits or shipped_limits().overrides
    by_actor = proposed["override"].notna().groupby(proposed["actor"].astype(object))
    counted = by_actor.agg(["size", "sum"]).reset_index()
    n, hits = counted["size"].to_numpy(np.int64), counted["sum"].to_numpy(np.int64)
    share, low, high = wilson(hits, np.maximum(n, 1))
    told = n >= bound.least
    tail = np.full(len(n), None, object)
    tail[told & (hits == 0)] = NEVER
    tail[told & (share >= bound.nearly_always)] = ALWAYS
    found = (counted["actor"], n, hits, share, low, high, pd.Series(tail, dtype=object))
    rates = pd.DataFrame(dict(zip(RATES, found, strict=True)))
    return rates.sort_values(
        ["share", "proposed", "actor"], ascending=[False, False, True], ignore_index=True
    )


def behind(
    proposed: pd.DataFrame, *, actor: str | None = None, overridden: bool = False
) -> pd.DataFrame:
    """The referrals behind a number, the newest first."""
    chosen = np.ones(len(proposed), np.bool_)
    if actor is not None:
        chosen &= (proposed["actor"] == actor).to_numpy(bool)
    if overridden:
        chosen &= proposed["override"].notna().to_numpy(bool)
    return proposed[chosen].iloc[::-1].reset_index(drop=True)


def tails(rates: pd.DataFrame) -> tuple[Sequence[str], Sequence[str]]:
    """Who never goes against the screening, and who nearly always does."""
    return (
        rates.loc[rates["tail"] == NEVER, "actor"].tolist(),
        rates.loc[rates["tail"] == ALWAYS, "actor"].tolist(),
    )
