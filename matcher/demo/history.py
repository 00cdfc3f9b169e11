"""What happened in the months before the day of the city, played out from the hidden truth.

Workers come to the office in sessions. Each session shows a list drawn by a known policy (so that
the chance to be shown is on record), and what follows, interest, referral, meeting, work or
refusal, is drawn from the truth. Who finds work stops coming until the job ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from matcher.demo.basis.assumptions import assumed, assumed_count, days, pick
from matcher.demo.people.households import DAYS_PER_YEAR
from matcher.demo.people.lives import Workers
from matcher.demo.posts.vacancies import Posts
from matcher.demo.truth import CityTruth

NEVER = np.datetime64("NaT", "D")
TOOK_ANOTHER, FILLED = "已接受其他单位", "名额已满"
"""Refusals that say nothing about the pair: the truth's answer was yes."""

Positions = NDArray[np.int64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, eq=False)
class Registered:
    """What the office's old shown lists went by, for every worker.

    Attributes:
        attends: (w,) bool, comes to the office at all; who has work does not.
        registered_on: (w,) datetime64[D], first day of the spell on which one may come.
        birth: (w,) datetime64[D]; female: (w,) bool: for the limits that posts advertised.
        may_take_welfare: (w,) bool, was on the list for public-welfare posts.
    """

    attends: NDArray[np.bool_]
    registered_on: Days
    birth: Days
    female: NDArray[np.bool_]
    may_take_welfare: NDArray[np.bool_]


