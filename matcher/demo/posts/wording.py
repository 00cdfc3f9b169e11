"""The vacancies as their file words them: wages in numbers or text, places by code or name."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import assumed, pick, table
from matcher.demo.basis.cells import forget, iso, joined, told
from matcher.demo.basis.geography import Ground
from matcher.demo.basis.made_up import GENERATED, made_up_phones
from matcher.demo.basis.trades import trades
from matcher.demo.posts.employers import Employers
from matcher.demo.posts.vacancies import Posts
from matcher.domain.kinds import Kind
from matcher.reference.areas import areas
from matcher.reference.codes import code_list
from matcher.reference.columns import LIST_SEPARATOR, conform
from matcher.reference.education import ladder

NOT_LIMITED = "不限"


def vacancy_ids(m: int) -> NDArray[np.object_]:
    """(m,) ids in order."""
    return np.array([f"V{at:06d}" for at in range(1, m + 1)], object)


def vacancies_frame(
    rng: np.random.Generator, ground: Ground, posts: Posts, employers: Employers
) -> pd.DataFrame:
    """The vacancies as the file has them; what an employer left out is missing."""
    m = len(posts)
    frame = pd.DataFrame(
        {
            "vacancy_id": vacancy_ids(m),
            "title": posts.title,
            "employer_id": employers.ids[posts.employer],
            "employer_name": employers.names[posts.employer],
            "contact": f"{GENERATED}联系人",
            "contact_phone": made_up_phones(rng, m),
            "occupation_code": posts.occupation_code,
            "description": _descriptions(posts),
            "headcount": pd.array(posts.headcount, "Int64"),
            **_wage_columns(rng, posts),
            **_place_columns(rng, ground, posts),
            "work_form": posts.form,
            "education_min": _education_words(posts),
            "experience_months_min": pd.array(posts.experience_min, "Int64"),
            "skills_wanted": joined(posts.skills, trades().skills),
            "certificates_required": joined(posts.certificates, trades().certificates),
            "age_min": _whole(posts.age_min),
            "age_max": _whole(posts.age_max),
            "sex_required": posts.sex_required,
            **_terms_columns(rng, posts),
            "posted_on": iso(posts.posted),
            "expires_on": iso(posts.expires),
            "source": pick(rng, "vacancy_source", m),
            "industry": trades().frame["industry"].to_numpy(object)[posts.trade],
            "employer_staff": pd.array(employers.staff[posts.employer], "Int64"),
        }
    )
    frame = forget(rng, _like_their_source(frame, posts))
    frame["employer_id"] = frame["employer_id"].where(frame["employer_name"].notna())
    return conform(Kind.VACANCIES, frame)


def _like_their_source(frame: pd.DataFrame, posts: Posts) -> pd.DataFrame:
    """Second postings repeat employer, place and title of the first (the title but for a word)."""
    copies = np.nonzero(posts.copy_of >= 0)[0]
    same = ["area_code", "area_name", "employer_id", "employer_name", "wage_min", "wage_max"]
    source = posts.copy_of[copies]
    for column in [*same, "wage", "contact_phone"]:
        frame.loc[copies, column] = frame[column].iloc[source].to_numpy()
    return frame


def _whole(values: NDArray[np.float64]) -> pd.Series:
    return pd.Series(values).astype("Int64")


def _descriptions(posts: Posts) -> list[str]:
    made = trades()
    skills = joined(made.has_skill, made.skills)
    duties = [str(cell).replace(LIST_SEPARATOR, "、") for cell in skills]
    kind = np.where(posts.is_welfare, "公益性岗位", "岗位")
    return [
        f"{GENERATED}{title}{kind[at]}，工作内容：{duties[posts.trade[at]]}。"
        for at, title in enumerate(posts.title)
    ]


def _wage_columns(rng: np.random.Generator, posts: Posts) -> dict[str, object]:
    """The wage in one of the forms that offices meet: numbers, ranges in words, or not at all."""
    style = pick(rng, "wage_style", len(posts))
    style[posts.is_welfare] = "numbers"
    low, high = posts.wage_min.astype(np.int64), posts.wage_max.astype(np.int64)
    text = np.full(len(posts), None, object)
    for name, wording in (("range", "{}-{}元/月"), ("thousands", "{:g}-{:g}千/月")):
        scale = 1 if name == "range" else 1000
        for at in np.nonzero(style == name)[0]:
            text[at] = wording.format(
                low[at] / scale if scale > 1 else low[at],
                high[at] / scale if scale > 1 else high[at],
            )
    text[style == "negotiable"] = "面议"
    numbers = pd.Series(style == "numbers")
    return {
        "wage_min": pd.Series(low, dtype="Int64").where(numbers),
        "wage_max": pd.Series(high, dtype="Int64").where(numbers),
        "wage": text,
    }


def _place_columns(rng: np.random.Generator, ground: Ground, posts: Posts) -> dict[str, object]:
    """The place of work by code, by name, or not stated."""
    style = pick(rng, "place_style", len(posts))
    known = areas()
    names = np.array([known.full_name(code) for code in ground.streets], object)
    return {
        "area_code": told(style == "code", ground.streets[posts.street_at]),
        "area_name": told(style == "name", names[posts.street_at]),
    }


def _education_words(posts: Posts) -> NDArray[np.object_]:
    """The schooling asked, the plainest code of its rung; "not limited" where none is asked."""
    first: dict[int, str] = {0: NOT_LIMITED}
    for code, level in ladder().items():
        first.setdefault(level, code)
    return np.array([first[level] for level in posts.level_min.tolist()], object)


def _terms_columns(rng: np.random.Generator, posts: Posts) -> dict[str, object]:
    """Contract, insurance, public-welfare marks and tags."""
    m = len(posts)
    casual = np.isin(posts.form, ["temporary", "hourly", "part_time", "by_task"])
    months = np.where(casual, rng.choice([0, 2, 3, 6], m), rng.choice([12, 12, 24, 36], m))
    months[posts.is_welfare] = 12
    insured = rng.random(m) < np.where(casual, assumed("insured_casual"), assumed("insured"))
    insured |= posts.is_welfare
    every = LIST_SEPARATOR.join(code_list("insurance").codes)
    tags = joined(
        rng.random((m, 4)) < assumed("tag_share"),
        np.array(["包吃", "包住", "长白班", "五险"], object),
    )
    titles = table("welfare_posts").set_index("title")["source_words"]
    funder = told(posts.is_welfare, "市级就业补助资金")
    tags = np.where(posts.is_welfare, pd.Series(posts.title).map(titles).to_numpy(object), tags)
    return {
        "contract_months": pd.array(months, "Int64"),
        "insurance_offered": np.where(insured, every, "work_injury"),
        "public_welfare": posts.is_welfare,
        "public_welfare_kind": posts.welfare_kind,
        "funder": funder,
        "tags": tags,
    }
