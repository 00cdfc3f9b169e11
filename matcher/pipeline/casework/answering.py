"""By when a referral must be answered: the promise of the person's place, else the office's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from matcher.casework.ledger.settings import setting_in
from matcher.policy.decisions import decide
from matcher.policy.engine.kleene import MET
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law, places_of
from matcher.store.offices.kept import Kept

DECISION, PROMISE = "service_promise_due", "promises.feedback"
OFFICE = "answer_days"


def answers_due(
    areas: Iterable[str | None],
    on: date,
    *,
    kept: Sequence[Kept] = (),
    layer: str = "current",
) -> dict[str | None, str]:
    """The ISO day by which someone of each area hears back about work asked for on a day.

    Where a place promises an answer in so many days, that day; elsewhere the office setting
    `answer_days`, as the office set it (`kept`) or by default. Each place is decided once.

    Example:
        >>> due = answers_due(["420200001", "320602001"], date(2026, 11, 2))
        >>> due["320602001"]
        '2026-11-07'
    """
    known = list(dict.fromkeys(areas))
    places = places_of(known)
    asked = {"person": {"wants_to_work": True}, "case": {"request_received_on": on.isoformat()}}
    facts = facts_from_given(asked, on=on)
    of_place: dict[str, str | None] = {}
    for place in dict.fromkeys(places):
        decided = decide(Law.on_day(place, on, layer=layer), DECISION, facts)
        days = decided.value(PROMISE)
        promised = bool(decided.outcome[0] == MET) and bool(np.isfinite(days[0]))
        of_place[place] = str(days.astype("datetime64[D]")[0]) if promised else None
    return {
        area: of_place[place] or _usual(kept, area, on)
        for area, place in zip(known, places, strict=True)
    }


def _usual(kept: Sequence[Kept], area: str | None, on: date) -> str:
    return (on + timedelta(days=setting_in(kept, OFFICE, area, on))).isoformat()
