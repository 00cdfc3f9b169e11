"""Which moves of households follow from what is on record: certificates, work begun, work ended.

Nothing is taken away here: leaving and removal are decisions of people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from matcher.casework.households.moving import move
from matcher.casework.households.spells import HELD, STOCK
from matcher.casework.ledger.recording import data_of, moves

CERTIFIED = ("certified", "aided")
"""States of the household's record that say it was certified."""


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What moves of households may follow from.

    Attributes:
        states: where they stand, of the stream `household`.
        events: their moves.
        households: their records: `household_id`, `state`, `certified_on`.
        members: `person_id` and `household_id`.
        placements: of the members: `placement_id`, `person_id`, `start_date`, `ended_on`.
    """

    states: pd.DataFrame
    events: pd.DataFrame
    households: pd.DataFrame
    members: pd.DataFrame
    placements: pd.DataFrame


def following(known: OnRecord, on: date) -> pd.DataFrame:
    """The moves that are due by what is on record on a day; once made, they are due no more.

    Args:
        known: what is on record.
        on: the day; later work does not count.

    Returns:
        Moves: `certify` on the day on record; `clear` by the earliest work that lasts, `employ` for
        each further member; `reappear` where all work on record of a cleared household has ended.
        Each has a key, so that two who find the same move due make it once.
    """
    of_home = known.placements.merge(known.members[["person_id", "household_id"]], on="person_id")
    day = on.isoformat()
    begun = of_home[of_home["start_date"].notna() & (of_home["start_date"] <= day)]
    over = begun["ended_on"].notna() & (begun["ended_on"] <= day)
    lasting = begun[~over].sort_values(["start_date", "placement_id"], kind="stable")
    standing = known.states.set_index("subject_id")
    rows = [
        *_certified(standing, known.households, day),
        *_placed(standing, _unrecorded(lasting, known.events)),
        *_relapsed(standing, begun, lasting),
    ]
    return moves(rows)


def _key(standing: pd.DataFrame, household: str, what: str) -> str:
    """One name for a move from where the household stands now."""
    return f"household:{household}:{standing['version'].get(household)}:{what}"


def _certified(
    standing: pd.DataFrame, households: pd.DataFrame, day: str
) -> Iterator[dict[str, Any]]:
    waiting = standing.index[standing["state"].isin(["appeared", "applied"])]
    known = households[households["household_id"].isin(waiting)]
    known = known[known["state"].isin(CERTIFIED) & known["certified_on"].notna()]
    for each in _rows(known[known["certified_on"] <= day]):
        household = each["household_id"]
        key = _key(standing, household, "certify")
        yield move("certify", household, date.fromisoformat(each["certified_on"]), key=key)


def _unrecorded(lasting: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Lasting work of members whom the ledger does not show in work since nobody was."""
    without = events[events["state"].isin(STOCK)].groupby("subject_id")["seq"].max()
    since = events["subject_id"].map(without).fillna(0)
    shown = events[events["event"].isin(["clear", "employ"]) & (events["seq"] > since)]
    done = pd.MultiIndex.from_arrays([shown["subject_id"], data_of(shown, "person_id")])
    pairs = pd.MultiIndex.from_frame(lasting[["household_id", "person_id"]])
    return lasting[~pairs.isin(done)]


def _placed(standing: pd.DataFrame, lasting: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """On the day the work began, or the household came on the ledger where that was later."""
    for household, work in lasting.groupby("household_id", sort=True):
        state = standing["state"].get(household)
        if state not in (*STOCK, *HELD):
            continue
        for each in _rows(work.drop_duplicates("person_id")):
            event = "clear" if state in STOCK else "employ"
            state = "cleared" if state in STOCK else state
            yield move(
                event,
                str(household),
                date.fromisoformat(max(each["start_date"], standing["since"][household])),
                key=_key(standing, str(household), f"placed:{each['placement_id']}"),
                person_id=each["person_id"],
                placement_id=each["placement_id"],
            )


def _relapsed(
    standing: pd.DataFrame, begun: pd.DataFrame, lasting: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """Only households with work on record: where none was written down, nothing is known to end."""
    held = standing.index[standing["state"].isin(HELD)]
    ended = begun[begun["household_id"].isin(held)]
    ended = ended[~ended["household_id"].isin(lasting["household_id"])]
    last = ended.sort_values(["ended_on", "placement_id"], kind="stable").groupby("household_id")
    for each in _rows(last.tail(1).sort_values("household_id")):
        yield move(
            "reappear",
            each["household_id"],
            date.fromisoformat(each["ended_on"]),
            reason="work_ended",
            key=_key(standing, each["household_id"], f"ended:{each['placement_id']}"),
            placement_id=each["placement_id"],
        )


def opening(households: pd.DataFrame, on: date) -> pd.DataFrame:
    """The moves that bring records kept before into a ledger that begins.

    Args:
        households: `household_id`, `area_code`, `state` and the days of the record.
        on: the day from which the ledger is kept; days of the record after it, or unknown ones,
            count as this day.

    Returns:
        Moves of households found, applied, certified, aided or cleared; those that had left or were
        never certified are not on the ledger. A clearing whose placement was not written down is
        marked as of the opening.
    """
    known = households[households["state"].isin(OPENED)].sort_values("household_id")
    rows = [step for each in _rows(known) for step in _steps(each, on)]
    return moves(rows)


OPENED = {
    "discovered": ("find",),
    "applied": ("find", "apply"),
    "publicised": ("find", "apply"),
    "certified": ("find", "apply", "certify"),
    "aided": ("find", "apply", "certify", "aid"),
    "cleared": ("find", "apply", "certify", "clear"),
}
"""States of a record that bring its household into a ledger that begins, and by which events."""

_DAY_OF = {"find": "discovered_on", "apply": "applied_on"}


def _steps(row: dict[str, Any], on: date) -> Iterator[dict[str, Any]]:
    for event in OPENED[row["state"]]:
        said = row[_DAY_OF.get(event, "certified_on")]
        day = on if pd.isna(said) else min(on, date.fromisoformat(said))
        area = None if pd.isna(row["area_code"]) else str(row["area_code"])
        yield move(
            event,
            str(row["household_id"]),
            day,
            area_code=area if event == "find" else None,
            key=f"household:{row['household_id']}:opening:{event}",
            opening=True,
        )


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Row by row: each becomes a move that stands on the one before it."""
    for row in frame.to_dict("records"):
        yield {str(name): value for name, value in row.items()}
