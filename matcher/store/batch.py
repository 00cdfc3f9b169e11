"""One write transaction: upserts of whole frames, edits of single records, facts of the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, delete, insert, select

from matcher.domain.decision import Kept
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import Conflict, NotFound
from matcher.store import audit
from matcher.store.engine import lock_for_writing, upsert_statement
from matcher.store.events import appending
from matcher.store.imports.trail import Trail
from matcher.store.imports.undoing import (
    Reach,
    Undoing,
    former_frame,
    keep_undone,
    planned,
    take_back,
    undone,
)
from matcher.store.privacy.guard import Guard
from matcher.store.rights.erasing import erase
from matcher.store.rights.history import Before, keep_before
from matcher.store.rights.returning import forget, remember
from matcher.store.rows import (
    content_hashes,
    contents,
    positions,
    record_keys,
    typed,
)
from matcher.store.schema.records import RECORDS, Records
from matcher.store.schema.tables import decision, meta, outcome, person, vacancy
from matcher.store.selection import fetch, hired_pairs, records_in
from matcher.store.writes.changing import Changed, change_one
from matcher.store.writes.overlaying import Cells, Stated, overlaid
from matcher.store.writes.refusing import refuse_dangling, refuse_gaps, refuse_unknown
from matcher.store.writes.upserting import Upserted, write_rows

CASEWORK = "case_events"
"""The ledger of moves, as what one transaction at a time writes."""


class Batch:
    """The writes of one transaction; made by `Store.writing`, gone with its `with` block."""

    def __init__(self, connection: Connection, *, actor: str, at: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._at = at
        self._guard = Guard(connection, at=at)
        self._locked: set[Kind | str] = set()
        self._trail: Trail | None = None

    @property
    def connection(self) -> Connection:
        """The open transaction, for what must stand or fall with the records written in it."""
        return self._connection

    def upsert(
        self,
        kind: Kind,
        frame: pd.DataFrame,
        *,
        columns: Sequence[str] | None = None,
        erased: Cells | None = None,
        assumed: Cells | None = None,
    ) -> Upserted:
        """Write the records of a frame: new ones, and those that say something else than before.

        A record that says the same keeps its version and is not written.

        Args:
            kind: of the frame.
            frame: in the dtypes of the column catalogue; derived columns as the table has them.
            columns: what the frame really states; of records that exist, only these columns are
                changed, and of these no cell that is NA: empty is not asked. Of `facts` and
                `extra` only the keys named are changed, and one that is null goes. None states
                every cell, and a column that the frame lacks becomes NA.
            erased: with `columns`, the NA cells that take away what is stored.
            assumed: with `columns`, the cells that are a default, for new records only.

        Raises:
            WrongUse: unknown columns; rows without a key or a required value.
            NotFound: an outcome names a person or vacancy that does not exist.
        """
        records = RECORDS[kind]
        names = [column.name for column in records.columns()]
        refuse_unknown(kind, [*frame.columns, *(columns or ())], names)
        rows = typed(records.columns(), frame)
        refuse_gaps(kind, rows, records.key_columns)
        given = Stated(rows, record_keys(records, rows), erased or {}, assumed or {})
        self._alone(kind)
        repeated, given = int((~given.is_last).sum()), given.once()
        stated, keys = given.rows, given.keys

        before = self._hashes(records, keys)
        known_at = positions(keys, before["key"])
        exists = known_at >= 0
        if columns is not None:
            named = {*columns, *records.key_columns}
            stated = overlaid(self._connection, records, given, exists, named)
        required = [c.name for c in records.columns() if not c.nullable]
        refuse_gaps(kind, stated, required)

        was = np.append(before["content_hash"].to_numpy(dtype=object), "")[known_at]
        digests = contents(records, stated)
        same = exists & self._guard.same(records, digests, was)
        said = self._guard.said(records, digests)
        changed = stated.assign(content_hash=said, **{records.key.name: keys})
        changed = changed[~same] if same.any() else changed
        refuse_dangling(self._connection, kind, changed)
        if self._trail is not None:
            versions = np.append(before["version"].to_numpy(dtype=np.int64), 0)[known_at]
            self._trail.note(self._connection, records, changed, versions[~same])
        self._write(records, changed)
        done = Upserted(
            created=int((~exists).sum()),
            updated=int((exists & ~same).sum()),
            unchanged=int(same.sum()),
            repeated=repeated,
        )
        if len(changed):
            counts = {"created": done.created, "updated": done.updated}
            self._audit("upsert", kind, keys[~same].tolist(), counts)
        return done

    @contextmanager
    def importing(self, import_id: str, kind: Kind) -> Iterator[None]:
        """What the block upserts is kept under this number: the import can be undone."""
        trail = self._trail = Trail(import_id, kind)
        yield
        self._trail = None
        trail.keep(self._connection, self._guard, actor=self._actor, at=self._at)

    def undo(self, import_id: str, *, reach: Reach | None = None) -> Undoing:
        """Take an import back; asked again it says what was done, and does nothing.

        Args:
            import_id: the number it was kept under.
            reach: which records the one who undoes may write; None is all.

        Raises:
            NotFound: there is no such import, or it is too long ago.
        """
        for each in (*RECORDS, CASEWORK):
            self._alone(each)
        done = undone(self._connection, import_id)
        if done is not None:
            return done
        plan = planned(self._connection, import_id, reach)
        for kind, keys in plan.former.items():
            if keys:
                self.upsert(kind, former_frame(self._connection, import_id, kind, keys))
        take_back(self._connection, plan, actor=self._actor, at=self._at)
        return keep_undone(self._connection, plan.undoing, at=self._at)

    def edit(
        self,
        kind: Kind,
        key: str | Sequence[str | None],
        changes: Mapping[str, Any],
        expected_version: int,
        *,
        scope: Scope | None = None,
    ) -> int:
        """Change single values of one record that nobody else changed meanwhile.

        Args:
            kind: of the record.
            key: its id; for an outcome person, vacancy, stage and day.
            changes: column to new value, None for NA.
            expected_version: the version that the editor read.
            scope: of the editor; a record of people outside of it is not found. None is the office
                itself.

        Returns:
            The new version; the old one when the changes say nothing new.

        Raises:
            NotFound: no such record, or none within the scope.
            Conflict: its version is another one.
            WrongUse: an unknown or key column, or a required value taken away.
        """
        records = RECORDS[kind]
        stated = [key] if isinstance(key, str) else list(key)
        said = dict(zip(records.key_columns, stated, strict=True))
        names = [column.name for column in records.columns()]
        refuse_unknown(kind, list(changes), [n for n in names if n not in said])
        keys = record_keys(records, typed(records.columns(), pd.DataFrame([said])))
        self._alone(kind)
        statement = records_in(records, scope=scope).add_columns(records.main.c.version)
        found = fetch(self._connection, statement, by=records.key, ids=keys)
        if found.empty:
            raise NotFound(kind=kind.value, key=str(keys[0] if len(said) == 1 else stated))
        version = int(found["version"].iloc[0])
        if version != expected_version:
            raise Conflict(
                kind=kind.value, key=str(stated[0]), expected=expected_version, found=version
            )
        before = found[names]
        named = [column for column in records.columns() if column.name in changes]
        cells = typed(named, before[list(changes)].astype(object).assign(**changes))
        refuse_gaps(kind, cells, [column.name for column in named if not column.nullable])
        if content_hashes(cells) == content_hashes(before[list(cells)]):
            return version
        after = before.assign(**{column.name: cells[column.name] for column in named})
        refuse_dangling(self._connection, kind, after)
        digests = contents(records, after)
        kept = after.assign(content_hash=self._guard.said(records, digests))
        changed = Changed(str(keys[0]), kept, tuple(column.name for column in named))
        change_one(self._connection, self._guard, records, changed, version)
        self._audit("edit", kind, keys.tolist(), {"columns": sorted(changes)})
        return version + 1

    def keep(self, kept: Kept) -> int:
        """Keep a decision for good: it is never changed and never removed.

        Returns:
            Its number; the batch's actor is its author.
        """
        row = asdict(kept) | {"on": kept.on.isoformat(), "author": self._actor, "at": self._at}
        made = self._connection.execute(insert(decision).values(row).returning(decision.c.id))
        number = int(made.scalar_one())
        self._audit("keep", "decisions", [str(number)], {"decision": kept.decision})
        return number

    def reassign(
        self, kind: Kind, column: str, of: str, to: str, *, keys: Collection[str] | None = None
    ) -> dict[str, str]:
        """Make records about one subject (`column` says `of`) be about another one (`to`).

        `keys` are the records' keys in the store; None is all of the subject's. A record of which
        the other subject has its like stays where it is.

        Returns:
            The key of each record moved, before and after: one of several columns changes.
        """
        records = RECORDS[kind]
        self._alone(kind)
        statement = records_in(records).add_columns(records.key.label("record_key"))
        found = fetch(self._connection, statement, by=records.main.c[column], ids=[of])
        if keys is not None:
            found = found[found["record_key"].isin(list(keys))].reset_index(drop=True)
        after = typed(records.columns(), found.assign(**{column: to}))
        new = record_keys(records, after)
        free = ~new.isin(self._hashes(records, new)["key"]).to_numpy()
        free |= (new == found["record_key"]).to_numpy()
        if not free.any():
            return {}
        said = self._guard.said(records, contents(records, after))
        after = after.assign(content_hash=said, **{records.key.name: new})
        after, old = after[free], found["record_key"][free]
        refuse_dangling(self._connection, kind, after)
        gone = old[(old != new[free]).to_numpy()]
        self._connection.execute(delete(records.main).where(records.key.in_(gone.tolist())))
        self._write(records, after)
        self._audit("reassign", kind, old.tolist(), {"column": column})
        return dict(zip(old.tolist(), new[free].tolist(), strict=True))

    def states(self, stream: str, ids: Iterable[str], *, of: str = "subject_id") -> pd.DataFrame:
        """Where these subjects stand, or those `of` these persons, posts or households.

        As this transaction sees them: what is written on it cannot be written twice.
        """
        self._alone(CASEWORK)
        return appending.states_of(self._connection, stream, ids, of=of)

    def stored(
        self, kind: Kind, column: str, ids: Iterable[str], *, scope: Scope | None = None
    ) -> pd.DataFrame:
        """Records whose column says one of these, as they stand until this transaction ends.

        Args:
            kind: of the records; every part of them is read.
            column: of their main table.
            ids: its values.
            scope: of the reader; None is the office itself.
        """
        records = RECORDS[kind]
        self._alone(kind)
        main = records_in(records, (), scope)
        by, order = records.main.c[column], [records.key]
        found = fetch(self._connection, main, by=by, ids=ids, order=order)
        self._audit("read", kind, found[records.key.name].tolist(), {})
        return found

    def hired(self, vacancy_ids: Iterable[str]) -> pd.DataFrame:
        """Who was taken on by these posts: `vacancy_id`, `person_id`, each pair once.

        Until this transaction ends nobody else takes anyone on.
        """
        self._alone(Kind.OUTCOMES)
        return fetch(
            self._connection,
            hired_pairs(),
            by=outcome.c.vacancy_id,
            ids=vacancy_ids,
            order=[outcome.c.vacancy_id, outcome.c.person_id],
        )

    def headcounts(self, vacancy_ids: Iterable[str]) -> pd.DataFrame:
        """How many places these posts have: `vacancy_id`, `headcount` (NA: not said).

        Until this transaction ends nobody else changes these posts.
        """
        statement = select(vacancy.c.vacancy_id, vacancy.c.headcount).with_for_update(read=True)
        return fetch(self._connection, statement, by=vacancy.c.vacancy_id, ids=vacancy_ids)

    def known_keys(self, keys: Iterable[str]) -> set[str]:
        """Those of the callers' names for moves that were written before."""
        self._alone(CASEWORK)
        return appending.known_keys(self._connection, keys)

    def append(self, events: pd.DataFrame, states: pd.DataFrame, *, role: Role) -> None:
        """Append events for good, and move their subjects; see `casework/ledger`.

        Args:
            events: the columns of `EVENT_COLUMNS`, in the order in which they happened.
            states: the columns of `STATE_COLUMNS`, a row per subject moved.
            role: in which the batch's actor acts.
        """
        self._alone(CASEWORK)
        appending.append(
            self._connection, events, states, actor=self._actor, role=role.value, at=self._at
        )
        self._audit("append", "case_events", events["subject_id"].tolist(), {})

    def correct(
        self, person_id: str, changes: Mapping[str, Any], version: int, *, scope: Scope, why: str
    ) -> int:
        """As `edit`, at the person's own wish: what stood there before is kept, sealed."""
        everything = records_in(RECORDS[Kind.PERSONS])
        was = fetch(self._connection, everything, by=person.c.person_id, ids=[person_id])
        new = self.edit(Kind.PERSONS, person_id, changes, version, scope=scope)
        if new != version:
            before = Before(was, changes, new, why)
            keep_before(self._connection, self._guard, before, actor=self._actor, at=self._at)
        return new

    def erase(
        self, person_id: str, kinds: Collection[Kind], *, entirely: bool, until: date | None
    ) -> dict[str, int]:
        """Take away who a person is, and their records of these kinds; `rights/erasing` says how.

        Until that day no old file brings the person back. Returns how many records of each went.
        """
        if until is not None:
            remember(self._connection, self._guard, person_id, until)
        gone = erase(self._connection, self._guard, person_id, kinds, entirely=entirely)
        self._audit("erase", Kind.PERSONS, [person_id], gone)
        return gone

    def readmit(self, people: pd.DataFrame) -> None:
        """Whoever of these was erased has registered anew."""
        forget(self._connection, people)

    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact about the store itself, in place of the former one."""
        statement, order = upsert_statement(meta, self._connection.dialect, versioned=False)
        row = {"key": key, "value": value}
        self._connection.exec_driver_sql(statement, tuple(row[name] for name in order))

    def _alone(self, what: Kind | str) -> None:
        """From here to the end of the transaction nobody else writes records of this kind."""
        if what not in self._locked:
            lock_for_writing(self._connection, str(what))
            self._locked.add(what)

    def _hashes(self, records: Records, keys: pd.Series[Any]) -> pd.DataFrame:
        """Key, content hash and version of the records that exist already."""
        statement = select(records.key, records.main.c.content_hash, records.main.c.version)
        found = fetch(self._connection, statement, by=records.key, ids=keys)
        return found.set_axis(["key", "content_hash", "version"], axis=1)

    def _write(self, records: Records, frame: pd.DataFrame) -> None:
        """Insert or update these rows in every table of the kind."""
        write_rows(self._connection, self._guard, records, frame)

    def _audit(
        self, action: str, kind: Kind | str, ids: Sequence[str], detail: Mapping[str, Any]
    ) -> None:
        entry = audit.Entry(action, kind, ids, detail)
        audit.write_row(self._connection, entry, who=self._actor, at=self._at)
