"""Several at once, each on a connection of their own: one wins, and nobody overwrites another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from matcher.casework.ledger.recording import moves, record
from matcher.casework.referrals.referring import move_referrals, new_referrals
from matcher.domain.account import Account
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import AlreadyThere, Conflict, IllegalMoves, RengangError, SignInRefused
from matcher.pipeline.fairs.keeping import Result, record_result
from matcher.pipeline.importing import ImportRequest, import_files
from matcher.store.store import Store
from tests.factories import make_frame
from tests.store.killing import fingerprint

AT = datetime(2026, 11, 2, tzinfo=UTC)
OFFICE = Scope.office("test")
AREA = "320613001"
N_AT_ONCE = 4
POSTS = ("V0", "V1", "V2")
WORD = "three plain words"

Work = Callable[[Store, int], Any]


@pytest.fixture
def stores(store_url: str) -> Iterator[list[Store]]:
    """Stores on one database, as processes of their own would have them."""
    opened = [Store.open(store_url, wait_s=30) for _ in range(N_AT_ONCE)]
    yield opened
    for store in opened:
        store.close()


def at_once(stores: Sequence[Store], work: Work) -> list[Any]:
    """What each got or was told, all of them having begun at the same moment."""
    start = threading.Barrier(len(stores))

    def run(number: int) -> Any:
        start.wait()
        try:
            return work(stores[number], number)
        except RengangError as told:
            return told

    with ThreadPoolExecutor(len(stores)) as pool:
        return list(pool.map(run, range(len(stores))))


def people_and_posts(store: Store) -> None:
    with store.writing(actor="t", at=AT) as batch:
        people = [{"person_id": f"P{at}", "area_code": AREA} for at in range(N_AT_ONCE)]
        batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, people))
        posts = make_frame(Kind.VACANCIES, [{"vacancy_id": key} for key in POSTS])
        posts["title"], posts["headcount"] = "保洁员", pd.array([1] * len(POSTS), dtype="Int64")
        batch.upsert(Kind.VACANCIES, posts)


def offered(store: Store, number: int) -> None:
    """The person of this number has an offer of every post."""
    pairs = pd.DataFrame({"person_id": f"P{number}", "vacancy_id": POSTS, "area_code": AREA})
    with store.writing(actor="t", at=AT) as batch:
        new = new_referrals(batch, pairs, on="2026-11-02")
        move_referrals(batch, new, role=Role.CASEWORKER)
        for event in ("refer", "offer"):
            rows = new[["stream", "subject_id"]].assign(event=event, on="2026-11-03")
            move_referrals(batch, moves(rows.to_dict("records")), role=Role.CASEWORKER)


def winners(done: Sequence[Any]) -> list[Any]:
    return [each for each in done if not isinstance(each, RengangError)]


@pytest.mark.parametrize("post", POSTS)
def test_of_those_who_give_the_last_place_one_does(stores: list[Store], post: str) -> None:
    people_and_posts(stores[0])
    for number in range(N_AT_ONCE):
        offered(stores[0], number)

    def hire(store: Store, number: int) -> object:
        row = {"stream": "referral", "subject_id": f"R-P{number}-{post}-1", "event": "hire"}
        with store.writing(actor=f"u{number}", at=AT) as batch:
            return move_referrals(batch, moves([row | {"on": "2026-11-04"}]), role=Role.CASEWORKER)

    done = at_once(stores, hire)
    assert len(winners(done)) == 1
    told = [str(each) for each in done if isinstance(each, IllegalMoves)]
    assert len(told) == N_AT_ONCE - 1
    assert all("offer another post" in each for each in told)
    hired = stores[0].hires_by_vacancy()
    assert (hired["vacancy_id"].tolist(), hired["hired"].tolist()) == ([post], [1])


def test_at_two_booths_the_last_place_is_given_once(stores: list[Store]) -> None:
    people_and_posts(stores[0])
    talks = [
        {"pairing_id": f"F1-{at}", "fair_id": "F1", "person_id": f"P{at}", "vacancy_id": "V0"}
        for at in range(N_AT_ONCE)
    ]
    with stores[0].writing(actor="t", at=AT) as batch:
        fair = {"fair_id": "F1", "name": "招聘会", "on": "2026-12-05"}
        batch.upsert(Kind.FAIRS, make_frame(Kind.FAIRS, [fair]))
        batch.upsert(Kind.PAIRINGS, make_frame(Kind.PAIRINGS, talks))
    done = at_once(
        stores,
        lambda store, at: record_result(
            store, OFFICE, f"F1-{at}", Result.HIRED, reason=None, actor=f"u{at}", at=AT
        ),
    )
    assert len(winners(done)) == 1
    assert all(isinstance(each, IllegalMoves) for each in done if each not in winners(done))
    assert stores[0].hires_by_vacancy()["hired"].tolist() == [1]


def test_a_public_welfare_place_is_taken_by_one(stores: list[Store]) -> None:
    def step(store: Store, event: str, actor: str, **more: Any) -> object:
        row = {"stream": "post", "subject_id": "V1-1", "event": event, "on": "2026-11-02"}
        with store.writing(actor=actor, at=AT) as batch:
            return record(batch, moves([row | more]), role=Role.SUPERVISOR)

    step(stores[0], "register", "t", vacancy_id="V1", area_code=AREA)
    done = at_once(
        stores,
        lambda store, at: step(store, "take", f"u{at}", person_id=f"P{at}", expected_version=1),
    )
    assert len(winners(done)) == 1
    assert sum("Read it again" in str(each) for each in done) == N_AT_ONCE - 1
    held = stores[0].states(OFFICE)
    assert held["version"].tolist() == [2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = "".join(f"V{at:04d},保洁员{at % 9},（生成）单位{at % 40}\n" for at in range(800))
    made = tmp_path / "posts.csv"
    made.write_text("岗位编号,岗位名称,用人单位\n" + rows, encoding="utf-8")
    return made


def test_imports_of_one_file_come_to_what_one_does(stores: list[Store], file: Path) -> None:
    request = ImportRequest(
        kind=Kind.VACANCIES, files=(file,), on=date(2026, 11, 2), actor="t", at=AT
    )
    done = at_once(stores, lambda store, _: import_files(store, request))
    assert winners(done) == done
    assert sorted(each.created for each in done) == [0] * (N_AT_ONCE - 1) + [800]
    assert sum(each.unchanged for each in done) == 800 * (N_AT_ONCE - 1)
    counts = stores[0].counts()
    assert (counts[Kind.VACANCIES], counts[Kind.EMPLOYERS]) == (800, 40)
    assert stores[0].version(Kind.VACANCIES, "V0007") == 1
    assert len(stores[0].audit_rows(kind=Kind.VACANCIES)) == 1


def test_imports_of_one_file_leave_what_one_import_leaves(
    empty_urls: Iterator[str], file: Path
) -> None:
    request = ImportRequest(
        kind=Kind.VACANCIES, files=(file,), on=date(2026, 11, 2), actor="t", at=AT
    )
    one, many = next(empty_urls), next(empty_urls)
    with Store.open(one) as store:
        import_files(store, request)
    opened = [Store.open(many, wait_s=30) for _ in range(2)]
    at_once(opened, lambda store, _: import_files(store, request))
    for store in opened:
        store.close()
    assert fingerprint(one) == fingerprint(many)


def test_of_those_who_edit_one_version_one_does(stores: list[Store]) -> None:
    people_and_posts(stores[0])

    def edit(store: Store, number: int) -> int:
        with store.writing(actor=f"u{number}", at=AT) as batch:
            return batch.edit(Kind.PERSONS, "P0", {"major": f"第{number}专业"}, 1)

    done = at_once(stores, edit)
    assert winners(done) == [2]
    told = [each for each in done if isinstance(each, Conflict)]
    assert {(each.expected, each.found) for each in told} == {(1, 2)}
    assert len(told) == N_AT_ONCE - 1


def test_who_writes_what_they_read_loses_no_other_edit(stores: list[Store]) -> None:
    people_and_posts(stores[0])

    def count_up(store: Store, _: int) -> None:
        for _ in range(5):
            while True:
                version = store.person_version(OFFICE, "P0")
                (before,) = store.persons(OFFICE, ["P0"])["experience_months"].fillna(0)
                try:
                    with store.writing(actor="t", at=AT) as batch:
                        batch.edit(
                            Kind.PERSONS, "P0", {"experience_months": int(before) + 1}, version
                        )
                    break
                except Conflict:
                    continue

    at_once(stores, count_up)
    assert stores[0].persons(OFFICE, ["P0"])["experience_months"].tolist() == [5 * N_AT_ONCE]


def test_files_with_different_columns_both_stay(stores: list[Store]) -> None:
    columns = ("major", "skills", "education", "certificates")
    people_and_posts(stores[0])

    def state(store: Store, number: int) -> object:
        frame = make_frame(Kind.PERSONS, [{"person_id": "P0", columns[number]: "甲"}])
        with store.writing(actor="t", at=AT) as batch:
            return batch.upsert(Kind.PERSONS, frame, columns=["person_id", columns[number]])

    at_once(stores, state)
    (found,) = stores[0].persons(OFFICE, ["P0"])[list(columns)].to_numpy().tolist()
    assert found == ["甲"] * len(columns)


def test_sealers_and_writers_leave_a_chain_that_holds(stores: list[Store]) -> None:
    def work(store: Store, number: int) -> None:
        for round_ in range(6):
            if number % 2:
                store.seal(at=AT)
                continue
            with store.writing(actor=f"u{number}", at=AT) as batch:
                courses = [{"course_id": f"C{number}-{round_}", "name": "养老护理员"}]
                batch.upsert(Kind.COURSES, make_frame(Kind.COURSES, courses))

    done = at_once(stores, work)
    assert winners(done) == done
    stores[0].seal(at=AT)
    assert stores[0].seal(at=AT) == 0
    assert stores[0].broken_seals() == ()
    assert len(stores[0].audit_rows()) == 12


def test_wrong_passwords_given_at_once_are_all_counted(stores: list[Store]) -> None:
    stores[0].accounts.add(Account("u1", Role.CASEWORKER, ("320613",)), WORD, actor="t", at=AT)

    def guess(store: Store, _: int) -> None:
        for _ in range(2):
            with pytest.raises(SignInRefused):
                store.accounts.sign_in("u1", "wrong wrong wrong", at=AT)

    at_once(stores, guess)
    with pytest.raises(SignInRefused):
        stores[0].accounts.sign_in("u1", WORD, at=AT)


def test_a_name_that_several_give_at_once_is_given_once(stores: list[Store]) -> None:
    new = Account("u1", Role.CASEWORKER, ("320613",))
    done = at_once(stores, lambda store, _: store.accounts.add(new, WORD, actor="t", at=AT))
    assert len(winners(done)) == 1
    assert all(isinstance(each, AlreadyThere) for each in done if each is not new)


def test_an_empty_database_may_be_opened_by_many_at_once(empty_urls: Iterator[str]) -> None:
    url = next(empty_urls)

    def count(_: int) -> int:
        with Store.open(url, wait_s=30) as store:
            return sum(store.counts().values())

    with ThreadPoolExecutor(N_AT_ONCE) as pool:
        assert list(pool.map(count, range(N_AT_ONCE))) == [0] * N_AT_ONCE
