"""Decisions are records: an outcome, the findings behind it, and the law they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """Kleene's three values: a missing fact is `unknown`, never `not_met`."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule stands: document, number, date, article, and a few locating words.

    `rule` is the id of the rule in the coverage ledger; `since` is None where the document bears
    no day. `grade` says how surely the text could be read: `read` or `told`.
    """

    rule: str
    document: str
    number: str | None = None
    since: date | None = None
    article: str | None = None
    words: str | None = None
    grade: str = "read"


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition of a decision, with the fact, the limit and the source it was held against."""

    condition: str
    outcome: Outcome
    zh: str
    en: str
    facts: dict[str, Any] = field(default_factory=dict)
    limit: Any = None
    citation: Citation | None = None
    ask_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one decision for one subject on one day.

    `set_by` is the place whose rule answered (it may be wider than `place`). `ask_for` lists the
    facts that can still change an unknown answer. `values` holds the further parts of the answer
    (tier, order, date, ...) by the names of the vocabulary.
    """

    decision: str
    place: str
    on: date
    outcome: Outcome
    set_by: str | None = None
    findings: tuple[Finding, ...] = ()
    citations: tuple[Citation, ...] = ()
    ask_for: tuple[str, ...] = ()
    reason: str | None = None
    review_against: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision as a record: what it was asked on, by which law, and what it said.

    `subject` is the kind of the subject ("person", "household" or "employer"); `area_code` where it
    lived then. `facts` and `verdict` are JSON text, kept as they were written so that they can be
    compared letter by letter.
    """

    decision: str
    place: str
    layer: str
    on: date
    subject: str
    subject_id: str
    area_code: str | None
    facts: str
    law_hash: str
    verdict: str
