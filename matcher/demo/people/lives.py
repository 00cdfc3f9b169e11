"""Working lives: who can and wants to work, and what each worker is really able to do.

These are the latent facts. The files carry part of them; the hidden truth is made of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import assumed, days, shares
from matcher.demo.basis.geography import Ground
from matcher.demo.basis.trades import trades
from matcher.demo.people.households import Households, Members
from matcher.reference.codes import code_list
from matcher.reference.education import ladder
from matcher.reference.retirement import retirement_dates

CHILD, STUDENT, RETIRED, UNABLE, UNWILLING, WORKER = range(6)
"""The conditions of a member."""

MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True, eq=False)
class Workers:
    """The members who can and want to work, in the members' order.

    Attributes:
        member: (w,) positions among the members.
        trade, second_trade: (w,) positions in `trades()`; the second may equal the first.
        wish: (w,) the trade wanted first: the main one, or for some another, easy to enter.
        skill_level: (w,) float64, standard normal.
        reliability: (w,) float64, what employers find out and files do not say; in logits.
        education: (w,) codes; `level` their rung.
        experience_months: (w,) int64.
        wage_reserved: (w,) float64 yuan a month under which interest falls.
        reach_km: (w,) float64.
        xy: (w, 2) float64 km on the ground of the city.
        forms: (w, forms) bool over the code list work_form.
        skills, certificates: (w, words) bool over the words of `trades()`.
    """

    member: NDArray[np.int64]
    trade: NDArray[np.int64]
    second_trade: NDArray[np.int64]
    wish: NDArray[np.int64]
    skill_level: NDArray[np.float64]
    reliability: NDArray[np.float64]
    education: NDArray[np.object_]
    level: NDArray[np.int8]
    experience_months: NDArray[np.int64]
    wage_reserved: NDArray[np.float64]
    reach_km: NDArray[np.float64]
    xy: NDArray[np.float64]
    forms: NDArray[np.bool_]
    skills: NDArray[np.bool_]
    certificates: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.member)


def draw_categories(rng: np.random.Generator, members: Members) -> NDArray[np.object_]:
    """The statutory retirement category of each member: of women, the share of former cadres."""
    cadre = rng.random(len(members)) < assumed("women_retiring_as_cadres")
    return np.where(members.female, np.where(cadre, "woman_55", "woman_50"), "man").astype(object)


def draw_conditions(
    rng: np.random.Generator, members: Members, category: NDArray[np.object_], on: date
) -> NDArray[np.int64]:
    """(n,) CHILD … WORKER: what keeps each member from work, if anything.

    Past the statutory day almost all have retired; the others no longer look for work either.
    """
    n = len(members)
    retired = retirement_dates(members.birth, category, on) <= days(on)
    school = members.age < assumed("grown_up_age")
    studying = (members.age < assumed("student_until_age")) & (
        rng.random(n) < assumed("student_share")
    )
    unable = rng.random(n) < np.where(
        members.age >= assumed("older_from_age"), assumed("unable_older"), assumed("unable_younger")
    )
    unwilling = rng.random(n) < np.where(
        members.female, assumed("unwilling_female"), assumed("unwilling_male")
    )
    return np.select(
        [members.age < assumed("school_from_age"), school | studying, retired, unable, unwilling],
        [CHILD, STUDENT, RETIRED, UNABLE, UNWILLING],
        WORKER,
    )


def draw_education(rng: np.random.Generator, members: Members) -> NDArray[np.object_]:
    """Each member's education by the cohort of the birth; a child's is missing."""
    drawn = rng.random(len(members))
    education = np.full(len(members), None, object)
    for cohort, until in (("old", 200.0), ("middle", 50.0), ("young", 35.0)):
        labels, weights = shares(f"education_{cohort}")
        at = np.searchsorted(np.cumsum(weights)[:-1], drawn, side="right")
        rows = members.age < until
        education[rows] = np.array(labels, object)[at[rows]]
    education[members.age < assumed("grown_up_age")] = None
    return education


def draw_workers(
    rng: np.random.Generator,
    ground: Ground,
    people: tuple[Households, Members],
    condition: NDArray[np.int64],
    education: NDArray[np.object_],
) -> Workers:
    """The working lives of everybody who can and wants to work."""
    households, members = people
    at = np.nonzero(condition == WORKER)[0]
    n = len(at)
    rung = ladder()
    level = np.array([rung[code] for code in education[at]], np.int8)
    first, second = _draw_trades(rng, members.female[at], level)
    skill_level = rng.normal(0, 1, n)
    street_at = households.street_at[members.household[at]]
    return Workers(
        member=at,
        trade=first,
        second_trade=second,
        wish=_draw_wishes(rng, first),
        skill_level=skill_level,
        reliability=rng.normal(0, assumed("reliability_spread"), n),
        education=education[at],
        level=level,
        experience_months=_draw_experience(rng, members.age[at]),
        wage_reserved=_draw_wages(rng, first, skill_level),
        reach_km=rng.lognormal(np.log(assumed("reach_km_median")), assumed("reach_km_spread"), n),
        xy=ground.near(rng, street_at),
        forms=_draw_forms(rng, n),
        skills=_draw_skills(rng, first, second, skill_level),
        certificates=_draw_certificates(rng, first, skill_level),
    )


def _draw_trades(
    rng: np.random.Generator, female: NDArray[np.bool_], level: NDArray[np.int8]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The main and a second trade: by the trade's weight, its sex ratio and its schooling.

    That trades have sex ratios is how the market is; nothing in the truth looks at sex itself.
    """
    made = trades()
    ratio = made.column("female_share")
    weights = made.column("weight_persons") * np.where(female[:, None], ratio, 1 - ratio)
    short = made.education[None, :] - level[:, None]
    weights = weights * assumed("trade_above_schooling") ** np.clip(short, 0, None)
    first = _draw_rows(rng, weights)
    second = _draw_rows(rng, weights * (made.nearness[first] + assumed("second_trade_any")))
    has_second = rng.random(len(first)) < assumed("second_trade_share")
    return first, np.where(has_second, second, first)


