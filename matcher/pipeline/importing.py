"""Files into the store, all or nothing, and records out again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from matcher.documents.reading.table import Limits
from matcher.documents.writing import write_table
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import ImportRefused
from matcher.ingest.batch import Batch
from matcher.ingest.files import read_files
from matcher.ingest.forms.returned import write_refused
from matcher.store.batch import Upserted
from matcher.store.store import Store


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import and how; `at` is this instant, `on` the office's day."""

    kind: Kind
    files: tuple[Path, ...]
    on: date
    at: datetime
    actor: str
    mapping: Mapping[str, str] | None = None
    strict: bool = False
    dry_run: bool = False
    errors_to: Path | None = None
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, in counts; `notes` says what was noticed about the files."""

    kind: Kind
    files: int
    read: int
    created: int
    updated: int
    unchanged: int
    refused: int
    warnings: int
    refused_files: tuple[Path, ...] = ()
    warning_counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def import_files(store: Store, request: ImportRequest) -> ImportResult:
    """Read files of one kind and write what passes, all in one transaction.

    Raises:
        UnreadableFile: a file cannot be opened safely; nothing is written.
        ImportRefused: a strict import with refused rows; nothing is written.
    """
    batch = read_files(
        request.kind,
        request.files,
        on=request.on,
        mapping=request.mapping,
        known=_known(store, request.kind),
        limits=request.limits,
    )
    counts = batch.counts
    returned: tuple[Path, ...] = ()
    if counts["refused"] and request.errors_to is not None:
        returned = write_refused(batch, request.errors_to)
    if request.strict and counts["refused"]:
        named = ", ".join(file.name for file in request.files)
        report = ", ".join(map(str, returned)) or None
        raise ImportRefused(file=named, refused=counts["refused"], report=report)
    done = Upserted(0, 0, 0) if request.dry_run else _write(store, batch, request)
    return ImportResult(
        kind=request.kind,
        **counts,
        created=done.created,
        updated=done.updated,
        unchanged=done.unchanged,
        refused_files=returned,
        warning_counts=batch.warning_counts,
        notes=_notes_of(batch.notes, batch.unknown_columns),
    )


REFERENCES: Mapping[Kind, tuple[Kind, ...]] = {
    Kind.PERSONS: (Kind.HOUSEHOLDS,),
    Kind.VACANCIES: (Kind.EMPLOYERS,),
    Kind.OUTCOMES: (Kind.PERSONS, Kind.VACANCIES),
    Kind.FAIRS: (Kind.PERSONS, Kind.VACANCIES, Kind.EMPLOYERS),
}
"""Of which other kinds a file may name ids."""


def _known(store: Store, kind: Kind) -> dict[Kind, Collection[str]]:
    return {other: set(store.ids(other)) for other in REFERENCES.get(kind, ())}


def _write(store: Store, batch: Batch, request: ImportRequest) -> Upserted:
    with store.writing(actor=request.actor, at=request.at) as writing:
        if batch.employers is not None and len(batch.employers):
            writing.upsert(Kind.EMPLOYERS, batch.employers)
        return writing.upsert(request.kind, batch.accepted, columns=batch.stated)


def _notes_of(
    notes: Mapping[str, Sequence[str]], unknown: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    kept = [
        f"{file}: kept as extra, not used: {', '.join(names)}"
        for file, names in unknown.items()
        if names
    ]
    return (*(f"{file}: {note}" for file, each in notes.items() for note in each), *kept)


def export(store: Store, scope: Scope, kind: Kind, path: Path) -> int:
    """Write every record of a kind within the scope to a file that import reads again.

    Returns:
        How many records were written.
    """
    if kind is Kind.PERSONS:
        frame = store.persons(scope, parts=("profile", "status", "identity"))
    elif kind is Kind.HOUSEHOLDS:
        frame = store.households(scope)
    elif kind is Kind.OUTCOMES:
        frame = store.outcomes(scope)
    else:
        frame = store.frame(kind)
    write_table(path, frame)
    return len(frame)
