"""Reads of what was done about people; each leaves a row in the audit, or gives nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Column, Engine, Text, cast, select

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.store import audit, engine
from matcher.store.condition.condition import Condition
from matcher.store.condition.written import Written
from matcher.store.dossiers.dossiers import Dossiers, Sought, dossiers_of
from matcher.store.events.reading import Wanted, events_in, states_in
from matcher.store.lists.listing import Cell, Listing
from matcher.store.lists.paging import Page, counted_by, page_of
from matcher.store.privacy.searching import called
from matcher.store.rights.history import history_of
from matcher.store.rights.readers import reads_of_many, rows_naming
from matcher.store.rights.returning import erased_among
from matcher.store.schema.people.protected import person_history
from matcher.store.schema.records import PEOPLE, PROFILE, RECORDS
from matcher.store.schema.tables import (
    case_record,
    decision,
    meta,
    pairing,
    person,
    person_identity,
    placement,
    refusal,
)
from matcher.store.selection import fetch, records_in, within
from matcher.store.traces.traces import Traces


class Reads(Written):
    """Reads of placements, offers, cases and decisions, and how every read is traced."""

    def __init__(self, opened: Engine, *, wait_s: float) -> None:
        super().__init__(opened, wait_s=wait_s)
        self._traces = Traces(opened, wait_s=wait_s)

    @property
    def condition(self) -> Condition:
        """How the database itself stands."""
        return Condition(self._engine, wait_s=self._wait_s)

    def page(self, scope: Scope, listing: Listing, *, at: datetime | None = None) -> Page:
        """One page of a list of records, with the version of each row.

        People within the scope; status, identity and what was done about people leave a row in the
        audit. Vacancies, employers, courses and fairs are not fenced by area.

        Raises:
            WrongUse: a column that the list does not have, or a value that it cannot hold.
        """
        records = RECORDS[listing.kind]
        parts = listing.parts or (next(iter(records.parts)),)
        is_people = listing.kind in PEOPLE
        seen = partial(records_in, records, scope=scope if is_people else None)
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            found = page_of(connection, listing, seen)
        if is_people and parts != (PROFILE,):
            keys = found.rows[records.key_columns[0]]
            self._leave_trace(scope, listing.kind, keys, parts=parts, at=at)
        return found

    def facets(
        self, scope: Scope, listing: Listing, column: str, *, begins: int = 0
    ) -> list[tuple[Cell, int]]:
        """How many rows of a list have each value of a column, the most frequent first.

        Nobody is named by it, so that it leaves no row in the audit.

        Raises:
            WrongUse: a column that the list does not have.
        """
        fenced = scope if listing.kind in PEOPLE else None
        seen = partial(records_in, RECORDS[listing.kind], scope=fenced)
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return counted_by(connection, listing, seen, column, begins=begins)

    def look_up(
        self, scope: Scope, ids: Iterable[str], *, parts: Sequence[str], at: datetime
    ) -> set[str]:
        """Those of the ids who are in the scope; the audit says that these parts are read.

        For answers that tell of people what was read before, as a list of matches does.
        """
        statement = records_in(RECORDS[Kind.PERSONS], (PROFILE,), scope)
        only_ids = statement.with_only_columns(person.c.person_id)
        found = self._fetch(only_ids, by=person.c.person_id, ids=ids)["person_id"]
        self._leave_trace(scope, Kind.PERSONS, found, parts=parts, at=at)
        return set(found)

    def outcomes_named(self, scope: Scope, keys: Iterable[str]) -> pd.DataFrame:
        """Outcomes of persons within the scope by their keys in the store, as changes name them."""
        records = RECORDS[Kind.OUTCOMES]
        statement = records_in(records, scope=scope)
        order = [records.main.c[name] for name in records.key_columns]
        return self._fetch(statement, by=records.key, ids=keys, order=order)

    def dossiers(self, scope: Scope, sought: Sought, *, at: datetime | None = None) -> Dossiers:
        """All that is on record of a few people and their households, as of one moment.

        One row of the audit tells of it.
        """
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            found = dossiers_of(connection, scope, sought)
        ids = pd.Series(sorted(found.persons["person_id"]), dtype=object)
        self._leave_trace(scope, Kind.PERSONS, ids, parts=("dossier",), at=at)
        return found

    def placements(
        self,
        scope: Scope,
        ids: Iterable[str] | None = None,
        *,
        person_ids: Iterable[str] | None = None,
        at: datetime | None = None,
    ) -> pd.DataFrame:
        """Placements of persons within the scope: these, or those of these persons.

        Args:
            scope: who reads.
            ids: only these placements; None is all.
            person_ids: where no placements are named, only those of these persons.
            at: when, for the audit; None takes the database's clock.

        Returns:
            Sorted by placement.
        """
        key = placement.c.placement_id
        by, wanted = (key, ids) if ids is not None else (placement.c.person_id, person_ids)
        return self._told(scope, Kind.PLACEMENTS, by, wanted, order=[key], at=at)

    def refusals(
        self,
        scope: Scope,
        person_ids: Iterable[str] | None = None,
        *,
        at: datetime | None = None,
    ) -> pd.DataFrame:
        """Offers and what was said to them, of persons within the scope or of these persons.

        Returns:
            Sorted by person, then day, then post: in order of time for each person.
        """
        order = [refusal.c.person_id, refusal.c.offered_on, refusal.c.vacancy_id]
        return self._told(scope, Kind.REFUSALS, order[0], person_ids, order=order, at=at)

    def cases(
        self,
        scope: Scope,
        ids: Iterable[str] | None = None,
        *,
        about: Kind | None = None,
        at: datetime | None = None,
    ) -> pd.DataFrame:
        """Cases within the scope: those whose person, household or employer is in it.

        Args:
            scope: who reads.
            ids: only these cases; None is all.
            about: PERSONS, HOUSEHOLDS or EMPLOYERS where `ids` are theirs, not the cases' own.
            at: when, for the audit; None takes the database's clock.

        Returns:
            Sorted by case.
        """
        key = case_record.c.case_id
        by = key if about is None else case_record.c[RECORDS[about].key.name]
        return self._told(scope, Kind.CASES, by, ids, order=[key], at=at)

    def pairings(
        self,
        scope: Scope,
        ids: Iterable[str] | None = None,
        *,
        fair_ids: Iterable[str] | None = None,
        at: datetime | None = None,
    ) -> pd.DataFrame:
        """Pairings of persons within the scope: these, or those of these fairs.

        Args:
            scope: who reads.
            ids: only these pairings; None is all.
            fair_ids: where no pairings are named, only those of these fairs.
            at: when, for the audit; None takes the database's clock.

        Returns:
            Sorted by pairing.
        """
        key = pairing.c.pairing_id
        by, wanted = (key, ids) if ids is not None else (pairing.c.fair_id, fair_ids)
        return self._told(scope, Kind.PAIRINGS, by, wanted, order=[key], at=at)

    def decisions(
        self,
        scope: Scope,
        ids: Iterable[int] | None = None,
        *,
        about: str | None = None,
        at: datetime | None = None,
    ) -> pd.DataFrame:
        """Decisions kept about subjects within the scope: these, all `about` one subject, or all.

        Returns:
            A row per decision in the order they were made: `id`, the fields of
            `domain.decision.Kept`, `author` and `at` (UTC text).
        """
        made = cast(decision.c.at, Text).label("at")
        columns = [made if column is decision.c.at else column for column in decision.c]
        statement = select(*columns).where(within(scope, decision.c.area_code))
        if about is not None:
            statement = statement.where(decision.c.subject_id == about)
        key = decision.c.id
        found = self._fetch(statement, by=key, ids=ids, order=[key])
        self._leave_trace(scope, "decisions", found["id"].astype(str), parts=(), at=at)
        return found

    def events(
        self, scope: Scope, wanted: Wanted | None = None, *, at: datetime | None = None
    ) -> pd.DataFrame:
        """Moves of casework within the scope, in the order in which they were written.

        Returns:
            A row per event: the columns of `case_event`, `at` as UTC text.
        """
        statement, by, order = events_in(scope, wanted or Wanted())
        ids = wanted.ids if wanted else None
        found = self._fetch(statement, by=by, ids=ids, order=order)
        self._leave_trace(scope, "case_events", found["subject_id"], parts=(), at=at)
        return found

    def states(
        self, scope: Scope, wanted: Wanted | None = None, *, at: datetime | None = None
    ) -> pd.DataFrame:
        """Where the subjects of casework stand, within the scope.

        Returns:
            A row per subject: the columns of `case_state`, by stream and subject.
        """
        statement, by, order = states_in(scope, wanted or Wanted())
        ids = wanted.ids if wanted else None
        found = self._fetch(statement, by=by, ids=ids, order=order)
        self._leave_trace(scope, "case_states", found["subject_id"], parts=(), at=at)
        return found

    def corrections(
        self, scope: Scope, person_id: str, *, at: datetime | None = None
    ) -> pd.DataFrame:
        """What stood in a person's record before it was corrected, the oldest first.

        Returns:
            `entry`, `person_id`, `column`, `value`, `changed_at`, `actor` and `why`; nothing for
            a person out of scope.
        """
        statement = history_of().join(person).where(within(scope, person.c.area_code))
        by, order = person_history.c.person_id, [person_history.c.entry]
        found = self._fetch(statement, by=by, ids=[person_id], order=order)
        self._leave_trace(scope, "corrections", found["person_id"], parts=(), at=at)
        return found.sort_values("changed_at", kind="stable", ignore_index=True)

    def readers(self, scope: Scope, person_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Who looked at a person within the scope: by number, and among many at once.

        Returns:
            As `rights.readers.rows_naming` and `rights.readers.reads_of_many` say; both empty for
            a person out of scope.
        """
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            here = select(person.c.area_code).where(
                person.c.person_id == person_id, within(scope, person.c.area_code)
            )
            row = connection.execute(here).first()
            named = rows_naming(connection, person_id)
            many = reads_of_many(connection, None if row is None else row.area_code)
        return (named.head(0), many.head(0)) if row is None else (named, many)

    def consent_refused(
        self,
        scope: Scope,
        person_ids: Iterable[str] | None = None,
        *,
        at: datetime | None = None,
    ) -> list[str]:
        """The ids of persons within the scope who refused that their profile is used to match.

        `person_ids`: only of these; None is everyone.
        """
        statement = select(person.c.person_id).join(person_identity)
        statement = statement.where(within(scope, person.c.area_code))
        statement = statement.where(person_identity.c.consent.is_(False))
        found = self._fetch(statement, by=person.c.person_id, ids=person_ids)["person_id"]
        self._leave_trace(scope, Kind.PERSONS, found, parts=["consent"], at=at)
        return list(found)

    def persons_called(
        self,
        scope: Scope,
        *,
        name: str | None = None,
        id_number: str | None = None,
        phone: str | None = None,
        initials: str | None = None,
        at: datetime | None = None,
    ) -> list[str]:
        """The ids of persons within the scope of just this name, number, phone or initials.

        All that is given must hold. Spaces, dots, width and a phone's country do not matter.

        Raises:
            WrongUse: nothing is given to search by.
        """
        given = {"name": name, "id_number": id_number, "phone": phone, "initials": initials}
        sought = {column: value for column, value in given.items() if value is not None}
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            ids = called(connection, scope, sought)
        kept = pd.Series(ids, dtype=object)
        self._leave_trace(scope, Kind.PERSONS, kept, parts=sorted(sought), at=at, action="search")
        return ids

    def meta(self, key: str) -> str | None:
        """A fact about the store itself, such as the demo city's day; None when not set."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            value: str | None = connection.execute(
                select(meta.c.value).where(meta.c.key == key)
            ).scalar_one_or_none()
            return value

    def audit_rows(self, *, last: int | None = None, kind: Kind | None = None) -> pd.DataFrame:
        """The audit, oldest row first: all of it, or the last so many rows.

        Returns:
            seq, at (datetime in UTC), actor, role, purpose, areas, action, kind, count, ids_hash
            and detail (JSON text).
        """
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return audit.rows(connection, last=last, kind=kind)

    def audit_search(self, sought: audit.Sought) -> pd.DataFrame:
        """Rows of the audit that were sought, newest first; columns as `audit_rows`."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return audit.search(connection, sought)

    def erased_among(self, people: pd.DataFrame, on: date) -> NDArray[np.bool_]:
        """(n_rows,) bool: who of these was erased, and may not come back by an old file."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return erased_among(connection, people, on)

    def _told(
        self,
        scope: Scope,
        kind: Kind,
        by: Column[Any],
        ids: Iterable[str] | None,
        *,
        order: Sequence[Column[Any]],
        at: datetime | None,
    ) -> pd.DataFrame:
        found = self._fetch(records_in(RECORDS[kind], scope=scope), by=by, ids=ids, order=order)
        self._leave_trace(scope, kind, found[order[0].name], parts=(), at=at)
        return found

    def _fetch(
        self,
        statement: Any,
        *,
        by: Column[Any] | None = None,
        ids: Iterable[Any] | None = None,
        order: Sequence[Column[Any]] | None = None,
    ) -> pd.DataFrame:
        if order is None:
            order = [] if by is None else [by]
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return fetch(connection, statement, by=by, ids=ids, order=order)

    def _leave_trace(
        self,
        scope: Scope,
        kind: Kind | str,
        ids: pd.Series[Any],
        *,
        parts: Sequence[str],
        at: datetime | None,
        action: str = "read",
    ) -> None:
        entry = audit.Entry(action, kind, ids.tolist(), {"parts": list(parts)} if parts else {})
        self._traces.leave(entry, scope, at=at)
