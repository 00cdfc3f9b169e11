"""Letters on the ledger: a number for each, issued once, delivered, signed for or returned."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from matcher.casework.ledger.recording import data_of
from matcher.casework.outreach.papers import NOTICE
from matcher.errors import WrongUse
from matcher.reference.paths import path

STREAM = "letter"
_NUMBER = re.compile(r"(\d+)$")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to be issued.

    Attributes:
        kind: of `cards()`, or a notice.
        on: its day.
        to: id of the person, or of the employer for an employer's card.
        decisions: numbers of the kept decisions it tells.
        household_id, area_code: of the person, None unknown.
        matters: the decisions' ids, so that a notice of one matter is not another's.
    """

    kind: str
    on: date
    to: str
    decisions: tuple[int, ...]
    matters: tuple[str, ...]
    household_id: str | None = None
    area_code: str | None = None
    to_employer: bool = False


@cache
def cards() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """By card, the decisions it tells and whom each is about (person, household, employer)."""
    found: dict[str, list[tuple[str, str]]] = {}
    with path("casework", "cards.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            found.setdefault(row["card"], []).append((row["decision"], row["about"]))
    return {name: tuple(rows) for name, rows in found.items()}


def refuse_unknown_kind(kind: str) -> None:
    """Refuse a kind of letter that there is not.

    Raises:
        WrongUse: with those there are.
    """
    if kind != NOTICE and kind not in cards():
        raise WrongUse(
            what=f"there is no letter '{kind}'",
            expected=f"one of {', '.join((*cards(), NOTICE))}",
            do="Correct what follows --kind.",
        )


def numbers(known: pd.Series[str], office: str, year: int, wanted: int) -> list[str]:
    """The next numbers of an office in a year, after those known.

    Two who take the same number at once cannot both issue it: the ledger issues a number once.

    Args:
        known: numbers on the ledger, of any office and year.
        office: area code of the office, empty for the whole.
        year: of the letters.
        wanted: how many.

    Example:
        >>> numbers(pd.Series(["3206-2026-00041", "2026-00007"]), "3206", 2026, 2)
        ['3206-2026-00042', '3206-2026-00043']
    """
    prefix = f"{office}-{year}-" if office else f"{year}-"
    own = known[known.str.startswith(prefix)].str.extract(_NUMBER, expand=False)
    last = int(own.astype(int).max()) if len(own) else 0
    return [f"{prefix}{last + at:05d}" for at in range(1, wanted + 1)]


def issue_row(letter: Letter, number: str) -> dict[str, Any]:
    """The move that issues a letter; it tells of it, never what it says."""
    facts = {"kind": letter.kind, "decisions": letter.decisions, "matters": letter.matters}
    return {
        "stream": STREAM,
        "subject_id": number,
        "event": "issue",
        "on": letter.on.isoformat(),
        "person_id": None if letter.to_employer else letter.to,
        "employer_id": letter.to if letter.to_employer else None,
        "household_id": letter.household_id,
        "area_code": letter.area_code,
        "data": json.dumps(facts, sort_keys=True, separators=(",", ":")),
    }


def standing_number(
    states: pd.DataFrame, kind: str, matters: Sequence[str], on: date
) -> str | None:
    """The number under which the same letter was issued on the day, unless made void.

    Args:
        states: letters to the one it goes to.
        kind: of the letter.
        matters: the decisions it tells.
        on: its day.
    """
    same = states[(states["opened_on"] == on.isoformat()) & (states["state"] != "void")]
    kinds, told = data_of(same, "kind"), data_of(same, "matters")
    for number, each, of in zip(same["subject_id"], kinds, told, strict=True):
        if each == kind and of == list(matters):
            return str(number)
    return None
