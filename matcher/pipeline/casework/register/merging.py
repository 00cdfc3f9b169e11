"""Stored duplicates: listed, merged by a named official, and taken apart again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from matcher.casework.ledger.machine import machine, streams
from matcher.casework.ledger.recording import data_of, moves, record
from matcher.casework.register.duplicates import (
    Duplicates,
    duplicate_households,
    find_duplicates,
)
from matcher.casework.register.merging import (
    ABOUT,
    FOLLOWS,
    MERGED,
    SET_ASIDE,
    STREAM,
    Pair,
    check_merge,
    merged_into,
    move_of,
    plain,
    settled_pairs,
)
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import Conflict, NotFound, WrongUse
from matcher.pipeline.casework.register.hand import Hand
from matcher.store.batch import Batch
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

PARTS = ("profile", "status", "identity")
WORK = "placement "
"""How a matter begins that is work."""

MERGES = Wanted(streams=(STREAM,))


@dataclass(frozen=True, slots=True)
class Found:
    """Duplicates of persons, and the households that share them."""

    persons: Duplicates
    households: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge moved.

    Attributes:
        subject_id: the ledger's id of the merge.
        moved: how many records of each kind went over; members under "members".
        open_matters: what still runs under the id that was given up, as `stream subject`: to be
            ended, or carried on under that id.
    """

    subject_id: str
    moved: dict[str, int]
    open_matters: tuple[str, ...]


def duplicates_in(store: Store, scope: Scope) -> Found:
    """Pairs within the scope that nobody has settled yet; an audited read of identities."""
    states = store.states(scope, MERGES)
    persons = store.persons(scope, parts=PARTS)
    gone = merged_into(states, Kind.PERSONS)
    standing = persons[~persons["person_id"].isin(list(gone))].reset_index(drop=True)
    found = find_duplicates(standing, known_apart=settled_pairs(states, Kind.PERSONS))
    apart = settled_pairs(states, Kind.HOUSEHOLDS)
    return Found(found, duplicate_households(standing, found.pairs, known_apart=apart))


def merge(store: Store, hand: Hand, pair: Pair, *, reason: str) -> Merged:
    """Make two records one: what was done for the loser is about the survivor from now on.

    Raises:
        NotFound: one of them is not there within the scope.
        WrongUse: they may not be merged (see `check_merge`), or both are at work.
        Conflict: somebody else gave the same record up meanwhile.
        IllegalMoves: the reason is no code, or the role may not.
    """
    records = _both(store, hand.scope, pair)
    states = store.states(hand.scope, MERGES)
    check_merge(pair, records, merged_into(states, pair.kind))
    loser = records[records[ABOUT[pair.kind]] == pair.loser]
    aside = {name: plain(loser[name].iloc[0]) for name in SET_ASIDE[pair.kind]}
    members = _members(store, hand.scope, pair, pair.loser)
    running = _running(store, hand.scope, pair, pair.loser)
    if pair.kind is Kind.PERSONS:
        _refuse_two_works(pair, running, _running(store, hand.scope, pair, pair.survivor))
    key = _key(store, hand.scope, pair)
    with store.writing(actor=hand.by, at=hand.at) as batch:
        moved = {
            kind.value: batch.reassign(kind, ABOUT[pair.kind], pair.loser, pair.survivor)
            for kind in FOLLOWS[pair.kind]
        }
        _rehouse(batch, members, pair.survivor)
        _say(batch, pair, SET_ASIDE[pair.kind])
        told = {"moved": moved, "aside": aside, "members": members}
        row = move_of(pair, "merge", hand.on, reason=reason, area_code=_area(records), **told)
        done = record(batch, moves([row | {"key": key}]), role=hand.role)
        if done.repeated:
            raise Conflict(kind=STREAM, key=pair.subject_id, expected=0, found=1)
    counts = {kind: len(keys) for kind, keys in moved.items() if keys}
    counts |= {"members": len(members)} if members else {}
    return Merged(pair.subject_id, counts, running)


