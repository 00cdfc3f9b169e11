"""What someone can lawfully do, from the table of actions, as changes of plain facts."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.policy.plain.answers import Office, table
from tests.policy.plain.drawing import Subjects
from tests.policy.plain.formulas import Truth
from tests.policy.plain.subjects import Subject, kinds, subject_of

Given = dict[str, Any]


@dataclass(frozen=True)
class Deed:
    """An action of the table, done by the subject or by one member of the household."""

    fact: str
    member: int | None = None

    def sets(self, on: date) -> Iterator[tuple[str, Any]]:
        """The facts that it changes, with their new values."""
        row = table("actions.csv", "fact")[self.fact]
        for part in (f"{self.fact}={row['value']}", *row["also"].split(";")):
            if part:
                fact, _, word = part.partition("=")
                yield fact, plain_value(word, on)


def plain_value(word: str, on: date) -> Any:
    return {"yes": True, "no": False, "the_day": on}.get(word, word)


def wanted(decision: str) -> bool:
    """The outcome that the subject wants."""
    row = table("turning.csv", "decision").get(decision)
    return row is None or row["toward"] == "met"


def lawful(office: Office, decision: str, given: Given, seen: Subjects) -> list[Deed]:
    """The deeds about facts that the texts look at, which the subject can lawfully do."""
    top = subject_of(given, office.on)
    members = top.lists["members"] or []
    found: list[Deed] = []
    for fact in table("actions.csv", "fact"):
        if fact in seen.named.get("", ()) and _may(office, decision, fact, top):
            found.append(Deed(fact))
        if fact in seen.named.get("members", ()):
            found.extend(
                Deed(fact, at)
                for at, one in enumerate(members)
                if _may(office, decision, fact, one)
            )
    return found


def _may(office: Office, decision: str, fact: str, one: Subject) -> bool:
    row = table("actions.csv", "fact")[fact]
    if one.get(fact) == plain_value(row["value"], office.on):
        return False
    for part in filter(None, row["while"].split(";")):
        name, _, word = part.replace("!=", "=").partition("=")
        is_so = one.get(name) == plain_value(word, office.on)
        if is_so == ("!=" in part):
            return False
    needed = row["requires"]
    refused = needed not in ("", decision) and office.decide(needed, one).outcome is False
    return not refused


def done(given: Given, deeds: Iterable[Deed], on: date) -> Given:
    """The facts as they are told once the deeds are done on a day."""
    after = copy.deepcopy(given)
    for deed in deeds:
        for fact, value in deed.sets(on):
            if deed.member is not None:
                after["household"]["members"][deed.member][fact] = value
            else:
                after.setdefault(kinds()[fact]["subject"], {})[fact] = value
    return after


def outcome(office: Office, decision: str, given: Given) -> Truth:
    return office.decide(decision, subject_of(given, office.on)).outcome
