"""A fair's plan: whose posts it shows, who goes first by which law, what is not proposed again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import Infeasible, MalformedProblem
from matcher.pipeline.pairing.fair import FairPlan, check_fair, pair_fair
from matcher.pipeline.pairing.gathering import Ask
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.registry import ranker_named
from matcher.store.store import Store
from tests.factories import make_frame

ON = date(2026, 11, 22)
AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
HARBIN, TAIYUAN = "230102", "140105"
CLEANER = {
    "title": "保洁员",
    "occupation_code": "4-09-08-01",
    "wage_min": 2800,
    "wage_max": 3200,
    "headcount": 1,
    "posted_on": "2026-11-02",
    "expires_on": "2026-12-31",
}
SEEKER = {
    "sex": "female",
    "birth_date": "1984-05-12",
    "seeks_work": True,
    "employment_state": "unemployed",
    "area_code": HARBIN,
}
GOOD_FIT = {"occupations_wanted": "保洁员", "wage_wanted": 2800, "skills": "保洁"}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        yield opened


def write(store: Store, kind: Kind, *rows: dict[str, Any]) -> None:
    frame = make_frame(kind, [{k: v for k, v in row.items() if k != "facts"} for row in rows])
    if any("facts" in row for row in rows):
        frame["facts"] = pd.array([row.get("facts") for row in rows], dtype="str")
    with store.writing(actor="tester", at=AT) as batch:
        batch.upsert(kind, frame)


def snapshot_of(store: Store) -> Snapshot:
    return take_snapshot(store, Scope.office("fair"), on=ON)


def fair_of(store: Store, booths: str, invitees: str) -> FairPlan:
    fair = {"fair_id": "F1", "booths": booths, "invitees": invitees}
    return pair_fair(snapshot_of(store), ranker_named("rules"), fair)


def pairs(plan: FairPlan) -> list[tuple[str, str]]:
    rows = plan.rows()
    return list(zip(rows["person_id"], rows["vacancy_id"], strict=True))


def two_laws(store: Store) -> None:
    """P1 is recognised as hard to employ and fits well; P2 is of a zero-employment household."""
    write(
        store,
        Kind.PERSONS,
        SEEKER | GOOD_FIT | {"person_id": "P1", "facts": stated(zef_member=False)},
        SEEKER | {"person_id": "P2", "facts": stated(zef_member=True)},
    )
    post = CLEANER | {"public_welfare": True, "employer_id": "E1"}
    write(
        store,
        Kind.VACANCIES,
        post | {"vacancy_id": "V1", "area_code": HARBIN, "facts": '{"government_invested": true}'},
        post | {"vacancy_id": "V2", "area_code": TAIYUAN, "employer_id": "E2"},
    )


def stated(*, zef_member: bool) -> str:
    return f'{{"recognised_hard_to_employ": true, "zef_member": {str(zef_member).lower()}}}'


def test_a_post_goes_by_the_law_of_its_own_place_whatever_other_posts_are_on_file(
    store: Store,
) -> None:
    two_laws(store)
    snapshot = snapshot_of(store)
    entitlement, person = snapshot.entitlement, snapshot.person_at("P1").repeat(2)
    vacancy = snapshot.market.vacancies.ids.searchsorted(["V1", "V2"]).astype("int32")
    assert entitlement.tiers(person, vacancy).tolist() == [2, 1]

    plan = fair_of(store, "E1:V1", "P1;P2")
    by_person = dict(zip(plan.problem.person_at.tolist(), plan.problem.score, strict=True))
    assert by_person[0] > by_person[1], "the score alone would send P1"
    assert plan.problem.edge_tier.tolist() == [2, 1]
    assert pairs(plan) == [("P2", "V1")]
    assert plan.certificate["welfare_places_filled_by_tier"] == {"1": 1, "2": 0}
    assert plan.violations == ()


def test_a_fair_of_posts_in_two_places_gives_each_by_its_own_law(store: Store) -> None:
    two_laws(store)
    plan = fair_of(store, "E1:V1;E2:V2", "P1;P2")
    assert plan.problem.edge_tier.tolist() == [2, 1, 1, 1]
    assert pairs(plan) == [("P1", "V2"), ("P2", "V1")]
    assert plan.certificate["welfare_places_filled_by_tier"] == {"1": 2, "2": 0}
    assert plan.violations == ()


def ordinary(store: Store) -> None:
    write(store, Kind.PERSONS, SEEKER | GOOD_FIT | {"person_id": "P1"})
    post = CLEANER | {"area_code": HARBIN, "employer_id": "E1"}
    write(
        store,
        Kind.VACANCIES,
        *(post | {"vacancy_id": vacancy} for vacancy in ("V1", "V2")),
        post | {"vacancy_id": "V3", "expires_on": "2026-11-21"},
        post | {"vacancy_id": "V4", "employer_id": "E2"},
        post | {"vacancy_id": "V5", "employer_id": None},
    )


@pytest.mark.parametrize(
    ("booths", "shown"),
    [
        pytest.param("E1", ["V1", "V2"], id="an employer alone"),
        pytest.param("E1:", ["V1", "V2"], id="no posts behind the colon"),
        pytest.param("E1:V2", ["V2"], id="one post of several"),
        pytest.param("E1:V1、V2;E2", ["V1", "V2", "V4"], id="one names its posts, one does not"),
        pytest.param("E9", [], id="an employer without a post"),
        pytest.param(None, [], id="no booths"),
    ],
)
def test_a_booth_shows_the_posts_it_names_or_all_open_ones_of_its_employer(
    store: Store, booths: Any, shown: list[str]
) -> None:
    ordinary(store)
    plan = fair_of(store, booths, "P1")
    assert plan.problem.vacancy_ids.tolist() == shown
    assert plan.problem.n_edges == len(shown)
    assert len(plan.plan) == min(len(shown), 1)
    assert plan.violations == ()


def test_a_pair_that_was_acted_upon_is_not_proposed_again(store: Store) -> None:
    ordinary(store)
    [(_, first)] = pairs(fair_of(store, "E1", "P1"))
    other = ({"V1", "V2"} - {first}).pop()
    acted = {"person_id": "P1", "stage": "referred", "on": "2026-11-10"}
    write(store, Kind.OUTCOMES, acted | {"vacancy_id": first})
    assert pairs(fair_of(store, "E1", "P1")) == [("P1", other)]
    write(store, Kind.OUTCOMES, acted | {"vacancy_id": other})
    assert pairs(fair_of(store, "E1", "P1")) == []


def test_invitees_who_seek_no_work_are_counted(store: Store) -> None:
    ordinary(store)
    plan = fair_of(store, "E1", "P1;P8;P9")
    assert plan.not_seeking == 2
    assert plan.problem.person_ids.tolist() == ["P1"]


def asked(store: Store, booths: str, invitees: str, ask: Ask) -> FairPlan:
    fair = {"fair_id": "F1", "booths": booths, "invitees": invitees}
    return pair_fair(snapshot_of(store), ranker_named("rules"), fair, ask)


def test_an_organiser_pins_bans_and_invites_more(store: Store) -> None:
    ordinary(store)
    plan = asked(store, "E1", "P1", Ask(pins=(("P1", "V2"),)))
    assert pairs(plan) == [("P1", "V2")]
    assert pairs(asked(store, "E1", "P1", Ask(bans=(("P1", "V2"),)))) == [("P1", "V1")]
    both = asked(store, "E1", "P1", Ask(invitations=2))
    assert pairs(both) == [("P1", "V1"), ("P1", "V2")]
    assert pairs(asked(store, "E1", "P1", Ask(invitations=2, employer_limit=1))) != pairs(both)
    assert plan.problem.places.tolist() == [1, 1]
    assert asked(store, "E1", "P1", Ask(ratio=2.5)).problem.places.tolist() == [3, 3]


def test_a_pin_of_somebody_who_is_not_at_the_fair_is_refused(store: Store) -> None:
    ordinary(store)
    with pytest.raises(MalformedProblem, match="P9 is pinned and not at this fair"):
        asked(store, "E1", "P1", Ask(pins=(("P9", "V2"),)))


def test_a_fairs_plan_is_checked_again_the_way_it_was_asked(store: Store) -> None:
    ordinary(store)
    fair = {"fair_id": "F1", "booths": "E1", "invitees": "P1"}
    plan = asked(store, "E1", "P1", Ask(pins=(("P1", "V2"),)))
    ranker, stated = ranker_named("rules"), json.loads(json.dumps(plan.certificate))
    found = check_fair(snapshot_of(store), ranker, fair, plan.rows(), stated)
    assert (found.violations, found.proved) == ((), True)
    moved = plan.rows().assign(vacancy_id="V1")
    found = check_fair(snapshot_of(store), ranker, fair, moved, stated)
    assert "P1 is pinned to V2 and not sent there" in found.violations


def test_a_new_plan_of_a_fair_keeps_what_it_can(store: Store) -> None:
    ordinary(store)
    fair = {"fair_id": "F1", "booths": "E1", "invitees": "P1"}
    for post in ("V1", "V2"):
        before = asked(store, "E1", "P1", Ask(pins=(("P1", post),))).rows()
        again = pair_fair(snapshot_of(store), ranker_named("rules"), fair, previous=before)
        assert pairs(again) == [("P1", post)]


def test_places_are_kept_for_a_group_and_every_post_gets_its_floor(store: Store) -> None:
    two_laws(store)
    kept = asked(store, "E1:V1;E2:V2", "P1;P2", Ask(reserves=(("zero_employment", 1.0),)))
    assert pairs(kept) in ([("P2", "V1")], [("P2", "V2")]), "P1 is of no such household"
    assert kept.violations == ()
    floor = asked(store, "E1:V1;E2:V2", "P1;P2", Ask(floor=1))
    assert sorted(vacancy for _, vacancy in pairs(floor)) == ["V1", "V2"]
    with pytest.raises(Infeasible, match="must be sent 1 person"):
        asked(store, "E1:V1;E2:V2", "P1", Ask(floor=1))
    with pytest.raises(MalformedProblem, match="zero_employment or disabled"):
        asked(store, "E1", "P1", Ask(reserves=(("women", 0.5),)))


def test_a_stopped_search_goes_on_from_its_plan_and_tells_how_far_it_is(store: Store) -> None:
    ordinary(store)
    fair = {"fair_id": "F1", "booths": "E1", "invitees": "P1"}
    told: list[tuple[int, int]] = []
    ask, ranker = Ask(one_per_employer=True), ranker_named("rules")
    whole = pair_fair(
        snapshot_of(store), ranker, fair, ask, progress=lambda *done: told.append(done)
    )
    assert told[-1] == (3, 3)
    stopped = pair_fair(
        snapshot_of(store), ranker, fair, ask, found=whole.rows(), stop=lambda: True
    )
    assert pairs(stopped) == pairs(whole)


def test_nothing_is_decided_by_the_profile_of_who_declined() -> None:
    seekers = [{"person_id": f"P{at}"} | SEEKER for at in range(4)]
    posts = [
        {"vacancy_id": f"V{at}", "employer_id": "E1", "area_code": HARBIN} | CLEANER
        for at in (1, 2)
    ]
    fair = {"fair_id": "F1", "booths": "E1", "invitees": "P0;P1;P2;P3"}
    ask = Ask().heeding(fair, {"P0": "wish", "P9": "wish"})
    assert ask.declined == ("P0",)
    plans = []
    for profile in ({}, GOOD_FIT):
        with Store.open("sqlite://") as store:
            write(store, Kind.VACANCIES, *posts)
            write(store, Kind.PERSONS, seekers[0] | profile, *seekers[1:])
            snapshot = snapshot_of(store)
            plan = pair_fair(snapshot, ranker_named("rules"), fair, ask)
            stated = json.loads(json.dumps(plan.certificate))
            again = check_fair(snapshot, ranker_named("rules"), fair, plan.rows(), stated)
            assert again.violations == ()
            plans.append(pairs(plan))
            own = plan.problem.person_ids == "P0"
            scores = plan.problem.score[np.isin(plan.problem.person_at, np.flatnonzero(own))]
            assert len(set(scores.tolist())) == 1
    assert plans[0] == plans[1]
