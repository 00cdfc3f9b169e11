"""The store: opened by URL, read through a scope where people are concerned, written in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd
from sqlalchemy import func, select

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.store import engine, migrations
from matcher.store.accounts.accounts import Accounts
from matcher.store.accounts.tokens import Tokens
from matcher.store.accounts.views import SavedViews
from matcher.store.batch import Batch
from matcher.store.events.sealing import broken_seals, seal_rows
from matcher.store.imports.undoing import Imports
from matcher.store.jobs.jobs import Jobs
from matcher.store.offices.kept import OfficeSettings
from matcher.store.privacy.keyring import Keyring
from matcher.store.privacy.opening import keys_beside, refuse_other_keys
from matcher.store.privacy.rotation import Keys
from matcher.store.reads import Reads
from matcher.store.requests.requests import Requests
from matcher.store.schema.records import PROFILE, RECORDS, STATUS
from matcher.store.schema.tables import household, outcome, person, person_status
from matcher.store.selection import (
    holds_place,
    members_in,
    named,
    records_in,
    refuse_people,
    refuse_unknown_parts,
)
from matcher.store.webhooks.webhooks import Webhooks

WAIT_S = 10.0
"""Seconds that a writer waits for another."""


class Store(Reads):
    """Records at rest in one database, SQLite or PostgreSQL.

    Every read of people takes a `Scope` first; what is outside of it looks exactly like what does
    not exist. Reads of status, identity or households leave a row in the audit, and give nothing
    when that row cannot be written. Frames come in the dtypes of the column catalogue, sorted by
    key.

    Example:
        >>> from datetime import UTC
        >>> fairs = pd.DataFrame({"fair_id": ["F1"], "name": ["冬季招聘会"], "on": ["2026-12-05"]})
        >>> with Store.open("sqlite://") as store:
        ...     with store.writing(actor="doctest", at=datetime(2026, 11, 2, tzinfo=UTC)) as batch:
        ...         done = batch.upsert(Kind.FAIRS, fairs)
        ...     done.created, store.counts()[Kind.FAIRS]
        (1, 1)
    """

    @classmethod
    def open(
        cls,
        url: str,
        *,
        create: bool = True,
        wait_s: float = WAIT_S,
        keys: Keyring | None = None,
    ) -> Self:
        """The store at this URL.

        Args:
            url: `sqlite:///path`, `sqlite://` (memory of this process), or `postgresql://…`.
            create: make the tables of an empty database.
            wait_s: seconds a writer waits for another one.
            keys: that people's cells rest under; None takes the key file beside an SQLite file.

        Raises:
            KeyMissing: people are there, and the key that they were written with is not.
            SchemaMismatch: the database has an older or newer schema; see `migrations.upgrade`.
            WrongUse: not a database the store knows, or none there and `create` is off.
            UnreadableFile, StoreUnusable: the file is something else, or cannot be opened.
        """
        resolved = engine.resolve(url)
        file = engine.file_of(resolved)
        if file is not None and not create and not file.exists():
            raise WrongUse(
                what=f"there is no database at {file}",
                expected="one made before",
                do="Import records first, or correct the path.",
            )
        engine.refuse_other_files(resolved)
        ring = keys or keys_beside(resolved)
        opened = engine.open_engine(resolved, wait_s=wait_s, keyring=ring)
        store = cls(opened, wait_s=wait_s)
        engine.close_with(store, opened)
        try:
            migrations.come_to_head(opened, resolved, keys=ring, create=create, wait_s=wait_s)
            refuse_other_keys(opened, ring, wait_s=wait_s)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Let go of every connection; a store in memory is gone with them."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def writing(self, *, actor: str, at: datetime) -> Iterator[Batch]:
        """One transaction: what the block writes is there as a whole when it ends, or not at all.

        A block that raises leaves nothing. Reads inside the block through the store see the state
        before it, and reads that leave an audit row would wait for the block itself: read before.

        Args:
            actor: account or command, for the audit.
            at: now, with its zone.

        Raises:
            StoreBusy: another process is writing and did not end in time.
        """
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            yield Batch(connection, actor=actor, at=at)

    def persons(
        self,
        scope: Scope,
        ids: Iterable[str] | None = None,
        *,
        parts: Sequence[str] = (PROFILE,),
        at: datetime | None = None,
    ) -> pd.DataFrame:
        """Persons within the scope: `person_id` and the columns of the parts asked for.

        Args:
            scope: who reads, for which areas, to what end.
            ids: only these persons; None is everyone within the scope.
            parts: of "profile" (all the ranker may see), "status" and "identity". Tables of parts
                not asked for are not touched.
            at: when, for the audit; None takes the database's clock.
        """
        refuse_unknown_parts(parts)
        statement = records_in(RECORDS[Kind.PERSONS], parts, scope)
        found = self._fetch(statement, by=person.c.person_id, ids=ids)
        if set(parts) - {PROFILE}:
            self._leave_trace(scope, Kind.PERSONS, found["person_id"], parts=parts, at=at)
        return found

    def members(
        self,
        scope: Scope,
        household_ids: Iterable[str],
        *,
        parts: Sequence[str] = (PROFILE, STATUS),
        at: datetime | None = None,
    ) -> pd.DataFrame:
        """Members of these households: those whose own or whose household's area is in the scope.

        Args:
            scope: who reads.
            household_ids: the households.
            parts: as for `persons`.
            at: when, for the audit; None takes the database's clock.

        Returns:
            As `persons`, sorted by household, then person.
        """
        refuse_unknown_parts(parts)
        order = (person_status.c.household_id, person.c.person_id)
        statement = members_in(parts, scope)
        found = self._fetch(statement, by=order[0], ids=household_ids, order=order)
        self._leave_trace(scope, Kind.PERSONS, found["person_id"], parts=parts, at=at)
        return found

    def households(
        self, scope: Scope, ids: Iterable[str] | None = None, *, at: datetime | None = None
    ) -> pd.DataFrame:
        """Households within the scope; their incomes and state make this an audited read."""
        statement = records_in(RECORDS[Kind.HOUSEHOLDS], scope=scope)
        found = self._fetch(statement, by=household.c.household_id, ids=ids)
        self._leave_trace(scope, Kind.HOUSEHOLDS, found["household_id"], parts=(), at=at)
        return found

    def outcomes(
        self,
        scope: Scope,
        person_ids: Iterable[str] | None = None,
        vacancy_ids: Iterable[str] | None = None,
    ) -> pd.DataFrame:
        """Outcomes of persons within the scope, of these persons, of these vacancies.

        Returns:
            Sorted by person, vacancy, stage and day, unknown days first.
        """
        statement = records_in(RECORDS[Kind.OUTCOMES], scope=scope)
        order = [outcome.c.person_id, outcome.c.vacancy_id, outcome.c.stage, outcome.c.on]
        by, ids = order[0], person_ids
        if person_ids is None:
            by, ids = order[1], vacancy_ids
        found = self._fetch(statement, by=by, ids=ids, order=order)
        if person_ids is not None and vacancy_ids is not None:
            found = named(found, "vacancy_id", vacancy_ids)
        return found

    def person_version(self, scope: Scope, person_id: str) -> int:
        """The version of a person's record, to give back with an edit.

        Raises:
            NotFound: no such person, or none within the scope.
        """
        statement = records_in(RECORDS[Kind.PERSONS], (PROFILE,), scope)
        versions = statement.with_only_columns(person.c.person_id, person.c.version)
        found = self._fetch(versions, by=person.c.person_id, ids=[person_id])
        if found.empty:
            raise NotFound(kind=Kind.PERSONS.value, key=person_id)
        return int(found["version"].iloc[0])

    def version(self, kind: Kind, key: str) -> int:
        """The version of a record that is not about people.

        Raises:
            NotFound: no such record.
            WrongUse: the kind is about people.
        """
        refuse_people(kind)
        records = RECORDS[kind]
        statement = select(records.key, records.main.c.version)
        found = self._fetch(statement, by=records.key, ids=[key])
        if found.empty:
            raise NotFound(kind=kind.value, key=key)
        return int(found["version"].iloc[0])

    def frame(
        self,
        kind: Kind,
        ids: Iterable[str] | None = None,
        *,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Employers, vacancies, courses or fairs: all of them, or those of these ids.

        Args:
            kind: one that is not about people.
            ids: only these; None is all.
            columns: only these columns, beside the key; None is all.

        Raises:
            WrongUse: the kind is about people, or has no such column.
        """
        refuse_people(kind)
        records = RECORDS[kind]
        statement = records_in(records)
        if columns is not None:
            known = {column.name: column for column in records.columns()}
            if not set(columns) <= set(known):
                raise WrongUse(
                    what=f"columns {', '.join(sorted(set(columns) - set(known)))} of {kind.value}",
                    expected=f"some of {', '.join(known)}",
                    do="Correct the names.",
                )
            wanted = {records.key.name, *columns}
            statement = select(*(known[name] for name in known if name in wanted))
        return self._fetch(statement, by=records.key, ids=ids)

    def ids(self, kind: Kind, among: Iterable[str] | None = None) -> pd.Index[Any]:
        """The keys of every record of a kind: for checking references at import, never to show.

        Args:
            kind: of the records.
            among: only those of these, of a kind with one key column; None is all.

        Returns:
            An Index of ids, sorted; for outcomes a MultiIndex of their four key columns.
        """
        records = RECORDS[kind]
        columns = [records.main.c[name] for name in records.key_columns]
        found = self._fetch(select(*columns), by=columns[0], ids=among, order=columns)
        if len(columns) > 1:
            return pd.MultiIndex.from_frame(found)
        keys: pd.Index[Any] = pd.Index(found[columns[0].name])
        return keys

    def hires_by_vacancy(
        self, ids: Iterable[str] | None = None, *, until: date | None = None
    ) -> pd.DataFrame:
        """How many persons each vacancy has taken on: hired, or retained, and not taken back.

        Args:
            ids: only these vacancies; None is all.
            until: later outcomes do not count, those without a day always do; None counts all.

        Returns:
            `vacancy_id` and `hired` (Int64), for vacancies with any, sorted by id. A person counts
            once however often the hire was written down.
        """
        hired = func.count(outcome.c.person_id.distinct()).label("hired")
        statement = select(outcome.c.vacancy_id, hired).where(holds_place(until))
        statement = statement.group_by(outcome.c.vacancy_id)
        key = outcome.c.vacancy_id
        return self._fetch(statement, by=key, ids=ids, order=[key])

    def counts(self) -> dict[Kind, int]:
        """How many records of each kind there are."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return {
                kind: connection.execute(
                    select(func.count()).select_from(records.main)
                ).scalar_one()
                for kind, records in RECORDS.items()
            }

    @property
    def accounts(self) -> Accounts:
        """Who may sign in."""
        return Accounts(self._engine, wait_s=self._wait_s)

    @property
    def tokens(self) -> Tokens:
        """By what accounts are known after they signed in."""
        return Tokens(self._engine, wait_s=self._wait_s)

    @property
    def views(self) -> SavedViews:
        """What accounts asked lists for, kept under names."""
        return SavedViews(self._engine, wait_s=self._wait_s)

    @property
    def office_settings(self) -> OfficeSettings:
        """What offices set for themselves."""
        return OfficeSettings(self._engine, wait_s=self._wait_s)

    @property
    def keys(self) -> Keys:
        """The keys that people's cells rest under."""
        return Keys(self._engine, wait_s=self._wait_s)

    @property
    def jobs(self) -> Jobs:
        """Work that takes long."""
        return Jobs(self._engine, wait_s=self._wait_s)

    @property
    def imports(self) -> Imports:
        """What imports did, to be taken back."""
        return Imports(self._engine, wait_s=self._wait_s)

    @property
    def webhooks(self) -> Webhooks:
        """Subscribers outside."""
        return Webhooks(self._engine, wait_s=self._wait_s)

    @property
    def requests(self) -> Requests:
        """Requests that carried a key, and what was answered."""
        return Requests(self._engine, wait_s=self._wait_s)

    def seal(self, *, at: datetime) -> int:
        """Seal the audit, the events and the decisions written since the last time.

        Returns:
            How many rows came under seal.
        """
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            return seal_rows(connection, at=at)

    def broken_seals(self) -> tuple[str, ...]:
        """Which seals do not hold, in words; empty when nothing was changed behind the store."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return broken_seals(connection)

    def backup(self, path: Path) -> None:
        """Write a whole, consistent copy to a new file while others go on working.

        Raises:
            WrongUse: the file exists, or the database is PostgreSQL's.
        """
        engine.back_up(self._engine, path)

    def problems(self) -> tuple[str, ...]:
        """What the database finds wrong with itself; empty when every page and reference holds."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return engine.problems(connection)
