"""Where a certification stands: its file, its subject's facts, and the law of the place."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from matcher.casework.certification.records import ZERO_EMPLOYMENT
from matcher.casework.certification.steps import Route, route
from matcher.domain.decision import Outcome, Verdict
from matcher.domain.scope import Scope
from matcher.errors import NotFound
from matcher.pipeline.law.deciding import Question, ask
from matcher.policy.decisions import decide
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

STREAM = "certification"
STEPS, NOTICE = "certification_steps", "publicity_days"
EXITS = {True: "household_exit", False: "status_loss"}
"""What decides whether a status ends, of households and of persons."""

CASE_FACTS = (
    *("certification_step", "filed_on", "county_received_on"),
    *("publicity_shown_days", "objection_raised", "local_publicity_days"),
)


@dataclass(frozen=True, slots=True)
class File:
    """One certification as the ledger has it.

    Attributes:
        case_id: its id.
        about: `household_id` or `person_id`, and whose.
        state: where it stands; empty for one that is only being made.
        version: of the ledger.
        due_on: when the present step is due.
        said: what the moves kept.
    """

    case_id: str
    about: dict[str, str]
    state: str = ""
    version: int = 0
    due_on: str | None = None
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def of_household(self) -> bool:
        """Is it about a household, not about a person?"""
        return "household_id" in self.about

    @property
    def status(self) -> str:
        """What is certified."""
        return str(self.said.get("status", ZERO_EMPLOYMENT))

    @property
    def step(self) -> str | None:
        """The office that has the file."""
        return self.said.get("certification_step")


@dataclass(frozen=True, slots=True)
class Footing:
    """What the law of the place says about a file on a day.

    Attributes:
        place: whose law governs.
        area_code: where the subject lives.
        route: the offices, and when the names are shown.
        steps: the verdict on the steps; its `due` is when the present one is due.
        notice: the verdict on the length of the notice.
        status: the verdict on the status itself.
        exit: the verdict on whether it ends.
    """

    place: str
    area_code: str | None
    route: Route
    steps: Verdict
    notice: Verdict
    status: Verdict
    exit: Verdict

    @property
    def due(self) -> date | None:
        """When the present step is due by the law; None where it sets no day."""
        due = self.steps.values.get("due")
        return due if isinstance(due, date) else None

    @property
    def notice_days(self) -> int | None:
        """For how many days the names must be shown; None where it is not known."""
        count = self.notice.values.get("count")
        return None if count is None else int(count)

    @property
    def notice_is_short(self) -> bool:
        """Was the notice shown for less than the law asks?"""
        return self.notice.outcome is Outcome.NOT_MET


def file_of(store: Store, scope: Scope, case_id: str) -> File:
    """The file of this id.

    Raises:
        NotFound: there is none within the scope.
    """
    found = store.states(scope, Wanted(streams=(STREAM,), ids=[case_id]))
    if found.empty:
        raise NotFound(kind=STREAM, key=case_id)
    return read_file(found.iloc[0])


def read_file(row: pd.Series[Any]) -> File:
    """A file from a row of the kept states."""
    known = {name: str(row[name]) for name in ("household_id", "person_id") if _there(row[name])}
    return File(
        case_id=str(row["subject_id"]),
        about=known,
        state=str(row["state"]),
        version=int(row["version"]),
        due_on=str(row["due_on"]) if _there(row["due_on"]) else None,
        said=json.loads(row["data"]) if _there(row["data"]) else {},
    )


def _there(cell: Any) -> bool:
    return not pd.isna(cell)


def footing(
    store: Store, scope: Scope, file: File, on: date, case: dict[str, Any] | None = None
) -> Footing:
    """What the law says about a file, with what a move is about to write to its case.

    Raises:
        NotFound: the household or person is not there within the scope.
    """
    asked = ask(store, scope, Question(STEPS, on, **_subject(file)))
    said = {name: file.said[name] for name in CASE_FACTS if file.said.get(name) is not None}
    given = said | {name: value for name, value in (case or {}).items() if name in CASE_FACTS}
    facts = asked.facts
    if given:
        facts = facts.beside(facts_from_given({"case": given}, on=on))
    law = Law.on_day(asked.place, on)
    steps = decide(law, STEPS, facts).verdict(0)
    return Footing(
        place=asked.place,
        area_code=asked.area_code,
        route=route(asked.place, steps.values.get("actors", ()), on),
        steps=steps,
        notice=decide(law, NOTICE, facts).verdict(0),
        status=decide(law, file.status, facts).verdict(0),
        exit=decide(law, EXITS[file.of_household], facts).verdict(0),
    )


def _subject(file: File) -> dict[str, Any]:
    return dict(file.about)


def rules_of(verdict: Verdict) -> list[str]:
    """The rules behind a verdict, by their ids in the coverage ledger."""
    return [citation.rule for citation in verdict.citations]
