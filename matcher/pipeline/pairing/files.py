"""Bare pairing files: read into a problem, written back as a plan with its certificate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matcher.allocation.certificate import Rechecked, certificate, left_out_rows, recheck
from matcher.allocation.conditions import FREE, Conditions
from matcher.allocation.problem import Plan, Problem, build_problem, plan_frame, read_plan
from matcher.allocation.solving.solve import Progress, Solution, quiet, solve
from matcher.documents.reading.table import Limits, Table, heading_key
from matcher.documents.tables import read_table
from matcher.documents.writing import whole_file, write_table
from matcher.errors import MalformedProblem, UnreadableFile
from matcher.policy.priority.ties import tie_line, tie_ranks

PERSONS = ("person_id", "tier", "household_id", "zero_employment", "cap")
VACANCIES = ("vacancy_id", "places", "public_welfare")
EDGES = PLAN = ("person_id", "vacancy_id", "score")
OF_TIES = ("unemployed_since", "tie")
OF_EDGES = ("tier",)

TIE_KEY = "rengang"
"""The published words of the hash where no day is stated, as bare files state none."""

LIMITS = Limits(file_mb=4_096, rows=50_000_000)
"""Bare files hold numbers by the million and come from the office itself, not from an upload."""

_YES, _NO = ("1", "是", "有", "true", "yes", "y"), ("0", "否", "无", "false", "no", "n")


@dataclass(frozen=True, slots=True)
class PairingFiles:
    """The three tables of a problem."""

    persons: Path
    vacancies: Path
    edges: Path


def read_problem(files: PairingFiles) -> Problem:
    """The problem of three bare files.

    Columns may come in any order, others are ignored. `tie` (0..1000, more goes first) decides
    between people whom everything else leaves equal; without it the longest unemployed go first
    (`unemployed_since`), then a published hash of the id.

    Raises:
        UnreadableFile: a file is no table, or misses a column.
        MalformedProblem: with every kind of problem in the rows, each naming ids.
    """
    persons = _frame(files.persons, PERSONS, optional=OF_TIES)
    vacancies = _frame(files.vacancies, VACANCIES)
    edges = _frame(files.edges, EDGES, optional=OF_EDGES, may_be_empty=True)
    problems: list[str] = []
    for frame, name, key in (
        (persons, "zero_employment", "person_id"),
        (vacancies, "public_welfare", "vacancy_id"),
    ):
        frame[name], wrong = _flags(frame[name])
        if wrong.any():
            problems.append(f"{name} is neither yes nor no: {_listed(frame.loc[wrong, key])}")
    if "tie" not in persons:
        persons["tie"], wrong = _ties(persons)
        if wrong.any():
            listed = _listed(persons.loc[wrong, "person_id"])
            problems.append(f"unemployed_since is no day such as 2025-03-01: {listed}")
    try:
        problem = build_problem(persons, vacancies, edges)
    except MalformedProblem as found:
        raise MalformedProblem(problems=[*problems, *found.problems]) from None
    if problems:
        raise MalformedProblem(problems=problems)
    return problem


@dataclass(frozen=True, slots=True)
class PairedFiles:
    """What was made of three files."""

    problem: Problem
    solution: Solution
    certificate: Mapping[str, Any]


def pair_files(
    files: PairingFiles,
    out: Path,
    *,
    previous: Path | None = None,
    households_first: bool = False,
    progress: Progress = quiet,
) -> PairedFiles:
    """Solve the problem of three files and write the plan with its certificate beside it.

    Args:
        files: the three tables.
        out: the plan's file.
        previous: an earlier plan; among equally good plans the one closest to it is made.
        households_first: households served come before public-welfare places.
        progress: told how many steps of how many are done.
    """
    problem = read_problem(files)
    before = None if previous is None else read_plan(problem, read_rows(previous))
    solution = solve(problem, households_first=households_first, previous=before, progress=progress)
    stated = certificate(problem, solution, households_first=households_first)
    write_plan(out, problem, solution.plan, stated)
    return PairedFiles(problem, solution, stated)


def write_plan(
    out: Path,
    problem: Problem,
    plan: Plan,
    stated: Mapping[str, Any],
    conditions: Conditions = FREE,
) -> Path:
    """Write a plan, its certificate, and why whom the law puts first is not at a post.

    Returns where the certificate is; the reasons stand in `PLAN.left_out.csv` beside it.
    """
    write_table(out, plan_frame(problem, plan), mark=False)
    first = stated["order"] == "households_first"
    reasons = left_out_rows(problem, plan, conditions, households_first=first)
    write_table(out.with_name(f"{out.stem}.left_out.csv"), reasons, mark=False)
    beside = certificate_path(out)
    with whole_file(beside, "w", encoding="utf-8") as file:
        json.dump(stated, file, ensure_ascii=False, indent=1)
        file.write("\n")
    return beside


def read_rows(plan: Path) -> pd.DataFrame:
    """The rows of a plan file: `person_id,vacancy_id,score`.

    Raises:
        UnreadableFile: no table, or a column is missing.
    """
    return _frame(plan, PLAN, may_be_empty=True)


def certificate_path(plan: Path) -> Path:
    """Where the certificate of a plan file is.

    Example:
        >>> certificate_path(Path("out/plan.csv")).as_posix()
        'out/plan.certificate.json'
    """
    return plan.with_name(f"{plan.stem}.certificate.json")


def check_files(plan: Path, files: PairingFiles) -> tuple[Problem, Rechecked]:
    """Check a plan file, and the certificate beside it if there is one, by separate code."""
    problem = read_problem(files)
    return problem, recheck(problem, read_plan(problem, read_rows(plan)), read_certificate(plan))


def read_certificate(plan: Path) -> Mapping[str, Any] | None:
    """The certificate beside a plan file; None where there is none.

    Raises:
        UnreadableFile: the file there is no certificate.
    """
    path = certificate_path(plan)
    if not path.exists():
        return None
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError):
        stated = None
    if not isinstance(stated, dict):
        raise UnreadableFile(
            file=path.name,
            found="no JSON object",
            expected="the certificate that 'rengang pair' writes beside a plan",
            do="Give the certificate back its content, or move it away to check the plan alone.",
        )
    return stated


def _frame(
    path: Path,
    columns: Sequence[str],
    *,
    optional: Sequence[str] = (),
    may_be_empty: bool = False,
) -> pd.DataFrame:
    known = {heading_key(name) for name in (*columns, *optional)}
    table = read_table(path, known=known, limits=LIMITS, may_be_empty=may_be_empty)
    keys = [heading_key(heading) for heading in table.headings]
    missing = [name for name in columns if heading_key(name) not in keys]
    if missing or table.broken:
        raise _unusable(table, missing)
    return pd.DataFrame(
        {
            name: table.columns[keys.index(heading_key(name))].to_pandas()
            for name in (*columns, *optional)
            if heading_key(name) in keys
        }
    )


def _unusable(table: Table, missing: Sequence[str]) -> UnreadableFile:
    if missing:
        return UnreadableFile(
            file=table.file,
            found=f"no column {', '.join(missing)} among {', '.join(table.headings)}",
            expected="the columns of the pairing files",
            do="Add the column, or correct its heading.",
        )
    rows = ", ".join(str(row.number) for row in table.broken[:5])
    return UnreadableFile(
        file=table.file,
        found=f"row(s) {rows} do not fit the headings",
        expected="one cell for each heading",
        do="Correct these rows.",
    )


def _flags(column: pd.Series[Any]) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """(1, 0 or missing; which cells are neither yes nor no)."""
    text = column.astype("str").str.strip().str.lower()
    flags = pd.Series(pd.NA, index=column.index, dtype="Int64")
    flags[text.isin(_YES)] = 1
    flags[text.isin(_NO)] = 0
    return flags, flags.isna() & column.notna()


def _ties(persons: pd.DataFrame) -> tuple[Any, pd.Series[Any]]:
    """(tie ranks by the published order; which days could not be read)."""
    given = persons.get("unemployed_since", pd.Series(None, index=persons.index, dtype="str"))
    days = pd.to_datetime(given, format="%Y-%m-%d", errors="coerce")
    since = days.to_numpy().astype("datetime64[D]").astype(np.float64)
    since[days.isna().to_numpy()] = np.nan
    ids = persons["person_id"].to_numpy(dtype=object)
    return tie_ranks(tie_line(ids, since, TIE_KEY)), days.isna() & given.notna()


def _listed(ids: pd.Series[Any]) -> str:
    more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
    return ", ".join(map(str, ids.head(5))) + more
