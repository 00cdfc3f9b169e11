"""The commands report monthly, ledger and scorecard."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from matcher.casework.households.spells import TOTAL
from matcher.casework.reports.monthly import month_of, monthly
from matcher.casework.reports.registers import register_sheet, registers
from matcher.casework.reports.scorecards import standard, year_of
from matcher.casework.reports.sheets import monthly_sheets, scorecard_sheets
from matcher.casework.reports.words import area_name
from matcher.casework.reports.workbook import Sheet, write_workbook
from matcher.cli.commands.casework.ledgers.household import answer_drill, monthly_answer
from matcher.cli.commands.casework.ledgers.options import (
    Area,
    Lang,
    Month,
    Office,
    area_of,
    office_name,
    records,
    text_table,
)
from matcher.cli.commands.matching import OnOption
from matcher.cli.commands.report_group import report_group
from matcher.cli.session import Session, parse_day
from matcher.cli.wording import Language
from matcher.documents.writing import write_table
from matcher.domain.scope import Scope
from matcher.errors import NotFound, UnreadableFile, WrongUse
from matcher.pipeline.casework.ledgers.households import ledger_events
from matcher.pipeline.casework.ledgers.tables import CardAsked, card_of, kept_for

Out = Annotated[
    Path | None, typer.Option(help="XLSX file with the table and what stands behind it, or CSV.")
]
Drill = Annotated[str | None, typer.Option(help="Only the people behind one number: AREA/COLUMN.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = report_group(app)
    group.command("monthly")(monthly_command)
    group.command("ledger")(ledger_command)
    group.command("scorecard")(scorecard_command)


def monthly_command(
    context: typer.Context,
    out: Out = None,
    month: Month = None,
    area: Area = "",
    on: OnOption = None,
    drill: Drill = None,
    office: Office = "",
    lang: Lang = Language.ZH,
) -> None:
    """The monthly table of zero-employment aid (default: the last whole month)."""
    session: Session = context.obj
    area_of(area)
    with session.open_store() as store:
        if month is not None:
            first = month_of(month)
        else:
            first = session.day(on, store).replace(day=1) - timedelta(days=1)
        made = monthly(ledger_events(store, Scope.office("report")), first, area=area)
    if drill is not None:
        answer_drill(session, made, drill)
        return
    sheets = monthly_sheets(made, lang.value, office_name(office, area))
    _write(out, sheets)
    session.answer(monthly_answer(made) | {"out": out}, _shown(sheets[0], out))


def ledger_command(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="XLSX file, a sheet for each register; or CSV of one.")],
    kind: Annotated[
        list[str] | None, typer.Option(help="Only this register; repeatable (default: all).")
    ] = None,
    area: Area = "",
    on: OnOption = None,
    office: Office = "",
    lang: Lang = Language.ZH,
) -> None:
    """The registers of an office in their familiar form; they name people in full."""
    session: Session = context.obj
    names = kind or list(registers())
    if len(names) > 1 and out.suffix.lower() != ".xlsx":
        raise WrongUse(
            what=f"'{out.name}' has no room for {len(names)} registers",
            expected="an .xlsx file, or --kind with one register",
            do="Choose the one or the other.",
        )
    with session.open_store() as store:
        day = session.day(on, store)
        kept = kept_for(store, Scope.office("report"), day, area_of(area))
    named, told = office_name(office, area), day.isoformat()
    sheets = [
        register_sheet(kept, name, office=named, on=told, language=lang.value) for name in names
    ]
    _write(out, sheets)
    counted = {name: len(sheet.frame) for name, sheet in zip(names, sheets, strict=True)}
    lines = [f"{sheet.name}: {len(sheet.frame)}" for sheet in sheets]
    session.answer({"on": day, "rows": counted, "out": out}, "\n".join([*lines, f"→ {out}"]))


def scorecard_command(
    context: typer.Context,
    standard_name: Annotated[
        str, typer.Option("--standard", help="jiangsu, yichun or huachuan.")
    ] = "jiangsu",
    out: Out = None,
    area: Area = "",
    since: Annotated[
        str | None, typer.Option(help="First day of the period (default: 1 January).")
    ] = None,
    on: OnOption = None,
    labour_force: Annotated[
        Path | None, typer.Option(help="CSV area_code,labour_force, for the unemployment rate.")
    ] = None,
    drill: Drill = None,
    lang: Lang = Language.ZH,
) -> None:
    """How communities stand against the thresholds of a fully-employed community."""
    session: Session = context.obj
    standard(standard_name)
    with session.open_store() as store:
        day = session.day(on, store)
        first = parse_day(since) if since else year_of(day)
        card, behind = card_of(
            store,
            Scope.office("report"),
            CardAsked(standard_name, first, day, area_of(area), _labour_force(labour_force)),
        )
    if drill is not None:
        _drill_card(session, behind, drill)
        return
    sheets = scorecard_sheets(card, behind, standard_name, since=first, on=day, language=lang.value)
    _write(out, sheets)
    answer = {"standard": standard_name, "since": first, "on": day, "rows": records(card)}
    session.answer(answer | {"out": out}, _shown(sheets[0], out))


def _drill_card(session: Session, behind: pd.DataFrame, cell: str) -> None:
    area, _, indicator = cell.partition("/")
    own = behind[behind["indicator"] == indicator]
    if area != TOTAL:
        own = own[own["area_code"] == area]
    if own.empty:
        raise NotFound(kind="cell", key=cell)
    rows = records(own[["subject_id", "done"]])
    answer = {"cell": cell, "area": area_name(area, "zh"), "count": len(rows), "behind": rows}
    session.answer(answer, f"{cell}: {len(rows)}\n{text_table(own[['subject_id', 'done']])}")


def _labour_force(file: Path | None) -> dict[str, int]:
    if file is None:
        return {}
    try:
        table = pd.read_csv(file, dtype={"area_code": str})
        given = table[["area_code", "labour_force"]].dropna()
        return dict(zip(given["area_code"], given["labour_force"].astype(int), strict=True))
    except (KeyError, ValueError) as wrong:
        raise UnreadableFile(
            file=str(file),
            found=str(wrong),
            expected="a CSV with the columns area_code and labour_force",
            do="Correct the file.",
        ) from None


def _write(out: Path | None, sheets: list[Sheet]) -> None:
    if out is None:
        return
    if out.suffix.lower() == ".xlsx":
        write_workbook(out, sheets)
    elif len(sheets) == 1 or out.suffix.lower() in (".csv", ".jsonl"):
        write_table(out, sheets[0].frame)
    else:
        raise WrongUse(
            what=f"'{out.name}' has no form that can be written",
            expected="a name ending in .xlsx or .csv",
            do="Choose one of these endings.",
        )


def _shown(sheet: Sheet, out: Path | None) -> str:
    lines = [sheet.title, *sheet.above, text_table(sheet.frame), *sheet.below]
    return "\n".join([*lines, *([f"→ {out}"] if out else [])])
