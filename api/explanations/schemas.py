"""Reasons as they travel: a sentence in the caller's language, its facts, its source."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

from api.decisions.schemas import CitationOut, VerdictOut
from api.protocol.language import Language
from matcher.domain.match import Reason, Tone
from matcher.explanation.explain import PairExplanation


class ReasonOut(BaseModel):
    """One sentence with the facts it was made from."""

    code: Annotated[str, Field(examples=["wants_this"])]
    tone: Tone
    text: Annotated[str, Field(examples=["愿意从事保洁员"])]
    facts: dict[str, Any] = {}
    citation: CitationOut | None = None

    @classmethod
    def of(cls, reason: Reason, language: Language) -> Self:
        """The reason in one language."""
        return cls(
            code=reason.code,
            tone=reason.tone,
            text=reason.zh if language == "zh" else reason.en,
            facts=reason.facts,
            citation=CitationOut.of(reason.citation) if reason.citation else None,
        )


class ObstacleOut(BaseModel):
    """A filter that fails, and what would change that."""

    filter: Annotated[str, Field(examples=["education"])]
    because: str
    change: str
    can_change: bool


class ExplanationOut(BaseModel):
    """Everything there is to say about one pair to casework."""

    person_id: str
    vacancy_id: str
    model: str
    proposable: bool
    score: float
    interest: float | None = None
    success: float | None = None
    contributions: Annotated[
        dict[str, float], Field(description="by group; they sum to score less base")
    ]
    base: float
    reasons: list[ReasonOut]
    obstacles: list[ObstacleOut]
    standing: str | None = Field(None, description="why it is ranked where it is")
    verdict: VerdictOut | None = Field(None, description="the order by law, of a funded post")

    @classmethod
    def of(cls, said: PairExplanation, language: Language) -> Self:
        """The explanation in one language."""
        chinese = language == "zh"
        return cls(
            person_id=said.person_id,
            vacancy_id=said.vacancy_id,
            model=said.model,
            proposable=said.proposable,
            score=said.score,
            interest=said.interest,
            success=said.success,
            contributions=dict(said.contributions),
            base=said.base,
            reasons=[ReasonOut.of(each, language) for each in said.reasons],
            obstacles=obstacles_of(said, language),
            standing=(said.standing.zh if chinese else said.standing.en) if said.standing else None,
            verdict=VerdictOut.of(said.verdict, language) if said.verdict else None,
        )


def obstacles_of(said: PairExplanation, language: Language) -> list[ObstacleOut]:
    """What keeps the pair apart, in one language."""
    chinese = language == "zh"
    return [
        ObstacleOut(
            filter=str(each.filter.name).lower(),
            because=each.because.zh if chinese else each.because.en,
            change=each.change.zh if chinese else each.change.en,
            can_change=each.can_change,
        )
        for each in said.obstacles
    ]
