"""A file of job titles, each linked to its occupation."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from matcher.documents.reading.content import decode
from matcher.documents.writing import write_table
from matcher.errors import UnreadableFile
from matcher.text.titles import SURE, link_titles
from matcher.text.titles.noise import bare_title
from matcher.text.titles.reranking import nearest_wording

HEADING = "title"
MOST_EXPLAINED = 20


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """What came of a file of titles.

    Attributes:
        rows: titles in it.
        unsure: rows whose code is less than sure; the group in `backoff_code` is for them.
        explained: the first distinct titles, each with its code, the name or alias of the
            occupation it is nearest to, and how near (0 to 100).
    """

    rows: int
    unsure: int
    explained: tuple[dict[str, str | float], ...]


def link_title_file(source: Path, target: Path) -> LinkedFile:
    """Link the titles of a file: a CSV with a column `title`, or one title per line.

    Writes `title,occupation_code,confidence,backoff_code,alternatives`, a row per title in the
    order of the file. Every title has a code here: one that says nothing known has the most
    frequent 细类 and its small confidence, for a person to correct. An import keeps such a vacancy
    without an occupation and says so.

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
    once = frame.dropna(subset=["occupation_code"]).drop_duplicates(HEADING).head(MOST_EXPLAINED)
    pairs = zip(once[HEADING].tolist(), once["occupation_code"].tolist(), strict=True)
    return LinkedFile(
        rows=len(frame),
        unsure=int((frame["confidence"] < SURE).sum()),
        explained=tuple(_explained(title, code) for title, code in pairs),
    )


def _explained(title: str, code: str) -> dict[str, str | float]:
    wording, likeness = nearest_wording(bare_title(title), code)
    return {
        HEADING: title,
        "occupation_code": code,
        "nearest_wording": wording,
        "likeness": round(likeness, 1),
    }


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
