"""The four verbs of a resource of records: list, read, make, change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
from fastapi import Response
from pydantic import BaseModel

from api.auth.callers import Caller
from api.deps import edit_of
from api.protocol.pages import Paging, cursor_of
from api.protocol.versions import tagged
from api.records.schemas import Warned
from matcher.domain.kinds import KEYS, Kind
from matcher.errors import NotFound
from matcher.pipeline.records import editing
from matcher.pipeline.records.editing import Edited
from matcher.store.lists.listing import Condition, Listing, Test
from matcher.store.store import Store


def listed(
    store: Store,
    caller: Caller,
    paging: Paging,
    kind: Kind,
    parts: tuple[str, ...] = (),
    *,
    held: Sequence[Condition] = (),
) -> dict[str, Any]:
    """A page of the list, as the resource's page model takes it."""
    page = store.page(caller.scope, paging.listing(kind, parts, held=held), at=caller.at)
    return {"items": rows_of(page.rows), "next": cursor_of(page.after), "total": page.total}


def read(
    store: Store,
    caller: Caller,
    kind: Kind,
    key: str,
    response: Response,
    *,
    parts: tuple[str, ...] = (),
    held: Sequence[Condition] = (),
) -> dict[str, Any]:
    """One record, its version in the entity tag.

    Raises:
        NotFound: none, or none that the caller may see.
    """
    named = Condition(KEYS[kind][0], Test.EQUAL, key)
    page = store.page(caller.scope, Listing(kind, parts, (named, *held), limit=1), at=caller.at)
    if page.rows.empty or not key:
        raise NotFound(kind=kind.value, key=key)
    row = rows_of(page.rows)[0]
    tagged(response, int(row["version"]))
    return row


def make(
    store: Store, caller: Caller, kind: Kind, given: BaseModel, response: Response, *, path: str
) -> Warned:
    """Make one record; `Location` says where it is."""
    values = given.model_dump(exclude_none=True)
    return made(editing.make(edit_of(store, caller), kind, values), response, path=path)


def made(done: Edited, response: Response, *, path: str) -> Warned:
    """The answer about a record that was made; `path` is where those of its kind hang."""
    # Numbers may be of any script; a header is not.
    response.headers["Location"] = f"{path}/{quote(done.key, safe='')}"
    tagged(response, done.version)
    return Warned(id=done.key, version=done.version, warnings=list(done.warnings))


def change(
    store: Store,
    caller: Caller,
    kind: Kind,
    key: str,
    given: BaseModel,
    version: int,
    response: Response,
) -> Warned:
    """Change what is given; null takes away."""
    changes = given.model_dump(exclude_unset=True)
    done = editing.change(edit_of(store, caller), kind, key, changes, version)
    tagged(response, done.version)
    return Warned(id=done.key, version=done.version, warnings=list(done.warnings))


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as JSON has them; what is unknown is left out."""
    rows: list[dict[str, Any]] = [{} for _ in range(len(frame))]
    for name, column in frame.items():  # column by column: most of a record's are all missing
        missing = column.isna().to_numpy()
        if missing.all():
            continue
        values = column.array.to_numpy(dtype=object)
        for at in np.flatnonzero(~missing).tolist():
            rows[at][str(name)] = values[at]
    return rows
