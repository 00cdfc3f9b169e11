"""Referrals as they travel: to offices in full, to employers without a name or a number."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.days import Day
from api.decisions.schemas import Short
from api.explanations.schemas import ReasonOut
from matcher.casework.ledger.machine import machine
from matcher.casework.referrals.referring import STREAM
from matcher.domain.scope import Role

Event = Annotated[str, Field(max_length=40, examples=["interview"])]
Remark = Annotated[str, Field(max_length=1000)]


class PairIn(BaseModel):
    """A person to be put forward for a post."""

    model_config = ConfigDict(extra="forbid")
    person_id: Short
    vacancy_id: Short
    override: Annotated[
        Remark | None, Field(description="why the rank or a filter was passed over")
    ] = None


class ProposalIn(BaseModel):
    """Pairs to be put forward together."""

    model_config = ConfigDict(extra="forbid")
    pairs: Annotated[list[PairIn], Field(min_length=1, max_length=50)]
    on: Day | None = None


class MoveIn(BaseModel):
    """What happened to a referral."""

    model_config = ConfigDict(extra="forbid")
    event: Event
    reason: Annotated[Short | None, Field(description="coded; an unknown one names all")] = None
    just_cause: Annotated[
        bool | None, Field(description="of a refusal: whether its cause is just by local rule")
    ] = None
    on: Day | None = None
    expected_version: Annotated[
        int | None, Field(ge=1, le=2**31, description="the version that was read")
    ] = None


class ReferralOut(BaseModel):
    """A referral as offices see it."""

    subject_id: str
    state: str
    version: int
    person_id: str
    vacancy_id: str
    employer_id: str | None = None
    area_code: str | None = None
    opened_on: str
    since: str
    due_on: str | None = None
    next: Annotated[list[str], Field(description="the moves that may come now")]


class ReferralPage(BaseModel):
    """Referrals by number; `next` is the cursor of the page behind."""

    items: list[ReferralOut]
    next: str | None = None


class ProposedOut(BaseModel):
    """The referrals made; pairs that were open already are left out."""

    proposed: list[str]


class MovedOut(BaseModel):
    """Where the referral stands now, and which others ended with it."""

    subject_id: str
    state: str
    version: int
    closed: list[str] = []


class CandidateOut(BaseModel):
    """A person put forward, as the employer sees them: no name, number, status or order by law."""

    candidate: Annotated[str, Field(description="a name for this person towards you alone")]
    referral: Annotated[str, Field(description="to be named with an answer")]
    vacancy_id: str
    state: str
    version: int
    since: str
    answer_by: str | None = None
    next: list[str]
    reasons: list[ReasonOut]


class CandidatePage(BaseModel):
    """People put forward to an employer, newest first."""

    items: list[CandidateOut]
    total: int


class AnsweredOut(BaseModel):
    """What came of an employer's answer."""

    referral: str
    state: str
    version: int


def referral_out(row: dict[str, Any], role: Role) -> ReferralOut:
    """A state of the ledger as a referral, with what the role may do next."""
    events = machine(STREAM).events_from(row["state"], role)
    return ReferralOut.model_validate(row | {"next": list(events)})
