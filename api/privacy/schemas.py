"""A person's rights, as they travel."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from matcher.pipeline.privacy.contesting import Contested

Code = Annotated[str, Field(min_length=1, max_length=64)]
Row = dict[str, JsonValue]


class HeldOut(BaseModel):
    """Everything held about one person, with who read it; empty cells are left out."""

    person_id: Annotated[str, Field(examples=["P000123"])]
    made_at: str
    about: dict[str, str]
    person: list[Row]
    household: list[Row]
    outcomes: list[Row]
    placements: list[Row]
    refusals: list[Row]
    cases: list[Row]
    pairings: list[Row]
    decisions: list[Row]
    moves: list[Row]
    states: list[Row]
    corrections: list[Row]
    read_by: Annotated[list[Row], Field(description="audit rows that name the person")]
    read_among_many: Annotated[
        list[Row], Field(description="reads of many people whose scope held the person, summed up")
    ]


class Correction(BaseModel):
    """What a person says is right; a value of null takes the stored one away."""

    model_config = ConfigDict(extra="forbid")

    values: Annotated[
        dict[str, Annotated[str, Field(max_length=2000)] | None],
        Field(min_length=1, max_length=40, examples=[{"phone": "13800000000"}]),
    ]
    why: Annotated[
        str, Field(min_length=1, max_length=500, description="words, or the paper that proves it")
    ]


class CorrectionOut(BaseModel):
    """The columns that were corrected, and the record's new version."""

    person_id: str
    columns: list[str]
    version: int


class Erasure(BaseModel):
    """Why a person is to be erased: a coded reason of the group `erased`."""

    model_config = ConfigDict(extra="forbid")

    why: Annotated[Code, Field(examples=["consent_withdrawn"])]


class ErasureOut(BaseModel):
    """What went at once, and what stays under the number alone until its day."""

    person_id: str
    state: Literal["erased", "kept_by_number"]
    gone: dict[str, int]
    kept: dict[str, date]
    due_on: date | None = None


class ContestIn(BaseModel):
    """What is contested: the person's list as a whole, one post in it, or a kept decision."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[Code, Field(examples=["facts_wrong"])]
    vacancy_id: Code | None = None
    decision: Annotated[int | None, Field(ge=1, le=2**53)] = None
    note: Annotated[str, Field(max_length=500, description="where the paper is filed")] = ""


class ContestOut(BaseModel):
    """A contest, where it stands, and by when it is answered."""

    contest: str
    state: Annotated[str, Field(examples=["filed"])]
    due_on: date | None = None
    vacancy_id: str | None = None
    decision: int | None = None
    opened_on: date | None = None

    @classmethod
    def of(cls, made: Contested) -> Self:
        """The contest as it travels."""
        said = asdict(made)
        return cls(contest=said.pop("subject_id"), **said)


class AnswerIn(BaseModel):
    """How a contest is answered; a person withdraws their own."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["uphold", "overturn", "withdraw"]
    note: Annotated[str, Field(max_length=500, description="why, or where the paper is filed")] = ""


class Wish(BaseModel):
    """Whether the person wants lists made from the profile."""

    model_config = ConfigDict(extra="forbid")

    personalised: bool


class WishOut(BaseModel):
    """Where the wish stands."""

    person_id: str
    wish: Literal["personalised", "not_personalised"]
