"""The registers of persons and households: what the office knows of the lives behind them.

Cells are codes of the catalogue; the writer puts them into Chinese. What was never asked is
missing, at the rates of the rows `unknown.*` in the assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import assumed, days, shares, table
from matcher.demo.basis.cells import forget, iso, joined, told
from matcher.demo.basis.geography import Ground
from matcher.demo.basis.made_up import made_up_phones
from matcher.demo.basis.trades import trades, words_of
from matcher.demo.people.households import Households, Members
from matcher.demo.people.identity import made_up_addresses, made_up_id_numbers, made_up_names
from matcher.demo.people.lives import RETIRED, UNABLE, UNWILLING, WORKER, Workers
from matcher.demo.people.standing import Spells, Standing
from matcher.domain.kinds import Kind
from matcher.reference.codes import code_list
from matcher.reference.columns import LIST_SEPARATOR, conform

STEP_YUAN = 100
OTHER_CITY = "3207"


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Everything that was drawn about the people of the city.

    Attributes:
        category: (n,) statutory retirement category of each member.
        condition: (n,) CHILD … WORKER.
        education: (n,) codes, None for children.
    """

    households: Households
    members: Members
    category: NDArray[np.object_]
    condition: NDArray[np.int64]
    education: NDArray[np.object_]
    workers: Workers
    spells: Spells
    standing: Standing


def persons_frame(
    rng: np.random.Generator, ground: Ground, people: People, on: date
) -> pd.DataFrame:
    """Every member of every household as the register has them, and facts under their own name."""
    members, n = people.members, len(people.members)
    home = members.household
    area = ground.streets[people.households.street_at][home]
    frame = pd.DataFrame(
        {
            "person_id": [f"P{at:06d}" for at in range(1, n + 1)],
            "name": made_up_names(rng, members),
            "id_number": told(
                rng.random(n) < assumed("known_id_number"), made_up_id_numbers(members)
            ),
            "phone": told(members.age >= assumed("grown_up_age"), made_up_phones(rng, n)),
            "address": made_up_addresses(rng, people.households, ground.streets)[home],
            "sex": np.where(members.female, "female", "male"),
            "birth_date": iso(members.birth),
            "area_code": area,
            "registered_area_code": _registered_areas(ground, people)[home],
            "household_id": household_ids(len(people.households))[home],
            "relation": members.relation,
            "seeks_work": people.standing.seeks,
            "hukou_kind": np.where(people.households.kind[home] == "urban", "urban", "rural"),
            "education": people.education,
        }
    )
    parts = [_standing_columns(rng, people), _life_columns(rng, people, on)]
    parts.append(_fact_columns(rng, people))
    frame = pd.concat([frame, *map(pd.DataFrame, parts)], axis=1)
    return conform(Kind.PERSONS, forget(rng, frame))


def _registered_areas(ground: Ground, people: People) -> NDArray[np.object_]:
    """(h,) where each household is registered: its county, or another city of the province."""
    households = people.households
    return np.where(
        households.registered_elsewhere, OTHER_CITY, ground.county(households.street_at)
    )


def household_ids(h: int) -> NDArray[np.object_]:
    """(h,) ids in order."""
    return np.array([f"H{at:05d}" for at in range(1, h + 1)], object)


def _standing_columns(rng: np.random.Generator, people: People) -> dict[str, object]:
    """What law asks about: health, joblessness, will and ability, tags."""
    members, condition, n = people.members, people.condition, len(people.members)
    grown = np.isin(condition, [RETIRED, UNABLE, UNWILLING, WORKER])
    worker = condition == WORKER
    disabled = rng.random(n) < np.where(
        condition == UNABLE, assumed("disabled_unable"), assumed("disabled_other")
    )
    health = np.where(condition == UNABLE, "limited", "able").astype(object)
    health[worker & (rng.random(n) < assumed("limited_worker"))] = "limited"
    health[(condition == UNABLE) & (rng.random(n) < assumed("cannot_go_out"))] = "cannot_go_out"
    since, registered = people.standing.since, np.full(n, np.datetime64("NaT", "D"))
    spells = people.spells
    shown = np.where(spells.is_registered, spells.registered_on, np.datetime64("NaT", "D"))
    registered[people.workers.member] = shown
    registered[~people.standing.seeks] = np.datetime64("NaT", "D")
    ownership, weights = shares("ownership")
    owner = np.array(ownership, object)[rng.choice(len(ownership), n, p=weights)]
    laid_off = (
        worker
        & np.isin(owner, ["state_owned", "collective"])
        & (members.age >= assumed("older_from_age"))
    )
    number = np.array([f"SC{at:012d}" for at in range(n)], object)
    return {
        "health": told(grown, health),
        "disability": told(grown, disabled),
        "unemployed_since": iso(since),
        "unemployment_registered_on": iso(registered),
        "laid_off": told(worker, laid_off),
        "former_employer_ownership": told(worker, owner),
        "able_to_work": told(grown, condition != UNABLE),
        "wants_to_work": told(grown, np.isin(condition, [WORKER, UNABLE])),
        "not_choosy": told(worker, rng.random(n) < assumed("not_choosy")),
        "certificate_no": told(~np.isnat(registered), number),
        "dibao": people.standing.dibao[members.household],
        "employment_state": people.standing.state,
        "group_tags": _tags(disabled & grown, people),
    }


def _tags(disabled: NDArray[np.bool_], people: People) -> NDArray[np.object_]:
    """Group tags as an office notes them; they decide nothing, the law does."""
    graduate = np.isin(people.education, ["junior_college", "bachelor", "master"])
    young = people.members.age < assumed("graduate_until_age")
    marks = np.stack(
        [
            disabled,
            graduate & young & people.standing.seeks,
            people.households.single_parent[people.members.household]
            & (people.members.relation == "head"),
        ],
        axis=1,
    )
    return joined(marks, np.array(["残疾人", "高校毕业生", "单亲家庭"], object))


