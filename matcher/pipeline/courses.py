"""Courses for a person and for districts: wish, posts opened, seats and entitlement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.decision import Verdict
from matcher.domain.kinds import Kind
from matcher.domain.match import Reason
from matcher.domain.scope import Scope
from matcher.explanation.unlock.districts import by_district
from matcher.explanation.unlock.sentences import Said, course_reason
from matcher.explanation.unlock.taught import Taught, open_courses, taught_by
from matcher.explanation.unlock.trained import after_courses
from matcher.explanation.unlock.unlocked import Unlocked, unlocked_posts
from matcher.pipeline.law.deciding import Question, decided_about
from matcher.pipeline.matching import rank_for_persons
from matcher.pipeline.snapshot import Snapshot
from matcher.policy.engine.kleene import MET, NOT_MET
from matcher.ranking.order import order_pairs
from matcher.ranking.ranker import Ranker, score_pairs
from matcher.reference.areas import areas
from matcher.store.store import Store
from matcher.text.normalise import normalise

OFFER = "training_offer"
LIST = 10
"""Posts that a person is expected to be referred to; gain is counted over so many."""

PERSONS_A_CHUNK = 2_000
FREE_GROUPS = {"零就业家庭成员": "zef_member", "就业困难人员": "recognised_hard_to_employ"}
"""Groups a course names as free of charge, and the fact that says who is one of them."""


@dataclass(frozen=True, slots=True)
class CourseAdvice:
    """One course for one person.

    Attributes:
        wished: whether the person asked for it.
        posts, openings: posts gained, and the places they have left.
        gain: more successful referrals expected from the first `LIST` posts, by the ranker.
        opened: ids of the posts gained, those of the best scores first.
        free: whether it is free for this person; None not stated or not known.
        reasons: in the order they are read.
    """

    course_id: str
    name: str
    area_code: str | None
    starts_on: str | None
    seats: int | None
    wished: bool
    posts: int
    openings: int
    gain: float
    opened: tuple[str, ...]
    free: bool | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PersonCourses:
    """Courses for a person, best first, and what the law of the place offers in training."""

    person_id: str
    courses: tuple[CourseAdvice, ...]
    entitlement: Verdict


def courses_for(
    store: Store, scope: Scope, snapshot: Snapshot, ranker: Ranker, person_id: str
) -> PersonCourses:
    """Every course the person can still join: wished ones first, then by expected gain.

    Raises:
        NotFound: no such jobseeker.
    """
    person = snapshot.person(person_id)
    courses = open_courses(store.frame(Kind.COURSES), np.datetime64(snapshot.market.on))
    taught = taught_by(courses, snapshot.market.terms)
    unlocked = _unlocked(snapshot, taught, np.array([person], np.int32))
    score, gain = _gains(snapshot, ranker, taught, person, unlocked)
    wishes = _wishes(snapshot, person)
    advice = [
        _advice(snapshot, person, row, _Opened(unlocked, score, at), gain[at], wishes)
        for at, row in enumerate(courses.to_dict("records"))
    ]
    advice.sort(key=lambda each: (not each.wished, -each.gain, -each.posts, each.course_id))
    question = Question(decision=OFFER, on=snapshot.market.on, person_id=person_id)
    verdict = decided_about(store, scope, question).verdict(0)
    return PersonCourses(person_id, tuple(advice), verdict)


def courses_by_district(store: Store, snapshot: Snapshot) -> pd.DataFrame:
    """Per district the courses by the zero-employment households they serve; see `by_district`."""
    courses = open_courses(store.frame(Kind.COURSES), np.datetime64(snapshot.market.on))
    taught = taught_by(courses, snapshot.market.terms)
    members = np.flatnonzero(snapshot.entitlement.zero_employment).astype(np.int32)
    chunks = [
        _unlocked(snapshot, taught, members[at : at + PERSONS_A_CHUNK])
        for at in range(0, max(len(members), 1), PERSONS_A_CHUNK)
    ]
    every = Unlocked(
        np.concatenate([each.person_at for each in chunks]),
        np.concatenate([each.course_at for each in chunks]),
        np.concatenate([each.vacancy_at for each in chunks]),
    )
    return by_district(snapshot.market, snapshot.entitlement.zero_employment, courses, every)


def _unlocked(snapshot: Snapshot, taught: Taught, persons: NDArray[np.int32]) -> Unlocked:
    entitlement = snapshot.entitlement
    return unlocked_posts(
        snapshot.market,
        entitlement.welfare,
        taught,
        persons,
        working_age_min=entitlement.working_age_min,
    )


def _gains(
    snapshot: Snapshot, ranker: Ranker, taught: Taught, person: int, unlocked: Unlocked
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """(scores of the posts opened, per course what the best `LIST` scores sum to beyond today)."""
    market, n = snapshot.market, len(taught)
    every = np.arange(n, dtype=np.int32)
    who = np.full(n, person, np.int32)
    after, _ = after_courses(market, snapshot.entitlement.welfare, taught, who, every)
    opened = score_pairs(
        ranker,
        after.jobseekers,
        market.vacancies,
        market.terms,
        unlocked.course_at,
        unlocked.vacancy_at,
        on=market.on,
    )
    today = rank_for_persons(snapshot, ranker, top=LIST, persons=who[:1])
    # Without the past, as the posts opened are: both sides of the difference by one model.
    now = score_pairs(
        ranker,
        market.jobseekers,
        market.vacancies,
        market.terms,
        today.person_at,
        today.vacancy_at,
        on=market.on,
    )
    course = np.concatenate([np.repeat(every, len(now)), unlocked.course_at])
    score = np.concatenate([np.tile(now, n), opened])
    vacancy = np.concatenate([np.tile(today.vacancy_at, n), unlocked.vacancy_at])
    best = order_pairs(course, score, vacancy, n=LIST)
    summed = np.bincount(course[best], weights=score[best], minlength=n).astype(np.float64)
    return opened, summed - float(now.sum())


@dataclass(frozen=True, slots=True)
class _Opened:
    """The posts one course opens, and their scores."""

    unlocked: Unlocked
    score: NDArray[np.float32]
    course: int

    def best_first(self) -> NDArray[np.int32]:
        """Positions of the vacancies."""
        here = self.unlocked.course_at == self.course
        vacancy, score = self.unlocked.vacancy_at[here], self.score[here]
        return np.asarray(vacancy[np.lexsort((vacancy, -score))])


def _wishes(snapshot: Snapshot, person: int) -> tuple[str, ...]:
    terms = snapshot.market.jobseekers.training_wishes.row(person)
    return tuple(snapshot.market.terms.words[at] for at in terms)


def _advice(
    snapshot: Snapshot,
    person: int,
    course: dict[Any, Any],
    opened: _Opened,
    gain: float,
    wishes: tuple[str, ...],
) -> CourseAdvice:
    posts = opened.best_first()
    left = snapshot.market.vacancies.places_left[posts]
    known = {name: None if pd.isna(value) else value for name, value in course.items()}
    words = [normalise(str(known["name"]))]
    words += [normalise(each) for each in str(known["skills_taught"] or "").split(";") if each]
    wished = [wish for wish in wishes if any(wish in word for word in words)]
    free, groups = _free(snapshot, person, known["free_for"])
    openings = int(np.maximum(left, 1).sum())
    told = _reasons(snapshot, person, known, wished, posts, gain)
    return CourseAdvice(
        course_id=str(known["course_id"]),
        name=str(known["name"]),
        area_code=known["area_code"],
        starts_on=known["starts_on"],
        seats=None if known["seats"] is None else int(known["seats"]),
        wished=bool(wished),
        posts=len(posts),
        openings=openings,
        gain=round(float(gain), 6),
        opened=tuple(snapshot.market.vacancies.ids[posts].tolist()),
        free=free,
        reasons=(*told, _free_reason(free, groups)),
    )


def _reasons(
    snapshot: Snapshot,
    person: int,
    course: dict[Any, Any],
    wished: list[str],
    posts: NDArray[np.int32],
    gain: float,
) -> Iterator[Reason]:
    if wished:
        yield course_reason(Said.WISHED, wish="、".join(wished))
    if len(posts):
        vacancies = snapshot.market.vacancies
        openings = int(np.maximum(vacancies.places_left[posts], 1).sum())
        example = str(vacancies.titles[posts[0]])
        yield course_reason(Said.OPENS_POSTS, posts=len(posts), openings=openings, example=example)
        yield course_reason(Said.GAIN, gain=float(gain), list=LIST)
    else:
        yield course_reason(Said.OPENS_NO_POST)
    if course["seats"] is None:
        yield course_reason(Said.SEATS_UNKNOWN)
    else:
        yield course_reason(Said.SEATS, seats=int(course["seats"]))
    county = str(course["area_code"] or "")[:6]
    if areas().exists(county):
        home = int(snapshot.market.jobseekers.places.county[person])
        here = Said.SAME_COUNTY if str(home) == county else Said.OTHER_COUNTY
        yield course_reason(here, county=areas().name(county))
    if course["starts_on"] is not None:
        yield course_reason(Said.BEGINS, starts=course["starts_on"])


def _free(snapshot: Snapshot, person: int, stated: str | None) -> tuple[bool | None, str]:
    """(is it free for this person, the groups it is free for)."""
    groups = [each for each in (stated or "").split(";") if each]
    facts = [FREE_GROUPS[each] for each in groups if each in FREE_GROUPS]
    known = []
    for name in facts:
        truth = snapshot.entitlement.facts.truth(name)
        known.append(int(np.broadcast_to(truth, (len(snapshot.market.jobseekers),))[person]))
    listed = "、".join(groups)
    if MET in known:
        return True, listed
    if groups and len(facts) == len(groups) and all(each == NOT_MET for each in known):
        return False, listed
    return None, listed


def _free_reason(free: bool | None, groups: str) -> Reason:
    if not groups:
        return course_reason(Said.NOT_STATED)
    code = Said.FREE_UNKNOWN if free is None else (Said.FREE if free else Said.NOT_FREE)
    return course_reason(code, groups=groups)
