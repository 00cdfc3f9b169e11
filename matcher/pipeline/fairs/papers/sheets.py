"""The sheet of each booth: who comes when, for which post, with room to note how it ended.

An employer sees neither status nor tier, household, sex, age, health, photo nor full name: a
number, part of a name and what the person can do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from matcher.documents.printing.markup import Markup, element, joined
from matcher.documents.printing.page import a4, table
from matcher.documents.printing.qr import qr_svg
from matcher.pipeline.fairs.papers.words import masked, words
from matcher.pipeline.fairs.programme import FairDay
from matcher.reference.codes import code_list

SHOWN_OF_A_PERSON = ("education", "experience_months", "skills")
"""All that an employer is told of a person's record before the talk."""


def sheets(
    day: FairDay,
    *,
    names: Mapping[str, str],
    profiles: pd.DataFrame,
    language: str,
    only: int | None = None,
) -> Markup:
    """A page or more for each booth, in order of the booths' numbers.

    Args:
        day: the fair's day.
        names: by person id; printed with part of them hidden.
        profiles: `person_id` and the columns of `SHOWN_OF_A_PERSON`; others are not read.
        language: "zh" or "en".
        only: the number of one booth; None prints all.
    """
    said = words(language)
    known = profiles.set_index("person_id")[list(SHOWN_OF_A_PERSON)].to_dict("index")
    told = {str(person): _background(row, language) for person, row in known.items()}
    by_booth = dict(iter(day.talks.groupby("booth_at")))
    order = sorted(range(len(day.booths)), key=day.number.__getitem__)
    order = [at for at in order if only is None or day.number[at] == only]
    pages = [joined(*_sheet(day, at, by_booth.get(at), names, told, language)) for at in order]
    return a4(f"{said['sheet']['title']} · {day.fair['name']}", said["language"], pages)


def _sheet(
    day: FairDay,
    booth_at: int,
    rows: pd.DataFrame | None,
    names: Mapping[str, str],
    told: Mapping[str, list[str]],
    language: str,
) -> Iterator[Markup]:
    said = words(language)["sheet"]
    yield element("h1", said["title"])
    named = said["booth"].format(booth=day.number[booth_at], employer=day.employers[booth_at])
    yield element(
        "div",
        element("p", element("span", named, class_="big")),
        element("p", said["fair"].format(fair=day.fair["name"], on=day.fair["on"])),
        class_="head",
    )
    if rows is None:
        yield element("p", said["nobody"])
        return
    several = bool(day.booths.interviewers[booth_at] > 1)
    for interviewer, mine in rows.groupby("interviewer", sort=True):
        if several:
            yield element("h2", said["interviewer"].format(interviewer=interviewer))
        lines = mine.to_dict("records")
        yield table(said["headings"], [_row(line, names, told, said) for line in lines])
    yield element("p", said["note"], class_="small")
    yield element("p", said["ended"], "＿" * 10)


def _row(
    talk: Mapping[Any, Any],
    names: Mapping[str, str],
    told: Mapping[str, list[str]],
    said: Mapping[str, Any],
) -> list[Markup]:
    boxes = [element("span", f"□ {each} ", class_="when") for each in said["result"]]
    background = [
        part for line in told.get(talk["person_id"], []) for part in (line, element("br"))
    ]
    return [
        element("td", element("b", talk["start"]), element("br"), talk["end"], class_="when"),
        element("td", masked(names.get(talk["person_id"], ""))),
        element("td", talk["title"]),
        element("td", *background, class_="small"),
        element(
            "td",
            qr_svg(talk["pairing_id"], talk["pairing_id"]),
            element("span", talk["pairing_id"], class_="code"),
            class_="qr",
        ),
        element("td", *boxes, element("br"), said["reason"], class_="small"),
    ]


def _background(row: Mapping[Any, Any], language: str) -> list[str]:
    """What an employer may know of a person, a line each; what was not asked is left out."""
    said, made = words(language)["sheet"], []
    if not pd.isna(row["education"]):
        codes = code_list("education")
        named = (codes.zh if language == "zh" else codes.en).get(row["education"])
        made.append(said["education"].format(education=named or row["education"]))
    if not pd.isna(row["experience_months"]):
        made.append(said["months"].format(months=int(row["experience_months"])))
    if not pd.isna(row["skills"]):
        joint = "、" if language == "zh" else ", "
        made.append(said["skills"].format(skills=joint.join(str(row["skills"]).split(";"))))
    return made
