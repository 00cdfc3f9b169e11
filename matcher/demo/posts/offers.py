"""Courses on offer and the one fair of the demo city."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from matcher.demo.basis.assumptions import assumed, assumed_count, days, table
from matcher.demo.basis.cells import iso, told
from matcher.demo.basis.made_up import GENERATED
from matcher.domain.kinds import Kind
from matcher.reference.columns import LIST_SEPARATOR, conform

FREE_FOR = "零就业家庭成员;就业困难人员"
BOOTH, POST = ":", "、"


def courses_frame(rng: np.random.Generator, on: date) -> pd.DataFrame:
    """Every course of the table once, in a county and on days that are drawn."""
    courses, counties = table("courses"), table("counties")
    n = len(courses)
    weights = counties["share"].to_numpy(np.float64)
    wait = rng.integers(assumed_count("course_from"), assumed_count("course_to"), n)
    start = days(on) + wait.astype("timedelta64[D]")
    length = courses["days"].to_numpy(np.int64).astype("timedelta64[D]")
    frame = pd.DataFrame(
        {
            "course_id": [f"C{at:04d}" for at in range(1, n + 1)],
            "name": GENERATED + courses["name"],
            "skills_taught": courses["skills_taught"],
            "certificates_awarded": courses["certificates_awarded"],
            "area_code": rng.choice(
                counties["county"].to_numpy(object), n, p=weights / weights.sum()
            ),
            "seats": pd.array(rng.choice([20, 30, 30, 40, 50], n), "Int64"),
            "starts_on": iso(start),
            "ends_on": iso(start + length),
            "free_for": told(rng.random(n) < assumed("course_free"), FREE_FOR),
        }
    )
    return conform(Kind.COURSES, frame)


def fair_frame(
    rng: np.random.Generator, persons: pd.DataFrame, vacancies: pd.DataFrame, on: date
) -> pd.DataFrame:
    """One fair: booths of employers with posts open on its day, and whom the office invites.

    Invited are seekers, those of the largest county (where it is held) more often.
    """
    day = on + timedelta(days=assumed_count("fair_in_days"))
    county = str(table("counties")["county"].iloc[0])
    is_open = (vacancies["expires_on"] >= day.isoformat()) & vacancies["employer_id"].notna()
    posts = vacancies[is_open.fillna(value=False)].groupby("employer_id", sort=True)["vacancy_id"]
    per_employer = posts.agg(list)
    weights = per_employer.map(len).to_numpy(np.float64)
    chosen = np.sort(
        rng.choice(
            len(per_employer),
            min(assumed_count("fair_booths"), len(per_employer)),
            replace=False,
            p=weights / weights.sum(),
        )
    )
    most = assumed_count("fair_posts_of_a_booth")
    booths = [
        f"{employer}{BOOTH}{POST.join(ids[:most])}"
        for employer, ids in per_employer.iloc[chosen].items()
    ]
    seekers = persons[persons["seeks_work"].fillna(value=False)]
    near = seekers["area_code"].str.startswith(county).fillna(value=False).to_numpy(bool)
    pull = np.where(near, assumed("fair_invites_near"), 1.0)
    invited = rng.choice(
        seekers["person_id"].to_numpy(object),
        assumed_count("fair_invitees"),
        replace=False,
        p=pull / pull.sum(),
    )
    return conform(
        Kind.FAIRS,
        pd.DataFrame(
            {
                "fair_id": ["F0001"],
                "name": [f"{GENERATED}就业援助专场招聘会"],
                "on": [day.isoformat()],
                "area_code": [county],
                "booths": [LIST_SEPARATOR.join(booths)],
                "invitees": [LIST_SEPARATOR.join(sorted(invited))],
            }
        ),
    )
