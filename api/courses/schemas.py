"""Courses for a person, with reasons."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field

from api.decisions.schemas import VerdictOut
from api.explanations.schemas import ReasonOut
from api.protocol.language import Language
from matcher.pipeline.courses import PersonCourses


class AdviceOut(BaseModel):
    """One course for one person."""

    course_id: str
    name: str
    area_code: str | None = None
    starts_on: str | None = None
    seats: int | None = None
    wished: bool
    posts: Annotated[int, Field(description="posts gained")]
    openings: Annotated[int, Field(description="places they have left")]
    gain: Annotated[float, Field(description="more successful referrals expected")]
    opened: list[str]
    free: Annotated[bool | None, Field(description="free of charge for this person")] = None
    reasons: list[ReasonOut]


class PersonCoursesOut(BaseModel):
    """Courses for a person, best first, and what the law of the place offers."""

    person_id: str
    courses: list[AdviceOut]
    entitlement: VerdictOut

    @classmethod
    def of(cls, found: PersonCourses, language: Language) -> Self:
        """The advice in one language."""
        return cls(
            person_id=found.person_id,
            courses=[
                AdviceOut(
                    course_id=each.course_id,
                    name=each.name,
                    area_code=each.area_code,
                    starts_on=each.starts_on,
                    seats=each.seats,
                    wished=each.wished,
                    posts=each.posts,
                    openings=each.openings,
                    gain=each.gain,
                    opened=list(each.opened),
                    free=each.free,
                    reasons=[ReasonOut.of(reason, language) for reason in each.reasons],
                )
                for each in found.courses
            ],
            entitlement=VerdictOut.of(found.entitlement, language),
        )
