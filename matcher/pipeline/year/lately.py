"""The weeks before the city's day, worked through: cases and answers are under way."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.pipeline.casework.certification.adopting import adopt_recognised
from matcher.pipeline.casework.ledgers.households import open_ledger
from matcher.pipeline.year.households import plan_visits
from matcher.pipeline.year.office import SCOPE, Office
from matcher.pipeline.year.pace import Pace
from matcher.pipeline.year.referrals import propose
from matcher.pipeline.year.running import Progress, moves_of, office_of, work_day
from matcher.ranking.ranker import Ranker
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

PEOPLE = 3_000
SEED = 20_261_102
PACE = Pace(proposals_a_day=14, visits_a_day=8)
"""A few officials of one city, so that the lists of the day can be read."""

WORKED = "demo_worked"
SHOWN = 6
STEPS = ("discovered_on", "applied_on", "publicised_on", "certified_on")


def work_lately(
    store: Store,
    ranker: Ranker,
    *,
    days: int,
    at: datetime,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Work through the days before the city's day, once: where it was done, nothing is done again.

    Households come onto the ledger on the day their record is complete, people are referred to
    posts that are out by then. What is open on the last evening stays open for whoever looks.

    Args:
        store: a workspace with the demo city.
        ranker: by which pairs are put forward.
        days: how many, at least 1.
        at: the moment of writing: the audit tells when the moves were generated.
        progress: told how many days are done.

    Returns:
        `stream`, `event` and how many, sorted.

    Raises:
        WrongUse: the workspace holds something else.
    """
    office = office_of(store, ranker, seed=SEED, people=PEOPLE, pace=PACE)
    if store.meta(WORKED) is None:
        office.caseworker, office.supervisor = Role.CASEWORKER.value, Role.SUPERVISOR.value
        office.written_at = at
        office.not_before = _out_since(store, office)
        _work(office, days, progress or _silent)
        store.seal(at=at)
        with store.writing(actor=office.supervisor, at=at) as batch:
            batch.set_meta(WORKED, str(days))
    return moves_of(store.events(SCOPE, Wanted()))


def _work(office: Office, days: int, progress: Progress) -> None:
    on = date.fromisoformat(str(office.store.meta("demo_on")))
    complete = _complete_on(office.store)
    for number in range(days):
        day = on - timedelta(days=days - number)
        begins = complete <= day.isoformat() if number == 0 else complete == day.isoformat()
        ids = complete.index[begins].tolist()
        if ids:
            open_ledger(office.store, SCOPE, day, at=office.at(day), household_ids=ids)
        if number == 0:
            plan_visits(office, day)
        work_day(office, day)
        progress(number + 1, days)
    _refer_to_the_shown(office, on - timedelta(days=1))
    adopt_recognised(office.store, office.hand(on - timedelta(days=1)))


def _refer_to_the_shown(office: Office, day: date) -> None:
    """A few people for the employer whose account the demo shows: who has most posts."""
    names = pd.Series(office.posts.set_index("vacancy_id")["employer_id"])
    is_shown = (names == names.value_counts().index[0]).reindex(office.vacancy_ids)
    among = is_shown.fillna(value=False).to_numpy(bool)[office.scene.vacancy_at]
    propose(office, day, among=among, most=SHOWN)


def _complete_on(store: Store) -> pd.Series[str]:
    """By household, the last day that its record names; households without any are left out."""
    homes = store.households(SCOPE).set_index("household_id")
    last = homes[[*STEPS]].astype(object).apply(lambda row: max(row.dropna(), default=None), axis=1)
    said: pd.Series[str] = last.dropna().astype(str)
    return said


def _out_since(store: Store, office: Office) -> NDArray[np.datetime64]:
    """(n_rows,) from when post and person of each pair of the scene are known."""
    posts = store.frame(Kind.VACANCIES, columns=["posted_on"]).set_index("vacancy_id")["posted_on"]
    records = store.persons(SCOPE, office.person_ids.tolist(), parts=("profile", "status"))
    people = records.set_index("person_id")["unemployment_registered_on"]
    of_post = _days(posts.reindex(office.vacancy_ids))[office.scene.vacancy_at]
    of_person = _days(people.reindex(office.person_ids))[office.scene.person_at]
    return np.maximum(of_post, of_person)


def _days(said: pd.Series[str]) -> NDArray[np.datetime64]:
    """Days; the unknown ones are long ago."""
    text = said.astype(object).where(said.notna(), "0001-01-01")
    return text.to_numpy().astype("datetime64[D]")


def _silent(_done: int, _of: int) -> None:
    """Nobody looks."""
