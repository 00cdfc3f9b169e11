"""`rengang match`, `explain`, `decide` and `pair` on the demo city, from the outside."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matcher.casework.privacy.pseudonyms import LETTERS
from matcher.cli.main import run
from matcher.demo.basis.assumptions import demo_day
from matcher.domain.filters import Filter
from matcher.domain.scope import Scope
from matcher.explanation.codes import FOR_EMPLOYERS
from matcher.pipeline.models.training import lawful_of
from matcher.pipeline.snapshot import take_snapshot
from matcher.ranking.congestion.prices import Aim
from matcher.store.store import Store
from tests.cli.commands import Office
from tests.once import made_once

COLUMNS = ["person_id", "vacancy_id", "rank", "score", "tier", "found_by"]


@pytest.fixture
def everyone(city: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The lists of all, written once for a run."""

    def write(folder: Path) -> None:
        wanted = ("match", "--all", "--top", "5", "--out", str(folder / "all.csv"))
        with pytest.raises(SystemExit) as ended:
            run(["--workspace", str(city), *wanted])
        assert ended.value.code == 0

    written = made_once(tmp_path_factory, "lists-of-all", write)
    return pd.read_csv(written / "all.csv", encoding="utf-8")


def test_everyone_is_served_in_a_stable_order(
    city_office: Office, everyone: pd.DataFrame, tmp_path: Path
) -> None:
    assert list(everyone.columns) == COLUMNS
    again = tmp_path / "again.csv"
    told = city_office("match", "--all", "--top", 5, "--out", again).answer
    pd.testing.assert_frame_equal(everyone, pd.read_csv(again))
    assert (told["persons"], told["served"]) == (3000, everyone["person_id"].nunique())


def test_who_gets_no_list_has_no_post_that_the_law_and_the_facts_allow(
    city_office: Office, everyone: pd.DataFrame
) -> None:
    with Store.open(f"sqlite:///{city_office.workspace / 'rengang.sqlite'}") as store:
        snapshot = take_snapshot(store, Scope.office("test"), on=demo_day())
    seekers, posts = snapshot.market.jobseekers, snapshot.market.vacancies
    unserved = np.flatnonzero(~np.isin(seekers.ids, everyone["person_id"].unique()))
    assert len(unserved) < 0.01 * len(seekers)
    person_at = np.repeat(unserved, len(posts)).astype(np.int32)
    vacancy_at = np.tile(np.arange(len(posts), dtype=np.int32), len(unserved))
    lawful = lawful_of(snapshot)(person_at, vacancy_at)
    left = snapshot.pair_key(person_at[lawful], vacancy_at[lawful])
    assert np.isin(left, snapshot.known_pairs).all()


def test_one_person_gets_what_the_whole_run_gives(
    city_office: Office, everyone: pd.DataFrame
) -> None:
    person = everyone["person_id"].iloc[-1]
    alone = city_office("match", "--person", person, "--top", 5).answer["matches"]
    together = everyone[everyone["person_id"] == person]
    assert [match["vacancy_id"] for match in alone] == together["vacancy_id"].tolist()
    assert [match["rank"] for match in alone] == together["rank"].tolist()


def test_every_match_carries_reasons_in_both_languages(city_office: Office) -> None:
    for match in city_office("match", "--person", "P000548", "--top", 10).answer["matches"]:
        assert match["reasons"]
        assert all(reason["zh"] and reason["en"] for reason in match["reasons"])
        assert 0 <= match["score"] <= 1


def test_a_public_welfare_post_goes_by_tier_then_score(
    city_office: Office, everyone: pd.DataFrame
) -> None:
    post = everyone.dropna(subset="tier")["vacancy_id"].iloc[0]
    people = city_office("match", "--vacancy", post, "--top", 50).answer["matches"]
    order = [(match["tier"] or 99, -match["score"]) for match in people]
    assert order == sorted(order)
    first = people[0]["reasons"]
    cited = [reason["citation"] for reason in first if reason["tone"] == "priority"]
    assert cited
    assert all(citation["document"] and citation["rule"] for citation in cited)


