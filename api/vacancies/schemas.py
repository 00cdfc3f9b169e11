"""A vacancy as anyone may see it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field


class VacancyOut(BaseModel):
    """One vacancy; empty fields were not stated by the employer."""

    vacancy_id: Annotated[str, Field(examples=["V000451"])]
    title: Annotated[str, Field(examples=["保洁员"])]
    employer_name: str | None = None
    area_code: str | None = None
    area_name: str | None = None
    headcount: int | None = None
    wage_min: Annotated[int | None, Field(description="yuan a month")] = None
    wage_max: Annotated[int | None, Field(description="yuan a month")] = None
    education_min: str | None = None
    work_form: str | None = None
    public_welfare: bool | None = None
    posted_on: str | None = None
    expires_on: str | None = None


class VacancyPage(BaseModel):
    """A page of vacancies in the order of their ids; `next` is the cursor of the next one."""

    items: list[VacancyOut]
    next: str | None = None
