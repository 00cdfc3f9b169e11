"""Features of the work itself: profile against post."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.features.registry import Column, feature
from matcher.ranking.pairs import NOTHING_SHARED, Overlap, Pairs


def _share(part: Column, whole: Column, known: NDArray[np.bool_]) -> Column:
    share = np.full(len(part), np.nan, dtype=np.float32)
    np.divide(part, whole, out=share, where=known)
    return np.clip(share, 0, 1)


def _both_stated(sets: Overlap) -> NDArray[np.bool_]:
    return (sets.person > 0) & (sets.vacancy > 0)


def _same(person: NDArray[np.integer], vacancy: NDArray[np.integer]) -> Column:
    known = (person >= 0) & (vacancy >= 0)
    return np.where(known, (person == vacancy).astype(np.float32), np.float32(np.nan))


def _known(values: NDArray[np.integer]) -> Column:
    return np.where(values >= 0, values.astype(np.float32), np.float32(np.nan))


@feature(
    group="occupation",
    unit="steps in the occupation tree",
    between=(0, NOTHING_SHARED),
    source="persons.occupations_wanted, vacancies.occupation_code",
)
def occupation_wanted_distance(pairs: Pairs) -> Column:
    """From the nearest occupation wanted to the one offered."""
    return pairs.occupation_distance(pairs.jobseekers.occupations_wanted)


@feature(
    group="occupation",
    unit="steps in the occupation tree",
    between=(0, NOTHING_SHARED),
    source="persons.occupations_done, vacancies.occupation_code",
)
def occupation_done_distance(pairs: Pairs) -> Column:
    """From the nearest occupation done before to the one offered."""
    return pairs.occupation_distance(pairs.jobseekers.occupations_done)


@feature(
    group="text",
    unit="cosine of idf vectors",
    between=(0, 1),
    source="persons: skills, certificates, occupations, major; vacancies: title, skills",
)
def text_cosine(pairs: Pairs) -> Column:
    """How alike the words of profile and post are."""
    sets = pairs.text
    return _share(sets.shared, np.sqrt(sets.person * sets.vacancy), _both_stated(sets))


@feature(
    group="skills",
    unit="share by idf",
    between=(0, 1),
    source="persons.skills, vacancies.skills_wanted",
)
def skills_covered(pairs: Pairs) -> Column:
    """How much of what the post wants the person can do."""
    return _share(pairs.skills.shared, pairs.skills.vacancy, _both_stated(pairs.skills))


@feature(
    group="skills",
    unit="share by idf",
    between=(0, 1),
    source="persons.skills, vacancies.skills_wanted",
)
def skills_used(pairs: Pairs) -> Column:
    """How much of what the person can do the post uses."""
    return _share(pairs.skills.shared, pairs.skills.person, _both_stated(pairs.skills))


@feature(
    group="certificates",
    unit="share",
    between=(0, 1),
    source="persons.certificates, vacancies.certificates_required",
)
def certificates_covered(pairs: Pairs) -> Column:
    """How many of the certificates required are held; missing where either side names none."""
    sets = pairs.certificates
    return _share(sets.shared, sets.vacancy, _both_stated(sets))


@feature(
    group="skills",
    unit="share by idf",
    between=(0, 1),
    source="persons.skills, vacancies.skills_wanted",
)
def skills_lacking(pairs: Pairs) -> Column:
    """How much of what the post wants the person lacks; 0 where it wants nothing."""
    return _lacking(pairs.skills)


@feature(
    group="certificates",
    unit="share",
    between=(0, 1),
    source="persons.certificates, vacancies.certificates_required",
)
def certificates_lacking(pairs: Pairs) -> Column:
    """How many of the certificates required are not held; 0 where none is required."""
    return _lacking(pairs.certificates)


def _lacking(sets: Overlap) -> Column:
    """The share wanted and not there; missing where something is wanted and nothing was stated."""
    share = 1 - _share(sets.shared, sets.vacancy, _both_stated(sets))
    return np.where(sets.vacancy > 0, share, np.float32(0))


@feature(
    group="wage",
    unit="share of the wage wanted",
    between=(-1, 2),
    source="persons.wage_wanted, vacancies.wage_min, vacancies.wage_max",
)
def wage_gap(pairs: Pairs) -> Column:
    """The middle of the range offered, over or under the wage wanted; over 2 counts as 2."""
    wanted = pairs.jobseekers.wage_wanted[pairs.person_at]
    gap = np.full(len(pairs), np.nan, dtype=np.float32)
    np.divide(pairs.wage_offered - wanted, wanted, out=gap, where=wanted > 0)
    return np.clip(gap, -1, 2)


@feature(
    group="wage",
    unit="share of the wage wanted",
    between=(-1, 2),
    source="persons.wage_wanted, vacancies.wage_max",
)
def wage_top_gap(pairs: Pairs) -> Column:
    """The most the post says it pays, over or under the wage wanted; over 2 counts as 2."""
    wanted = pairs.jobseekers.wage_wanted[pairs.person_at]
    gap = np.full(len(pairs), np.nan, dtype=np.float32)
    top = pairs.vacancies.wage_max[pairs.vacancy_at]
    np.divide(top - wanted, wanted, out=gap, where=wanted > 0)
    return np.clip(gap, -1, 2)


@feature(
    group="distance",
    unit="km",
    between=(0, 6000),
    source="persons.area_code, vacancies.area_code",
)
def distance_km(pairs: Pairs) -> Column:
    """Between the centroids of the two counties, so 0 inside one county."""
    return pairs.distance_km.astype(np.float32)


@feature(
    group="distance",
    unit="km",
    between=(-6000, 6000),
    source="persons.max_commute_km, persons.area_code, vacancies.area_code",
)
def commute_margin_km(pairs: Pairs) -> Column:
    """The longest way accepted less the distance; missing inside one county, where 0 says little.

    The limit is what the person said, not a rule; the hard filter is screening's.
    """
    accepted = pairs.jobseekers.max_commute_km[pairs.person_at]
    away = np.where(pairs.distance_km > 0, pairs.distance_km, np.nan)
    return np.clip(accepted - away, -6000, 6000).astype(np.float32)


@feature(
    group="distance",
    unit="share of the longest way accepted",
    between=(0, 10),
    source="persons.max_commute_km, persons.area_code, vacancies.area_code",
)
def commute_share(pairs: Pairs) -> Column:
    """The distance over the longest way accepted, so 0 inside one county; over 10 counts as 10."""
    accepted = pairs.jobseekers.max_commute_km[pairs.person_at]
    share = np.full(len(pairs), np.nan, dtype=np.float32)
    np.divide(pairs.distance_km, accepted, out=share, where=accepted > 0)
    return np.clip(share, 0, 10)


@feature(
    group="distance",
    unit="yes 1, no 0",
    between=(0, 1),
    source="persons.area_code, vacancies.area_code",
)
def same_street(pairs: Pairs) -> Column:
    """Home and post in one street."""
    person, vacancy = pairs.jobseekers.places.street, pairs.vacancies.places.street
    return _same(person[pairs.person_at], vacancy[pairs.vacancy_at])


@feature(
    group="distance",
    unit="yes 1, no 0",
    between=(0, 1),
    source="persons.area_code, vacancies.area_code",
)
def same_county(pairs: Pairs) -> Column:
    """Home and post in one county or district."""
    person, vacancy = pairs.jobseekers.places.county, pairs.vacancies.places.county
    return _same(person[pairs.person_at], vacancy[pairs.vacancy_at])


@feature(
    group="distance",
    unit="yes 1, no 0",
    between=(0, 1),
    source="persons.area_code, vacancies.area_code",
)
def same_city(pairs: Pairs) -> Column:
    """Home and post in one city."""
    person, vacancy = pairs.jobseekers.places.city, pairs.vacancies.places.city
    return _same(person[pairs.person_at], vacancy[pairs.vacancy_at])


@feature(
    group="education",
    unit="levels of the ladder",
    between=(-6, 6),
    source="persons.education, vacancies.education_min",
)
def education_margin(pairs: Pairs) -> Column:
    """Levels over or under what the post asks; a post that asks none counts as the lowest."""
    held = _known(pairs.jobseekers.education[pairs.person_at])
    asked = _known(pairs.vacancies.education_min[pairs.vacancy_at])
    return held - np.maximum(asked, 1)


@feature(
    group="experience",
    unit="months",
    between=(-600, 600),
    source="persons.experience_months, vacancies.experience_months_min",
)
def experience_margin(pairs: Pairs) -> Column:
    """Months of work over or under what the post asks."""
    held = _known(pairs.jobseekers.experience_months[pairs.person_at])
    asked = _known(pairs.vacancies.experience_months_min[pairs.vacancy_at])
    margin: Column = np.clip(held - asked, -600, 600)
    return margin


@feature(
    group="work_form",
    unit="yes 1, no 0",
    between=(0, 1),
    source="persons.work_forms_wanted, vacancies.work_form",
)
def work_form_fit(pairs: Pairs) -> Column:
    """Is the post's form of work one that the person named."""
    wanted = pairs.jobseekers.work_forms[pairs.person_at].astype(np.int16)
    offered = pairs.vacancies.work_form[pairs.vacancy_at].astype(np.int16)
    known = (wanted > 0) & (offered >= 0)
    fits = (wanted >> np.maximum(offered, 0)) & 1
    return np.where(known, fits.astype(np.float32), np.float32(np.nan))


@feature(
    group="freshness",
    unit="days",
    between=(0, 3650),
    source="vacancies.posted_on",
)
def days_since_posted(pairs: Pairs) -> Column:
    """How long the posting has stood; one that starts in the future counts as new."""
    posted = pairs.vacancies.posted_on[pairs.vacancy_at].astype("datetime64[D]")
    days = (np.datetime64(pairs.on, "D") - posted).astype(np.float32)
    return np.where(np.isnat(posted), np.float32(np.nan), np.clip(days, 0, 3650))


@feature(
    group="headcount",
    unit="openings",
    between=(0, 1000),
    source="vacancies.headcount, outcomes",
)
def openings(pairs: Pairs) -> Column:
    """Places still open; over 1000 counts as 1000."""
    left: Column = np.minimum(_known(pairs.vacancies.places_left[pairs.vacancy_at]), 1000)
    return left
