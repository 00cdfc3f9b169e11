"""Vacancies of other sites as schema.org JobPosting: what goes out comes in again."""

from __future__ import annotations

from typing import Any

import pytest

from api.vacancies.posting import PostingIn, posting_of, vacancy_of

STORED = {
    "vacancy_id": "V1",
    "title": "社区保洁员",
    "description": "清扫楼道",
    "employer_name": "（生成）物业公司",
    "area_code": "320612",
    "headcount": 2,
    "wage_min": 3000,
    "wage_max": 4000,
    "work_form": "part_time",
    "industry": "物业管理",
    "posted_on": "2026-11-02",
    "expires_on": "2026-12-31",
}


def test_what_goes_out_comes_in_again() -> None:
    back = vacancy_of(PostingIn.model_validate(posting_of(STORED)))
    assert back.pop("wage") == "3000-4000元/月"
    kept = {name: value for name, value in STORED.items() if name in back}
    assert back == kept
    assert set(STORED) - set(kept) == {"vacancy_id", "wage_min", "wage_max"}


@pytest.mark.parametrize(
    ("said", "form"),
    [
        pytest.param("FULL_TIME", "full_time", id="one form"),
        pytest.param(["VOLUNTEER", "INTERN"], "intern", id="the first that is one of ours"),
        pytest.param("VOLUNTEER", None, id="none of ours"),
        pytest.param([], None, id="an empty list"),
    ],
)
def test_forms_of_work_are_read(said: Any, form: str | None) -> None:
    read = vacancy_of(PostingIn.model_validate({"title": "保洁员", "employmentType": said}))
    assert read.get("work_form") == form
