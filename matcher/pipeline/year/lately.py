"""The weeks before the city's day, worked through, and the cases of the year that were over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.casework.households.following import opening
from matcher.casework.households.moving import STREAM, move, record_households
from matcher.casework.ledger.recording import moves
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.pipeline.casework.certification.adopting import adopt_recognised
from matcher.pipeline.casework.ledgers.households import open_ledger
from matcher.pipeline.year.households import plan_visits
from matcher.pipeline.year.office import SCOPE, Office
from matcher.pipeline.year.pace import Pace, after
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

IN_WORK = ("employed", "self_employed")
WITHOUT_WORK = ("unemployed", "flexible")
CERTIFIED = ("certified", "aided")
IN_TIME = 29
"""Days from certification to work, at most: the demo's office clears in time."""

YEAR = 365
PAST = {"clear": 440, "leave": 40, "remove": 12}
"""Cases over before the ledger begins, by how they ended, at most; a year of them."""


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
    workers = _first_in(office.store, IN_WORK)
    _write_past_cases(office, workers, on - timedelta(days=days))
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
    _clear_who_work(office, workers, on - timedelta(days=1))
    _refer_to_the_shown(office, on - timedelta(days=1))
    adopt_recognised(office.store, office.hand(on - timedelta(days=1)))


def _write_past_cases(office: Office, workers: pd.Series[str], first: date) -> None:
    """Bring a year of cases that ended before the first day worked into the ledger.

    Cleared are households of which somebody is in work today; those left have nobody who could
    work any more, those removed have an income of their own. Chances are drawn apart from the
    office's, and the records of everybody else stay as they were.
    """
    rng = np.random.default_rng([SEED, YEAR])
    homes = office.store.households(SCOPE)
    known = (
        homes["state"].isna() & homes["area_code"].notna() & (homes["household_kind"] == "urban")
    )
    homes = homes[known].set_index("household_id")
    works = homes.index.isin(workers.index)
    idle = homes.index.isin(_first_in(office.store, WITHOUT_WORK).index)
    retired = homes.index.isin(_first_in(office.store, ("retired",)).index)
    earns = (homes["business_income"] | homes["investment_income"]).fillna(value=False)
    earns_too = works & earns.to_numpy(bool)
    among = {"clear": works & ~earns_too, "leave": ~works & ~idle & retired, "remove": earns_too}
    steps: list[pd.DataFrame] = []
    rows: list[dict[str, Any]] = []
    for event, chosen in among.items():
        ids = rng.permutation(homes.index[chosen].to_numpy(object))[: PAST[event]]
        cases = _past_days(rng, homes.loc[ids, ["area_code"]].reset_index(), first)
        steps.append(opening(cases, first))
        for home, certified in zip(cases["household_id"], cases["certified_on"], strict=True):
            day = after(date.fromisoformat(certified), rng, 1, IN_TIME)
            rows.append(_ending(office, event, home, day, workers))
    with office.store.writing(actor=office.supervisor, at=office.at(first)) as batch:
        record_households(batch, pd.concat([*steps, moves(rows)]), role=Role.SUPERVISOR)


def _past_days(rng: np.random.Generator, cases: pd.DataFrame, first: date) -> pd.DataFrame:
    """The cases with the days of their steps, all of them over before the first day worked."""
    latest = np.datetime64(first, "D") - IN_TIME - 1
    certified = latest - rng.integers(0, YEAR - IN_TIME, len(cases))
    applied = certified - rng.integers(8, 31, len(cases))
    found = applied - rng.integers(1, 21, len(cases))
    steps = {"discovered_on": found, "applied_on": applied, "certified_on": certified}
    return cases.assign(state="certified", **{step: day.astype(str) for step, day in steps.items()})


def _ending(
    office: Office, event: str, home: str, day: date, workers: pd.Series[str]
) -> dict[str, Any]:
    """The move by which a case ended; work begun without a placement on record counts as opened."""
    key = f"household:{home}:past:{event}"
    if event == "clear":
        person = str(workers[home])
        return move(event, home, day, key=key, person_id=person, opening=True)
    if event == "leave":
        return move(event, home, day, key=key, reason="retired")
    return move(
        event, home, day, key=key, reason="other_income", decided_by=office.supervisor, opening=True
    )


def _clear_who_work(office: Office, workers: pd.Series[str], last: date) -> None:
    """Certified households of which somebody is in work are cleared by the last day worked."""
    standing = office.store.states(SCOPE, Wanted(streams=[STREAM], states=CERTIFIED))["subject_id"]
    homes = office.store.households(SCOPE, sorted({*standing} & {*workers.index}))
    rng = np.random.default_rng([SEED, IN_TIME])
    rows = []
    for home, said in homes.set_index("household_id")["certified_on"].sort_index().items():
        began = after(date.fromisoformat(said), rng, 1, IN_TIME)
        if began <= last:
            rows.append(_ending(office, "clear", str(home), began, workers))
    with office.store.writing(actor=office.caseworker, at=office.at(last)) as batch:
        record_households(batch, moves(rows), role=Role.CASEWORKER)


def _first_in(store: Store, states: tuple[str, ...]) -> pd.Series[str]:
    """By household, the first member in one of these states of employment."""
    people = store.persons(SCOPE, parts=("profile", "status")).sort_values("person_id")
    found = people[people["employment_state"].isin(states) & people["household_id"].notna()]
    first: pd.Series[str] = found.groupby("household_id")["person_id"].first()
    return first


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