@dataclass(slots=True, eq=False)
class History:
    """The past as rows of outcomes, and how it left each worker.

    Attributes:
        parts: pieces of the outcome table; see `outcomes`.
        hired_on, left_on: (w,) datetime64[D] of the last job found through the office, NaT none;
            a job without a last day, or with one after the day of the city, is still held.
        last_seen: (w,) datetime64[D] of the last thing that happened at the office, NaT none.
        taken: (m,) places of each post already filled.
        known: (w, m) bool, for which posts each worker applied or was referred: none of them is
            listed again.
    """

    hired_on: Days
    left_on: Days
    last_seen: Days
    taken: Positions
    known: NDArray[np.bool_]
    parts: list[pd.DataFrame] = field(default_factory=list)

    def at_work(self, on: date) -> NDArray[np.bool_]:
        """(w,) who holds a job that the office found, on the day."""
        return ~np.isnat(self.hired_on) & (np.isnat(self.left_on) | (self.left_on > days(on)))

    def outcomes(self, on: date) -> pd.DataFrame:
        """All rows up to the day before: person_at, vacancy_at, stage, on, and what was logged."""
        rows = pd.concat(self.parts, ignore_index=True)
        rows = rows[rows["on"].to_numpy() < days(on)]
        keys = ["person_at", "vacancy_at", "stage", "on"]
        return rows.drop_duplicates(keys).sort_values(keys, ignore_index=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Office:
    """What the rounds of sessions work on."""

    truth: CityTruth
    workers: Workers
    posts: Posts
    registered: Registered
    past: History
    on: date


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """The lists shown in one round: one row per pair shown."""

    session: Positions
    vacancy: Positions
    rank: Positions
    propensity: NDArray[np.float64]


def play_history(
    rng: np.random.Generator,
    truth: CityTruth,
    workers: Workers,
    posts: Posts,
    registered: Registered,
    on: date,
) -> History:
    """The sessions of all workers, round by round, each worker's in order of time."""
    past = History(
        hired_on=np.full(len(workers), NEVER),
        left_on=np.full(len(workers), NEVER),
        last_seen=np.full(len(workers), NEVER),
        taken=np.zeros(len(posts), np.int64),
        known=np.zeros((len(workers), len(posts)), bool),
    )
    office = _Office(truth, workers, posts, registered, past, on)
    for session_days in _draw_sessions(rng, registered, on).T:
        busy = ~np.isnat(past.hired_on) & ~(past.left_on < session_days)
        who = np.nonzero(~np.isnat(session_days) & ~busy)[0]
        who = who[np.argsort(session_days[who], kind="stable")]
        if len(who):
            shown = draw_lists(rng, _list_weights(office, who, session_days[who]))
            _follow(rng, office, shown, who, session_days[who])
    return past


def _draw_sessions(rng: np.random.Generator, registered: Registered, on: date) -> Days:
    """(w, rounds) days of the sessions in order, NaT where there are no more."""
    n, rounds = len(registered.registered_on), assumed_count("sessions_most")
    today = days(on)
    start = np.maximum(registered.registered_on, today - assumed_count("history_days"))
    span = (today - start).astype(np.int64)
    count = np.minimum(1 + rng.poisson(assumed("sessions_more_mean"), n), rounds)
    count[(rng.random(n) < assumed("newcomer_share")) | ~registered.attends] = 0
    drawn = np.sort(rng.random((n, rounds)), axis=1)
    at = start[:, None] + np.floor(drawn * np.maximum(span, 0)[:, None]).astype("timedelta64[D]")
    drop = (np.arange(rounds) >= count[:, None]) | (span <= 0)[:, None]
    return np.where(drop, NEVER, at)


def _list_weights(office: _Office, who: Positions, day: Days) -> NDArray[np.float64]:
    """(sessions, m) weights of the old way of listing posts; 0 where a post was not open to one.

    The old lists went by trade, wage and distance, and kept the limits that posts advertised.
    """
    truth, workers, posts = office.truth, office.workers, office.posts
    registered = office.registered
    person, post = who[:, None], np.arange(len(posts))[None, :]
    weight = np.exp(
        assumed("listing_fit") * np.maximum(truth.fit(person, post), truth.wish(person, post))
        + assumed("listing_wage") * np.clip(truth.wage_gap(person, post), -1, 0)
        - assumed("listing_distance")
        * np.minimum(np.hypot(*(np.moveaxis(workers.xy[person] - posts.xy[post], -1, 0))) / 10, 4.0)
    )
    age = ((day - registered.birth[who]).astype(np.int64) / DAYS_PER_YEAR)[:, None]
    female = registered.female[who][:, None]
    barred = np.array(posts.sex_required == "male") & female
    barred |= np.array(posts.sex_required == "female") & ~female
    barred |= (age < posts.age_min) | (np.floor(age) > posts.age_max)
    barred |= (posts.posted > day[:, None]) | (posts.expires < day[:, None])
    barred |= office.past.taken >= posts.headcount
    barred |= office.past.known[who]
    barred |= workers.level[who][:, None] < posts.level_min
    barred |= posts.is_welfare & ~registered.may_take_welfare[who][:, None]
    return np.where(barred, 0.0, weight)


def draw_lists(rng: np.random.Generator, weights: NDArray[np.float64]) -> Lists:
    """A list for every session: posts drawn one after another by their weights.

    Each post waits an exponential time with its weight as rate; the first few arrive. Given the
    arrival of the first post left out, each shown post would have been in with the chance logged,
    so dividing by it weighs shown lists without bias.

    Source:
        Cohen, Kaplan: Summarizing data using bottom-k sketches, PODC 2007 (rank conditioning).
    """
    length = min(assumed_count("list_length"), weights.shape[1] - 1)
    with np.errstate(divide="ignore"):
        arrival = rng.exponential(size=weights.shape) / weights
    first = np.argpartition(arrival, length, axis=1)[:, : length + 1]
    order = np.argsort(np.take_along_axis(arrival, first, axis=1), axis=1)
    first = np.take_along_axis(first, order, axis=1)
    times = np.take_along_axis(arrival, first, axis=1)
    session, rank = np.nonzero(np.isfinite(times[:, :length]))
    vacancy = first[session, rank]
    left_out = times[session, length]
    return Lists(
        session=session,
        vacancy=vacancy,
        rank=rank + 1,
        propensity=-np.expm1(-weights[session, vacancy] * left_out),
    )


def _follow(
    rng: np.random.Generator, office: _Office, shown: Lists, who: Positions, day: Days
) -> None:
    """What came of the lists of one round; adds rows and jobs to the history."""
    truth, past = office.truth, office.past
    person, post = who[shown.session], shown.vacancy
    n = len(person)
    accepts, hires = truth.accept(person, post), truth.hire(person, post)
    viewed = rng.random(n) < assumed("view_first") * assumed("view_decay") ** (shown.rank - 1)
    would = rng.random(n) < accepts
    applied = viewed & would
    urged = ~applied & (rng.random(n) < assumed("urged_share"))
    referred = _first_of(shown.session, applied, assumed_count("referrals_most")) | urged
    past.known[person, post] |= applied | referred
    went = referred & would & (rng.random(n) < assumed("interviewed_share"))
    wanted = went & (rng.random(n) < hires)
    steps = _days_of_steps(rng, day[shown.session])
    np.fmax.at(past.last_seen, person, np.where(referred, steps["hired"], day[shown.session]))
    declined = wanted & (rng.random(n) < assumed("offer_declined"))
    first = _first_of(shown.session, wanted & ~declined, 1)
    hired = first & _has_place(past.taken, office.posts, post, first)
    elsewhere = wanted & ~declined & ~first
    log = _Log(past, person, post, pick(rng, "channel", n), shown)
    log.add("shown", np.ones(n, bool), day[shown.session])
    log.add("viewed", viewed, day[shown.session])
    log.add("applied", applied, steps["applied"])
    log.add("referred", referred, steps["referred"])
    log.add("interviewed", went, steps["interviewed"])
    log.add("offered", wanted, steps["answered"])
    log.add("hired", hired, steps["hired"])
    reason, just = _reasons(rng, truth, person, post)
    reason[elsewhere], just[elsewhere] = TOOK_ANOTHER, True
    refused = (referred & ~would) | declined | elsewhere
    log.add("refused_by_person", refused, steps["answered"], reason, just)
    reason = _employer_reasons(rng, truth, person, post)
    reason[first & ~hired] = FILLED
    turned_down = (went & ~wanted) | (first & ~hired)
    log.add("refused_by_employer", turned_down, steps["answered"], reason)
    happened = hired & (steps["hired"] < days(office.on))
    _start_jobs(rng, past, log, happened, steps["hired"], accepts * hires)


def _first_of(session: Positions, rows: NDArray[np.bool_], most: int) -> NDArray[np.bool_]:
    """The first `most` of these rows in each session."""
    before = np.cumsum(rows)
    start = np.searchsorted(session, session, side="left")
    earlier = np.where(start > 0, before[start - 1], 0)
    return rows & (before - earlier <= most)


def _has_place(
    taken: Positions, posts: Posts, post: Positions, hired: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which of these hires still found a place; rows stand in order of time."""
    order = np.argsort(post, kind="stable")
    counted = _first_of_counts(post[order], hired[order])
    free = (posts.headcount - taken)[post[order]]
    fits = np.empty(len(post), bool)
    fits[order] = counted <= free
    np.add.at(taken, post[hired & fits], 1)
    return fits


def _first_of_counts(group: Positions, rows: NDArray[np.bool_]) -> Positions:
    """The running number of each row inside its group, groups together."""
    before = np.cumsum(rows)
    start = np.searchsorted(group, group, side="left")
    return before - np.where(start > 0, before[start - 1], 0)


def _days_of_steps(rng: np.random.Generator, day: Days) -> dict[str, Days]:
    """The days of the steps after a session, one after another."""
    made, at = {}, day
    for step in ("applied", "referred", "interviewed", "answered", "hired"):
        wait = rng.integers(0, assumed_count(f"wait_{step}_to") + 1, len(day))
        at = at + wait.astype("timedelta64[D]")
        made[step] = at
    return made


@dataclass(frozen=True, slots=True, eq=False)
class _Log:
    """Adds rows about the pairs of one round to the history."""

    history: History
    person: Positions
    post: Positions
    channel: NDArray[np.object_]
    shown: Lists

    def add(
        self,
        stage: str,
        rows: NDArray[np.bool_],
        day: Days,
        reason: NDArray[np.object_] | None = None,
        just_cause: NDArray[np.object_] | None = None,
    ) -> None:
        """One row of the stage for every pair in `rows`; lists carry rank and chance."""
        listed = stage == "shown"
        self.history.parts.append(
            pd.DataFrame(
                {
                    "person_at": self.person[rows],
                    "vacancy_at": self.post[rows],
                    "stage": stage,
                    "on": day[rows],
                    "channel": self.channel[rows],
                    "reason": None if reason is None else reason[rows],
                    "just_cause": None if just_cause is None else just_cause[rows],
                    "rank_shown": self.shown.rank[rows] if listed else np.nan,
                    "propensity": self.shown.propensity[rows] if listed else np.nan,
                }
            ).astype({"reason": object, "just_cause": object})
        )


def _reasons(
    rng: np.random.Generator, truth: CityTruth, person: Positions, post: Positions
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Why a person says no: what weighs most against the post, and whether the cause is just."""
    against = np.stack(
        [
            -assumed("accept_wage") * truth.wage_gap(person, post),
            assumed("accept_distance") * truth.distance(person, post),
            assumed("accept_wish") * (1 - truth.wish(person, post)),
            rng.exponential(assumed("reason_family"), len(person)),
            rng.exponential(assumed("reason_health"), len(person)),
        ]
    )
    texts = np.array(["工资偏低", "路途太远", "工种不对口", "家中有人需要照顾", "身体原因"], object)
    chosen = against.argmax(axis=0)
    return texts[chosen], (chosen >= 3).astype(object)


def _employer_reasons(
    rng: np.random.Generator, truth: CityTruth, person: Positions, post: Positions
) -> NDArray[np.object_]:
    against = np.stack(
        [
            1 - truth.coverage(person, post),
            1 - truth.fit(person, post),
            rng.exponential(0.5, len(person)),
        ]
    )
    texts = np.array(["技能不符", "缺少相关经验", "面试未通过"], object)
    chosen = texts[against.argmax(axis=0)]
    return np.asarray(chosen, object)


def _start_jobs(
    rng: np.random.Generator,
    history: History,
    log: _Log,
    hired: NDArray[np.bool_],
    start: Days,
    match: NDArray[np.float64],
) -> None:
    """The jobs of the round: a good match lasts, the others end after some weeks."""
    who, first = log.person[hired], start[hired]
    stays = rng.random(len(who)) < expit(
        assumed("stay_base") + assumed("stay_match") * logit(np.clip(match[hired], 0.01, 0.99))
    )
    short = rng.exponential(assumed("short_job_days"), len(who)).astype(np.int64) + 7
    left = np.where(stays, NEVER, first + short.astype("timedelta64[D]"))
    history.hired_on[who], history.left_on[who] = first, left
    lasted = first + np.timedelta64(assumed_count("retained_after_days"), "D")
    kept = hired.copy()
    kept[hired] = np.isnat(left) | (left >= lasted)
    day = start + np.timedelta64(assumed_count("retained_after_days"), "D")
    log.add("retained", kept, day)
