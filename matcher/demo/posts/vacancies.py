"""The vacancies of the demo city: what each post really is, before its file words it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import apportion, assumed, assumed_count, days, pick, table
from matcher.demo.basis.cells import told
from matcher.demo.basis.geography import Ground
from matcher.demo.basis.trades import trades
from matcher.demo.posts.employers import PUBLIC_BODY, Employers
from matcher.errors import WrongUse
from matcher.reference.codes import code_list
from matcher.reference.wages import MinimumWage, minimum_wage

CITY = "3206"
STEP_YUAN = 100


@dataclass(frozen=True, slots=True, eq=False)
class Posts:
    """One row per vacancy, in the order of the ids.

    Attributes:
        employer: (m,) positions. trade: (m,) positions in `trades()`.
        title, occupation_code: (m,) text.
        welfare_kind: (m,) codes of public_welfare_kind, None for an ordinary post.
        street_at: (m,) positions in the ground; xy: (m, 2) km.
        headcount: (m,) int64.
        wage_min, wage_max: (m,) float64 yuan a month; wage_middle their mean.
        form: (m,) codes of work_form.
        level_min: (m,) int8 rung of education, 0 where none is asked.
        experience_min: (m,) int64 months.
        age_min, age_max: (m,) float64 years, NaN where none is set.
        sex_required: (m,) codes, None for almost all.
        skills, certificates: (m, words) bool over the words of `trades()`.
        posted, expires: (m,) datetime64[D].
        pull: (m,) float64 logits by which a post draws more interest than its terms tell.
        copy_of: (m,) position of the posting this one repeats, -1 for none.
    """

    employer: NDArray[np.int64]
    trade: NDArray[np.int64]
    title: NDArray[np.object_]
    occupation_code: NDArray[np.object_]
    welfare_kind: NDArray[np.object_]
    street_at: NDArray[np.int64]
    xy: NDArray[np.float64]
    headcount: NDArray[np.int64]
    wage_min: NDArray[np.float64]
    wage_max: NDArray[np.float64]
    form: NDArray[np.object_]
    level_min: NDArray[np.int8]
    experience_min: NDArray[np.int64]
    age_min: NDArray[np.float64]
    age_max: NDArray[np.float64]
    sex_required: NDArray[np.object_]
    skills: NDArray[np.bool_]
    certificates: NDArray[np.bool_]
    posted: NDArray[np.datetime64]
    expires: NDArray[np.datetime64]
    pull: NDArray[np.float64]
    copy_of: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.trade)

    @property
    def wage_middle(self) -> NDArray[np.float64]:
        """(m,) yuan a month halfway between the ends of the offer."""
        return (self.wage_min + self.wage_max) / 2

    @property
    def is_welfare(self) -> NDArray[np.bool_]:
        """(m,) which posts are public-welfare posts."""
        return np.array([kind is not None for kind in self.welfare_kind])


def draw_posts(rng: np.random.Generator, ground: Ground, employers: Employers, on: date) -> Posts:
    """The vacancies: ordinary and public-welfare posts mixed, a few of them posted twice."""
    n = assumed_count("vacancies")
    welfare = rng.permutation(np.arange(n) < round(n * assumed("welfare_share")))
    trade, title, code, kind = _draw_jobs(rng, welfare)
    employer = _draw_employers(rng, employers, trade, welfare)
    street_at = np.where(
        rng.random(n) < assumed("work_at_employer"),
        employers.street_at[employer],
        ground.draw(rng, n),
    )
    posted, expires, seasonal = _draw_days(rng, n, on)
    form = pick(rng, "work_form", n)
    form[seasonal & ~welfare] = "temporary"
    form[welfare] = "full_time"
    wage_min, wage_max = _draw_wages(rng, trade, welfare, on)
    age_min, age_max = _draw_ages(rng, n, welfare)
    posts = Posts(
        employer=employer,
        trade=trade,
        title=title,
        occupation_code=code,
        welfare_kind=kind,
        street_at=street_at,
        xy=ground.near(rng, street_at),
        headcount=rng.geometric(1 / assumed("headcount_mean"), n),
        wage_min=wage_min,
        wage_max=wage_max,
        form=form,
        level_min=_draw_levels(rng, trade, welfare),
        experience_min=_draw_experience(rng, n, welfare),
        age_min=age_min,
        age_max=age_max,
        sex_required=told(
            (rng.random(n) < assumed("sex_limit_share")) & ~welfare,
            np.where(rng.random(n) < assumed("sex_limit_female"), "female", "male"),
        ),
        skills=_draw_skills(rng, trade),
        certificates=_draw_certificates(rng, trade, welfare),
        posted=posted,
        expires=expires,
        pull=_draw_pull(rng, employer),
        copy_of=np.full(n, -1),
    )
    return _with_copies(rng, posts)


def _draw_jobs(
    rng: np.random.Generator, welfare: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.object_], NDArray[np.object_], NDArray[np.object_]]:
    """Trade, title, occupation code and public-welfare kind of every post.

    The mix of trades is apportioned, so that no trade is missing from a small city by chance.
    """
    made, n = trades(), len(welfare)
    trade = rng.permutation(
        np.repeat(np.arange(len(made)), apportion(made.column("weight_vacancies"), n))
    )
    titles = [made.titles[at][int(rng.integers(len(made.titles[at])))] for at in trade]
    title = np.array([each[0] for each in titles], object)
    code = np.array([each[1] for each in titles], object)
    kind = np.full(n, None, object)
    posts = table("welfare_posts")
    weights = posts["weight"].to_numpy(np.float64)
    row_at = rng.permutation(np.repeat(np.arange(len(posts)), apportion(weights, welfare.sum())))
    trade[welfare] = np.array([made.at(name) for name in posts["trade"]])[row_at]
    title[welfare] = posts["title"].to_numpy(object)[row_at]
    code[welfare] = posts["occupation_code"].to_numpy(object)[row_at]
    kind[welfare] = posts["public_welfare_kind"].to_numpy(object)[row_at]
    return trade, title, code, kind


def _draw_employers(
    rng: np.random.Generator,
    employers: Employers,
    trade: NDArray[np.int64],
    welfare: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """An employer of the post's family of trades, larger ones more often."""
    family = trades().frame["family"].to_numpy(object)[trade]
    family[welfare] = PUBLIC_BODY
    chosen = np.zeros(len(trade), np.int64)
    for name in np.unique(family.astype(str)):
        of_family = np.nonzero(employers.family == name)[0]
        pool = of_family if len(of_family) else np.arange(len(employers))
        weights = np.sqrt(employers.staff[pool])
        rows = family == name
        chosen[rows] = rng.choice(pool, rows.sum(), p=weights / weights.sum())
    return chosen


