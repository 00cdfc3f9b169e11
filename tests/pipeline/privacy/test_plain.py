"""Lists that know nothing of the person but what law and the post itself ask for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.pipeline import matching
from matcher.pipeline.privacy.plain import plain_frame, plain_list, with_plain_lists
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.registry import ranker_named
from matcher.screening.pairs import screen_pairs
from tests.pipeline.people import HARBIN, NANTONG, TAIYUAN, office

WELFARE = {"public_welfare": True, "headcount": 2, "wage_min": 2600, "wage_max": 2600}


def post(name: str, **more: Any) -> dict[str, Any]:
    return {"vacancy_id": name, "title": "保洁员", "area_code": NANTONG, "headcount": 3} | more


POSTS = [
    post("V1", area_code=HARBIN, posted_on="2026-10-30"),
    post("V2", posted_on="2026-10-01"),
    post("V3", posted_on="2026-10-30"),
    post("V4"),
    post("V5", area_code=TAIYUAN, posted_on="2026-10-30"),
    post("V6", title="焊工", posted_on="2026-10-30", skills_wanted="焊接"),
    post("V7", sex_required="female", posted_on="2026-10-31"),
    post("V8", expires_on="2026-10-01"),
]
PERSON = {"person_id": "P1", "area_code": NANTONG, "sex": "male", "birth_date": "1986-05-01"}


def names(snapshot: Snapshot, **options: Any) -> list[str]:
    found = plain_list(snapshot, 0, **({"top": 20} | options))
    return list(snapshot.market.vacancies.ids[found.vacancy_at])


def test_the_nearer_come_first_then_the_newer_then_by_number() -> None:
    snapshot = office({Kind.PERSONS: [PERSON], Kind.VACANCIES: POSTS})
    assert names(snapshot) == ["V3", "V6", "V2", "V4", "V5", "V1"]
    assert names(snapshot, top=2) == ["V3", "V6"]


def test_a_post_to_which_the_law_gives_a_rank_goes_first() -> None:
    posts = [*POSTS, post("V9", posted_on="2026-01-01", **WELFARE)]
    of_law = '{"zef_member": true, "recognised_hard_to_employ": true}'
    snapshot = office({Kind.PERSONS: [PERSON | {"facts": of_law}], Kind.VACANCIES: posts})
    assert snapshot.entitlement.tiers(np.zeros(1, np.int32), np.array([8], np.int32))[0] > 0
    assert names(snapshot)[0] == "V9"


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param({"occupations_wanted": "焊工"}, id="wish"),
        pytest.param({"skills": "焊接;保洁"}, id="skills"),
        pytest.param({"occupations_done": "焊工", "experience_months": 240}, id="experience"),
        pytest.param({"wage_wanted": 1800}, id="pay"),
        pytest.param({"major": "焊接技术", "training_wishes": "焊工"}, id="major"),
    ],
)
def test_no_part_of_the_profile_changes_the_list(profile: dict[str, Any]) -> None:
    bare = office({Kind.PERSONS: [PERSON], Kind.VACANCIES: POSTS})
    known = office({Kind.PERSONS: [PERSON | profile], Kind.VACANCIES: POSTS})
    assert names(bare) == names(known)


def test_every_lawful_post_and_no_other_stands_in_the_list() -> None:
    snapshot = office({Kind.PERSONS: [PERSON], Kind.VACANCIES: POSTS})
    at = np.arange(len(POSTS), dtype=np.int32)
    failed = screen_pairs(
        snapshot.market,
        snapshot.entitlement.welfare,
        np.zeros(len(POSTS), np.int32),
        at,
        working_age_min=snapshot.entitlement.working_age_min,
    )
    assert set(names(snapshot)) == set(snapshot.market.vacancies.ids[failed == 0])


def test_posts_already_refused_are_left_out_unless_asked_for() -> None:
    said = {"person_id": "P1", "vacancy_id": "V3", "stage": "refused_by_person", "on": "2026-10-31"}
    records = {Kind.PERSONS: [PERSON], Kind.VACANCIES: POSTS, Kind.OUTCOMES: [said]}
    snapshot = office(records)
    assert "V3" not in names(snapshot)
    assert names(snapshot, include_known=True)[0] == "V3"


def test_everyones_lists_keep_to_wishes_and_leave_the_others_as_they_were() -> None:
    people = [PERSON | {"person_id": name} for name in ("P1", "P2", "P3")]
    snapshot = office({Kind.PERSONS: people, Kind.VACANCIES: POSTS})
    everyone = matching.match_all(snapshot, ranker_named("rules"), top=4)
    both = with_plain_lists(snapshot, everyone, ["P2"], top=4)
    pd.testing.assert_frame_equal(
        both[both["person_id"] != "P2"].reset_index(drop=True),
        everyone[everyone["person_id"] != "P2"].reset_index(drop=True),
    )
    mine = both[both["person_id"] == "P2"]
    assert mine["vacancy_id"].tolist() == ["V3", "V6", "V2", "V4"]
    assert mine["score"].isna().all()
    assert set(mine["found_by"]) == {"not_personalised"}
    assert both["person_id"].is_monotonic_increasing
    assert with_plain_lists(snapshot, everyone, [], top=4) is everyone
    assert plain_frame(snapshot, [], top=4).empty
