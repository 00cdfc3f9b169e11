"""Standing on the day of the city: who works, since when who does not, how far each case got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import assumed, assumed_count, days
from matcher.demo.people.households import Households, Members
from matcher.demo.people.lives import CHILD, RETIRED, STUDENT, WORKER, Workers
from matcher.errors import WrongUse

NEVER = np.datetime64("NaT", "D")
Days = NDArray[np.datetime64]

STEPS = ("discovered", "applied", "publicised", "certified")


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """How each worker came to be out of work before any history.

    Attributes:
        unemployed_since, registered_on: (w,) datetime64[D].
        is_registered: (w,) bool; the others never registered.
    """

    unemployed_since: Days
    registered_on: Days
    is_registered: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Jobs:
    """Who has work on the day.

    Attributes:
        since: (w,) first day of the present job, NaT for who has none.
        out_of_work_since: (w,) when the last job ended, of those at work the one before.
    """

    since: Days
    out_of_work_since: Days


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How the people stand on the day.

    Attributes:
        state: (n,) codes of employment_state for every member, None for small children.
        seeks: (n,) bool, who is registered as seeking.
        since: (n,) datetime64[D], out of work since; NaT for everybody else.
        working_since: (h,) first day of the household's oldest job, NaT where nobody works.
        dates: of the certification steps by name, (h,) datetime64[D], NaT not reached.
        household_state: (h,) codes of household_state, None where there is no case.
        business_income, investment_income, dibao: (h,) bool.
        income: (h,) float64 yuan a month a head.
    """

    state: NDArray[np.object_]
    seeks: NDArray[np.bool_]
    since: Days
    working_since: Days
    dates: dict[str, Days]
    household_state: NDArray[np.object_]
    business_income: NDArray[np.bool_]
    investment_income: NDArray[np.bool_]
    income: NDArray[np.float64]
    dibao: NDArray[np.bool_]


def draw_spells(rng: np.random.Generator, workers: Workers, on: date) -> Spells:
    """When each worker lost the last job, and when that was registered."""
    n = len(workers)
    months = rng.lognormal(
        np.log(assumed("unemployed_months_median")), assumed("unemployed_months_spread"), n
    )
    ago = np.minimum(months * 30.4, assumed("unemployed_days_most")).astype(np.int64) + 3
    since = days(on) - ago.astype("timedelta64[D]")
    wait = rng.exponential(assumed("registration_wait_days"), n).astype(np.int64) + 1
    registered = np.minimum(since + wait.astype("timedelta64[D]"), days(on) - 1)
    return Spells(since, registered, rng.random(n) < assumed("registered_share"))


