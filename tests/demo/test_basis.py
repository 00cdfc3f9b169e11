"""Assumptions, trades and ground: what the generator rests on is complete and sourced."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from matcher.demo.basis.assumptions import apportion, assumed, shares, table
from matcher.demo.basis.geography import draw_ground
from matcher.demo.basis.made_up import NO_SUCH_AREA, made_up_phones, made_up_uscc
from matcher.demo.basis.trades import clean_title, trades
from matcher.errors import UnknownCode
from matcher.reference.areas import areas
from matcher.reference.occupations import occupations
from matcher.reference.paths import path

ROOM = Path(__file__).parents[2] / "matcher" / "demo"


def assumption_rows() -> list[dict[str, str]]:
    with path("demo", "assumptions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words_of_a_table(name: str) -> set[str]:
    """Every word, synonym or canonical, of a table of data/skills."""
    with path("skills", f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {word for row in rows for word in (row["zh"], *row["synonyms"].split(";"))}


def test_every_assumption_has_a_unit_and_a_source() -> None:
    rows = assumption_rows()
    bare = [row["name"] for row in rows if not all(map(row.get, ("value", "unit", "source")))]
    assert bare == []
    assert len({row["name"] for row in rows}) == len(rows)


def test_every_assumption_is_used_by_the_generator_or_held_by_a_test() -> None:
    folders = (ROOM, Path(__file__).parent)
    code = "".join(file.read_text("utf-8") for folder in folders for file in folder.rglob("*.py"))
    made_up_names = re.compile(r"(days|step|wait)_\w+|education_(old|middle|young)\.\w+")
    unused = [
        row["name"]
        for row in assumption_rows()
        if f'"{row["name"].partition(".")[0]}' not in code
        and not made_up_names.fullmatch(row["name"])
    ]
    assert unused == []


def test_a_name_that_no_row_has_is_refused_with_its_neighbours() -> None:
    with pytest.raises(UnknownCode, match="households") as caught:
        assumed("households_of_mars")
    assert "households" in caught.value.nearest


@pytest.mark.parametrize(
    "prefix", ["household_kind", "work_form", "posting", "wage_style", "place_style", "ownership"]
)
def test_shares_of_one_thing_sum_to_one(prefix: str) -> None:
    labels, _ = shares(prefix)
    assert sum(assumed(f"{prefix}.{label}") for label in labels) == pytest.approx(1)


@given(
    st.lists(st.floats(0.01, 1), min_size=1, max_size=12),
    st.integers(0, 5000),
)
def test_apportioned_counts_sum_up_and_stay_within_one_of_their_share(
    weights: list[float], n: int
) -> None:
    counts = apportion(weights, n)
    exact = np.array(weights) * n / np.sum(weights)
    assert counts.sum() == n
    assert (np.abs(counts - exact) < 1).all()


def test_every_row_of_the_source_file_states_the_rows_that_the_table_has() -> None:
    text = path("demo", "SOURCE.md").read_text("utf-8")
    stated = dict(re.findall(r"^\| `(\w+)\.csv` \|.*?\| (\d+) \|", text, flags=re.MULTILINE))
    found = {
        file.stem: str(len(pd.read_csv(file, dtype=str))) for file in path("demo").glob("*.csv")
    }
    assert stated == found


def test_trades_speak_the_words_of_the_skill_and_certificate_tables() -> None:
    made, courses = trades(), table("courses")
    taught = {word for cell in courses["skills_taught"] for word in cell.split(";")}
    awarded = {
        word for cell in courses["certificates_awarded"].dropna() for word in cell.split(";")
    }
    assert {*made.skills, *taught} <= words_of_a_table("skills")
    assert {*made.certificates, *awarded} <= words_of_a_table("certificates")


def test_every_occupation_code_of_the_demo_tables_exists() -> None:
    codes = {*table("trades")["occupation_code"], *table("welfare_posts")["occupation_code"]}
    assert codes - set(occupations().codes) == set()


def test_every_course_and_public_welfare_post_belongs_to_a_trade() -> None:
    known = set(table("trades")["trade"])
    assert {*table("courses")["trade"], *table("welfare_posts")["trade"]} <= known


def test_a_trade_is_nearest_to_itself_and_nearer_to_its_family_than_to_strangers() -> None:
    made = trades()
    cook, waiter, welder = made.at("cook"), made.at("waiter"), made.at("welding")
    assert (np.diag(made.nearness) == 1).all()
    assert (made.nearness <= 1).all()
    assert made.nearness[waiter, cook] > made.nearness[welder, cook]


def test_titles_are_real_and_name_no_other_place() -> None:
    titles = {title for of_trade in trades().titles for title, _ in of_trade}
    assert all(trades().titles)
    assert len(titles) > 1000
    assert not [title for title in titles if "昆山" in title or "曹县" in title]


@pytest.mark.parametrize(
    ("crawled", "title"),
    [
        pytest.param("某某物业招聘保安", "保安", id="employer before the title"),
        pytest.param("保洁员（包住）", "保洁员", id="promise in brackets"),
        pytest.param("长白班普工+五险", "长白班普工", id="promise after a plus"),
        pytest.param("（急）", "", id="nothing left"),
    ],
)
def test_a_crawled_title_is_cut_to_its_trade(crawled: str, title: str) -> None:
    assert clean_title(crawled) == title


def test_people_live_in_real_streets_of_the_city() -> None:
    ground = draw_ground(np.random.default_rng(1))
    known = areas()
    assert all(code.startswith("3206") and known.exists(code) for code in ground.streets)
    assert np.isfinite(ground.xy).all()
    assert ground.weights.sum() == pytest.approx(1)


def test_made_up_numbers_are_well_formed_and_belong_to_nobody() -> None:
    assert not areas().exists(NO_SUCH_AREA)
    assert all(uscc.is_valid(made_up_uscc(at)) for at in range(300))
    assert len({made_up_uscc(at) for at in range(300)}) == 300
    phones = made_up_phones(np.random.default_rng(1), 50)
    assert all(re.fullmatch(r"0513-0\d{7}", phone) for phone in phones)
