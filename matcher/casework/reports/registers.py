"""Registers as offices know them: which rows, which columns, by the table `registers.csv`."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from matcher.casework.households.spells import HELD
from matcher.casework.ledger.machine import machine, reasons, streams
from matcher.casework.ledger.recording import data_of
from matcher.casework.reports.scorecards import AID
from matcher.casework.reports.words import area_name, words
from matcher.casework.reports.workbook import Sheet
from matcher.errors import WrongUse
from matcher.reference.codes import code_list
from matcher.reference.paths import path


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """One column of a register; `codes` names the code list whose words it shows."""

    name: str
    zh: str
    en: str
    codes: str | None
    width: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What registers are made from, all within the reader's scope.

    Attributes:
        people: persons with profile, status and identity, and `hard_to_employ` (boolean).
        households: their records.
        placements: of the people.
        events: moves of casework.
        states: where its subjects stand.
    """

    people: pd.DataFrame
    households: pd.DataFrame
    placements: pd.DataFrame
    events: pd.DataFrame
    states: pd.DataFrame


@cache
def registers() -> Mapping[str, tuple[RegisterColumn, ...]]:
    """The columns of each register."""
    found: dict[str, list[RegisterColumn]] = {}
    with path("casework", "registers.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            made = RegisterColumn(
                row["column"], row["zh"], row["en"], row["codes"] or None, float(row["width"])
            )
            found.setdefault(row["register"], []).append(made)
    return {name: tuple(rows) for name, rows in found.items()}


def columns_of(name: str) -> tuple[RegisterColumn, ...]:
    """The columns of a register.

    Raises:
        WrongUse: there is no such register.
    """
    if name not in registers():
        raise WrongUse(
            what=f"there is no register '{name}'",
            expected=f"one of {', '.join(registers())}",
            do="Correct what follows --kind.",
        )
    return registers()[name]


def register(kept: Kept, name: str, language: str) -> pd.DataFrame:
    """The rows of a register under its headings, codes in words.

    Raises:
        WrongUse: there is no such register.
    """
    columns = columns_of(name)
    chosen = _ROWS[name](kept, language)
    if "area_code" in chosen:
        codes = chosen["area_code"].fillna("")
        chosen["area"] = codes.map({code: area_name(code, language) for code in codes.unique()})
    made = {}
    for column in columns:
        values = chosen[column.name]
        made[column.zh if language == "zh" else column.en] = _in_words(values, column, language)
    return pd.DataFrame(made).reset_index(drop=True)


def register_sheet(kept: Kept, name: str, *, office: str, on: str, language: str) -> Sheet:
    """A register as a sheet of a workbook."""
    said = words(language)["register"]
    widths = [column.width for column in columns_of(name)]
    above = [said["kept"].format(office=office, on=on)]
    title = said["names"][name]
    return Sheet(title, register(kept, name, language), title, above, (), widths)


def _in_words(values: pd.Series, column: RegisterColumn, language: str) -> pd.Series:
    if column.codes is not None:
        listed = code_list(column.codes)
        names = listed.zh if language == "zh" else listed.en
        return values.map(names)
    if pd.api.types.is_bool_dtype(values.dtype):
        said = words(language)
        return values.map({True: said["yes"], False: said["no"]})
    return values


def _households(kept: Kept, language: str) -> pd.DataFrame:
    """Every household on the ledger; the worker is the member whose work cleared it."""
    standing = kept.states[kept.states["stream"] == "household"]
    names = {
        name: state.zh if language == "zh" else state.en
        for name, state in machine("household").states.items()
    }
    people = kept.people
    willing = people["able_to_work"].eq(True) & people["wants_to_work"].eq(True)
    homes = people.assign(willing=willing.fillna(value=False).astype("Int64")).groupby(
        "household_id"
    )
    heads = people[people["relation"] == "head"].drop_duplicates("household_id")
    last = kept.events[kept.events["stream"] == "household"].groupby("subject_id").tail(1)
    held = standing["state"].isin(HELD)
    named = people.set_index("person_id")["name"]
    worker = pd.Series(data_of(standing, "person_id"), index=standing.index).where(held)
    made = standing.assign(
        household_id=standing["subject_id"],
        stands=standing["state"].map(names),
        worker=worker.map(named),
        placement_id=pd.Series(data_of(standing, "placement_id"), index=standing.index).where(held),
        reason_words=standing["subject_id"].map(
            last.assign(said=_reason_words(last, language)).set_index("subject_id")["said"]
        ),
        head=standing["subject_id"].map(heads.set_index("household_id")["name"]),
        members=standing["subject_id"].map(homes.size()).astype("Int64"),
        willing=standing["subject_id"].map(homes["willing"].sum()).astype("Int64"),
    )
    columns = ["household_id", "per_capita_income", "dibao"]
    days = ["discovered_on", "applied_on", "certified_on"]
    return made.merge(kept.households[[*columns, *days]], how="left", on="household_id")


