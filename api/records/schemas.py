"""Records as they travel: models made from the column catalogue, so that the two never differ."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from matcher.domain.kinds import KEYS, Column, ColumnType, Kind
from matcher.reference.columns import columns

LONGEST = 8000
"""Characters of one cell."""

LARGEST = 10**12

_TYPES: dict[ColumnType, Any] = {
    ColumnType.INT: Annotated[int, Field(ge=-LARGEST, le=LARGEST)],
    ColumnType.DECIMAL: Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)],
    ColumnType.BOOL: bool,
}
_TEXT = Annotated[str, Field(max_length=LONGEST)]


class RecordIn(BaseModel):
    """A record given; what is not given is not asked."""

    model_config = ConfigDict(extra="forbid")


class Warned(BaseModel):
    """A record written: its number, its version, and what was odd about it."""

    id: str
    version: int
    warnings: list[str] = []


def record_out(name: str, kind: Kind, *, parts: Collection[str], also: Any = None) -> Any:
    """The model of a record as it is read: these parts' columns, its key and its version."""
    shown = [column for column in columns(kind) if column.part in parts or column.part == "key"]
    fields: dict[str, Any] = {column.name: _optional(column) for column in shown}
    for key in KEYS[kind]:
        column = next(each for each in shown if each.name == key)
        fields[key] = (str, Field(description=_told(column), examples=_examples(column)))
    fields["version"] = (int, Field(description="to be given back with a change"))
    return create_model(name, __doc__=f"One of {kind.value}, as stored.", **fields, **(also or {}))


def record_in(name: str, kind: Kind, *, whole: bool, without: Collection[str] = ()) -> Any:
    """The model of a record as it is given: made whole, or the columns to change."""
    fields: dict[str, Any] = {}
    for column in columns(kind):
        if column.name in without or (not whole and column.name in KEYS[kind]):
            continue
        fields[column.name] = _optional(column)
        if whole and column.required and column.part != "key":
            fields[column.name] = (_TEXT, _field(column, ...))
    doc = f"One of {kind.value} to be made." if whole else "What to change; null takes away."
    return create_model(name, __base__=RecordIn, __doc__=doc, **fields)


def page_out(name: str, item: Any) -> Any:
    """The model of a page of such records."""
    return create_model(
        name,
        __doc__="A page of the list; `next` is the cursor of the page behind it.",
        items=(list[item], ...),
        next=(str | None, None),
        total=(int, Field(description="records of the whole list")),
    )


def _optional(column: Column) -> tuple[Any, Any]:
    return (_TYPES.get(column.type, _TEXT) | None, _field(column, None))


def _field(column: Column, default: Any) -> Any:
    return Field(default, description=_told(column), examples=_examples(column))


def _told(column: Column) -> str:
    unit = f", {column.unit}" if column.unit else ""
    more = f"; {column.help}" if column.help else ""
    return f"{column.zh}{unit}{more}"


def _examples(column: Column) -> list[Any] | None:
    if column.example is None:
        return None
    if column.type is ColumnType.BOOL:
        return [column.example == "是"]
    if column.type in (ColumnType.INT, ColumnType.DECIMAL):
        return [float(column.example) if column.type is ColumnType.DECIMAL else int(column.example)]
    return [column.example]