def draw_at_work(
    rng: np.random.Generator, households: Households, home: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """(w,) who has been at work all along: one worker of each ordinary household.

    Args:
        rng: for which households, and who in them.
        households: of the city.
        home: (w,) household of each worker.
    """
    chance = np.where(
        households.kind == "urban", assumed("ordinary_urban"), assumed("ordinary_rural")
    )
    ordinary = rng.random(len(households)) < chance
    order = rng.permutation(len(home))
    first = np.zeros(len(home), bool)
    first[order[np.unique(home[order], return_index=True)[1]]] = True
    return first & ordinary[home]


def choose_own_effort(rng: np.random.Generator, at_work: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(w,) who found work by own effort of late, so that the assumed number is left to seek it.

    Chance alone chooses them, so what the office knows of the others is not skewed by it.

    Args:
        rng: for who it is.
        at_work: (w,) who has work otherwise.

    Raises:
        WrongUse: the assumed shares leave fewer workers without work than are to seek it.
    """
    idle = np.nonzero(~at_work)[0]
    spare = len(idle) - assumed_count("seekers")
    if spare < 0:
        raise WrongUse(
            what=f"the demo city has {len(idle)} people out of work",
            expected=f"at least the {assumed_count('seekers')} that are to seek it",
            do="Change the shares of households and members in data/demo/assumptions.csv.",
        )
    chosen = np.zeros(len(at_work), bool)
    chosen[rng.choice(idle, spare, replace=False)] = True
    return chosen


def draw_standing(
    rng: np.random.Generator,
    people: tuple[Households, Members],
    condition: NDArray[np.int64],
    workers: Workers,
    jobs: Jobs,
    on: date,
) -> Standing:
    """How everybody stands, and how far each household's case has got.

    Args:
        rng: for what is drawn.
        people: households and their members.
        condition: (n,) from `draw_conditions`.
        workers: who can and wants to work.
        jobs: who has one since when.
        on: the day.
    """
    households, members = people
    job_since, since = jobs.since, jobs.out_of_work_since
    seeking = np.isnat(job_since)
    state = _states(rng, condition, workers, seeking)
    out = np.full(len(members), NEVER)
    out[workers.member[seeking]] = since[seeking]
    seeks = np.zeros(len(members), bool)
    seeks[workers.member[seeking]] = True
    home = members.household[workers.member]
    h = len(households)
    working_since = _earliest(h, home, job_since)
    business = rng.random(h) < assumed("business_income")
    investment = rng.random(h) < assumed("investment_income")
    dates = _case_dates(rng, h, home, since, working_since, on)
    spoiled = business | investment | (households.kind == "rural")
    middle = np.where(np.isnat(working_since), assumed("income_no_work"), assumed("income_at_work"))
    income = np.round(rng.lognormal(np.log(middle), assumed("income_spread")))
    household_state = _case_states(rng, dates, working_since, spoiled, on)
    dates = _certified_of_late(rng.spawn(1)[0], dates, working_since, on)
    return Standing(
        state=state,
        seeks=seeks,
        since=out,
        working_since=working_since,
        dates=dates,
        household_state=household_state,
        business_income=business,
        investment_income=investment,
        income=income,
        dibao=income < assumed("dibao_income_below"),
    )


def _states(
    rng: np.random.Generator,
    condition: NDArray[np.int64],
    workers: Workers,
    seeking: NDArray[np.bool_],
) -> NDArray[np.object_]:
    state = np.full(len(condition), "inactive", object)
    for code, name in ((CHILD, None), (STUDENT, "student"), (RETIRED, "retired")):
        state[condition == code] = name
    drawn = rng.random(len(workers))
    odd_jobs = drawn < assumed("seekers_with_odd_jobs")
    at_work = np.select(
        [drawn < assumed("own_business"), drawn < assumed("own_business") + assumed("flexible")],
        ["self_employed", "flexible"],
        "employed",
    )
    state[condition == WORKER] = np.where(
        seeking, np.where(odd_jobs, "flexible", "unemployed"), at_work
    )
    return state


def _earliest(h: int, home: NDArray[np.int64], day: Days) -> Days:
    """(h,) earliest of the days known in each household."""
    far = np.datetime64("9999-12-31", "D")
    found = np.full(h, far)
    np.minimum.at(found, home, np.where(np.isnat(day), far, day))
    return np.where(found == far, NEVER, found)


def _case_dates(
    rng: np.random.Generator,
    h: int,
    home: NDArray[np.int64],
    since: Days,
    working_since: Days,
    on: date,
) -> dict[str, Days]:
    """Days of the steps, as far as each case got before somebody worked or the day came.

    A household can be discovered once its last worker is out of work.
    """
    last = np.full(h, np.datetime64("0001-01-01", "D"))
    np.maximum.at(last, home, since)
    nobody = np.ones(h, bool)
    nobody[home] = False
    end = np.where(np.isnat(working_since), days(on), working_since)
    at = np.where(nobody, NEVER, last)
    known = rng.random(h) < assumed("case_opened")
    at = np.where(known, at, NEVER)
    dates = {}
    for step in STEPS:
        low, high = assumed_count(f"step_{step}_from"), assumed_count(f"step_{step}_to")
        at = at + rng.integers(low, high + 1, h).astype("timedelta64[D]")
        at = np.where(at < end, at, NEVER)
        dates[step] = at
    return dates


def _certified_of_late(
    rng: np.random.Generator, dates: dict[str, Days], working_since: Days, on: date
) -> dict[str, Days]:
    """The same steps nearer to the day, or to the work found: an office clears most cases in time.

    What was drawn says how long each step took; a case as old as the want of work would have been
    cleared, removed or written off long ago. Only the community knew of some households for longer
    before they applied. A stream of its own leaves all else as it was.
    """
    h = len(working_since)
    end = np.where(np.isnat(working_since), days(on), working_since)
    recent = rng.integers(1, assumed_count("case_in_time_days") + 1, h)
    late = rng.integers(recent, assumed_count("case_late_days") + 1)
    ago = np.where(rng.random(h) < assumed("case_late_share"), late, recent)
    shift = end - ago.astype("timedelta64[D]") - dates["certified"]
    shift = np.where(shift > np.timedelta64(0, "D"), shift, np.timedelta64(0, "D"))
    known = rng.integers(0, assumed_count("case_known_days") + 1, h).astype("timedelta64[D]")
    sooner = np.where(shift > known, shift - known, np.timedelta64(0, "D"))
    found = {"discovered": dates["discovered"] + sooner}
    return {step: day + shift for step, day in dates.items()} | found


def _case_states(
    rng: np.random.Generator,
    dates: dict[str, Days],
    working_since: Days,
    spoiled: NDArray[np.bool_],
    on: date,
) -> NDArray[np.object_]:
    """The state each case is in; a case that fails the local conditions mostly ends rejected."""
    h = len(working_since)
    state = np.full(h, None, object)
    for step in STEPS:
        state[~np.isnat(dates[step])] = step
    certified = state == "certified"
    aided = certified & (rng.random(h) < assumed("aided_share"))
    state[aided] = "aided"
    works = ~np.isnat(working_since)
    lasting = working_since + np.timedelta64(assumed_count("retained_after_days"), "D") <= days(on)
    state[works & certified] = np.where(lasting, "cleared", "aided")[works & certified]
    state[works & ~certified] = None
    state[certified & ~works & (rng.random(h) < assumed("left_share"))] = "left"
    rejected = certified & ~works & spoiled & (rng.random(h) < assumed("spoiled_rejected"))
    state[rejected] = "rejected"
    for step in STEPS:
        dates[step][works & ~certified] = NEVER
    dates["certified"][rejected] = NEVER
    return state
