"""The whole plan as a workbook: every talk with its QR code, booths, waiting lists."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matcher.allocation.waiting import WaitingList, waiting_frame
from matcher.documents.printing.qr import qr_png
from matcher.documents.writing import fill_sheet, whole_workbook
from matcher.pipeline.fairs.papers.words import words
from matcher.pipeline.fairs.programme import Programme

WAITING_EACH = 10
"""How many are listed for each post: more than ever are called on one day."""

QR_ROW_POINTS = 66
CHARACTERS_WIDE = {"title": 24, "employer": 30, "pairing_id": 20, "qr": 14}
USUAL_WIDTH = 12


def write_workbook(
    path: Path,
    day: Programme,
    *,
    waiting: WaitingList,
    names: Mapping[str, str],
    language: str,
) -> None:
    """Write the plan; the office's own paper: it names people in full and no status.

    Args:
        path: an `.xlsx` file; it appears whole or not at all.
        day: the fair's day.
        waiting: who is next for each post.
        names: by person id.
        language: "zh" or "en".
    """
    said = words(language)["plan"]
    talks = day.talks.assign(name=day.talks["person_id"].map(names).fillna(""), qr="")
    frames = {"talks": talks, "booths": _booths(day), "waiting": _waiting(day, waiting)}
    with whole_workbook(path) as book:
        for sheet_name, frame in frames.items():
            sheet = book.add_worksheet(said["sheets"][sheet_name])
            headings: Mapping[str, str] = said[sheet_name]
            shown = frame[list(headings)]
            fill_sheet(sheet, shown.rename(columns=dict(headings)))
            for at, name in enumerate(headings):
                sheet.set_column(at, at, CHARACTERS_WIDE.get(name, USUAL_WIDTH))
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            if sheet_name == "talks":
                _pictures(sheet, shown)


def _pictures(sheet: Any, talks: pd.DataFrame) -> None:
    column = list(talks).index("qr")
    for at, number in enumerate(talks["pairing_id"], 1):
        sheet.set_row(at, QR_ROW_POINTS)
        picture = {"image_data": qr_png(number), "description": number, "object_position": 1}
        sheet.insert_image(at, column, f"{number}.png", picture)


def _booths(day: Programme) -> pd.DataFrame:
    talks = day.talks.groupby("booth_at")
    booths = pd.DataFrame(
        {
            "booth": day.number,
            "employer_id": day.booths.employer_ids,
            "employer": day.employers,
            "interviewers": day.booths.interviewers,
        }
    )
    told = pd.DataFrame(
        {"talks": talks.size(), "first": talks["start"].min(), "last": talks["end"].max()}
    )
    booths = booths.join(told)
    return booths.assign(talks=booths["talks"].fillna(0).astype(np.int64)).sort_values("booth")


def _waiting(day: Programme, listed: WaitingList) -> pd.DataFrame:
    """The first of each waiting list; who is next says the order, why it is so says no paper."""
    waiting = waiting_frame(day.problem, listed)
    first = waiting[waiting["turn"] <= WAITING_EACH]
    titles = day.talks.drop_duplicates("vacancy_id").set_index("vacancy_id")["title"]
    return first.assign(title=first["vacancy_id"].map(titles).fillna(""))
