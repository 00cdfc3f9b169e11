"""Decisions as they travel: outcome, conditions, citations."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.days import Day
from api.protocol.language import Language
from matcher.domain.decision import Citation, Finding, Outcome, Verdict
from matcher.pipeline.law.deciding import Question

Short = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]


class CitationOut(BaseModel):
    """Where a rule stands."""

    rule: str
    document: str
    number: str | None = None
    since: date | None = Field(None, description="unknown where the document bears no day")
    article: str | None = None
    words: str | None = None
    grade: str

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """The citation as it travels."""
        return cls.model_validate(citation, from_attributes=True)


class FindingOut(BaseModel):
    """One condition, the fact and the limit it was held against."""

    condition: str
    outcome: Outcome
    text: str
    facts: dict[str, Any]
    limit: Any = None
    citation: CitationOut | None = None
    ask_for: list[str] = []

    @classmethod
    def of(cls, finding: Finding, language: Language) -> Self:
        """The finding in one language."""
        return cls(
            condition=finding.condition,
            outcome=finding.outcome,
            text=finding.zh if language == "zh" else finding.en,
            facts=finding.facts,
            limit=finding.limit,
            citation=CitationOut.of(finding.citation) if finding.citation else None,
            ask_for=list(finding.ask_for),
        )


class VerdictOut(BaseModel):
    """The answer of one decision for one subject on one day."""

    decision: Annotated[str, Field(examples=["household_status"])]
    place: str
    on: date
    outcome: Annotated[Outcome, Field(description="unknown is never no: see ask_for")]
    set_by: str | None = Field(None, description="the place whose rule answered")
    reason: str | None = None
    findings: list[FindingOut] = []
    citations: list[CitationOut] = []
    ask_for: list[str] = Field([], description="facts that can still change an unknown answer")
    values: dict[str, Any] = {}
    number: int | None = Field(None, description="of the record, where the decision was kept")

    @classmethod
    def of(cls, verdict: Verdict, language: Language, number: int | None = None) -> Self:
        """The verdict in one language."""
        return cls(
            decision=verdict.decision,
            place=verdict.place,
            on=verdict.on,
            outcome=verdict.outcome,
            set_by=verdict.set_by,
            reason=verdict.reason,
            findings=[FindingOut.of(each, language) for each in verdict.findings],
            citations=[CitationOut.of(each) for each in verdict.citations],
            ask_for=list(verdict.ask_for),
            values=dict(verdict.values),
            number=number,
        )


class OverrideIn(BaseModel):
    """The class that a named official sets beside the computed one."""

    model_config = ConfigDict(extra="forbid")
    to: Short
    reason: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]


class QuestionIn(BaseModel):
    """What is to be decided, about whom; the subject's own place where none is named."""

    model_config = ConfigDict(extra="forbid")
    decision: Annotated[Short, Field(examples=["household_status"])]
    on: Day | None = None
    person_id: Short | None = None
    household_id: Short | None = None
    vacancy_id: Short | None = None
    employer_id: Short | None = None
    placement_id: Short | None = None
    case_id: Short | None = None
    place: Annotated[Short | None, Field(examples=["cn/jiangsu/nantong"])] = None
    layer: Literal["current", "source"] = "current"
    keep: Annotated[bool, Field(description="keep the decision as a record")] = False
    override: OverrideIn | None = None

    def question(self, today: date) -> Question:
        """The question for the library."""
        asked = self.model_dump(exclude={"keep", "override", "on"})
        return Question(on=self.on or today, **asked)


class KeptOut(BaseModel):
    """A decision on record."""

    number: int
    decision: str
    place: str
    layer: str
    on: str
    subject: str
    subject_id: str
    outcome: str
    law_hash: str
    author: str
    at: str
    computed_class: str | None = None
    class_in_use: str | None = None


class RerunOut(BaseModel):
    """A kept decision decided again on its own facts."""

    number: int
    decision: str
    same: Annotated[bool, Field(description="the same verdict, letter by letter")]
    law_changed: bool
    kept_law: str
    law: str
