"""Is the work of people stable: the law's test of every placement that runs, in columns."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from matcher.casework.placements.working import ACTIVE, STREAM
from matcher.domain.decision import Outcome
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.casework.moving import Desk, move_placement
from matcher.pipeline.law.deciding import Question, decide_about
from matcher.pipeline.law.gathering import dealings_of_all
from matcher.policy.decisions import decide
from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN
from matcher.policy.law import Law, places_of
from matcher.policy.records import facts_from_records
from matcher.store.events.reading import Wanted

DECISION = "stable_employment"
PARTS = ("profile", "status")
WORDS = {int(NOT_MET): Outcome.NOT_MET, int(UNKNOWN): Outcome.UNKNOWN, int(MET): Outcome.MET}
COLUMNS = (
    *("placement_id", "person_id", "household_id", "area_code", "since", "due_on"),
    *("outcome", "set_by"),
)


def stability(desk: Desk, on: date, *, layer: str = "current") -> pd.DataFrame:
    """What the law says of each placement that is working, within the scope.

    Returns:
        The columns of `COLUMNS`, sorted by placement. `outcome` is met, not_met or unknown (a fact
        was not asked, or no text is in force); `set_by` is the place whose text answers.
    """
    running = desk.store.states(desk.scope, Wanted(streams=[STREAM], states=[ACTIVE[0]]))
    if running.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    people = desk.store.persons(desk.scope, running["person_id"].unique().tolist(), parts=PARTS)
    homes = desk.store.households(desk.scope, people["household_id"].dropna().unique().tolist())
    facts = facts_from_records(people, homes, on, dealings_of_all(desk.store, desk.scope)).persons
    told = _decided(people, facts, on, layer).set_index(people["person_id"])
    made = running.rename(columns={"subject_id": "placement_id"}).assign(
        outcome=running["person_id"].map(told["outcome"]).to_numpy(),
        set_by=running["person_id"].map(told["set_by"]).to_numpy(),
    )
    return made.sort_values("placement_id", ignore_index=True)[list(COLUMNS)]


def _decided(people: pd.DataFrame, facts: Facts, on: date, layer: str) -> pd.DataFrame:
    """Outcome and source for each person, place by place."""
    area = people["area_code"].astype(object).where(people["area_code"].notna(), None)
    code, places = pd.factorize(np.array(places_of(list(area)), dtype=object))
    outcome = np.full(len(people), Outcome.UNKNOWN.value, dtype=object)
    set_by = np.full(len(people), None, dtype=object)
    for at, place in enumerate(places):
        rows = np.flatnonzero(code == at)
        law = Law.on_day(str(place), on, layer=layer)
        decided = decide(law, DECISION, facts.take(rows))
        outcome[rows] = [WORDS[int(each)].value for each in decided.outcome]
        set_by[rows] = decided.set_by
    return pd.DataFrame({"outcome": outcome, "set_by": set_by})


def find_stable(
    desk: Desk, placement_id: str, on: date, *, override: str | None = None, layer: str = "current"
) -> dict[str, Any]:
    """Find a placement stable where the law's test is met, or by a named reason against it.

    Args:
        desk: who.
        placement_id: which.
        on: the day.
        override: why it is found stable though the test is not met; kept with the move.
        layer: `current` or `source`.

    Returns:
        What is kept with the move: the outcome, whose text it is, its rules, the override.

    Raises:
        NotFound: no such placement within the scope.
        WrongUse: the test is not met, and no reason is given; what to ask for is said.
        IllegalMoves: why it cannot be made.
    """
    found = desk.store.states(desk.scope, Wanted(streams=[STREAM], ids=[placement_id]))
    if found.empty:
        raise NotFound(kind=STREAM, key=placement_id)
    question = Question(DECISION, on, placement_id=placement_id, layer=layer)
    verdict = decide_about(desk.store, desk.scope, question)
    if verdict.outcome is not Outcome.MET and not override:
        missing = ", ".join(verdict.ask_for) or "nothing more"
        raise WrongUse(
            what=f"the test of stable work of placement {placement_id} is {verdict.outcome.value}",
            expected=f"a test that is met; it still asks for: {missing}",
            do="Add the evidence ('place move ID evidence --data …'), or give --override REASON.",
        )
    said: dict[str, Any] = {
        "outcome": verdict.outcome.value,
        "set_by": verdict.set_by,
        "rules": sorted({each.rule for each in verdict.citations}),
    }
    if override:
        said["override"] = override
    move_placement(desk, placement_id, "stabilise", on, data=json.dumps(said, ensure_ascii=False))
    return said