@pytest.mark.slow
def test_known_pairs_are_left_out_unless_asked_for(city_office: Office, tmp_path: Path) -> None:
    city_office("export", "outcomes", "--out", tmp_path / "outcomes.csv")
    outcomes = pd.read_csv(tmp_path / "outcomes.csv", encoding="utf-8-sig")
    acted = outcomes[outcomes["stage"] == "applied"].groupby("person_id")["vacancy_id"].agg(set)
    lists, full = tmp_path / "without.csv", tmp_path / "with.csv"
    city_office("match", "--all", "--top", 50, "--out", lists)
    city_office("match", "--all", "--top", 50, "--out", full, "--include-known")

    def known(file: Path) -> int:
        shown = pd.read_csv(file)
        pairs = zip(shown["person_id"], shown["vacancy_id"], strict=True)
        return sum(vacancy in acted.get(person, ()) for person, vacancy in pairs)

    assert known(lists) == 0
    assert known(full) > 0


@pytest.mark.slow
def test_a_failed_pair_names_every_failed_filter_and_what_would_change_it(
    city_office: Office, everyone: pd.DataFrame
) -> None:
    person = everyone["person_id"].iloc[0]
    vacancies = city_office("match", "--person", person, "--top", 2000).answer["matches"]
    open_to = {match["vacancy_id"] for match in vacancies}
    found = 0
    for number in range(1, 80):
        vacancy = f"V{number:06d}"
        if vacancy in open_to:
            continue
        explained = city_office("explain", "--person", person, "--vacancy", vacancy).answer
        failed = {each["filter"] for each in explained["filters"] if each["outcome"] == "failed"}
        named = {Filter(each["filter"]).name.lower() for each in explained["obstacles"]}
        assert failed == named
        for obstacle in explained["obstacles"]:
            assert obstacle["because"]["zh"]
            assert obstacle["change"]["zh"]
        found += len(failed) > 0
    assert found > 10


def test_a_household_is_decided_with_its_citation(city_office: Office, tmp_path: Path) -> None:
    city_office("export", "households", "--out", tmp_path / "h.csv")
    households = pd.read_csv(tmp_path / "h.csv", encoding="utf-8-sig", dtype=str)
    certified = households[households["state"] == "certified"]["household_id"].iloc[0]
    said = city_office("decide", "zero_employment_household", "--household", certified).answer
    assert said["outcome"] in {"met", "not_met", "unknown"}
    assert said["set_by"] == "cn/jiangsu"
    assert "js-zef-definition" in {citation["rule"] for citation in said["citations"]}


def test_a_decision_is_kept_and_decided_again(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "persons.csv"
    file.write_text(
        "人员编号,性别,出生日期,居住地区划\nP1,女,1974-05-12,320602\n", encoding="utf-8"
    )
    office("import", "persons", file)
    made = office("decide", "older_worker_4050", "--person", "P1", "--keep").answer
    said = office("decisions", "rerun", made["number"])
    assert said.code == 0
    assert (said.answer["same"], said.answer["law_changed"]) == (True, False)
    missing = office("decisions", "rerun", "77")
    assert missing.code == 2
    assert "77" in missing.err


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        pytest.param(["match", "--person", "P999999"], "P999999", id="no such person"),
        pytest.param(["match", "--vacancy", "V999999"], "V999999", id="no such vacancy"),
        pytest.param(["match", "--person", "P1", "--on", "2.11."], "2.11.", id="no day"),
        pytest.param(["match", "--person", "P1", "--model", "deep"], "rules", id="no ranker"),
        pytest.param(["pair", "--fair", "F9"], "F9", id="no such fair"),
        pytest.param(["decide", "luck", "--person", "P000001"], "luck", id="no decision"),
        pytest.param(
            ["decide", "older_worker_4050", "--household", "H00001"], "--person", id="no subject"
        ),
    ],
)
def test_what_is_not_there_is_said(city_office: Office, arguments: list[str], telling: str) -> None:
    said = city_office(*arguments)
    assert said.code == 2
    assert telling in said.err