def _reason_words(events: pd.DataFrame, language: str) -> pd.Series:
    """The coded reason of each move in words."""
    group_of = {
        (stream, event): move.reasons
        for stream in streams()
        for (_, event), move in machine(stream).transitions.items()
    }
    why = {key: each.zh if language == "zh" else each.en for key, each in reasons().items()}
    groups = pd.MultiIndex.from_frame(events[["stream", "event"]]).map(group_of)
    keys = pd.MultiIndex.from_arrays([groups, events["reason"].astype(object)])
    return pd.Series(keys.map(why), index=events.index, dtype=object)


def _unemployed(kept: Kept, _language: str) -> pd.DataFrame:
    people = kept.people
    jobless = people["employment_state"].eq("unemployed")
    return people[jobless & people["unemployment_registered_on"].notna()].copy()


def _hard(kept: Kept, _language: str) -> pd.DataFrame:
    return kept.people[kept.people["hard_to_employ"].eq(True).fillna(value=False)].copy()


def _flexible(kept: Kept, _language: str) -> pd.DataFrame:
    return kept.people[kept.people["employment_state"].eq("flexible")].copy()


def _requests(kept: Kept, _language: str) -> pd.DataFrame:
    people = kept.people
    asks = people["occupations_wanted"].notna() | people["training_wishes"].notna()
    seeks = people["seeks_work"].fillna(value=True).astype(bool)
    return people[seeks & asks].copy()


def _placements(kept: Kept, _language: str) -> pd.DataFrame:
    return kept.placements.merge(
        kept.people[["person_id", "name", "household_id", "area_code"]], how="left", on="person_id"
    )


def _aid(kept: Kept, language: str) -> pd.DataFrame:
    """Every move that is aid, in the order of days."""
    given = kept.events[kept.events["stream"].isin(AID)].copy()
    steps, matters = {}, {}
    for stream in streams():
        made = machine(stream)
        matters[stream] = words(language)["matters"].get(stream, stream)
        for (_, event), move in made.transitions.items():
            steps[stream, event] = move.zh if language == "zh" else move.en
    keys = pd.MultiIndex.from_frame(given[["stream", "event"]])
    given["step"] = pd.Series(keys.map(steps), index=given.index, dtype=object)
    given["matter"] = given["stream"].map(matters)
    given["reason_words"] = _reason_words(given, language)
    given["name"] = given["person_id"].map(kept.people.set_index("person_id")["name"])
    return given.sort_values(["on", "seq"], ignore_index=True)


def _letters(kept: Kept, language: str) -> pd.DataFrame:
    sent = kept.states[kept.states["stream"] == "letter"].copy()
    names = {
        name: state.zh if language == "zh" else state.en
        for name, state in machine("letter").states.items()
    }
    kinds = words(language)["letters"]
    sent["kind"] = pd.Series(data_of(sent, "kind"), index=sent.index, dtype=object).map(kinds)
    sent["issued_on"] = sent["opened_on"]
    sent["stands"] = sent["state"].map(names)
    sent["name"] = sent["person_id"].map(kept.people.set_index("person_id")["name"])
    return sent.assign(signature=pd.Series(data_of(sent, "signed_by"), index=sent.index))


_ROWS: Mapping[str, Callable[[Kept, str], pd.DataFrame]] = {
    "households": _households,
    "unemployed": _unemployed,
    "hard_to_employ": _hard,
    "flexible": _flexible,
    "requests": _requests,
    "placements": _placements,
    "aid": _aid,
    "letters": _letters,
}
