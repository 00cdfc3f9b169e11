"""The demo city: generated people, posts and history, and the truth behind them.

Everything in it is made up and marked so; only streets, job titles and codes are real. The same
seed and day give the same city.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import assumed, assumed_count, days
from matcher.demo.basis.cells import iso
from matcher.demo.basis.geography import Ground, draw_ground
from matcher.demo.history import History, Registered, play_history
from matcher.demo.people.households import draw_households
from matcher.demo.people.lives import (
    draw_categories,
    draw_conditions,
    draw_education,
    draw_workers,
)
from matcher.demo.people.registers import People, households_frame, persons_frame
from matcher.demo.people.standing import (
    NEVER,
    Jobs,
    choose_own_effort,
    draw_at_work,
    draw_spells,
    draw_standing,
)
from matcher.demo.posts.employers import Employers, draw_employers, employers_frame
from matcher.demo.posts.offers import courses_frame, fair_frame
from matcher.demo.posts.vacancies import Posts, draw_posts
from matcher.demo.posts.wording import vacancies_frame, vacancy_ids
from matcher.demo.truth import CityTruth, make_truth
from matcher.domain.kinds import Kind
from matcher.reference.columns import conform


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """One generated city.

    Attributes:
        seed, on: what it was made from.
        frames: per kind every column of the catalogue, cells as codes, NA never asked; facts
            without a column of their own under their own name.
        truth: who would take and get which post.
    """

    seed: int
    on: date
    frames: dict[Kind, pd.DataFrame]
    truth: CityTruth


def generate_city(seed: int, on: date) -> City:
    """The demo city of a seed on a day.

    Args:
        seed: not negative; another seed gives another city.
        on: the day it is shown on; histories end the day before.
    """
    rng = _streams(seed)
    ground = draw_ground(next(rng))
    employers = draw_employers(next(rng), ground)
    posts = draw_posts(next(rng), ground, employers, on)
    people, history, truth = _draw_people(seed, next(rng), ground, (employers, posts), on)
    vacancies = vacancies_frame(next(rng), ground, posts, employers)
    persons = persons_frame(next(rng), ground, people, on)
    frames = {
        Kind.EMPLOYERS: employers_frame(next(rng), ground, employers),
        Kind.VACANCIES: vacancies,
        Kind.HOUSEHOLDS: households_frame(next(rng), ground, people),
        Kind.PERSONS: persons,
        Kind.OUTCOMES: _outcomes_frame(history, truth, on),
        Kind.COURSES: courses_frame(next(rng), on),
        Kind.FAIRS: fair_frame(next(rng), persons, vacancies, on),
    }
    return City(seed=seed, on=on, frames=frames, truth=truth)


def _streams(seed: int) -> Iterator[np.random.Generator]:
    """One stream of chance per part, so that a change in one part leaves the others as they are."""
    for child in np.random.SeedSequence(seed).spawn(16):
        yield np.random.default_rng(child)


def _draw_people(
    seed: int,
    rng: np.random.Generator,
    ground: Ground,
    offers: tuple[Employers, Posts],
    on: date,
) -> tuple[People, History, CityTruth]:
    """People first, then what they lived through, then how that left them."""
    employers, posts = offers
    households, members = draw_households(rng, ground, on)
    category = draw_categories(rng, members)
    condition = draw_conditions(rng, members, category, on)
    education = draw_education(rng, members)
    workers = draw_workers(rng, ground, (households, members), condition, education)
    spells = draw_spells(rng, workers, on)
    person_ids = np.array([f"P{at + 1:06d}" for at in workers.member], object)
    truth = make_truth(seed, (person_ids, vacancy_ids(len(posts))), workers, posts, employers)
    home = members.household[workers.member]
    all_along = draw_at_work(rng, households, home)
    registered = Registered(
        attends=~all_along,
        registered_on=spells.registered_on,
        birth=members.birth[workers.member],
        female=members.female[workers.member],
        may_take_welfare=members.age[workers.member] >= assumed("older_from_age"),
    )
    registered.may_take_welfare[:] |= ~np.isin(home, home[all_along])
    history = play_history(rng, truth, workers, posts, registered, on)
    found_work = history.at_work(on)
    own_effort = choose_own_effort(rng, all_along | found_work)
    since = np.where(
        np.isnat(history.left_on) | found_work, spells.unemployed_since, history.left_on
    )
    job_since = np.where(found_work, history.hired_on, NEVER)
    job_since = np.where(all_along, _old_job_days(rng, len(workers), on), job_since)
    lately = _new_job_days(rng, np.fmax(history.last_seen, since), on)
    job_since = np.where(own_effort, lately, job_since)
    standing = draw_standing(
        rng, (households, members), condition, workers, Jobs(job_since, since), on
    )
    people = People(households, members, category, condition, education, workers, spells, standing)
    return people, history, truth


def _old_job_days(rng: np.random.Generator, n: int, on: date) -> NDArray[np.datetime64]:
    """First days of jobs held for long."""
    length = rng.exponential(assumed("own_job_days"), n).astype(np.int64)
    return days(on) - assumed_count("history_days") - length.astype("timedelta64[D]")


def _new_job_days(
    rng: np.random.Generator, last_seen: NDArray[np.datetime64], on: date
) -> NDArray[np.datetime64]:
    """First days of jobs found between the last day each was seen at the office and the day."""
    last = np.minimum(last_seen, days(on))
    span = (days(on) - last).astype(np.int64)
    found: NDArray[np.datetime64] = last + np.ceil(rng.random(len(span)) * span).astype(
        "timedelta64[D]"
    )
    return found


def _outcomes_frame(history: History, truth: CityTruth, on: date) -> pd.DataFrame:
    """The rows of the history in the form of their file."""
    rows = history.outcomes(on)
    return conform(
        Kind.OUTCOMES,
        rows.assign(
            person_id=truth.person_ids[rows["person_at"]],
            vacancy_id=truth.vacancy_ids[rows["vacancy_at"]],
            on=iso(rows["on"].to_numpy("datetime64[D]")),
            just_cause=rows["just_cause"].astype("boolean"),
            rank_shown=rows["rank_shown"].astype("Int64"),
            propensity=rows["propensity"].round(6),
        ).drop(columns=["person_at", "vacancy_at"]),
    )