def test_the_fair_gets_a_sound_plan(city_office: Office, tmp_path: Path) -> None:
    out = tmp_path / "plan.csv"
    said = city_office("pair", "--fair", "F0001", "--out", out)
    assert said.code == 0
    assert said.answer["violations"] == []
    plan = pd.read_csv(out)
    assert list(plan.columns) == ["person_id", "vacancy_id", "score"]
    assert len(plan) == said.answer["certificate"]["pairings"] > 100
    assert plan["person_id"].is_unique


def test_asking_changes_no_record_but_leaves_a_trace(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = Office(shutil.copytree(city, tmp_path / "w"), capsys)  # others read the city meanwhile
    with Store.open(f"sqlite:///{own.workspace / 'rengang.sqlite'}") as store:
        counts, traces = store.counts(), len(store.audit_rows())
        said = own("explain", "--person", "P000004", "--vacancy", "V000001")
        assert (said.code, said.answer["person_id"]) == (0, "P000004")
        assert store.counts() == counts
        left = store.audit_rows()[traces:]
    assert {"persons", "households"} <= set(left["kind"])
    assert set(left["purpose"]) == {"explain"}


@pytest.mark.slow
def test_spreading_the_lists_of_the_rules_costs_less_than_three_hundredths(
    city_office: Office, tmp_path: Path
) -> None:
    lists = ("--out", tmp_path / "lists.csv", "--model", "rules")
    said = city_office("match", "--all", "--top", 10, "--congestion", "on", *lists)
    told = said.answer["congestion"]
    assert told["after"]["gini"] <= 0.5 * told["before"]["gini"]
    assert 0 < told["expected_ndcg_lost"] < 0.03


@pytest.mark.slow
def test_congestion_control_spreads_everyones_lists_and_says_what_it_cost(
    city_office: Office, tmp_path: Path
) -> None:
    lists = tmp_path / "lists.csv"
    said = city_office(
        "match", "--all", "--top", 10, "--congestion", "on", "--out", lists, "--lang", "en"
    )
    assert said.code == 0
    told = said.answer["congestion"]
    assert told["after"]["gini"] <= 0.5 * told["before"]["gini"]
    assert 0 < told["expected_ndcg_lost"] < Aim().loss
    assert "Gini of exposure@10" in said.err
    assert lists.read_text("utf-8").startswith("person_id,vacancy_id,rank,score,tier,found_by")


def test_congestion_needs_everyones_lists(city_office: Office) -> None:
    said = city_office("match", "--person", "P000001", "--congestion", "on")
    assert said.code == 2
    assert "--all" in said.err


def test_each_reader_is_told_what_is_theirs_to_know(city_office: Office) -> None:
    pair = ("explain", "--person", "P000004", "--vacancy", "V000001")
    told = {
        reader: city_office(*pair, "--reader", reader).answer
        for reader in ("caseworker", "jobseeker", "employer")
    }
    assert city_office(*pair).answer == told["caseworker"]
    codes = {reader: [each["code"] for each in said["reasons"]] for reader, said in told.items()}
    assert codes["jobseeker"] == codes["caseworker"]
    assert set(codes["employer"]) <= set(FOR_EMPLOYERS) & set(codes["caseworker"])
    assert told["employer"]["filters"] == []
    assert told["caseworker"]["person_id"] == "P000004"
    plain = city_office(*pair, "--reader", "employer")
    assert "P000004" not in plain.out
    assert len(told["employer"]["person_id"]) == LETTERS
    assert plain.answer["person_id"] == told["employer"]["person_id"]
    assert told["jobseeker"]["reasons"] != told["caseworker"]["reasons"]
