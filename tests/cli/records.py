"""Generated lives as law cases state them, and the same lives as an office's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matcher.domain.kinds import Kind
from matcher.policy.catalogue import fact_catalogue
from tests.policy.people import random_facts

ON = date(2009, 10, 1)
FIRST_OFFER = date(2009, 1, 5)
WORKED_OUT = ("of_working_age", "registered_unemployed", "zef_member")
"""What import concludes from other columns; a case states them too, so that both know as much."""

ORDER = (
    *(Kind.HOUSEHOLDS, Kind.PERSONS, Kind.EMPLOYERS, Kind.VACANCIES),
    *(Kind.PLACEMENTS, Kind.REFUSALS, Kind.CASES),
)
RENAMED = {"is_public_welfare": "public_welfare"}
"""Facts that are a column of ours under another name, and decide what else is read."""


def life(rng: np.random.Generator, asked: float) -> dict[str, Any]:
    """Facts of every subject; the person is the first of all members of the household."""
    found = random_facts(rng, asked)
    for subject in ("person", "household", "employer", "vacancy", "placement", "case"):
        found.setdefault(subject, {})
    found["vacancy"]["is_public_welfare"] = bool(rng.random() < 0.7)
    person, home = found["person"], found["household"]
    for each in (person, *home.get("members", ())):
        each.update({name: bool(rng.random() < 0.7) for name in WORKED_OUT if name not in each})
    home["members"] = [person, *home.get("members", ())]
    for at, offer in enumerate(found.get("refusals", ())):
        offer["offered_on"] = (FIRST_OFFER + timedelta(days=30 * at)).isoformat()
    return found


def write_lives(lives: Sequence[Mapping[str, Any]], folder: Path) -> dict[Kind, Path]:
    """One file of each kind: life 3 is person P3 of household H3, with E3, V3, L3 and C3."""
    rows: dict[Kind, list[dict[str, Any]]] = {kind: [] for kind in ORDER}
    for at, given in enumerate(lives):
        home = {name: cell for name, cell in given["household"].items() if name != "members"}
        rows[Kind.HOUSEHOLDS].append(
            {"household_id": f"H{at}", "members_complete": "是", **_row(home)}
        )
        for turn, person in enumerate(given["household"]["members"]):
            key = f"P{at}" if turn == 0 else f"P{at}-{turn}"
            rows[Kind.PERSONS].append({"person_id": key, "household_id": f"H{at}", **_row(person)})
        names = {"person_id": f"P{at}", "employer_id": f"E{at}"}
        rows[Kind.EMPLOYERS].append(
            {"employer_id": f"E{at}", "name": f"（生成）{at}号", **_row(given["employer"])}
        )
        rows[Kind.VACANCIES].append(
            {"vacancy_id": f"V{at}", "title": "保洁员", **_row(given["vacancy"])}
        )
        rows[Kind.PLACEMENTS].append(
            {"placement_id": f"L{at}", "vacancy_id": f"V{at}", **names, **_row(given["placement"])}
        )
        none = {"offers_complete": "是"} if given.get("refusals") == [] else {}
        rows[Kind.CASES].append(
            {"case_id": f"C{at}", "household_id": f"H{at}", **names, **_row(given["case"]), **none}
        )
        rows[Kind.REFUSALS] += [
            {"person_id": f"P{at}", **_row(offer)} for offer in given.get("refusals", ())
        ]
    files = {kind: folder / f"{kind.value}.csv" for kind in ORDER}
    for kind, file in files.items():
        pd.DataFrame(rows[kind]).to_csv(file, index=False)
    return files


def _row(facts: Mapping[str, Any]) -> dict[str, str]:
    return {RENAMED.get(name, name): _cell(name, value) for name, value in facts.items()}


def _cell(name: str, value: Any) -> str:
    kind = fact_catalogue()[name]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return ";".join(value) or "无"
    if kind.column == name and (kind.conversion or "").startswith("codes:"):
        pairs = [pair.split("=") for pair in str(kind.conversion).removeprefix("codes:").split(";")]
        return next(code for code, fact in pairs if fact == value)
    return str(value)
