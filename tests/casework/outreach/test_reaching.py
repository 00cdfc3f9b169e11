"""Numbers of letters, and who may be written to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from matcher.casework.outreach.letters import (
    Letter,
    issue_row,
    numbers,
    refuse_unknown_kind,
    standing_number,
)
from matcher.casework.outreach.messages import (
    message_kind,
    message_kinds,
    queue_rows,
    withheld,
)
from matcher.errors import WrongUse

ON = date(2026, 11, 2)


def test_numbers_go_on_by_office_and_year() -> None:
    known = pd.Series(["2026-00009", "3206-2026-00041", "2025-00100"], dtype="str")
    assert numbers(known, "", 2026, 2) == ["2026-00010", "2026-00011"]
    assert numbers(known, "3206", 2026, 1) == ["3206-2026-00042"]
    assert numbers(known.head(0), "", 2027, 1) == ["2027-00001"]
    assert numbers(known, "", 2026, 0) == []


def test_the_same_letter_of_a_day_is_found_again_unless_void() -> None:
    row = issue_row(Letter("policy_card", ON, "P1", (1, 2), ("a", "b")), "2026-00001")
    states = pd.DataFrame([row | {"state": "issued", "opened_on": "2026-11-02"}])
    assert standing_number(states, "policy_card", ["a", "b"], ON) == "2026-00001"
    assert standing_number(states, "policy_card", ["a"], ON) is None
    assert standing_number(states, "policy_card", ["a", "b"], date(2026, 11, 3)) is None
    assert standing_number(states.assign(state="void"), "policy_card", ["a", "b"], ON) is None


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    with pytest.raises(WrongUse, match="policy_card"):
        refuse_unknown_kind("postcard")
    with pytest.raises(WrongUse, match="appointment"):
        message_kind("telegram")


def people(**more: Any) -> pd.DataFrame:
    row = {"person_id": "P1", "household_id": None, "area_code": "320613001", "phone": "1"}
    frame = pd.DataFrame([row | {"consent": True} | more])
    return frame.astype({"consent": "boolean"})


NOBODY = pd.DataFrame({"subject_id": [], "state": []}, dtype="object")


@pytest.mark.parametrize(
    ("kind", "person", "contacts", "why"),
    [
        pytest.param("fair", {}, NOBODY, None, id="may be written to"),
        pytest.param("fair", {"consent": None}, NOBODY, "consent_not_asked", id="never asked"),
        pytest.param("visit", {"consent": None}, NOBODY, None, id="own case needs no consent"),
        pytest.param("visit", {"consent": False}, NOBODY, "no_consent", id="said no"),
        pytest.param("visit", {"phone": None}, NOBODY, "no_phone", id="no phone"),
        pytest.param(
            "visit",
            {},
            pd.DataFrame({"subject_id": ["P1"], "state": ["opted_out"]}),
            "opted_out",
            id="opted out",
        ),
        pytest.param(
            "fair",
            {},
            pd.DataFrame({"subject_id": ["P1"], "state": ["reachable"]}),
            None,
            id="opted in again",
        ),
    ],
)
def test_nobody_is_written_to_against_their_will(
    kind: str, person: dict[str, Any], contacts: pd.DataFrame, why: str | None
) -> None:
    chosen = people(**person)
    told = withheld(chosen, contacts, message_kind(kind))
    assert told.dropna().tolist() == ([] if why is None else [why])
    (row,) = queue_rows(chosen, told, message_kind(kind), "F1", ON)
    assert row["event"] == ("queue" if why is None else "withhold")
    assert "phone" not in row


@pytest.mark.parametrize("name", message_kinds())
def test_a_message_names_nothing_that_was_not_given(name: str) -> None:
    kind = message_kind(name)
    with pytest.raises(WrongUse, match="lacks its"):
        kind.text("zh", {})
    given = {"day": "11月5日", "place": "市场", "title": "明白卡", "number": "1"}
    assert "{" not in kind.text("zh", given) + kind.text("en", given)
