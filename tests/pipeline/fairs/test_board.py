"""A plan between its job and the day: filed, looked at, changed, kept, planned anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from matcher.allocation.problem import read_plan
from matcher.domain.job import Job, JobKind, JobState, Order
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import Infeasible, NotFound, WrongUse
from matcher.pipeline.fairs.keeping import (
    Attendance,
    Result,
    keep_pairings,
    record_attendance,
    record_result,
)
from matcher.pipeline.fairs.kept import kept_day, left_to_plan, results_of
from matcher.pipeline.fairs.papers.signing import sign_in
from matcher.pipeline.fairs.programme import Opening, programme_of
from matcher.pipeline.pairing.board import Board, board_of
from matcher.pipeline.pairing.fair import FairPlan, check_fair, pair_fair
from matcher.pipeline.pairing.filing import plan_files, plan_of, plan_rows, plans_of
from matcher.pipeline.pairing.gathering import Ask
from matcher.pipeline.pairing.trying import Change, changed, effect_of
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.registry import ranker_named
from matcher.store.store import Store
from tests.pipeline.test_fair import CLEANER, GOOD_FIT, HARBIN, ON, SEEKER, write

SCOPE = Scope.office("fair")
AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
FAIR = {
    "fair_id": "F1",
    "name": "冬季招聘会",
    "on": ON.isoformat(),
    "booths": "E1:V1;E2",
    "invitees": "P1;P2;P3",
}
NAMES = {"P1": "（生成）王小芳", "P2": "（生成）李强", "P3": "（生成）赵敏"}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        people = [SEEKER | GOOD_FIT | {"person_id": each} for each in NAMES]
        people[1] |= {"experience_months": 30}
        write(opened, Kind.PERSONS, *people)
        post = CLEANER | {"area_code": HARBIN, "headcount": 1, "public_welfare": None}
        firms = {"V1": ("E1", "一厂"), "V2": ("E2", "二厂")}
        for number, (owner, name) in firms.items():
            own = {"vacancy_id": number, "employer_id": owner, "employer_name": name}
            write(opened, Kind.EMPLOYERS, {"employer_id": owner, "name": name})
            write(opened, Kind.VACANCIES, post | own)
        write(opened, Kind.FAIRS, FAIR)
        yield opened


def snapshot_of(store: Store) -> Snapshot:
    return take_snapshot(store, SCOPE, on=ON)


def planned(store: Store, ask: Ask | None = None, previous: pd.DataFrame | None = None) -> FairPlan:
    return pair_fair(snapshot_of(store), ranker_named("rules"), FAIR, ask, previous=previous)


def filed(store: Store, plan: FairPlan, folder: Path, previous: str | None = None) -> Job:
    """The plan as a job that is done."""
    parameters = {"fair_id": "F1", "on": ON.isoformat()}
    parameters |= {"previous": previous} if previous else {}
    store.jobs.order(Order(JobKind.PAIR, parameters, SCOPE), at=AT)
    taken = store.jobs.claim("w", at=AT)
    assert taken is not None
    folder.mkdir()
    files = plan_files(plan, folder)
    store.jobs.end(taken, "w", JobState.DONE, {}, at=AT, files=files)
    return store.jobs.find(taken.job_id)


def looked_at(store: Store, plan: FairPlan, folder: Path, previous: str | None = None) -> Board:
    return board_of(store, filed(store, plan, folder, previous))


def test_the_board_has_everybody_once_for_each_post_and_counts_places(
    store: Store, tmp_path: Path
) -> None:
    board = looked_at(store, planned(store), tmp_path / "a")
    assert sorted(board.rows["person_id"]) == ["P1", "P2", "P3"]
    assert int(board.rows["vacancy_id"].notna().sum()) == 2
    assert board.posts[["vacancy_id", "places", "filled"]].to_numpy().tolist() == [
        ["V1", 1, 1],
        ["V2", 1, 1],
    ]
    assert all(level.is_proved for level in board.levels())
    assert board.moved.empty


def test_a_plan_is_found_by_its_account_alone_and_only_when_it_is_done(
    store: Store, tmp_path: Path
) -> None:
    job = filed(store, planned(store), tmp_path / "a")
    assert [each.job_id for each in plans_of(store, "F1", "cli")] == [job.job_id]
    assert plans_of(store, "F2", "cli") == []
    assert len(plan_rows(store, job.job_id, "cli")) == 2
    with pytest.raises(NotFound):
        plan_of(store, job.job_id, "somebody")
    waiting = store.jobs.order(Order(JobKind.PAIR, {"fair_id": "F1"}, SCOPE), at=AT)
    with pytest.raises(WrongUse, match="queued"):
        plan_of(store, waiting.job_id, "cli")


def test_an_effect_is_what_the_plan_becomes_when_the_change_is_kept(store: Store) -> None:
    plan = planned(store)
    without = next(iter({"P1", "P2", "P3"} - set(plan.rows()["person_id"])))
    ask = changed(Ask(), Change.PIN, (without, "V1"))
    effect = effect_of(snapshot_of(store), plan.problem, plan.rows(), ask)
    after = planned(store, ask, previous=plan.rows())
    assert effect.after["total_score"] == after.certificate["total_score"]
    assert effect.before["total_score"] == plan.certificate["total_score"]
    assert effect.moved.set_index("person_id")["after"][without] == "V1"
    assert effect.is_proved


def test_two_pins_to_one_place_cannot_be(store: Store) -> None:
    plan = planned(store)
    ask = changed(changed(Ask(), Change.PIN, ("P1", "V1")), Change.PIN, ("P2", "V1"))
    with pytest.raises(Infeasible):
        effect_of(snapshot_of(store), plan.problem, plan.rows(), ask)


def test_a_ban_takes_the_pin_of_the_same_pair_away() -> None:
    pinned = changed(Ask(), Change.PIN, ("P1", "V1"))
    banned = changed(pinned, Change.BAN, ("P1", "V1"))
    assert (banned.pins, banned.bans) == ((), (("P1", "V1"),))
    assert changed(banned, Change.FREE, ("P1", "V1")) == Ask()


def test_who_is_absent_is_not_planned_and_a_settled_pair_takes_its_place(store: Store) -> None:
    settled = planned(store, Ask(absent=("P2",), settled=(("P1", "V1"),)))
    assert settled.rows()[["person_id", "vacancy_id"]].to_numpy().tolist() == [["P3", "V2"]]
    assert settled.not_seeking == 0
    places = dict(zip(settled.problem.vacancy_ids, settled.problem.places, strict=True))
    assert places == {"V1": 0, "V2": 1}
    again = check_fair(
        snapshot_of(store), ranker_named("rules"), FAIR, settled.rows(), settled.certificate
    )
    assert again.violations == ()


def test_the_day_is_planned_anew_around_who_came(store: Store, tmp_path: Path) -> None:
    plan = planned(store)
    first = filed(store, plan, tmp_path / "a")
    snapshot = snapshot_of(store)
    day = programme_of(snapshot, FAIR, plan.problem, plan.plan, Opening())
    keep_pairings(store, SCOPE, day, actor="w", at=AT)
    numbers = day.talks.set_index("person_id")["pairing_id"]
    gone, came = sorted(numbers.index)
    record_attendance(store, SCOPE, [numbers[gone]], Attendance.ABSENT, actor="w", at=AT)
    record_attendance(store, SCOPE, [numbers[came]], Attendance.CAME, actor="w", at=AT)
    results = results_of(store, SCOPE, "F1", store.pairings(SCOPE, fair_ids=["F1"]))
    absent, settled = left_to_plan(results)
    assert absent == (gone,)
    assert [who for who, _ in settled] == [came]
    again = planned(store, replace(Ask(), absent=absent, settled=settled), plan.rows())
    board = looked_at(store, again, tmp_path / "b", previous=first.job_id)
    late = next(iter(set(NAMES) - {gone, came}))
    assert board.moved["person_id"].tolist() == sorted([gone, late])
    assert board.rows.set_index("person_id")["is_settled"][came]


def test_a_hire_leaves_and_a_refusal_frees_both(store: Store) -> None:
    plan = planned(store)
    day = programme_of(snapshot_of(store), FAIR, plan.problem, plan.plan, Opening())
    keep_pairings(store, SCOPE, day, actor="w", at=AT)
    numbers = day.talks.set_index("person_id")["pairing_id"]
    hired, refused = sorted(numbers.index)
    for number, result, reason in (
        (numbers[hired], Result.INTERVIEWED, None),
        (numbers[hired], Result.HIRED, None),
        (numbers[refused], Result.REFUSED_BY_EMPLOYER, "pay"),
    ):
        record_result(store, SCOPE, number, result, reason=reason, actor="w", at=AT)
    results = results_of(store, SCOPE, "F1", store.pairings(SCOPE, fair_ids=["F1"]))
    stages = results.set_index("person_id")["stage"]
    assert (stages[hired], stages[refused]) == ("hired", "refused_by_employer")
    assert left_to_plan(results) == ((hired,), ())


def test_the_kept_day_is_the_laid_out_one(store: Store) -> None:
    plan = planned(store)
    day = programme_of(
        snapshot_of(store), FAIR, plan.problem, read_plan(plan.problem, plan.rows()), Opening()
    )
    keep_pairings(store, SCOPE, day, actor="w", at=AT)
    kept = kept_day(store, FAIR, store.pairings(SCOPE, fair_ids=["F1"]))
    same = ["pairing_id", "booth", "booth_at", "interviewer", "start", "title", "employer"]
    assert kept.talks[same].to_dict("list") == day.talks[same].to_dict("list")
    assert (kept.employers, kept.number) == (day.employers, day.number)
    empty = kept_day(store, FAIR, store.pairings(SCOPE, fair_ids=["F9"]))
    assert len(empty.talks) == 0


def test_the_sign_in_sheet_has_everybody_once_with_part_of_the_name(store: Store) -> None:
    plan = planned(store, Ask(invitations=2))
    day = programme_of(snapshot_of(store), FAIR, plan.problem, plan.plan, Opening())
    for language, title in (("zh", "招聘会签到表"), ("en", "Sign-in sheet")):
        page = sign_in(day, names=NAMES, language=language)
        assert title in page
        assert page.count("<tr>") == 1 + day.talks["person_id"].nunique()
        assert "王小芳" not in page
