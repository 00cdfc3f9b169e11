"""Duplicates are found by what both records say, never by what neither does."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.casework.register.agreements import SHOWN_FROM, weight
from matcher.casework.register.duplicates import (
    KEYS,
    MOST_IN_A_BLOCK,
    duplicate_households,
    find_duplicates,
    in_words,
)

WANG = {"name": "王小芳", "birth_date": "1974-05-12", "phone": "139", "address": "人民路1号"}


def people(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([{"person_id": f"P{at}"} | row for at, row in enumerate(rows, start=1)])


def pairs(*rows: dict[str, Any]) -> list[list[str]]:
    found = find_duplicates(people(*rows)).pairs
    both: list[list[str]] = found[["left", "right"]].to_numpy().tolist()
    return both


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(WANG, WANG, True, id="all the same"),
        pytest.param({"id_number": "1"}, {"id_number": "1"}, True, id="number alone"),
        pytest.param(
            {"id_number": "1x"}, {"id_number": " 1X "}, True, id="number in two spellings"
        ),
        pytest.param(WANG, WANG | {"phone": None, "address": None}, False, id="name and birth"),
        pytest.param(WANG, WANG | {"address": "人民路1号2室"}, True, id="near address"),
        pytest.param(WANG, WANG | {"name": "李强"}, False, id="twins of one home"),
        pytest.param(
            WANG | {"id_number": "1"}, WANG | {"id_number": "2"}, False, id="two ID numbers"
        ),
        pytest.param({"name": None}, {"name": None}, False, id="empty keys"),
        pytest.param({"id_number": ""}, {"id_number": ""}, False, id="blank numbers"),
        pytest.param({"phone": " "} | {"name": ""}, {"phone": " ", "name": ""}, False, id="blanks"),
    ],
)
def test_pairs_have_a_score_from_what_both_say(
    one: dict[str, Any], other: dict[str, Any], expected: bool
) -> None:
    assert bool(pairs(one, other)) is expected


def test_a_contradiction_with_the_same_number_is_shown_as_one() -> None:
    found = find_duplicates(
        people({"id_number": "1", "sex": "male"}, {"id_number": "1", "sex": "female"})
    )
    assert found.pairs["contradicts"].tolist() == [True]
    assert "性别不同" in in_words(found.pairs["reasons"].iloc[0], "zh")
    assert "other sex" in in_words(found.pairs["reasons"].iloc[0], "en")


def test_a_key_that_everybody_shares_brings_nobody_together() -> None:
    rows = [{"name": "王芳", "birth_date": "1974-05-12"} for _ in range(MOST_IN_A_BLOCK + 1)]
    found = find_duplicates(people(*rows))
    assert found.pairs.empty
    assert found.crowded == (("name+birth_date", MOST_IN_A_BLOCK + 1),)


def test_settled_pairs_are_not_shown_again() -> None:
    frame = people(WANG, WANG, WANG)
    found = find_duplicates(frame, known_apart=[("P2", "P1")]).pairs
    assert found[["left", "right"]].to_numpy().tolist() == [["P1", "P3"], ["P2", "P3"]]


cell = {
    "id_number": st.sampled_from([None, None, "1", "2"]),
    "name": st.sampled_from([None, "王芳", "王小芳", "李强"]),
    "birth_date": st.sampled_from([None, "1974-05-12", "1975-05-12"]),
    "phone": st.sampled_from([None, "139", "138"]),
    "address": st.sampled_from([None, "人民路1号", "人民路2号"]),
    "sex": st.sampled_from([None, "female", "male"]),
}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.fixed_dictionaries(cell), max_size=8), st.randoms())
def test_blocks_find_what_comparing_everybody_finds(rows: list[dict[str, Any]], order: Any) -> None:
    frame = people(*rows) if rows else pd.DataFrame({"person_id": pd.Series([], dtype=object)})
    found = find_duplicates(frame).pairs
    alone = set()
    for one, other in combinations(range(len(rows)), 2):
        shares = any(
            all(rows[one][part] and rows[one][part] == rows[other][part] for part in key)
            for key in KEYS
        )
        if shares and not find_duplicates(frame.iloc[[one, other]]).pairs.empty:
            alone.add((f"P{one + 1}", f"P{other + 1}"))
    told = {tuple(pair) for pair in found[["left", "right"]].to_numpy().tolist()}
    assert told == alone
    sound = found.loc[~found["contradicts"].astype(bool), "score"]
    assert (sound >= weight(SHOWN_FROM)).all()
    shuffled = list(range(len(rows)))
    order.shuffle(shuffled)
    again = find_duplicates(frame.iloc[shuffled]).pairs
    pd.testing.assert_frame_equal(found, again)


def test_households_share_the_people_who_are_there_twice() -> None:
    frame = people(WANG, WANG, {"name": "李强"})
    frame["household_id"] = ["H1", "H2", "H2"]
    found = duplicate_households(frame, find_duplicates(frame).pairs)
    assert found.to_numpy().tolist() == [["H1", "H2", 1, 1]]
    apart = duplicate_households(frame, find_duplicates(frame).pairs, known_apart=[("H2", "H1")])
    assert apart.empty


def test_copies_among_many_records_are_all_found() -> None:
    draw = np.random.default_rng(7)
    n = 20_000
    frame = pd.DataFrame(
        {
            "person_id": np.char.add("P", np.arange(n).astype(str)),
            "name": np.array(["王芳", "李强", "陈静", "刘洋"])[draw.integers(0, 4, n)],
            "birth_date": pd.to_datetime(draw.integers(0, 15_000, n), unit="D").astype(str),
            "phone": draw.integers(10**10, 10**10 + 5 * n, n).astype(str),
        }
    )
    copy = frame.head(50).assign(person_id=np.char.add("Q", np.arange(50).astype(str)))
    found = find_duplicates(pd.concat([frame, copy], ignore_index=True)).pairs
    known = {(f"P{at}", f"Q{at}") for at in range(50)}
    assert known <= {tuple(pair) for pair in found[["left", "right"]].to_numpy().tolist()}
