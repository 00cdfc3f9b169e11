"""Two records of one person or household made one, and taken apart again, as moves on record.

Nothing is deleted: what was done for the one record is made to be about the other, and the move
keeps what was moved. The record that was given up stays, without a wish for work and without a
household, so that it is neither matched nor counted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from matcher.casework.ledger.recording import data_of
from matcher.casework.register.duplicates import find_duplicates
from matcher.domain.kinds import Kind
from matcher.errors import WrongUse

STREAM, MERGED, DISMISSED = "merge", "merged", "dismissed"
MERGEABLE = (Kind.PERSONS, Kind.HOUSEHOLDS)
ABOUT = {Kind.PERSONS: "person_id", Kind.HOUSEHOLDS: "household_id"}
FOLLOWS = {
    Kind.PERSONS: (Kind.OUTCOMES, Kind.PLACEMENTS, Kind.REFUSALS, Kind.CASES, Kind.PAIRINGS),
    Kind.HOUSEHOLDS: (Kind.CASES,),
}
"""The records that go over to the survivor, by what is merged."""

SET_ASIDE: dict[Kind, dict[str, Any]] = {
    Kind.PERSONS: {"seeks_work": False, "household_id": None},
    Kind.HOUSEHOLDS: {"state": None},
}
"""What the record that is given up says from then on."""

AIDED_STATES = ("certified", "aided", "cleared")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of one kind: the one that stays and the one that is given up."""

    kind: Kind
    survivor: str
    loser: str

    def __post_init__(self) -> None:
        """A record is not merged with itself, and only people and households are."""
        if self.kind not in MERGEABLE or self.survivor == self.loser:
            raise WrongUse(
                what=f"{self.kind.value} {self.survivor} with {self.loser}",
                expected="two different persons, or two different households",
                do="Name the one that stays and the one that is given up.",
            )

    @property
    def subject_id(self) -> str:
        """The ledger's id: the same whichever of the two stays."""
        one, other = sorted((self.survivor, self.loser))
        return f"M-{self.kind.value}-{one}-{other}"


def merged_into(states: pd.DataFrame, kind: Kind) -> dict[str, str]:
    """Which records of a kind are given up now, and for which others.

    Args:
        states: of the stream `merge`.
        kind: PERSONS or HOUSEHOLDS.
    """
    standing = states[states["state"] == MERGED]
    if standing.empty:
        return {}
    of_kind = data_of(standing, "kind") == kind.value
    losers, survivors = data_of(standing, "loser"), data_of(standing, "survivor")
    return dict(zip(losers[of_kind].tolist(), survivors[of_kind].tolist(), strict=True))


def settled_pairs(states: pd.DataFrame, kind: Kind) -> set[tuple[str, str]]:
    """Pairs of a kind that an official merged, or found to be two."""
    settled = states[states["state"].isin([MERGED, DISMISSED])]
    if settled.empty:
        return set()
    of_kind = data_of(settled, "kind") == kind.value
    losers, survivors = data_of(settled, "loser"), data_of(settled, "survivor")
    both = zip(survivors[of_kind].tolist(), losers[of_kind].tolist(), strict=True)
    return {(one, other) if one < other else (other, one) for one, other in both}


def check_merge(pair: Pair, records: pd.DataFrame, gone: Mapping[str, str]) -> None:
    """May these two be made one?

    Args:
        pair: which.
        records: both records; of persons with what identifies them.
        gone: the records that are given up already, see `merged_into`.

    Raises:
        WrongUse: one of them is given up already; they contradict each other in what identifies a
            person; or a household that is recognised would be given up for one that is not.
    """
    for key in (pair.survivor, pair.loser):
        if key in gone:
            raise WrongUse(
                what=f"{pair.kind.value} {key} was merged into {gone[key]}",
                expected="a record that stands",
                do=f"Merge with {gone[key]}, or take that merge apart first.",
            )
    if pair.kind is Kind.PERSONS:
        _refuse_contradiction(pair, records)
    else:
        _refuse_lost_status(pair, records)


def _refuse_contradiction(pair: Pair, records: pd.DataFrame) -> None:
    pairs = find_duplicates(records).pairs
    contradicts = bool(pairs["contradicts"].any())
    numbers = records["id_number"].dropna().str.strip().str.upper().nunique()
    if contradicts or numbers > 1:
        what = "the same ID number but another sex or date of birth"
        raise WrongUse(
            what=f"persons {pair.survivor} and {pair.loser} have "
            f"{'two ID numbers' if numbers > 1 else what}",
            expected="two records that do not contradict each other",
            do="See the documents and correct the record that is wrong first.",
        )


def _refuse_lost_status(pair: Pair, records: pd.DataFrame) -> None:
    state = records.set_index("household_id")["state"]
    if state[pair.loser] in AIDED_STATES and state[pair.survivor] not in AIDED_STATES:
        raise WrongUse(
            what=f"household {pair.loser} is recognised and {pair.survivor} is not",
            expected="the recognised one to stay: merging takes no status away",
            do="Merge the other way round.",
        )


def plain(value: Any) -> Any:
    """A cell as JSON keeps it."""
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def move_of(
    pair: Pair, event: str, on: date, *, reason: str, area_code: str | None, **data: Any
) -> dict[str, Any]:
    """One move of a pair; `data` is what the ledger keeps of it."""
    said = {"kind": pair.kind.value, "survivor": pair.survivor, "loser": pair.loser} | data
    return {
        "stream": STREAM,
        "subject_id": pair.subject_id,
        "event": event,
        "on": on.isoformat(),
        "reason": reason,
        "area_code": area_code,
        ABOUT[pair.kind]: pair.survivor,
        "data": json.dumps(said, ensure_ascii=False),
    }
