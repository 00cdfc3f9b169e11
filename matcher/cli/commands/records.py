"""Commands that move records: import, export, template."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated, Any

import typer

from matcher.cli.session import Session, local_today, parse_day, read_mapping, utc_now
from matcher.cli.wording import import_answer, import_text
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.ingest.forms.templates import write_template
from matcher.pipeline import importing
from matcher.pipeline.importing import ImportRequest
from matcher.pipeline.titles import link_title_file
from matcher.store.imports.undoing import Undoing

KindArgument = Annotated[Kind, typer.Argument(help="What the files hold.", show_choices=True)]

MOST_LEFT = 20
"""So many records that stay are printed; the JSON answer carries more."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("import")(import_files)
    app.command("undo")(undo)
    app.command("export")(export)
    app.command("template")(template)
    app.command("link-titles")(link_titles)


def import_files(
    context: typer.Context,
    kind: KindArgument,
    files: Annotated[list[Path], typer.Argument(help="CSV, XLSX, JSON or JSON Lines files.")],
    mapping: Annotated[
        str | None,
        typer.Option("--map", help="'header=column,...' or a CSV or JSON file of such pairs."),
    ] = None,
    strict: Annotated[bool, typer.Option(help="Import nothing if any row is refused.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Check and report, write nothing.")] = False,
    errors: Annotated[
        Path | None, typer.Option(help="Where refused rows go, as your own file with reasons.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="Day of the import (default today).")] = None,
    fresh_consent: Annotated[
        bool,
        typer.Option(
            "--fresh-consent", help="Consent in these rows was given anew, also by erased people."
        ),
    ] = False,
) -> None:
    """Import files of one kind; all of it or nothing."""
    session: Session = context.obj
    default = session.settings.workspace / "refused" / f"{files[0].stem}-refused"
    request = ImportRequest(
        kind=kind,
        files=tuple(files),
        on=parse_day(on) if on else local_today(),
        at=utc_now(),
        actor="cli",
        mapping=read_mapping(mapping),
        strict=strict,
        dry_run=dry_run,
        errors_to=errors or (None if dry_run else default),
        limits=session.limits(),
        fresh_consent=fresh_consent,
        import_id=None if dry_run else uuid.uuid4().hex,
    )
    with session.open_store(create=True) as store:
        result = importing.import_files(store, request)
    if request.import_id is not None:
        session.say(f"to undo it: rengang undo {request.import_id}")
    for note in result.notes:
        session.say(f"{note.file}: {note.en}")
    session.answer(import_answer(result), import_text(result))


def undo(
    context: typer.Context,
    import_id: Annotated[str, typer.Argument(help="The number that the import was given.")],
    dry_run: Annotated[bool, typer.Option(help="Only say what would be done.")] = False,
) -> None:
    """Take an import back: new records go, changed ones are as before, used ones stay."""
    session: Session = context.obj
    with session.open_store() as store:
        if dry_run:
            done = store.imports.plan(import_id)
        else:
            with store.writing(actor="cli", at=utc_now()) as batch:
                done = batch.undo(import_id)
    session.answer(undo_answer(done), undo_text(done))


def export(
    context: typer.Context,
    kind: KindArgument,
    out: Annotated[Path, typer.Option(help="File to write: .csv, .xlsx or .jsonl.")],
) -> None:
    """Write every record of one kind to a file that import reads again."""
    session: Session = context.obj
    with session.open_store() as store:
        rows = importing.export(store, Scope.office("export"), kind, out)
    session.answer({"rows": rows, "file": str(out)}, f"{rows:,} {kind.value} written to {out}")


def template(
    context: typer.Context,
    kind: KindArgument,
    out: Annotated[Path, typer.Option(help="XLSX file to write.")],
) -> None:
    """Write the empty form of one kind, with drop-downs and an example row."""
    session: Session = context.obj
    write_template(kind, out)
    session.answer({"file": str(out)}, f"empty form for {kind.value} written to {out}")


def link_titles(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with a column 'title', or one per line.")],
    out: Annotated[Path, typer.Option(help="CSV file to write.")],
) -> None:
    """Link job titles to occupations: the best code, how sure, the surest level, alternatives.

    Every title gets a code here, for a person to go through. An import forces none: a title that
    says nothing known is kept without an occupation, with a warning. With --json the first titles
    come with the name or alias of their occupation that they are nearest to.
    """
    session: Session = context.obj
    linked = link_title_file(file, out)
    session.answer(
        {
            "rows": linked.rows,
            "unsure": linked.unsure,
            "file": str(out),
            "explained": list(linked.explained),
        },
        f"{linked.rows:,} titles linked in {out}, {linked.unsure:,} less than sure",
    )


def undo_text(done: Undoing) -> str:
    """What an undo does or did, on a few lines."""
    said = {True: "undone before", False: "undone"}[done.again] if done.undone_at else "would undo"
    lines = [
        f"{done.kind}: {said}; taken back {done.withdrawn:,}, restored {done.restored:,}, "
        f"left as they are {done.left:,}"
    ]
    lines += [f"  {why}: {count:,}" for why, count in done.reasons.items()]
    lines += [f"  {each.kind} {each.key}: {each.why}" for each in done.records[:MOST_LEFT]]
    more = done.left - MOST_LEFT
    lines += [f"    … {more:,} more"] * (more > 0)
    return "\n".join(lines)


def undo_answer(done: Undoing) -> dict[str, Any]:
    """The same for programs."""
    at = done.undone_at.isoformat() if done.undone_at else None
    return done.told() | {"undone_at": at, "again": done.again}