def _draw_wishes(rng: np.random.Generator, first: NDArray[np.int64]) -> NDArray[np.int64]:
    """The trade wanted: wishes that stray from what was done go to trades easy to enter."""
    weights = trades().column("weight_persons") * trades().column("entry_ease")
    other = rng.choice(len(weights), len(first), p=weights / weights.sum())
    return np.where(rng.random(len(first)) < assumed("wish_other_trade"), other, first)


def _draw_rows(rng: np.random.Generator, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """One column per row, by the row's weights."""
    cumulated = np.cumsum(weights, axis=1)
    drawn = rng.random(len(weights)) * cumulated[:, -1]
    return np.asarray((cumulated <= drawn[:, None]).sum(axis=1), np.int64)


def _draw_experience(rng: np.random.Generator, age: NDArray[np.float64]) -> NDArray[np.int64]:
    possible = np.clip(age - assumed("grown_up_age"), 0, None) * MONTHS_PER_YEAR
    part = rng.beta(assumed("experience_beta_a"), assumed("experience_beta_b"), len(age))
    return np.floor(possible * part).astype(np.int64)


def _draw_wages(
    rng: np.random.Generator, trade: NDArray[np.int64], skill_level: NDArray[np.float64]
) -> NDArray[np.float64]:
    market = trades().column("wage_median")[trade]
    spread = rng.normal(0, assumed("wage_wanted_spread"), len(trade))
    log = assumed("wage_wanted_to_market") + assumed("wage_per_skill") * skill_level + spread
    return market * np.exp(log)


def _draw_forms(rng: np.random.Generator, n: int) -> NDArray[np.bool_]:
    """Which forms of work each takes: at least the full-time one when none was drawn."""
    codes = code_list("work_form").codes
    labels, _ = shares("takes_form")
    chance = np.array([assumed(f"takes_form.{code}") if code in labels else 0.0 for code in codes])
    forms = rng.random((n, len(codes))) < chance
    forms[~forms.any(axis=1), codes.index("full_time")] = True
    return forms


def _draw_skills(
    rng: np.random.Generator,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    skill_level: NDArray[np.float64],
) -> NDArray[np.bool_]:
    has = trades().has_skill
    own = _chance(assumed("skill_own_logit") + skill_level)[:, None] * has[first]
    other = assumed("skill_second_share") * has[second]
    chance = np.maximum(np.maximum(own, other), assumed("skill_any_share"))
    return np.asarray(rng.random(chance.shape) < chance)


def _draw_certificates(
    rng: np.random.Generator, first: NDArray[np.int64], skill_level: NDArray[np.float64]
) -> NDArray[np.bool_]:
    made = trades()
    share = made.column("certificate_share")[first] * _chance(
        assumed("certificate_logit") + skill_level
    )
    return (
        rng.random((len(first), len(made.certificates)))
        < share[:, None] * (made.has_certificate[first])
    )


def _chance(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-logit))
