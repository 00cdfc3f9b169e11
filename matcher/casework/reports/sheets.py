"""Monthly tables and scorecards as sheets: the table in words, and the cases behind each number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from matcher.casework.households.spells import TOTAL, rows_by_area
from matcher.casework.ledger.machine import reasons
from matcher.casework.reports.monthly import Monthly
from matcher.casework.reports.scorecards import Indicator, standard
from matcher.casework.reports.words import area_name, source_line, words
from matcher.casework.reports.workbook import Sheet
from matcher.domain.decision import Outcome


def monthly_sheets(made: Monthly, language: str, office: str) -> list[Sheet]:
    """The table as it is handed in, and each household and member behind it."""
    said = words(language)["monthly"]
    shown = [name for _, names in said["groups"] for name in names]
    table = made.table[shown]
    codes = [str(code) for code in table.index]
    names = [
        words(language)["total"] if code == TOTAL else area_name(code, language) for code in codes
    ]
    frame = table.rename(columns=said["measures"]).reset_index(drop=True)
    frame.insert(0, said["area"], pd.Series(names, dtype="str"))
    frame.insert(1, said["code"], pd.Series([c if c != TOTAL else "" for c in codes], dtype="str"))
    month = said["month"].format(year=made.month.year, month=made.month.month)
    above = ["　　".join([said["office"].format(office=office), month])]
    if made.due is not None:
        which = "due_projected" if made.due.projected else "due"
        above.append(said[which].format(due=made.due.day.isoformat()))
    below = [
        said["identity"],
        said["form"],
        said["source"].format(source=source_line(made.form.rule)),
        said["sign"],
    ]
    groups = [("", 2), *((title, len(names)) for title, names in said["groups"])]
    title = made.form.zh if language == "zh" else made.form.en
    widths = [14, 12, *([9] * len(shown))]
    detail = Sheet(said["detail"], monthly_detail(made, language), widths=[14, 14, 16, 14, 14, 12])
    return [Sheet(said["sheet"], frame, title, above, below, widths, groups), detail]


def monthly_detail(made: Monthly, language: str) -> pd.DataFrame:
    """A row for each household or member that a number counts, by the cell it stands in."""
    said = words(language)["monthly"]
    found = made.entries
    row = rows_by_area(found, made.digits)
    known = {code: area_name(code, language) for code in row.unique()}
    why = {
        code: each.zh if language == "zh" else each.en
        for (group, code), each in reasons().items()
        if group in ("household_left", "household_removed")
    }
    frame = pd.DataFrame(
        {
            "area_code": row,
            "area": row.map(known),
            "measure": found["measure"].map(said["measures"]),
            "household_id": found["household_id"],
            "person_id": found["person_id"],
            "on": pd.to_datetime(found["on"]).dt.strftime("%Y-%m-%d"),
            "reason": found["reason"].map(why),
        }
    )
    return frame.rename(columns=said["columns"])


def scorecard_sheets(
    card: pd.DataFrame,
    behind: pd.DataFrame,
    name: str,
    *,
    since: date,
    on: date,
    language: str,
) -> list[Sheet]:
    """The card of every community, and each person or household behind it."""
    said = words(language)["scorecard"]
    lines = {each.indicator: each for each in standard(name)}
    frame = pd.DataFrame([_line(row, lines, language) for row in _rows(card)])
    frame = frame.reindex(columns=list(said["columns"])).rename(columns=said["columns"])
    told = behind.assign(
        indicator=behind["indicator"].map(
            {each.indicator: each.zh if language == "zh" else each.en for each in standard(name)}
        ),
        done=behind["done"].map({True: words(language)["yes"], False: words(language)["no"]}),
    )
    sources = dict.fromkeys(source_line(each.rule) for each in standard(name))
    above = [
        said["standard"].format(source="；".join(sources)),
        said["period"].format(since=since.isoformat(), on=on.isoformat()),
    ]
    below = [said["note"], said["labour_force"]]
    widths = [14, 22, 30, 16, 16, 8, 8, 8, 10, 44]
    return [
        Sheet(said["sheet"], frame, said["title"], above, below, widths),
        Sheet(said["detail"], told.rename(columns=said["cases"]), widths=[14, 30, 16, 12]),
    ]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def _line(row: Mapping[str, Any], lines: Mapping[str, Indicator], language: str) -> dict[str, Any]:
    said = words(language)["scorecard"]
    each = lines[row["indicator"]]
    return {
        "area_code": row["area_code"],
        "area": area_name(row["area_code"], language),
        "indicator": each.zh if language == "zh" else each.en,
        "wanted": wanted(each, language),
        "rate": rate_words(row, language),
        "done": row["done"],
        "not_done": row["not_done"],
        "unknown": row["unknown"],
        "outcome": said["outcomes"][str(Outcome(row["outcome"]))],
        "source": source_line(each.rule),
    }


def wanted(each: Indicator, language: str) -> str:
    """What the standard asks, in words.

    Example:
        >>> wanted(standard("yichun")[0], "zh")
        '不高于 2.5%'
    """
    said = words(language)["scorecard"]
    limit: str = said["no_limit"]
    if each.limit is not None:
        limit = said[each.side].format(limit=f"{each.limit:.1%}".replace(".0%", "%"))
    return limit + (said["months"].format(months=each.months) if each.months else "")


def rate_words(row: Mapping[str, Any], language: str) -> str:
    """A rate, or its two ends where people were not asked."""
    said = words(language)["scorecard"]
    low, high = row["rate_low"], row["rate_high"]
    if pd.isna(low):
        nobody = row["done"] + row["not_done"] + row["unknown"] == 0
        text: str = said["no_base"] if nobody else said["not_known"]
        return text
    ends = [f"{end:.1%}" for end in dict.fromkeys((low, high))]
    return "–".join(ends)
