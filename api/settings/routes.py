"""What an office set for itself: read, and set from a day on."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from api.auth.callers import Allow, Caller
from api.days import Day
from api.deps import DayDep, StoreDep, today_of
from api.protocol.once import OnceRoute
from matcher.domain.scope import Role
from matcher.pipeline.casework.offices.setting import Standing, set_for_office, standing_in
from matcher.store.offices.kept import Kept

router = APIRouter(prefix="/office-settings", tags=["settings"], route_class=OnceRoute)

SETTERS = frozenset({Role.ADMIN, Role.SUPERVISOR})
"""An administrator for every office, a supervisor for the areas of the own."""

Setter = Annotated[Caller, Depends(Allow(SETTERS, "settings"))]
Area = Annotated[str, Field(max_length=12, pattern=r"^[0-9]*$", description="'' is everyone")]


class LaterOut(BaseModel):
    """A value that will hold."""

    since: date
    value: int
    area: str


class OfficeSettingOut(BaseModel):
    """One setting as it stands in an area on a day."""

    name: str
    zh: str
    en: str
    unit: str
    value: int
    default: int
    least: int
    most: int
    later: list[LaterOut]

    @classmethod
    def of(cls, standing: Standing) -> OfficeSettingOut:
        """As it is answered."""
        row = standing.row
        return cls(
            name=row.name,
            zh=row.zh,
            en=row.en,
            unit=row.unit,
            value=standing.value,
            default=row.value,
            least=row.least,
            most=row.most,
            later=[
                LaterOut(since=each.since, value=each.value, area=each.area)
                for each in standing.later
            ],
        )


class OfficeSettingIn(BaseModel):
    """A setting to be set."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(max_length=40, examples=["recheck_days"])]
    value: Annotated[int, Field(ge=-(10**6), le=10**6, examples=[45])]
    area: Area = ""
    since: Annotated[Day | None, Field(description="today where it is left out")] = None


@router.get("")
def list_settings(
    _caller: Setter,
    store: StoreDep,
    on: DayDep,
    area: Annotated[str, Query(max_length=12, pattern=r"^\d*$")] = "",
) -> list[OfficeSettingOut]:
    """Every setting of an area on a day."""
    return [OfficeSettingOut.of(each) for each in standing_in(store, area, on)]


@router.post("", status_code=201)
def set_setting(store: StoreDep, caller: Setter, given: OfficeSettingIn) -> OfficeSettingOut:
    """Set one for an area with all below, from today or a day to come."""
    on = today_of(store)
    since = given.since or on
    kept = Kept(given.name, given.area, since, given.value, caller.account.username)
    set_for_office(store, caller.scope, kept, on=on, at=caller.at)
    named = (each for each in standing_in(store, given.area, since) if each.row.name == given.name)
    return OfficeSettingOut.of(next(named))
