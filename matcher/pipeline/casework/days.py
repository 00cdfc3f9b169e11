"""The day's list held in memory, and brought up to date by what was written since.

To read everyone and ask the law about all of them takes seconds in a city; a desk asks for its list
after each move. So only the people and households that were written about are asked about anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from threading import Lock

import pandas as pd

from matcher.casework.deadlines.agenda import agenda
from matcher.casework.deadlines.clocks import clocks
from matcher.casework.deadlines.promises import STREAM as PROMISES
from matcher.casework.deadlines.promises import without_kept
from matcher.casework.placements.working import ACTIVE
from matcher.casework.placements.working import STREAM as PLACEMENTS
from matcher.casework.referrals.referring import STREAM as REFERRALS
from matcher.domain.scope import Scope
from matcher.pipeline.casework.agenda import PARTS, people_from
from matcher.pipeline.law.gathering import dealings_of_all
from matcher.pipeline.markets.renewing import Renewal, renewal_of
from matcher.policy.recorded.beside import Dealings
from matcher.store.audit import Change
from matcher.store.dossiers.dossiers import Sought
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

AHEAD_DAYS = 30
MOVES = "case_events"
"""The kind under which the audit has moves of the ledger."""

KEPT = 6
"""How many offices' lists are held at once."""

OVERLAP = 1_000
"""So far below the highest number of a write, one may still appear when several servers write."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What an office has before it on a day.

    Attributes:
        due: as `agenda`, with what is due within `AHEAD_DAYS`.
        moved: `actor`, `event` and `n`: referrals moved in the month of the day until the day.
    """

    due: pd.DataFrame
    moved: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """A standing, what it was made of, and the writes that are in it, from `after` on."""

    standing: Standing
    running: pd.DataFrame
    homes: pd.Series[str]
    dealt: pd.DataFrame
    seen: frozenset[int]
    after: int


@dataclass(slots=True)
class _Held:
    """One office's list as it was last; `lock` is for whoever renews it."""

    lock: Lock = field(default_factory=Lock)
    state: _State | None = None


class Days:
    """The lists of a store by areas and day, each of now.

    Args:
        store: of the records.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: OrderedDict[tuple[tuple[str, ...], date], _Held] = OrderedDict()
        self._lock = Lock()

    def of(self, scope: Scope, on: date) -> Standing:
        """The list of these areas on that day, with everything written before this call."""
        key = (tuple(sorted(scope.areas)), on)
        with self._lock:
            held = self._held.setdefault(key, _Held())
            self._held.move_to_end(key)
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
        with held.lock:
            held.state = self._renewed(held.state, scope, on)
            return held.state.standing

    def _renewed(self, state: _State | None, scope: Scope, on: date) -> _State:
        # Before anything is read: what is written meanwhile is put in once more, next time.
        seen = self._store.writes(after=-OVERLAP if state is None else state.after)
        fresh = seen if state is None else seen - state.seen
        if state is not None and not fresh:
            return state
        after = max(seen, default=0) - OVERLAP
        kept = frozenset(number for number in seen if number > after)
        parts = None
        if state is not None and len(fresh) <= OVERLAP:
            changes = self._store.changes(fresh)
            asked = renewal_of(changes)
            if asked is not None and not _concerns(asked, changes):
                return replace(state, seen=kept, after=after)
            parts = None if asked is None else self._with(state, scope, on, asked)
        running, homes, dealt = parts or self._all(scope, on)
        return _State(self._standing(running, scope, on), running, homes, dealt, kept, after)

    def _all(self, scope: Scope, on: date) -> tuple[pd.DataFrame, pd.Series[str], pd.DataFrame]:
        """Everyone's clocks, households and employers."""
        persons = self._store.persons(scope, parts=PARTS)
        households, dealings = self._store.households(scope), dealings_of_all(self._store, scope)
        working = self._store.states(scope, Wanted(streams=[PLACEMENTS], states=ACTIVE))
        running = clocks(people_from(persons, households, dealings, working, on), on)
        return _on_list(running, on), _homes(persons), _dealt(dealings)

    def _with(
        self, state: _State, scope: Scope, on: date, asked: Renewal
    ) -> tuple[pd.DataFrame, pd.Series[str], pd.DataFrame]:
        """The same with those who were written about asked about anew."""
        if not asked.is_of_people:
            return state.running, state.homes, state.dealt
        sought = _sought(state, asked)
        told = self._store.dossiers(scope, sought)
        dealings = Dealings(told.placements, told.refusals, told.cases, told.employers)
        of_them = Wanted([PLACEMENTS], ACTIVE, of="person_id", ids=told.people)
        working = self._store.states(scope, of_them)
        people = people_from(told.persons, told.households, dealings, working, on)
        fresh = _on_list(clocks(people, on), on)
        gone = told.people | sought.people | sought.beside
        running = _together(_without(state.running, gone, told.homes | sought.homes), fresh)
        order = ["due_on", "clock", "subject_id"]
        running = running.sort_values(order, kind="stable", ignore_index=True)
        homes = pd.concat([state.homes.drop(list(gone), errors="ignore"), _homes(told.persons)])
        dealt = _together(_without(state.dealt, gone, frozenset()), _dealt(dealings))
        return running, homes, dealt.drop_duplicates(ignore_index=True)

    def _standing(self, running: pd.DataFrame, scope: Scope, on: date) -> Standing:
        store, until = self._store, on + timedelta(days=AHEAD_DAYS)
        steps = store.states(scope, Wanted(due_until=until))
        kept = store.states(scope, Wanted(streams=[PROMISES]))
        due = agenda(steps, without_kept(running, kept), on, ahead_days=AHEAD_DAYS)
        moved = store.events(scope, Wanted([REFERRALS], since=on.replace(day=1), until=on))
        counted = moved.groupby(["actor", "event"], sort=True).size()
        return Standing(due, counted.rename("n").reset_index())


