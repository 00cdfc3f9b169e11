"""The stock of valid vacancies against registered unemployed people, by area."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matcher.casework.limits import limit
from matcher.casework.vacancies.gate import passing
from matcher.casework.vacancies.stock import Stock, counted, stock
from matcher.domain.kinds import Kind
from matcher.pipeline.casework.supply.doing import Act
from matcher.pipeline.casework.supply.vacancies.intake import STREAM, concerns_of
from matcher.policy.engine.kleene import MET
from matcher.policy.law import Law
from matcher.policy.records import facts_from_records
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

RATIO = "stock_ratio"
NOT_VALID = ("received", "returned", "expired", "filled", "closed")


def stock_by_area(store: Store, act: Act, length: int = 6) -> list[Stock]:
    """The stock of every area, those that lack most places first.

    A vacancy is valid that the intake accepted, or that never went through it, is open on the day
    and would pass the gate; its places are its headcount less those hired, one where no headcount
    is known. A person counts who is registered as unemployed on the day, as the law packs read
    the record.
    """
    unemployed = _unemployed_areas(store, act)
    table = counted(_valid(store, act), unemployed, length)
    found = [
        stock(row, limit(RATIO, Law.place_of(str(row["area_code"])), act.on))
        for _, row in table.iterrows()
    ]
    return sorted(found, key=lambda each: (-each.missing, each.area_code))


def _valid(store: Store, act: Act) -> pd.DataFrame:
    posts = store.frame(Kind.VACANCIES)
    states = store.states(act.scope, Wanted(streams=(STREAM,), states=NOT_VALID))
    hires = store.hires_by_vacancy(until=act.on).set_index("vacancy_id")["hired"]
    hired = posts["vacancy_id"].map(hires).fillna(0).to_numpy(np.float64)
    places = posts["headcount"].to_numpy(np.float64, na_value=np.nan) - hired
    places = np.where(np.isnan(places), 1.0, places)
    is_open = ~(posts["expires_on"] < act.day).fillna(value=False).to_numpy(np.bool_)
    is_in = ~posts["vacancy_id"].isin(states["subject_id"]).to_numpy(np.bool_)
    valid = is_open & is_in & (places > 0) & passing(concerns_of(posts, act.on))
    return pd.DataFrame(
        {"area_code": posts["area_code"].astype(object), "places": places.astype(np.int64)}
    )[valid]


def _unemployed_areas(store: Store, act: Act) -> pd.Series:
    persons = store.persons(act.scope, parts=("profile", "status"))
    facts = facts_from_records(persons, None, act.on).persons
    registered = np.broadcast_to(facts.truth("registered_unemployed"), (len(persons),)) == MET
    areas: pd.Series = persons["area_code"].astype(object)[registered]
    return areas
