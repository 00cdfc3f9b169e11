"""Files into the store, all or nothing, and records out again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from matcher.documents.reading.table import Limits
from matcher.documents.writing import write_table
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import ImportRefused
from matcher.ingest.batch import Batch
from matcher.ingest.files import Told, read_files
from matcher.ingest.forms.returned import write_refused
from matcher.ingest.noticing import Noticed
from matcher.pipeline.records.writer import Writer, welcome
from matcher.store.batch import Batch as Writing
from matcher.store.store import Store
from matcher.store.writes.upserting import Upserted

MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import and how; `at` is this instant, `on` the office's day.

    `writer` fences what may be written; None is the office on its own machine, which may all.
    `fresh_consent`: rows of erased people that say consent is given are taken as given anew.
    `told` hears how many rows of all files were read and checked; what it raises ends the import
    before anything is written.
    `import_id`: under which what it does is kept, so that it can be undone; None keeps nothing.
    """

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
    writer: Writer | None = None
    fresh_consent: bool = False
    told: Told | None = None
    import_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused row: its file, its number there, all its reasons; values only as shapes."""

    file: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, in counts; `notes` says what was noticed about the files.

    `examples` are the first refused rows; `refused_files` hold all of them.
    """

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
    examples: tuple[Refusal, ...] = ()
    notes: tuple[Noticed, ...] = ()


Within = Callable[[Writing, ImportResult], None]
"""What else is written in the transaction of an import, knowing what it did."""


def import_files(
    store: Store, request: ImportRequest, *, within: Within | None = None
) -> ImportResult:
    """Read files of one kind and write what passes, all in one transaction.

    Args:
        store: where they go.
        request: which files, and how.
        within: called last in the transaction that writes; what it raises undoes the import. A dry
            run writes nothing and does not call it.

    Raises:
        UnreadableFile: a file cannot be opened safely; nothing is written.
        ImportRefused: a strict import with refused rows; nothing is written.
    """
    batches = read_batches(store, request)
    returned = _return(batches, request.errors_to)
    refused = sum(batch.counts["refused"] for batch in batches)
    if request.strict and refused:
        named = ", ".join(file.name for file in request.files)
        raise ImportRefused(file=named, refused=refused, report=", ".join(map(str, returned)))
    if request.dry_run:
        return _result(request, batches, [Upserted(0, 0, 0)], returned)
    with store.writing(actor=request.actor, at=request.at) as writing:
        with _kept(writing, request):
            done = _write(writing, batches, request)
        result = _result(request, batches, done, returned)
        if within is not None:
            within(writing, result)
    return result


def _kept(writing: Writing, request: ImportRequest) -> AbstractContextManager[None]:
    if request.import_id is None:
        return nullcontext()
    return writing.importing(request.import_id, request.kind)


def _result(
    request: ImportRequest,
    batches: Sequence[Batch],
    done: Sequence[Upserted],
    returned: tuple[Path, ...],
) -> ImportResult:
    counts = [batch.counts for batch in batches]
    return ImportResult(
        kind=request.kind,
        files=sum(each["files"] for each in counts),
        read=sum(each["read"] for each in counts),
        created=sum(each.created for each in done),
        updated=sum(each.updated for each in done),
        unchanged=sum(each.unchanged for each in done),
        refused=sum(each["refused"] for each in counts),
        warnings=sum(each["warnings"] for each in counts),
        refused_files=returned,
        warning_counts=dict(sum((Counter(batch.warning_counts) for batch in batches), Counter())),
        examples=tuple(_refusals(batches))[:MOST_EXAMPLES],
        notes=tuple(note for batch in batches for note in batch.noticed),
    )


def read_batches(store: Store, request: ImportRequest) -> list[Batch]:
    """Each file by itself: files of one import may have different columns; nothing is written.

    Raises:
        UnreadableFile: a file cannot be opened safely, or lacks a required column.
    """
    known = {kind: set(store.ids(kind)) for kind in REFERENCES.get(request.kind, ())}
    fence = request.writer.fence(store, request.kind) if request.writer else None
    back = welcome(store, request.kind, request.on, fresh=request.fresh_consent)
    batches: list[Batch] = []
    rows = 0
    for file in request.files:
        batch = read_files(
            request.kind,
            (file,),
            on=request.on,
            mapping=request.mapping,
            known=known,
            limits=request.limits,
            fence=fence,
            welcome=back,
            owner=request.writer.employer_id if request.writer else None,
            told=None if request.told is None else _behind(request.told, rows),
        )
        rows += len(batch.parts[0].table)
        if batch.employers is not None:
            known[Kind.EMPLOYERS] |= set(batch.employers["employer_id"])
        batches.append(batch)
    return batches


def _behind(told: Told, rows: int) -> Told:
    """Tells of one file's rows behind those of the files before it."""
    return lambda read, checked: told(rows + read, rows + checked)


def _refusals(batches: Sequence[Batch]) -> Iterator[Refusal]:
    for batch in batches:
        for file, row, reason in batch.refused.head(MOST_EXAMPLES).itertuples(index=False):
            yield Refusal(str(file), int(row), str(reason))


def _return(batches: Sequence[Batch], errors_to: Path | None) -> tuple[Path, ...]:
    """Refused rows as the users' own files; a second file gets `-2` behind its name."""
    returned: list[Path] = []
    for batch in batches:
        if errors_to is not None and batch.counts["refused"]:
            turn = f"-{len(returned) + 1}" if returned else ""
            returned += write_refused(batch, errors_to.with_stem(errors_to.stem + turn))
    return tuple(returned)


REFERENCES: Mapping[Kind, tuple[Kind, ...]] = {
    Kind.PERSONS: (Kind.HOUSEHOLDS,),
    Kind.VACANCIES: (Kind.EMPLOYERS,),
    Kind.OUTCOMES: (Kind.PERSONS, Kind.VACANCIES),
    Kind.FAIRS: (Kind.PERSONS, Kind.VACANCIES, Kind.EMPLOYERS),
    Kind.PLACEMENTS: (Kind.PERSONS, Kind.EMPLOYERS, Kind.VACANCIES),
    Kind.REFUSALS: (Kind.PERSONS, Kind.VACANCIES),
    Kind.CASES: (Kind.PERSONS, Kind.HOUSEHOLDS, Kind.EMPLOYERS),
    Kind.PAIRINGS: (Kind.FAIRS, Kind.PERSONS, Kind.VACANCIES),
}
"""Of which other kinds a file may name ids."""


def _write(writing: Writing, batches: Sequence[Batch], request: ImportRequest) -> list[Upserted]:
    done = []
    for batch in batches:
        if batch.employers is not None and len(batch.employers):
            writing.upsert(Kind.EMPLOYERS, batch.employers)
        if request.kind is Kind.PERSONS and request.fresh_consent:
            writing.readmit(batch.accepted)
        done.append(
            writing.upsert(
                request.kind,
                batch.accepted,
                columns=batch.stated,
                erased=batch.erased,
                assumed=batch.assumed,
            )
        )
    return done


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
    elif kind is Kind.PLACEMENTS:
        frame = store.placements(scope)
    elif kind is Kind.REFUSALS:
        frame = store.refusals(scope)
    elif kind is Kind.CASES:
        frame = store.cases(scope)
    elif kind is Kind.PAIRINGS:
        frame = store.pairings(scope)
    else:
        frame = store.frame(kind)
    write_table(path, frame)
    return len(frame)