def _draw_days(
    rng: np.random.Generator, n: int, on: date
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64], NDArray[np.bool_]]:
    """First and last day of every posting, and which are seasonal.

    Standing offers run for long, recent ones for weeks, past ones are over: they carry history.
    """
    kind = pick(rng, "posting", n)
    first, last = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for name in ("standing", "recent", "seasonal", "past"):
        rows = kind == name
        bounds = [assumed(f"days_{name}_{each}") for each in ("age_from", "age_to", "from", "to")]
        age = rng.integers(int(bounds[0]), int(bounds[1]), rows.sum())
        run = rng.integers(int(bounds[2]), int(bounds[3]), rows.sum())
        first[rows] = -age
        last[rows] = np.minimum(run - age, -1) if name == "past" else run
    today = days(on)
    return (
        today + first.astype("timedelta64[D]"),
        today + last.astype("timedelta64[D]"),
        kind == "seasonal",
    )


def lawful_wage(on: date) -> MinimumWage:
    """The minimum wage that the city's posts are held to.

    Raises:
        WrongUse: the day lies before the first published table.
    """
    found = minimum_wage(CITY, on)
    if found is None:
        raise WrongUse(
            what=f"demo day {on.isoformat()}",
            expected="a day on or after the first minimum wage table",
            do="Choose a later day with --on.",
        )
    return found


