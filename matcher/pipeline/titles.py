"""A file of job titles, each linked to its occupation."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from matcher.documents.reading.content import decode
from matcher.documents.writing import write_table
from matcher.errors import UnreadableFile
from matcher.text.titles import link_titles

HEADING = "title"


def link_title_file(source: Path, target: Path) -> int:
    """Link the titles of a file: a CSV with a column `title`, or one title per line.

    Writes `title,occupation_code,confidence,backoff_code,alternatives`, a row per title in the
    order of the file. Every title has a code here: one that says nothing known has the most
    frequent 细类 and its small confidence, for a person to correct. An import keeps such a vacancy
    without an occupation and says so.

    Returns:
        How many titles there were.

    Raises:
        UnreadableFile: no such file, or no title in it.
    """
    titles = _titles(source)
    linked = link_titles(titles, always=True)
    frame = pd.DataFrame(
        {
            HEADING: titles,
            "occupation_code": linked.code,
            "confidence": linked.confidence.round(4),
            "backoff_code": linked.backoff_code,
            "alternatives": linked.alternatives,
        }
    )
    write_table(target, frame, mark=False)
    return len(frame)


def _titles(source: Path) -> list[str]:
    if not source.is_file():
        raise _no_titles(source, "there is no such file")
    text = decode(source, source.read_bytes())[0].decode("utf-8")
    first = text.partition("\n")[0].strip()
    if HEADING in [cell.strip().strip('"') for cell in first.split(",")]:
        frame = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
        titles: list[str] = frame[HEADING].tolist()
    else:
        titles = [line.strip() for line in text.splitlines()]
    if not any(titles):
        raise _no_titles(source, "it holds no title")
    return titles


def _no_titles(source: Path, found: str) -> UnreadableFile:
    return UnreadableFile(
        file=source.name,
        found=found,
        expected="a CSV with a column 'title', or one title per line",
        do="Name such a file.",
    )
