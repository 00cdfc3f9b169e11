"""Ranked lists as they travel."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import BaseModel, Field

from api.explanations.schemas import ReasonOut
from api.protocol.language import Language
from matcher.domain.match import Match
from matcher.pipeline.snapshot import Snapshot
from matcher.reference.areas import areas


class PostOut(BaseModel):
    """What a line about a vacancy shows; what the employer did not say is left out."""

    vacancy_id: str
    title: str
    employer_name: str | None = None
    wage_min: Annotated[int | None, Field(description="yuan a month")] = None
    wage_max: Annotated[int | None, Field(description="yuan a month")] = None
    area: str | None = None
    places_left: int | None = None
    public_welfare: bool


class MatchOut(BaseModel):
    """One pair of a list with its reasons."""

    person_id: str
    vacancy_id: str
    rank: int
    score: Annotated[
        float | None, Field(description="comparable within one model only; none in a plain list")
    ] = None
    interest: Annotated[float | None, Field(description="chance that the person takes it")] = None
    success: Annotated[float | None, Field(description="chance that the employer agrees")] = None
    tier: Annotated[int | None, Field(description="order by law, of a funded post")] = None
    found_by: list[str]
    reasons: list[ReasonOut]
    post: PostOut

    @classmethod
    def of(cls, snapshot: Snapshot, match: Match, language: Language) -> Self:
        """The match in one language."""
        return cls(
            person_id=match.person_id,
            vacancy_id=match.vacancy_id,
            rank=match.rank,
            score=match.score,
            interest=match.interest,
            success=match.success,
            tier=match.tier,
            found_by=list(match.found_by),
            reasons=[ReasonOut.of(each, language) for each in match.reasons],
            post=post_of(snapshot, match.vacancy_id),
        )


class MatchesOut(BaseModel):
    """A ranked list."""

    on: date
    model: Annotated[str | None, Field(examples=["demo-city"])] = None
    personalised: Annotated[
        bool, Field(description="false: law, distance and day alone made the order")
    ] = True
    why: Annotated[
        Literal["asked", "wish", "no_consent"] | None,
        Field(description="why the list is not personalised"),
    ] = None
    matches: list[MatchOut]


def post_of(snapshot: Snapshot, vacancy_id: str) -> PostOut:
    """The line about a vacancy."""
    posts, at = snapshot.market.vacancies, snapshot.vacancy(vacancy_id)
    street, county = int(posts.places.street[at]), int(posts.places.county[at])
    code = str(street if street >= 0 else county)
    left = int(posts.places_left[at])
    return PostOut(
        vacancy_id=vacancy_id,
        title=str(posts.titles[at]),
        employer_name=str(posts.employer_names[at]) or None,
        wage_min=_yuan(posts.wage_min[at]),
        wage_max=_yuan(posts.wage_max[at]),
        area=areas().full_name(code) if areas().exists(code) else None,
        places_left=None if left < 0 else left,
        public_welfare=bool(posts.public_welfare[at] == 1),
    )


def _yuan(value: Any) -> int | None:
    return None if np.isnan(value) else int(value)