def unmerge(store: Store, hand: Hand, pair: Pair, *, reason: str) -> Merged:
    """Take a merge apart: what it moved goes back, what came later stays with the survivor.

    Raises:
        NotFound: the two were never merged, within the scope.
        WrongUse: the survivor was itself merged later: that one first.
        IllegalMoves: the merge does not stand, the reason is no code, or the role may not.
    """
    states = store.states(hand.scope, MERGES)
    state = states[states["subject_id"] == pair.subject_id]
    if state.empty:
        raise NotFound(kind=STREAM, key=pair.subject_id)
    said = json.loads(state["data"].iloc[0])
    pair = Pair(pair.kind, said["survivor"], said["loser"])
    gone = merged_into(states, pair.kind)
    if pair.survivor in gone and state["state"].iloc[0] == MERGED:
        raise WrongUse(
            what=f"{pair.kind.value} {pair.survivor} was merged into {gone[pair.survivor]} later",
            expected="the latest merge to be taken apart first",
            do=f"Take the merge of {pair.survivor} and {gone[pair.survivor]} apart first.",
        )
    records = _both(store, hand.scope, pair)
    still = set(_members(store, hand.scope, pair, pair.survivor))
    members = [each for each in said.get("members", ()) if each in still]
    back = _back(pair, records, said.get("aside", {}))
    running = _running(store, hand.scope, pair, pair.loser)
    with store.writing(actor=hand.by, at=hand.at) as batch:
        about = ABOUT[pair.kind]
        row = move_of(pair, "unmerge", hand.on, reason=reason, area_code=_area(records))
        record(batch, moves([row]), role=hand.role)
        returned = {
            kind: batch.reassign(
                Kind(kind), about, pair.survivor, pair.loser, keys=list(keys.values())
            )
            for kind, keys in said.get("moved", {}).items()
        }
        _rehouse(batch, members, pair.loser)
        _say(batch, pair, back)
    counts = {kind: len(keys) for kind, keys in returned.items() if keys}
    counts |= {"members": len(members)} if members else {}
    return Merged(pair.subject_id, counts, running)


def dismiss(store: Store, hand: Hand, pair: Pair, *, reason: str) -> None:
    """Write down that two records are of two people or households; they are not listed again."""
    records = _both(store, hand.scope, pair)
    row = move_of(pair, "dismiss", hand.on, reason=reason, area_code=_area(records))
    with store.writing(actor=hand.by, at=hand.at) as batch:
        record(batch, moves([row]), role=hand.role)


def _both(store: Store, scope: Scope, pair: Pair) -> pd.DataFrame:
    ids = [pair.survivor, pair.loser]
    if pair.kind is Kind.PERSONS:
        found = store.persons(scope, ids, parts=PARTS)
    else:
        found = store.households(scope, ids)
    missing = sorted(set(ids).difference(found[ABOUT[pair.kind]]))
    if missing:
        raise NotFound(kind=pair.kind.value, key=missing[0])
    return found


def _members(store: Store, scope: Scope, pair: Pair, household_id: str) -> list[str]:
    if pair.kind is Kind.PERSONS:
        return []
    ids: list[str] = store.members(scope, [household_id])["person_id"].tolist()
    return ids


def _running(store: Store, scope: Scope, pair: Pair, key: str) -> tuple[str, ...]:
    """Matters of casework about one of the two records that are not at an end."""
    wanted = Wanted(
        streams=[name for name in streams() if name != STREAM],
        of=ABOUT[pair.kind],
        ids=[key],
    )
    found = store.states(scope, wanted)
    rows = zip(found["stream"], found["subject_id"], found["state"], strict=True)
    return tuple(
        f"{stream} {subject}"
        for stream, subject, state in rows
        if not machine(stream).is_final(state)
    )


def _refuse_two_works(pair: Pair, loser: tuple[str, ...], survivor: tuple[str, ...]) -> None:
    """Nobody has two works at a time, so two records at work are not made one."""
    at_work = [
        next((each for each in matters if each.startswith(WORK)), None)
        for matters in (survivor, loser)
    ]
    if all(at_work):
        raise WrongUse(
            what=f"{pair.kind.value} {pair.survivor} and {pair.loser} are both at work "
            f"({', '.join(str(each) for each in at_work)})",
            expected="one work at a time",
            do="End the one that is over first.",
        )


def _key(store: Store, scope: Scope, pair: Pair) -> str:
    """The name of this merge: two officials who give one record up at a time choose the same."""
    before = store.events(scope, MERGES)
    merges = before[before["event"] == "merge"]
    given_up = int((data_of(merges, "loser") == pair.loser).sum()) if len(merges) else 0
    return f"merge-{pair.kind.value}-{pair.loser}-{given_up}"


def _rehouse(batch: Batch, members: list[str], household_id: str) -> None:
    if members:
        frame = pd.DataFrame({"person_id": members, "household_id": household_id})
        batch.upsert(Kind.PERSONS, frame, columns=["household_id"])


def _say(batch: Batch, pair: Pair, values: dict[str, Any]) -> None:
    """Write these values of the record that is given up; None takes away."""
    if not values:
        return
    row = {ABOUT[pair.kind]: pair.loser} | {
        name: pd.NA if value is None else value for name, value in values.items()
    }
    erased = {name: np.array([value is None]) for name, value in values.items()}
    batch.upsert(pair.kind, pd.DataFrame([row]), columns=list(values), erased=erased)


def _back(pair: Pair, records: pd.DataFrame, aside: dict[str, Any]) -> dict[str, Any]:
    """What the loser said before, of all that still says what the merge wrote."""
    loser = records[records[ABOUT[pair.kind]] == pair.loser]
    return {
        name: value
        for name, value in aside.items()
        if plain(loser[name].iloc[0]) == SET_ASIDE[pair.kind][name]
    }


def _area(records: pd.DataFrame) -> str | None:
    known = records["area_code"].dropna()
    return None if known.empty else str(known.iloc[0])
