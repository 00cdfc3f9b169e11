"""Who may write which posts, asked as an employer's account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from matcher.domain.account import Account
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.pipeline.records.writer import Writer
from matcher.store.store import Store
from tests.factories import make_frame

AT = datetime(2026, 11, 2, tzinfo=UTC)
OURS, THEIRS = "E-OURS", "E-THEIRS"
WRITER = Writer(Account("us", Role.EMPLOYER, employer_id=OURS).scope("write"), OURS)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A post of ours, one of another employer, and one that belongs to nobody."""
    posts = [
        {"vacancy_id": "V-OURS", "title": "保洁员", "employer_id": OURS},
        {"vacancy_id": "V-THEIRS", "title": "保洁员", "employer_id": THEIRS},
        {"vacancy_id": "V-NOBODYS", "title": "保洁员"},
    ]
    employers = [{"employer_id": each, "name": "（生成）单位"} for each in (OURS, THEIRS)]
    with Store.open("sqlite://") as opened:
        with opened.writing(actor="t", at=AT) as batch:
            batch.upsert(Kind.EMPLOYERS, make_frame(Kind.EMPLOYERS, employers))
            batch.upsert(Kind.VACANCIES, make_frame(Kind.VACANCIES, posts))
        yield opened


@pytest.mark.parametrize(
    ("vacancy_id", "employer_id", "may"),
    [
        pytest.param("V-NEW", OURS, True, id="a new post that names us"),
        pytest.param("V-NEW", None, False, id="a new post that names nobody"),
        pytest.param("V-NEW", THEIRS, False, id="a new post in another's name"),
        pytest.param("V-OURS", OURS, True, id="our post"),
        pytest.param("V-OURS", None, True, id="our post, its owner not said again"),
        pytest.param("V-OURS", THEIRS, False, id="our post, given away"),
        pytest.param("V-THEIRS", THEIRS, False, id="another's post"),
        pytest.param("V-THEIRS", OURS, False, id="another's post, taken over"),
        pytest.param("V-THEIRS", None, False, id="another's post, its owner not said"),
        pytest.param("V-NOBODYS", OURS, False, id="a post of nobody, taken over"),
        pytest.param("V-NOBODYS", None, False, id="a post of nobody, no owner said"),
    ],
)
def test_an_employer_writes_its_own_posts(
    store: Store, vacancy_id: str, employer_id: str | None, may: bool
) -> None:
    frame = make_frame(Kind.VACANCIES, [{"vacancy_id": vacancy_id, "employer_id": employer_id}])
    assert WRITER.may_write(store, Kind.VACANCIES, frame).tolist() == [may]


def test_rows_are_judged_each_for_itself(store: Store) -> None:
    """Owners known, unknown and missing side by side are told apart without a word."""
    ids = ["V-NOBODYS", "V-OURS", "V-NEW", "V-THEIRS", "V-OURS"]
    said = [None, None, None, OURS, THEIRS]
    frame = make_frame(
        Kind.VACANCIES,
        [
            {"vacancy_id": vacancy, "employer_id": employer}
            for vacancy, employer in zip(ids, said, strict=True)
        ],
    )
    assert WRITER.may_write(store, Kind.VACANCIES, frame).tolist() == [
        *(False, True, False, False, False),
    ]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.VACANCIES])
def test_an_employer_writes_nothing_but_posts(store: Store, kind: Kind) -> None:
    frame = make_frame(kind, [{}])
    assert WRITER.may_write(store, kind, frame).tolist() == [False]


def test_no_rows_are_nobodys(store: Store) -> None:
    frame = make_frame(Kind.VACANCIES, [{"vacancy_id": "V"}]).iloc[:0]
    assert WRITER.may_write(store, Kind.VACANCIES, frame).tolist() == []