def _draw_wages(
    rng: np.random.Generator, trade: NDArray[np.int64], welfare: NDArray[np.bool_], on: date
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wages around the trade's market, public-welfare posts just above the minimum wage.

    All but a few flagged posts pay the highest tier of the minimum wage or more, so that they are
    lawful whatever tier the county is in.
    """
    n = len(trade)
    floor = max(lawful_wage(on).monthly_tiers)
    middle = trades().column("wage_median")[trade] * np.exp(
        rng.normal(0, assumed("wage_spread"), n)
    )
    width = rng.uniform(assumed("wage_width_from"), assumed("wage_width_to"), n)
    low = np.maximum(middle * (1 - width / 2), floor)
    high = np.maximum(middle * (1 + width / 2), low)
    low[welfare] = floor * (1 + rng.uniform(0, assumed("welfare_wage_above"), welfare.sum()))
    high[welfare] = low[welfare]
    too_low = ~welfare & (rng.random(n) < assumed("wage_too_low_share"))
    low[too_low] = min(lawful_wage(on).monthly_tiers) * assumed("wage_too_low_part")
    high[too_low] = low[too_low]
    return _rounded(low), _rounded(high)


def _rounded(yuan: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.ceil(yuan / STEP_YUAN) * STEP_YUAN


def _draw_levels(
    rng: np.random.Generator, trade: NDArray[np.int64], welfare: NDArray[np.bool_]
) -> NDArray[np.int8]:
    usual = trades().education[trade]
    asks = rng.random(len(trade)) < np.where(
        welfare, assumed("education_asked_welfare"), assumed("education_asked")
    )
    return np.where(asks, usual, 0).astype(np.int8)


def _draw_experience(
    rng: np.random.Generator, n: int, welfare: NDArray[np.bool_]
) -> NDArray[np.int64]:
    asks = (rng.random(n) < assumed("experience_asked")) & ~welfare
    return np.where(asks, rng.choice([6, 12, 12, 24, 36], n), 0)


def _draw_ages(
    rng: np.random.Generator, n: int, welfare: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Age limits as posts advertise them, for a small share; public-welfare posts set none."""
    limited = (rng.random(n) < assumed("age_max_share")) & ~welfare
    highest = rng.choice([45.0, 50.0, 55.0, 60.0], n)
    lowest = (rng.random(n) < assumed("age_min_share")) & ~welfare
    return (
        np.where(lowest, assumed("grown_up_age"), np.nan),
        np.where(limited, highest, np.nan),
    )


def _draw_skills(rng: np.random.Generator, trade: NDArray[np.int64]) -> NDArray[np.bool_]:
    has = trades().has_skill[trade]
    return has & (rng.random(has.shape) < assumed("skill_asked"))


def _draw_certificates(
    rng: np.random.Generator, trade: NDArray[np.int64], welfare: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    made = trades()
    chance = made.column("certificate_share")[trade] * assumed("certificate_asked") * ~welfare
    has = made.has_certificate[trade]
    return has & (rng.random(has.shape) < chance[:, None])


def _draw_pull(rng: np.random.Generator, employer: NDArray[np.int64]) -> NDArray[np.float64]:
    """What draws people beyond the terms: mostly the employer's name, partly the post's own."""
    of_employer = rng.normal(0, assumed("pull_of_employer_spread"), assumed_count("employers"))
    own = rng.normal(0, assumed("pull_spread"), len(employer))
    return np.asarray(own + of_employer[employer])


def _with_copies(rng: np.random.Generator, posts: Posts) -> Posts:
    """The same posts, a few rows of them replaced by a second posting of another row."""
    n = len(posts)
    ordinary = rng.permutation(np.nonzero(~posts.is_welfare)[0])
    copies = round(n * assumed("copied_share"))
    at, source = ordinary[:copies], ordinary[copies : 2 * copies]
    changed = {}
    for field in fields(Posts):
        values = getattr(posts, field.name).copy()
        values[at] = values[source]
        changed[field.name] = values
    changed["title"][at] = [f"诚聘{title}" for title in posts.title[source]]
    changed["copy_of"][at] = source
    return replace(posts, **changed)


def form_positions(posts: Posts) -> NDArray[np.int64]:
    """(m,) positions of the posts' forms of work in their code list."""
    forms = code_list("work_form")
    return np.array([forms.position(code) for code in posts.form])