def _concerns(asked: Renewal, changes: Iterable[Change]) -> bool:
    """May these writes change a list? The law reads nothing of what `profiles` tells."""
    return asked.is_of_people or any(change.kind == MOVES for change in changes)


def _on_list(running: pd.DataFrame, on: date) -> pd.DataFrame:
    """The clocks that may stand on a list: in a city one in a hundred of those that run."""
    until = (on + timedelta(days=AHEAD_DAYS)).isoformat()
    is_dated = ~running["open"].astype(bool) & (running["due_on"] <= until)
    return running[is_dated].reset_index(drop=True)


def _sought(state: _State, asked: Renewal) -> Sought:
    """Whose dossiers are opened: the households they were of before count as well."""
    of_employers = state.dealt["employer_id"].isin(list(asked.employers))
    people = asked.people | asked.erased
    beside = frozenset(state.dealt.loc[of_employers, "person_id"].dropna())
    homes = asked.homes | frozenset(state.homes.reindex(list(people | beside)).dropna())
    return Sought(people, beside, homes, asked.placements, asked.refusals, asked.cases)


def _homes(persons: pd.DataFrame) -> pd.Series[str]:
    """The household of each person."""
    return persons.set_index("person_id")["household_id"].astype(object)


def _dealt(dealings: Dealings) -> pd.DataFrame:
    """Which employers' records are read for whom."""
    columns = ["person_id", "employer_id", "household_id"]
    frames = (dealings.placements, dealings.cases)
    named = [each.reindex(columns=columns) for each in frames if each is not None]
    made = pd.concat(named, ignore_index=True) if named else pd.DataFrame(columns=columns)
    return made[made["employer_id"].notna()].reset_index(drop=True)


def _without(frame: pd.DataFrame, people: Iterable[str], homes: Iterable[str]) -> pd.DataFrame:
    gone = frame["person_id"].isin(list(people)) | frame["household_id"].isin(list(homes))
    return frame[~gone]


def _together(rest: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    """Both; one alone where the other is empty, whose columns have no types."""
    filled = [each for each in (rest, fresh) if not each.empty]
    return pd.concat(filled, ignore_index=True) if filled else rest
