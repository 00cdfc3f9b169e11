"""Decisions are records: an outcome, the findings behind it, and the law they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from matcher.errors import WrongUse


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
class Override:
    """A named official's own class for a subject, kept beside the computed one.

    `to` is the class they give it (A to D, or one of four levels), `author` who answers for it.
    """

    to: str
    reason: str
    author: str
    on: date

    def __post_init__(self) -> None:
        """An override without its class, reason or author is refused."""
        empty = [name for name in ("to", "reason", "author") if not getattr(self, name).strip()]
        if empty:
            raise WrongUse(
                what=f"an override has no {' and no '.join(empty)}",
                expected="a class, a reason and the name of who answers for it",
                do="Give all three.",
            )


@dataclass(frozen=True, slots=True)
class ClassWithOverride:
    """A computed class with what an official set beside it; neither replaces the other."""

    verdict: Verdict
    override: Override | None = None

    @property
    def computed(self) -> str | None:
        """The class by the rules; None where they give none or a fact is missing."""
        return self.verdict.values.get("class")

    @property
    def zh(self) -> str:
        """Both read out in Chinese."""
        said = f"按规则计算：{self.computed or '未能确定'}"
        by = self.override
        return (
            said
            if by is None
            else f"{said}；人工认定：{by.to}（{by.author}，{by.on}：{by.reason}）"
        )

    @property
    def en(self) -> str:
        """Both read out in English."""
        said = f"By the rules: {self.computed or 'not determined'}"
        by = self.override
        return (
            said
            if by is None
            else f"{said}; set by hand: {by.to} ({by.author}, {by.on}: {by.reason})"
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision as a record: what it was asked on, by which law, and what it said.

    `subject` is the kind of the subject ("person", "household" or "employer"); `area_code` where it
    lived then. `facts` and `verdict` are JSON text, kept as they were written so that they can be
    compared letter by letter. `override` is an official's own class as JSON text, beside it.
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
    override: str | None = None
