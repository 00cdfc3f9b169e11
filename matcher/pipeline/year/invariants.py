"""What must hold each evening of the year, recounted from the events by other code than writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from matcher.casework.households.spells import balance, counts, entries
from matcher.casework.ledger.machine import machine
from matcher.casework.ledger.replaying import differences
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.pipeline.casework.agenda import day_of
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

COUNTY = 6


@dataclass(slots=True, eq=False)
class Recount:
    """The events read so far, and what they say must hold.

    Attributes:
        store: the workspace.
        scope: the whole city.
        events: every event read so far.
    """

    store: Store
    scope: Scope
    events: pd.DataFrame = field(default_factory=pd.DataFrame)

    def evening(self, day: date) -> list[str]:
        """What does not hold on the evening of a day, in words; empty when all holds."""
        self._read()
        return [f"{day}: {problem}" for problem in self._problems(day)]

    def month_end(self, day: date) -> list[str]:
        """What does not hold when everything is held against everything, in words."""
        found = self.evening(day)
        kept = self.store.states(self.scope)
        odd = differences(kept, self.events)
        found += [f"{day}: state of {row.stream} {row.subject_id}" for row in odd.itertuples()]
        found += [f"{day}: {problem}" for problem in self.store.broken_seals()]
        found += [f"{day}: {problem}" for problem in self._missed(kept, day)]
        return found

    def _read(self) -> None:
        """What was written since the last reading."""
        last = int(self.events["seq"].iloc[-1]) if len(self.events) else 0
        new = self.store.events(self.scope, Wanted(after_seq=last))
        self.events = pd.concat([self.events, new], ignore_index=True) if last else new

    def _problems(self, day: date) -> Iterator[str]:
        yield from self._stock_and_flow(day)
        yield from self._one_work_at_a_time()
        yield from self._places()
        yield from self._order()

    def _stock_and_flow(self, day: date) -> Iterator[str]:
        moved = self.events[self.events["stream"] == "household"]
        if len(moved):
            table = counts(entries(moved, day.replace(day=1), day), COUNTY)
            off = balance(table)
            off = off[off != 0]
            yield from (f"stock and flow of {area} off by {by}" for area, by in off.items())

    def _one_work_at_a_time(self) -> Iterator[str]:
        """Starts less ends of each person, counted along the year, are never two."""
        work = self.events[self.events["stream"] == "placement"]
        change = work["event"].isin(["start"]) * 1 - work["event"].isin(["end", "void"]) * 1
        running = change.groupby(work["person_id"]).cumsum()
        yield from (f"person {p} works twice" for p in work.loc[running > 1, "person_id"].unique())

    def _places(self) -> Iterator[str]:
        """No post took on more people than it has places, those of imports among them."""
        posts = self.store.frame(Kind.VACANCIES, columns=["headcount"])
        hired = self.store.hires_by_vacancy().merge(posts, on="vacancy_id")
        events = self.events[self.events["stream"] == "referral"]
        touched = events.loc[events["event"] == "hire", "vacancy_id"].unique()
        over = hired[(hired["hired"] > hired["headcount"]) & hired["vacancy_id"].isin(touched)]
        yield from (f"post {each} gave more places than it has" for each in over["vacancy_id"])

    def _order(self) -> Iterator[str]:
        """Versions of each subject go up by one, without a gap."""
        expected = self.events.groupby(["stream", "subject_id"]).cumcount() + 1
        odd = self.events[(self.events["version"] != expected).to_numpy(dtype=bool)]
        yield from (f"{row.stream} {row.subject_id} skips a version" for row in odd.itertuples())

    def _missed(self, kept: pd.DataFrame, day: date) -> Iterator[str]:
        """Every open step whose day has passed stands on the list of the day."""
        listed = day_of(self.store, self.scope, day).due
        shown = set(zip(listed["matter"], listed["subject_id"], strict=True))
        for row in kept[kept["due_on"].notna() & (kept["due_on"] <= day.isoformat())].itertuples():
            is_open = not machine(str(row.stream)).is_final(str(row.state))
            if is_open and (row.stream, row.subject_id) not in shown:
                yield f"{row.stream} {row.subject_id} is due and on nobody's list"
