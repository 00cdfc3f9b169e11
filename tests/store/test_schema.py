"""The tables agree with the column catalogue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from matcher.domain.kinds import KEYS, Column, ColumnType, Kind
from matcher.errors import WrongUse
from matcher.reference.columns import columns, dtype_of
from matcher.store import rows
from matcher.store.schema.records import RECORDS
from matcher.store.schema.tables import metadata, person, person_identity, person_status
from matcher.store.schema.types import IsoDate, instant_text

DERIVED = {
    "person": (),
    "person_status": ("facts",),
    "person_identity": ("extra",),
    "household": ("facts", "extra"),
    "employer": ("facts", "extra"),
    "vacancy": (
        *("occupation_confidence", "wage_note", "warnings", "duplicate_of", "facts", "extra"),
    ),
    "outcome": ("extra",),
    "course": ("extra",),
    "fair": ("extra",),
    "placement": ("extra",),
    "refusal": ("extra",),
    "case_record": ("extra",),
    "pairing": ("extra",),
}
"""Columns that no file carries under this name, in the order of the table."""


def part_of(kind: Kind, column: Column) -> str:
    if kind is Kind.PERSONS:
        return "profile" if column.part == "key" else column.part
    return RECORDS[kind].main.name


@pytest.mark.parametrize("kind", list(Kind))
def test_tables_have_the_catalogue_s_columns_in_its_order_then_derived_ones(kind: Kind) -> None:
    for part, table in RECORDS[kind].parts.items():
        catalogue = [c.name for c in columns(kind) if part_of(kind, c) == part]
        key = [] if part in ("profile", table.name) else ["person_id"]
        found = [column.name for column in RECORDS[kind].columns(part)]
        assert found == [*key, *catalogue, *DERIVED[table.name]]


@pytest.mark.parametrize("kind", list(Kind))
def test_types_agree_with_the_catalogue(kind: Kind) -> None:
    table_columns = {column.name: column for column in RECORDS[kind].columns()}
    for column in columns(kind):
        assert str(rows.dtype_of(table_columns[column.name])) == dtype_of(column)
        is_day = isinstance(table_columns[column.name].type, IsoDate)
        assert is_day == (column.type is ColumnType.DATE), column.name


@pytest.mark.parametrize("kind", list(Kind))
def test_what_the_catalogue_requires_cannot_be_null(kind: Kind) -> None:
    found = {column.name for column in RECORDS[kind].columns() if not column.nullable}
    assert found == {column.name for column in columns(kind) if column.required}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_record_is_found_by_its_key(kind: Kind) -> None:
    records = RECORDS[kind]
    for table in records.parts.values():
        assert len(table.primary_key.columns) == 1
    if len(KEYS[kind]) == 1:
        assert records.key.name == KEYS[kind][0]
    else:
        unique = [tuple(c.columns.keys()) for c in records.main.constraints]
        assert KEYS[kind] in unique


def test_the_profile_shares_nothing_with_status_and_identity_but_the_key() -> None:
    tables = [set(table.columns.keys()) for table in (person, person_status, person_identity)]
    assert tables[0] & tables[1] == tables[0] & tables[2] == tables[1] & tables[2] == {"person_id"}


def test_every_kind_and_table_has_its_place() -> None:
    assert set(RECORDS) == set(Kind)
    kept = {table.name for records in RECORDS.values() for table in records.parts.values()}
    assert kept | {
        "meta",
        "audit",
        "decision",
        "case_event",
        "case_state",
        "seal",
        "account",
        "token",
        "saved_view",
        "sealed_secret",
        "erased_person",
        "person_search",
        "person_history",
        "request",
        "webhook",
        "job",
        "job_file",
        "field_key",
        "import_run",
        "import_made",
        "import_record",
    } == set(metadata.tables)


def test_moments_are_kept_in_utc() -> None:
    beijing = timezone(timedelta(hours=8))
    assert instant_text(datetime(2026, 11, 2, 8, tzinfo=beijing)) == "2026-11-02 00:00:00.000000"
    assert instant_text(datetime(2026, 11, 2, tzinfo=UTC)) == "2026-11-02 00:00:00.000000"
    with pytest.raises(WrongUse, match="zone"):
        instant_text(datetime(2026, 11, 2, tzinfo=UTC).replace(tzinfo=None))