def _life_columns(rng: np.random.Generator, people: People, on: date) -> dict[str, object]:
    """The work profile of those who can and want to work; missing for the others."""
    workers, n = people.workers, len(people.members)
    w = len(workers)
    made = trades()
    done, wanted = _job_words(rng, workers)
    asked = np.round(workers.wage_reserved / STEP_YUAN) * STEP_YUAN
    km = np.maximum(np.round(workers.reach_km), 1.0)
    certificates = workers.certificates & (rng.random((w, 1)) >= assumed("unlisted_certificates"))
    skills = workers.skills & (rng.random(workers.skills.shape) >= assumed("unlisted_skill"))
    graduated = days(on).astype("datetime64[Y]").astype(np.int64) + 1970
    ages = people.members.age[workers.member]
    left_school = np.array([16, 16, 18, 19, 21, 22, 25, 29])[workers.level]
    courses = table("courses")["name"].str.replace(r"（.*）", "", regex=True).to_numpy(object)
    profile: dict[str, object] = {
        "major": told(workers.level >= 4, made.frame["zh"].to_numpy(object)[workers.trade]),
        "graduate_year": pd.array(
            (graduated - np.maximum(ages - left_school, 0)).astype(np.int64), "Int64"
        ),
        "skills": joined(skills, made.skills),
        "certificates": joined(certificates, made.certificates),
        "occupations_done": done,
        "experience_months": pd.array(workers.experience_months, "Int64"),
        "occupations_wanted": wanted,
        "wage_wanted": pd.array(asked.astype(np.int64), "Int64"),
        "work_forms_wanted": joined(workers.forms, np.array(code_list("work_form").codes, object)),
        "max_commute_km": km,
        "training_wishes": told(
            rng.random(w) < assumed("training_wish"), courses[rng.integers(0, len(courses), w)]
        ),
        "startup_wish": rng.random(w) < assumed("startup_wish"),
        "consent": rng.random(w) < assumed("consent"),
    }
    return {
        name: pd.Series(values).set_axis(workers.member).reindex(range(n))
        for name, values in profile.items()
    }


def _job_words(
    rng: np.random.Generator, workers: Workers
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Jobs done and jobs wanted: by code as officers note them, or in the words of the trade."""
    words = [words_of(cell) for cell in trades().frame["job_words"]]
    codes = trades().frame["occupation_code"].tolist()
    in_words = rng.random(len(workers)) < assumed("jobs_in_words")
    drawn = rng.random((len(workers), 3))
    done, wanted = [], []
    for at, (first, second) in enumerate(
        zip(workers.trade.tolist(), workers.second_trade.tolist(), strict=True)
    ):
        wish = int(workers.wish[at])
        if in_words[at]:
            one = words[first][int(drawn[at, 0] * len(words[first]))]
            two = words[second][int(drawn[at, 1] * len(words[second]))]
            first_wish = words[wish][int(drawn[at, 2] * len(words[wish]))]
        else:
            one, two, first_wish = codes[first], codes[second], codes[wish]
        done.append(LIST_SEPARATOR.join(dict.fromkeys([one, two])))
        wanted.append(LIST_SEPARATOR.join(dict.fromkeys([first_wish, two])))
    worked = workers.experience_months >= assumed("no_job_done_months")
    return told(worked, done), np.array(wanted, object)


def _fact_columns(rng: np.random.Generator, people: People) -> dict[str, object]:
    """Facts of the policy vocabulary that have no column of their own, under their own name."""
    members, condition, n = people.members, people.condition, len(people.members)
    worker = condition == WORKER
    older = members.age >= assumed("older_from_age")
    holds = rng.random(n) < np.where(
        older, assumed("holds_certificate_older"), assumed("holds_certificate_younger")
    )
    single = people.households.single_parent[members.household] & (members.relation == "head")
    registered = np.zeros(n, bool)
    registered[people.workers.member] = people.spells.is_registered
    stable = rng.random(n) < assumed("job_is_stable")
    at_work = worker & ~people.standing.seeks
    graduate = np.isin(people.education, ["junior_college", "bachelor", "master", "doctor"])
    answers = {
        "holds_reemployment_certificate": told(worker, holds),
        "registered_unemployed": told(people.standing.seeks, registered),
        "employment_stable": told(at_work, stable),
        "single_parent_family": told(worker, single),
        "college_graduate": told(worker, graduate),
    }
    category = told(worker & members.female, people.category)
    return {"retirement_category": category} | {
        name: pd.Series(values, dtype="boolean") for name, values in answers.items()
    }


def households_frame(rng: np.random.Generator, ground: Ground, people: People) -> pd.DataFrame:
    """The households as the register has them."""
    households, standing = people.households, people.standing
    h = len(households)
    frame = pd.DataFrame(
        {
            "household_id": household_ids(h),
            "area_code": ground.streets[households.street_at],
            "registered_area_code": _registered_areas(ground, people),
            "household_kind": households.kind,
            "members_complete": rng.random(h) >= assumed("members_incomplete"),
            "per_capita_income": standing.income,
            "business_income": standing.business_income,
            "investment_income": standing.investment_income,
            "dibao": standing.dibao,
            "state": standing.household_state,
            **{f"{step}_on": iso(day) for step, day in standing.dates.items()},
            "has_local_registration": ~households.registered_elsewhere,
        }
    )
    return conform(Kind.HOUSEHOLDS, forget(rng, frame))
