"""An import taken back: what it made goes, what it changed is as before, what was used stays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
import orjson
import pandas as pd
from sqlalchemy import Connection, Engine, delete, or_, select, update

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound
from matcher.store import audit, engine
from matcher.store.imports.trail import touched
from matcher.store.imports.uses import Why, uses_since
from matcher.store.rows import ROWS_AT_ONCE, positions, typed
from matcher.store.schema.people.imported import import_made, import_record, import_run
from matcher.store.schema.records import PEOPLE, RECORDS, Records
from matcher.store.selection import fetch, records_in, within

MOST_TOLD = 1_000
"""So many records that stay are kept by name with the import; their number is kept whole."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What the one who undoes may write: an office within its areas, an employer its own posts."""

    scope: Scope
    employer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A record that an undo leaves as it is; `key` in the words of its kind."""

    kind: str
    key: str
    why: str


@dataclass(frozen=True, slots=True)
class Undoing:
    """What an undo does, or did.

    Attributes:
        import_id: of what.
        kind: of the import.
        withdrawn: records that the import made and that go.
        restored: records that say again what they said before.
        left: how many stay as they are.
        reasons: the same by reason.
        records: the first of those that stay.
        undone_at: when it was done; None where it is only looked at.
        again: it had been done before, and nothing was done now.
    """

    import_id: str
    kind: str
    withdrawn: int
    restored: int
    left: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    records: tuple[Left, ...] = ()
    undone_at: datetime | None = None
    again: bool = False

    def told(self) -> dict[str, Any]:
        """The same as JSON has it, without when."""
        return {
            "import_id": self.import_id,
            "kind": self.kind,
            "withdrawn": self.withdrawn,
            "restored": self.restored,
            "left": self.left,
            "reasons": dict(self.reasons),
            "records": [
                {"kind": each.kind, "key": each.key, "why": each.why} for each in self.records
            ],
        }


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """What goes and what is restored, by kind, those that name others first."""

    undoing: Undoing
    gone: Mapping[Kind, Sequence[str]]
    former: Mapping[Kind, Sequence[str]]


class Imports:
    """The imports that are known by number."""

    def __init__(self, opened: Engine, *, wait_s: float) -> None:
        self._engine = opened
        self._wait_s = wait_s

    def actor(self, import_id: str) -> str:
        """Who imported.

        Raises:
            NotFound: there is no such import, or it is too long ago.
        """
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return str(_run(connection, import_id).actor)

    def is_known(self, import_id: str) -> bool:
        """Is what this import did still known?"""
        known = select(import_run.c.import_id).where(import_run.c.import_id == import_id)
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return connection.execute(known).first() is not None

    def plan(self, import_id: str, *, reach: Reach | None = None) -> Undoing:
        """What an undo would do now; what it did, where it was done.

        Raises:
            NotFound: there is no such import, or it is too long ago.
        """
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return undone(connection, import_id) or planned(connection, import_id, reach).undoing

    def forget(self, *, before: datetime) -> int:
        """Let go of what is known of imports from before; they cannot be undone any more."""
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            return int(
                connection.execute(delete(import_run).where(import_run.c.at < before)).rowcount
            )


def undone(connection: Connection, import_id: str) -> Undoing | None:
    """What the undo of this import did; None where it was not undone.

    Raises:
        NotFound: there is no such import.
    """
    run = _run(connection, import_id)
    if run.undone_at is None:
        return None
    told = orjson.loads(run.undone)
    records = tuple(Left(**each) for each in told.pop("records"))
    return Undoing(**told, records=records, undone_at=run.undone_at, again=True)


def planned(connection: Connection, import_id: str, reach: Reach | None) -> Planned:
    """What an undo does, as this transaction sees the records."""
    run = _run(connection, import_id)
    rows = touched(connection, import_id)
    gone: dict[Kind, list[str]] = {}
    former: dict[Kind, list[str]] = {}
    left: list[pd.DataFrame] = []
    for kind in reversed(list(RECORDS)):
        own = rows[rows["kind"] == kind.value].reset_index(drop=True)
        if own.empty:
            continue
        going = {each: [*gone.get(each, ()), *former.get(each, ())] for each in RECORDS}
        why = _why_not(connection, kind, own, run.at, going, reach)
        is_new, free = own["version_before"].isna(), why.isna()
        gone[kind] = own.loc[is_new & free, "key"].tolist()
        former[kind] = own.loc[~is_new & free, "key"].tolist()
        left.append(own[~free].assign(why=why[~free]))
    stays = pd.concat(left, ignore_index=True) if left else pd.DataFrame({"why": []})
    counted = stays["why"].value_counts()
    undoing = Undoing(
        import_id,
        run.kind,
        withdrawn=sum(map(len, gone.values())),
        restored=sum(map(len, former.values())),
        left=len(stays),
        reasons={str(each): int(counted[each]) for each in sorted(counted.index)},
        records=_told(connection, stays.head(MOST_TOLD)),
    )
    return Planned(undoing, gone, former)


def take_back(connection: Connection, plan: Planned, *, actor: str, at: datetime) -> None:
    """Remove the records that the import made; those of a kind that name others go first."""
    import_id = plan.undoing.import_id
    for kind, keys in plan.gone.items():
        records = RECORDS[kind]
        for start in range(0, len(keys), ROWS_AT_ONCE):
            piece = records.key.in_(keys[start : start + ROWS_AT_ONCE])
            connection.execute(delete(records.main).where(piece))
        if keys:
            entry = audit.Entry("withdraw", kind, keys, {"import": import_id})
            audit.write_row(connection, entry, who=actor, at=at)
    told = {name: said for name, said in plan.undoing.told().items() if name != "records"}
    audit.write_row(connection, audit.Entry("undo", "imports", [import_id], told), who=actor, at=at)


def former_frame(connection: Connection, import_id: str, kind: Kind, keys: Sequence[str]) -> Any:
    """Records of a kind as they were before the import."""
    mine = select(import_record.c.entry, import_record.c.before)
    entries = [f"{import_id}/{kind.value}/{key}" for key in keys]
    found = fetch(connection, mine, by=import_record.c.entry, ids=entries)
    rows = orjson.loads(f"[{','.join(found['before'])}]")
    return typed(RECORDS[kind].columns(), pd.DataFrame(rows, dtype=object))


def keep_undone(connection: Connection, undoing: Undoing, *, at: datetime) -> Undoing:
    """Write down what was done; what stood in the records before is kept no longer."""
    mine = import_run.c.import_id == undoing.import_id
    told = json.dumps(undoing.told(), ensure_ascii=False)
    connection.execute(update(import_run).where(mine).values(undone_at=at, undone=told))
    for kept in (import_record, import_made):
        connection.execute(delete(kept).where(kept.c.import_id == undoing.import_id))
    return replace(undoing, undone_at=at)


def _run(connection: Connection, import_id: str) -> Any:
    mine = select(import_run).where(import_run.c.import_id == import_id)
    run = connection.execute(mine).one_or_none()
    if run is None:
        raise NotFound(kind="import", key=import_id)
    return run


def _why_not(
    connection: Connection,
    kind: Kind,
    own: pd.DataFrame,
    since: datetime,
    going: Mapping[Kind, Sequence[str]],
    reach: Reach | None,
) -> pd.Series[Any]:
    """(n_rows,) why each record stays as it is; NA where it does not."""
    records, keys = RECORDS[kind], own["key"]
    is_new = own["version_before"].isna()
    made, changed = keys[is_new].tolist(), keys[~is_new].tolist()
    used = uses_since(connection, kind, made, changed, since=since, going=going)
    why = keys.map(used).astype(object)
    why = why.where(~keys.isin(_foreign(connection, records, keys, reach)), Why.FOREIGN.value)
    versions = select(records.key.label("key"), records.main.c.version)
    found = fetch(connection, versions, by=records.key, ids=keys)
    at = positions(keys, found["key"])
    now = np.append(found["version"].to_numpy(dtype=np.int64), -1)[at]
    why = why.where(now == own["version_after"].to_numpy(dtype=np.int64), Why.CHANGED.value)
    return why.where(at >= 0, Why.GONE.value).map(str, na_action="ignore")


def _foreign(
    connection: Connection, records: Records, keys: pd.Series[Any], reach: Reach | None
) -> list[str]:
    """Records that came out of the reach of whoever undoes; by the rules of the import's fence."""
    if reach is None or (reach.employer_id is None and "" in reach.scope.areas):
        return []
    key, main = records.key.label("record_key"), records.main
    if reach.employer_id is not None:
        if records.kind is not Kind.VACANCIES:
            return list(keys)
        own = select(key).where(main.c.employer_id == reach.employer_id)
    elif records.kind in PEOPLE:
        parts = tuple(records.parts)[:1]
        own = records_in(records, parts, reach.scope).with_only_columns(key)
    else:
        own = select(key).where(
            or_(main.c.area_code.is_(None), within(reach.scope, main.c.area_code))
        )
    found = fetch(connection, own, by=records.key, ids=keys)
    return sorted(set(keys).difference(found["record_key"]))


def _told(connection: Connection, stays: pd.DataFrame) -> tuple[Left, ...]:
    """Records by the words of their key: a digest of several says nothing to anybody."""
    if stays.empty:
        return ()
    words: dict[str, str] = {}
    for kind in {Kind(each) for each in stays["kind"]}:
        records = RECORDS[kind]
        if len(records.key_columns) == 1:
            continue
        parts = [records.main.c[name] for name in records.key_columns]
        keys = stays.loc[stays["kind"] == kind.value, "key"]
        statement = select(records.key.label("record_key"), *parts)
        found = fetch(connection, statement, by=records.key, ids=keys)
        said = found[list(records.key_columns)].astype(object).fillna("").agg(" ".join, axis=1)
        words |= dict(zip(found["record_key"], said, strict=True))
    named = zip(stays["kind"], stays["key"], stays["why"], strict=True)
    return tuple(Left(kind, words.get(key, key), str(why)) for kind, key, why in named)
