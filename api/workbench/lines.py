"""One line of the day's list: the clock, what is due, about whom, where, and what the law asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import pandas as pd

from api.auth.callers import Caller
from api.protocol.language import Language
from api.records.verbs import rows_of
from api.web.formats import NOTHING, place
from api.web.words import said
from matcher.casework.deadlines.agenda import matter_words
from matcher.casework.deadlines.clocks import clock_table
from matcher.casework.ledger.machine import machine
from matcher.domain.decision import Citation
from matcher.pipeline.fairs.papers.words import masked
from matcher.policy.law import Law
from matcher.store.store import Store

SOON_DAYS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A duty as the list shows it.

    Attributes:
        left: days left, below zero where it is overdue.
        kind: overdue, soon or note: the shape of the clock.
        due: its day; `projected` past the published calendar of holidays.
        what: the matter in words; `state` where it stands, for a step of the ledger.
        who: a masked name, the household's by one member's; the number where there is none.
        to: the address of the file it is about.
        person: whom a visit or a proposal concerns; None where nobody is known.
        where: the place in words.
        source: the text that sets the day; None for a step that no text dates.
        document: what that text is called in short.
    """

    left: int
    kind: str
    due: str
    projected: bool
    what: str
    state: str | None
    who: str
    number: str
    is_home: bool
    to: str
    person: str | None
    where: str
    source: Citation | None
    document: str


def lines_of(
    store: Store, caller: Caller, due: pd.DataFrame, on: date, language: Language
) -> list[Line]:
    """The lines of some rows of the day's list; whose names they show is written down."""
    people = due["person_id"].dropna().unique().tolist()
    homes = due.loc[due["person_id"].isna(), "household_id"].dropna().unique().tolist()
    named = store.persons(caller.scope, people, parts=("identity",), at=caller.at)
    parts = ("profile", "status", "identity")
    members = store.members(caller.scope, homes, parts=parts, at=caller.at)
    # A household goes by the member who may look for work, else by its first.
    able = members.assign(able=members["seeks_work"].fillna(value=True).astype(bool))
    heads = able.sort_values("able", ascending=False, kind="stable")
    heads = heads.drop_duplicates("household_id")
    of_person = {row["person_id"]: row for row in rows_of(named)}
    shown = heads[["household_id", "person_id", "name"]]
    of_home = {row["household_id"]: row for row in rows_of(shown)}
    return [_line(row, of_person, of_home, on, language) for row in rows_of(due)]


def _line(
    row: dict[str, Any],
    people: dict[str, dict[str, Any]],
    homes: dict[str, dict[str, Any]],
    on: date,
    language: Language,
) -> Line:
    person, home = row.get("person_id"), row.get("household_id")
    about = people.get(str(person)) if person else homes.get(str(home))
    number = str(person or home or row.get("vacancy_id") or row.get("subject_id"))
    name = masked(str(about["name"])) if about and "name" in about else number
    left = int(row["days_left"])
    source = source_of(row["matter"], row.get("area_code"), on)
    return Line(
        left=left,
        kind="overdue" if left < 0 else "soon" if left <= SOON_DAYS else "note",
        due=str(row["due_on"]),
        projected=bool(row["projected"]),
        what=what_is(row["matter"], language),
        state=_state(row, language),
        who=name,
        number=number,
        is_home=person is None and home is not None,
        to=_address(row, person, home),
        person=str(about["person_id"]) if about else None,
        where=place(str(row["area_code"])) if row.get("area_code") else NOTHING,
        source=source,
        document=short_name(source) if source else "",
    )


def what_is(matter: str, language: Language) -> str:
    """A clock or a stream in words."""
    clocks = matter_words(language)
    return clocks.get(matter) or said(language, f"workbench.matter.{matter}")


def _state(row: dict[str, Any], language: Language) -> str | None:
    if "state" not in row:
        return None
    found = machine(row["matter"]).states[row["state"]]
    return found.zh if language == "zh" else found.en


def _address(row: dict[str, Any], person: str | None, home: str | None) -> str:
    if person is not None:
        tab = "" if row["matter"] not in ("referral", "placement") else "/history"
        return f"/persons/{quote(str(person))}{tab}"
    if home is not None:
        return f"/households/{quote(str(home))}"
    return f"/vacancies/{quote(str(row['vacancy_id']))}" if "vacancy_id" in row else "/workbench"


def source_of(matter: str, area_code: str | None, on: date) -> Citation | None:
    """The text that sets the days of a matter where somebody lives."""
    return _cited(matter, Law.place_of(area_code), on)


def short_name(source: Citation) -> str:
    """A document as it is called in an office: by its number, else by its title without remarks.

    Example:
        >>> short_name(Citation("r", "关于就业援助工作的通知", "劳社部发〔2007〕24号"))
        '劳社部发〔2007〕24号'
        >>> short_name(Citation("r", "创建充分就业社区的意见（所据文本未载题名）"))
        '创建充分就业社区的意见'
    """
    return source.number or _REMARK.sub("", source.document) or source.document


_REMARK = re.compile(r"（[^（）]*）$")


@lru_cache(maxsize=4096)
def _cited(matter: str, place_path: str, on: date) -> Citation | None:
    clock = next((each for each in clock_table() if each.name == matter), None)
    if clock is None:
        return None
    rules = Law.on_day(place_path, on).rules(clock.decision)
    if not rules:
        return None
    return rules[0].pack.sources[rules[0].rule.source]
