"""Rows copied into PostgreSQL are what rows inserted one by one are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from matcher.domain.kinds import Kind
from matcher.store.store import Store
from matcher.store.writes import copying
from tests.contracts.store.stores import FULL, read_back
from tests.factories import make_frame
from tests.postgres import Databases
from tests.store.killing import fingerprint

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
ODD = (
    *("", " ", '"', '""', "\\.", "\\N", "NULL"),
    *("甲,乙;丙", "一行\n二行\r\n三行", "\t\x1f", "😀'$1%s"),
)
"""Texts that a file of comma-separated values could take for something else."""


def rows_of(kind: Kind, word: str) -> list[dict[str, Any]]:
    """The full record; for posts also one for each odd text."""
    if kind is not Kind.VACANCIES:
        return [FULL[kind]]
    odd = [
        {"vacancy_id": f"O{at}", "title": f"x{text}", "description": text, "tags": word}
        for at, text in enumerate(ODD)
    ]
    return [FULL[kind] | {"headcount": len(word)}, *odd]


def write(url: str, *words: str) -> None:
    for word in words:
        with Store.open(url) as store, store.writing(actor="t", at=AT) as batch:
            for kind in FULL:
                batch.upsert(kind, make_frame(kind, rows_of(kind, word)))


def test_copied_rows_are_inserted_rows(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    with databases.fresh() as one, databases.fresh() as other:
        monkeypatch.setattr(copying, "WORTH_COPYING", 10_000)
        write(one, "first", "then", "then")
        monkeypatch.setattr(copying, "WORTH_COPYING", 1)
        write(other, "first", "then", "then")
        assert fingerprint(one) == fingerprint(other)
        with Store.open(other) as store:
            assert store.version(Kind.VACANCIES, "O0") == 2
            assert store.version(Kind.EMPLOYERS, "E1") == 1
            posts = read_back(store, Kind.VACANCIES).set_index("vacancy_id")
            assert posts.loc[[f"O{at}" for at in range(len(ODD))], "description"].tolist() == [*ODD]


def test_a_column_that_is_not_carried_becomes_missing_in_old_rows_too(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "WORTH_COPYING", 1)
    with databases.fresh() as url, Store.open(url) as store:
        for row in ({"name": "养老护理员", "seats": 30}, {"name": "养老护理员"}):
            with store.writing(actor="t", at=AT) as batch:
                batch.upsert(Kind.COURSES, make_frame(Kind.COURSES, [{"course_id": "C1"} | row]))
        assert store.frame(Kind.COURSES)["seats"].isna().tolist() == [True]
