"""What to ask next: the fact, or the fewest facts, that settle most of what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd

from matcher.casework.certification.records import GIVEN_BY_CERTIFICATION
from matcher.domain.decision import Outcome
from matcher.policy.catalogue import GROUPS, FactKind, decision_kind, fact_kind
from matcher.policy.decisions import decide
from matcher.policy.engine.columns import Above, Column, Facts, Group
from matcher.policy.engine.days import MONTHS_A_YEAR, add_months, day_number
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN
from matcher.policy.facts import column_of
from matcher.policy.law import Law
from matcher.policy.records import with_worked_out
from matcher.reference.paths import path

MOST_TOGETHER = 3
"""Facts in one set: more than three questions at once are a survey."""

FIRST_ASKED = 6
"""Of what a verdict asks for, those of its shortest way come first; sets are tried among these."""

MOST_ROWS = 3_000
"""Answers tried together for one set; a larger set of answers is thinned evenly."""


@dataclass(frozen=True, slots=True)
class Open:
    """One matter of a subject that may be open.

    Attributes:
        law: of the place that governs it.
        decision: its id.
        facts: of the subject, one row.
    """

    law: Law
    decision: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """What to ask, and what the answer settles.

    Attributes:
        facts: one fact, or the fewest that settle a matter only together.
        settles: matters that any answer settles.
        may_settle: matters that some of the answers settle, with the share of those tried.
        zh, en: the question in words.
    """

    facts: tuple[str, ...]
    settles: tuple[str, ...]
    may_settle: tuple[tuple[str, float], ...]
    zh: str
    en: str

    @property
    def weight(self) -> float:
        """How many matters it settles by expectation, for each fact that has to be asked."""
        return (len(self.settles) + sum(share for _, share in self.may_settle)) / len(self.facts)


@dataclass(frozen=True, slots=True)
class ToAsk:
    """What is open of one subject.

    Attributes:
        questions: the most useful first.
        decided: matters that are settled already.
        open: matters that questions can settle.
        to_certify: open matters that a recognition settles, by certification and not by asking.
        beyond: open matters that no question settles: the text leaves a limit to the place.
    """

    questions: tuple[NextQuestion, ...]
    decided: tuple[str, ...]
    open: tuple[str, ...]
    to_certify: tuple[str, ...]
    beyond: tuple[str, ...]


def what_to_ask(matters: Sequence[Open]) -> ToAsk:
    """The questions that settle most matters of one subject, by trying answers.

    Of numbers and days a table of answers is tried, so a share is a measure, not a chance.
    """
    settled: dict[tuple[str, ...], dict[str, float]] = {}
    decided: list[str] = []
    still_open: list[str] = []
    to_certify: list[str] = []
    beyond: list[str] = []
    for matter in matters:
        verdict = decide(matter.law, matter.decision, matter.facts).verdict(0)
        if verdict.outcome is not Outcome.UNKNOWN:
            decided.append(matter.decision)
            continue
        asks = [name for name in verdict.ask_for if _can_be_asked(name)]
        found = _smallest(matter, asks)
        if not found:
            waits = GIVEN_BY_CERTIFICATION.intersection(verdict.ask_for)
            (to_certify if waits else beyond).append(matter.decision)
            continue
        still_open.append(matter.decision)
        for names, share in found.items():
            settled.setdefault(names, {})[matter.decision] = share
    questions = sorted(
        (_question(names, shares) for names, shares in settled.items()),
        key=lambda each: (-each.weight, len(each.facts), each.facts),
    )
    return ToAsk(
        questions=tuple(questions),
        decided=tuple(decided),
        open=tuple(still_open),
        to_certify=tuple(to_certify),
        beyond=tuple(beyond),
    )


def _can_be_asked(name: str) -> bool:
    if name in GROUPS:
        return True
    return not fact_kind(name).is_setting and name not in GIVEN_BY_CERTIFICATION


def _smallest(matter: Open, asks: Sequence[str]) -> dict[tuple[str, ...], float]:
    """The sets of the smallest size that settle the matter by some answer, with their shares."""
    for size in range(1, MOST_TOGETHER + 1):
        among = asks if size == 1 else asks[:FIRST_ASKED]
        tried = {tuple(names): _share(matter, names) for names in combinations(among, size)}
        found = {names: share for names, share in tried.items() if share > 0}
        if found:
            return found
    return {}


def _share(matter: Open, names: Sequence[str]) -> float:
    """The share of the answers tried that settle the matter."""
    answers = [_answers(name, matter.facts) for name in names]
    grid = np.indices([len(each) for each in answers]).reshape(len(answers), -1)
    if grid.shape[1] > MOST_ROWS:
        grid = grid[:, np.linspace(0, grid.shape[1] - 1, MOST_ROWS).astype(np.int64)]
    many = matter.facts.take(np.zeros(grid.shape[1], np.int64))
    for name, values, at in zip(names, answers, grid, strict=True):
        many = _answered(many, name, values[at])
    outcome = np.broadcast_to(decide(matter.law, matter.decision, many).outcome, (many.n,))
    return float((outcome != UNKNOWN).mean())


def _answered(facts: Facts, name: str, column: Column) -> Facts:
    """The rows with an answer each, wherever the fact was not known; what follows is worked out."""
    if name in GROUPS:
        return _listed(facts, name, column)
    top = replace(_filled(facts, name, column), groups={})
    groups = {
        key: replace(
            group,
            facts=_below(group, top, name, column),
        )
        for key, group in facts.groups.items()
    }
    return replace(top, groups=groups)


def _below(group: Group, top: Facts, name: str, column: Column) -> Facts:
    above = replace(group.facts, above=Above(top, group.parent_at))
    return _filled(above, name, column[np.maximum(group.parent_at, 0)])


def _filled(facts: Facts, name: str, column: Column) -> Facts:
    own = facts.columns.get(name)
    unknown = np.broadcast_to(facts.asked(name) == NOT_MET, (facts.n,))
    kind = fact_kind(name)
    before = column_of(kind, [None]) if own is None else own
    chosen = unknown[:, None] if column.ndim > 1 else unknown
    columns = {**facts.columns, name: np.where(chosen, column, before)}
    bounds = {key: each for key, each in facts.bounds_of.items() if key != name}
    filled = replace(facts, columns=columns, bounds_of=bounds)
    return with_worked_out(filled) if kind.subject == "person" else filled


def _listed(facts: Facts, name: str, complete: Column) -> Facts:
    """The rows where a list is told to be whole, or (nothing was kept so far) to be empty."""
    group = facts.groups.get(name)
    if group is None:
        nobody = Facts(on=facts.on, n=0, above=Above(facts, np.zeros(0, np.int64)))
        group = Group(nobody, np.zeros(0, np.int64), complete == MET)
    else:
        group = replace(group, complete=complete == MET)
    return replace(facts, groups={**facts.groups, name: group})


def _answers(name: str, facts: Facts) -> Column:
    """The answers to try for a fact, as a column of its type."""
    if name in GROUPS:
        return np.array([MET], np.int8)
    kind = fact_kind(name)
    match kind.type:
        case "enum":
            return column_of(kind, list(kind.values))
        case "list":
            return column_of(kind, [[], *([value] for value in kind.values)])
        case "text":
            return column_of(kind, ["-"])
        case _:
            return _tried(kind, facts)


def _tried(kind: FactKind, facts: Facts) -> Column:
    how, values = _tries()[kind.name if kind.name in _tries() else kind.type]
    if how == "truth":
        return np.array([MET if value == "yes" else NOT_MET for value in values], np.int8)
    numbers = np.array([float(value) for value in values])
    if how == "number":
        return numbers
    months = numbers * (MONTHS_A_YEAR if how == "years_ago" else 1)
    today = np.full(len(months), day_number(facts.on))
    return add_months(today, -months)


@cache
def _tries() -> dict[str, tuple[str, tuple[str, ...]]]:
    table = pd.read_csv(
        path("casework", "register", "tried_answers.csv"), dtype=str, encoding="utf-8"
    )
    return {
        str(row["for"]): (str(row["kind"]), tuple(str(row["values"]).split(";")))
        for row in table.to_dict("records")
    }


def _question(names: tuple[str, ...], shares: dict[str, float]) -> NextQuestion:
    surely = tuple(decision for decision, share in shares.items() if share == 1)
    maybe = tuple((decision, share) for decision, share in shares.items() if share < 1)
    zh, en = "、".join(fact_words(names, "zh")), ", ".join(fact_words(names, "en"))
    parts_zh = [f"询问：{zh}"]
    parts_en = [f"ask: {en}"]
    for told, (settle_zh, settle_en) in zip(
        (surely, tuple(decision for decision, _ in maybe)),
        (("即可确定", "settles"), ("视回答可确定", "may settle")),
        strict=True,
    ):
        if told:
            matters = "、".join(decision_kind(each).zh for each in told)
            parts_zh.append(f"{settle_zh}{matters}")
            parts_en.append(f"{settle_en} {', '.join(told)}")
    return NextQuestion(names, surely, maybe, "；".join(parts_zh), "; ".join(parts_en))


def fact_words(names: Sequence[str], language: str) -> Iterator[str]:
    """The names of facts in words.

    Example:
        >>> list(fact_words(["able_to_work"], "zh")), list(fact_words(["able_to_work"], "en"))
        (['有劳动能力'], ['able to work'])
    """
    for name in names:
        yield fact_kind(name).zh if language == "zh" else name.replace("_", " ")
