"""Refusals: whose, why, and whether for a just cause, as the law's counter reads them."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from matcher.casework.ledger.machine import reasons
from matcher.casework.ledger.recording import data_of, merged

GROUP = "refused_by_person"
STATED = "just_cause"
COUNTED_FROM = ("referred", "interviewed", "offered", "hired")
"""States in which an offer was made to the person: saying no to a mere question is no refusal."""
OFFERED_ON = "offered_on"
"""In the `data` of a referral: the day on which the offer was made to the person."""

RESPONSES = {"hire": "accepted", "refuse_by_person": "refused"}
"""Moves that answer an offer, and the answer; one accepted ends a row of refusals."""


def with_offer_days(given: pd.DataFrame) -> pd.DataFrame:
    """The moves, each `refer` with its day in its data: the offer is of that day for good."""
    frame = given.copy()
    frame["data"] = [
        merged(None if pd.isna(said) else said, json.dumps({OFFERED_ON: day}))
        if event == "refer"
        else said
        for event, day, said in zip(
            given["event"], given["on"], given["data"].astype(object), strict=True
        )
    ]
    return frame


def just_causes(given: pd.DataFrame) -> pd.Series[Any]:
    """Whether each refusal has a just cause: what the official says, else what the code says.

    Args:
        given: moves `refuse_by_person` with `reason` and `data`.

    Returns:
        True, False, or None where neither says: then an official must.
    """
    of_code = {code: each.just_cause for (group, code), each in reasons().items() if group == GROUP}
    said = data_of(given, STATED)
    told = [
        own if own is not None else of_code.get(str(code))
        for own, code in zip(said, given["reason"], strict=True)
    ]
    return pd.Series(told, index=given.index, dtype=object)


def unsaid(given: pd.DataFrame) -> list[str]:
    """Refusals of which nobody says whether the cause was just, in words."""
    open_ones = given[just_causes(given).isna().to_numpy()]
    with_reason = open_ones[open_ones["reason"].notna()]
    return [
        f"referral {subject}: the reason {reason} alone does not say whether the cause was just; "
        "say so ('just_cause' true or false)"
        for subject, reason in zip(
            with_reason["subject_id"].astype(str), with_reason["reason"].astype(str), strict=True
        )
    ]


def refusal_records(events: pd.DataFrame, offered_on: pd.Series[Any]) -> pd.DataFrame:
    """The answers to offers as the place's counter reads them.

    Args:
        events: events of `RESPONSES` of referrals that had come to an offer.
        offered_on: the day of the offer, by row of `events`.
    """
    refused = events["event"] == "refuse_by_person"
    return pd.DataFrame(
        {
            "person_id": events["person_id"],
            "offered_on": offered_on,
            "vacancy_id": events["vacancy_id"],
            "response": events["event"].map(RESPONSES),
            "just_cause": just_causes(events).where(refused).astype("boolean"),
            "reason": events["reason"].where(refused),
        }
    )
