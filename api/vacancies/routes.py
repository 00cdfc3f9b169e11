"""Read vacancies."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Depends, Query

from api.auth.callers import EVERYONE, Allow, Caller
from api.deps import StoreDep
from api.vacancies.schemas import VacancyOut, VacancyPage
from matcher.domain.kinds import Kind
from matcher.errors import NotFound

router = APIRouter(prefix="/vacancies", tags=["vacancies"])

Reader = Annotated[Caller, Depends(Allow(EVERYONE, "vacancies"))]


def _out(row: dict[str, Any]) -> VacancyOut:
    known = {name: value for name, value in row.items() if not pd.isna(value)}
    return VacancyOut.model_validate(known)


@router.get("")
def list_vacancies(
    store: StoreDep,
    _caller: Reader,
    after: Annotated[str | None, Query(description="cursor: the last id seen")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> VacancyPage:
    """The vacancies on record, a page at a time."""
    ids = store.ids(Kind.VACANCIES).sort_values()
    waiting = ids[ids > after] if after is not None else ids
    page = waiting[:limit]
    fields = list(VacancyOut.model_fields)
    rows = store.frame(Kind.VACANCIES, list(page))[fields].to_dict("records")
    more = len(waiting) > limit
    return VacancyPage(
        items=[_out({str(key): value for key, value in row.items()}) for row in rows],
        next=str(page[-1]) if more else None,
    )


@router.get("/{vacancy_id}")
def read_vacancy(store: StoreDep, _caller: Reader, vacancy_id: str) -> VacancyOut:
    """One vacancy."""
    frame = store.frame(Kind.VACANCIES, [vacancy_id])
    if frame.empty:
        raise NotFound(kind="vacancy", key=vacancy_id)
    row = frame[list(VacancyOut.model_fields)].iloc[0].to_dict()
    return _out({str(key): value for key, value in row.items()})
