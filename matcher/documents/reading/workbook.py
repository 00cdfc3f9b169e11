"""XLSX and XLS by calamine, in a process of its own with limits on memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from matcher.documents.reading.content import SAVE_AGAIN
from matcher.documents.reading.table import (
    FEW_COLUMNS,
    Format,
    Limits,
    Table,
    clean_headings,
    unique_headings,
)
from matcher.errors import UnreadableFile

_ROOT = Path(__file__).resolve().parents[3]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from matcher.documents.reading.sheet_worker import main; sys.exit(main())"
)
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8"}
_SLACK_S = 30


def read_workbook(path: Path, known: Collection[str] | None, limits: Limits) -> Table:
    """The table of a workbook: the first visible sheet with known headings.

    Args:
        path: the file; its size has been checked.
        known: keys of known headings; None takes the first row of the first sheet with rows.
        limits: held by the process that parses.

    Raises:
        UnreadableFile: unsafe, damaged, protected, too large, or without a table.
    """
    order = asdict(limits) | {
        "path": str(path.resolve()),
        "known": None if known is None else sorted(known),
    }
    answer = _ask(path, json.dumps(order), limits)
    with pa.ipc.open_stream(answer) as stream:
        arrow = stream.read_all()
    about = json.loads(arrow.schema.metadata[b"about"])
    return _table(path, arrow, about)


def _ask(path: Path, order: str, limits: Limits) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-I", "-c", _START, str(_ROOT)],
            input=order.encode(),
            capture_output=True,
            env=_ENVIRONMENT,
            timeout=limits.cpu_s + _SLACK_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_heavy(path, limits) from None
    if done.returncode == 0:
        return done.stdout
    try:
        told = json.loads(done.stderr.decode("utf-8", errors="replace").strip() or "{}")
    except json.JSONDecodeError:
        told = {}
    if not told.get("found"):
        raise _too_heavy(path, limits)
    raise UnreadableFile(
        file=path.name, found=told["found"], expected=told["expected"], do=SAVE_AGAIN
    )


def _too_heavy(path: Path, limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        file=path.name,
        found="the workbook is damaged, or needs more memory or time than a table does",
        expected=f"one that opens within {limits.memory_mb:,} MiB and {limits.cpu_s} s",
        do="Copy the rows into a new workbook, or save them as CSV UTF-8.",
    )


def _table(path: Path, arrow: Any, about: dict[str, Any]) -> Table:
    headings = about["headings"]
    columns = [column.combine_chunks() for column in arrow.columns]
    kept = [
        at
        for at, column in enumerate(columns)
        if headings[at].strip() or column.null_count < len(column)
    ]
    if len(kept) < FEW_COLUMNS:
        raise UnreadableFile(
            file=path.name,
            found=f"sheet '{about['sheet']}' has only {len(kept)} column",
            expected="a heading row and two columns or more",
            do=SAVE_AGAIN,
        )
    first = about["row"] + 2
    cleaned = clean_headings(headings)
    return Table(
        file=path.name,
        format=Format.WORKBOOK,
        headings=unique_headings([cleaned[at] for at in kept]),
        columns=tuple(columns[at] for at in kept),
        row_numbers=np.arange(first, first + arrow.num_rows, dtype=np.int64),
        notes=(("formulas", str(about["formulas"])),) if about["formulas"] else (),
        sheet=about["sheet"],
    )
