"""Communities against their thresholds: met only where even the worse end of a rate meets it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matcher.casework.reports.scorecards import (
    Asked,
    cases,
    scorecard,
    standard,
    standards,
    year_of,
)
from matcher.casework.reports.sheets import rate_words, scorecard_sheets, wanted
from matcher.casework.reports.words import citation_of
from matcher.errors import WrongUse

ON = date(2026, 6, 30)
HERE = "320613001"


def person(at: int, state: str | None, **more: Any) -> dict[str, Any]:
    return {
        "person_id": f"P{at}",
        "area_code": HERE,
        "employment_state": state,
        "able_to_work": True,
        "wants_to_work": True,
        "unemployment_registered_on": "2026-01-05",
        "unemployed_since": None,
        "hard_to_employ": None,
    } | more


def asked(people: list[dict[str, Any]], events: list[dict[str, Any]] | None = None) -> Asked:
    frame = pd.DataFrame(people or [person(0, None)]).iloc[: len(people)]
    flags = ("able_to_work", "wants_to_work", "hard_to_employ")
    names = ["seq", "stream", "subject_id", "person_id", "event", "state", "on", "area_code"]
    moved = pd.DataFrame(events or [], columns=[*names, "version", "reason", "data"])
    moved["seq"] = np.arange(1, len(moved) + 1)
    moved["area_code"] = HERE
    moved["version"] = moved.groupby("subject_id").cumcount() + 1
    typed = frame.astype({**dict.fromkeys(flags, "boolean"), "employment_state": "object"})
    return Asked(typed, moved, year_of(ON), ON)


def line(given: Asked, name: str, indicator: str, **more: Any) -> dict[str, Any]:
    card, _ = scorecard(given, name, digits=9, **more)
    rows = card[card["indicator"] == indicator].to_dict("records")
    return {str(key): value for key, value in rows[0].items()}


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        pytest.param(["employed"] * 4 + ["unemployed"], "met", id="exactly the limit"),
        pytest.param(["employed"] * 3 + ["unemployed"] * 2, "not_met", id="below"),
        pytest.param(["employed"] * 4 + [None], "met", id="unknown cannot change it"),
        pytest.param(["employed"] * 3 + [None, "unemployed"], "unknown", id="unknown decides"),
        pytest.param(["employed"] * 4 + ["unemployed", "retired"], "met", id="retired leave"),
    ],
)
def test_a_rate_with_unknown_people_has_two_ends(states: list[str | None], outcome: str) -> None:
    given = asked([person(at, state) for at, state in enumerate(states)])
    found = line(given, "jiangsu", "registered_employed")
    assert found["outcome"] == outcome
    assert found["rate_low"] <= found["rate_high"]


def test_the_unemployment_rate_waits_for_the_labour_force() -> None:
    given = asked([person(0, "unemployed"), person(1, "employed")])
    assert line(given, "yichun", "unemployment_rate")["outcome"] == "unknown"
    for force, outcome in ((40, "met"), (39, "not_met")):
        found = line(given, "yichun", "unemployment_rate", labour_force={HERE: force})
        assert found["outcome"] == outcome


def household(name: str, *moves: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [
        {"stream": "household", "subject_id": name, "event": event, "state": state, "on": on}
        for event, state, on in moves
    ]


def test_households_count_as_in_time_late_or_with_time_left() -> None:
    found = ("find", "appeared")
    events = [
        *household("H1", (*found, "2026-01-31"), ("clear", "cleared", "2026-02-28")),
        *household("H2", (*found, "2026-01-31"), ("clear", "cleared", "2026-03-01")),
        *household("H3", (*found, "2026-06-10")),
        *household("H4", (*found, "2026-01-10")),
        *household("H5", (*found, "2026-01-10"), ("leave", "left", "2026-03-01")),
        *household("H6", (*found, "2025-12-31")),
    ]
    (each,) = [one for one in standard("jiangsu") if one.indicator == "households_in_time"]
    told = cases(asked([], events), each).set_index("subject_id")["done"]
    plain = {name: None if pd.isna(done) else bool(done) for name, done in told.items()}
    assert plain == {"H1": True, "H2": False, "H3": None, "H4": False}
    assert line(asked([], events), "huachuan", "households_cleared")["rate_low"] == 2 / 5


def test_aid_of_the_period_counts_for_hard_to_employ_and_willing_people() -> None:
    people = [person(at, "unemployed", hard_to_employ=True) for at in range(3)]
    people += [person(3, "unemployed", unemployed_since="2025-06-30", hard_to_employ=False)]
    events = [
        {"stream": "visit", "subject_id": "V1", "person_id": "P0", "on": "2026-03-01"},
        {"stream": "visit", "subject_id": "V2", "person_id": "P1", "on": "2025-12-31"},
        {"stream": "letter", "subject_id": "L1", "person_id": "P2", "on": "2026-03-01"},
    ]
    given = asked(people, events)
    assert line(given, "huachuan", "hard_to_employ_aided")["done"] == 1
    assert line(given, "huachuan", "willing_in_preparation")["not_done"] == 3
    assert line(given, "huachuan", "long_unemployed_cleared")["not_done"] == 1
    assert line(given, "yichun", "hard_to_employ_employed")["outcome"] == "not_met"
    assert line(given, "jiangsu", "hard_to_employ_aided")["outcome"] == "unknown"


@pytest.mark.parametrize("name", standards())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_card_prints_with_its_law_and_its_people(name: str, language: str) -> None:
    given = asked([person(0, "unemployed", hard_to_employ=True)])
    card, behind = scorecard(given, name, digits=9)
    sheets = scorecard_sheets(card, behind, name, since=year_of(ON), on=ON, language=language)
    assert len(sheets[0].frame) == len(card)
    assert len(sheets[1].frame) == len(behind)
    for each in standard(name):
        assert citation_of(each.rule).document
        assert wanted(each, language)
    for row in card.to_dict("records"):
        counted = row["done"] + row["not_done"] + row["unknown"]
        own = behind[behind["indicator"] == row["indicator"]]
        assert counted == (own["area_code"] == row["area_code"]).sum()


def test_an_empty_office_has_an_empty_card() -> None:
    card, behind = scorecard(asked([]), "jiangsu", digits=9)
    assert card.empty
    assert behind.empty
    assert (
        rate_words(
            {"rate_low": np.nan, "rate_high": np.nan, "done": 0, "not_done": 0, "unknown": 0}, "zh"
        )
        == "无对象"
    )


def test_an_unknown_standard_names_those_there_are() -> None:
    with pytest.raises(WrongUse, match="jiangsu, yichun, huachuan"):
        standard("paris")
