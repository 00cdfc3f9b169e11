"""`rengang evaluate`, `models` and `report fairness`, from the outside."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import orjson
import pandas as pd
import pytest

from matcher.evaluation import limits
from matcher.evaluation.limits import shipped_limits
from matcher.ranking.shelf import opening
from matcher.ranking.shelf.shelf import MODELS, Shelf
from matcher.store.store import Store
from tests.cli.commands import Office
from tests.planted import LOADERS, ON, fill, leaning_folder

TABLES = ("by_group", "apart", "four_fifths", "proxies", "reliability", "weeks")
DAY = ("--on", ON.isoformat())


@pytest.fixture
def planted(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office with two models: one for what its people do, one against it."""
    monkeypatch.setattr(opening, "LOADERS", LOADERS)
    office.workspace.mkdir()
    with Store.open(f"sqlite:///{office.workspace / 'rengang.sqlite'}") as store:
        fill(store)
    shelf = Shelf(office.workspace)
    shelf.put("good", leaning_folder(tmp_path / "good", "good", 1.0))
    shelf.put("bad", leaning_folder(tmp_path / "bad", "bad", -1.0))
    return office


def test_a_model_is_measured_beside_baselines_with_intervals(planted: Office) -> None:
    said = planted("evaluate", "--model", "good", *DAY)
    assert said.code == 0
    answer = said.answer
    assert answer["trial"]["pool"] == 60
    assert answer["gate"] is None
    everyone = [row for row in answer["measures"] if row["group"] == "everyone"]
    ndcg = {row["model"]: row for row in everyone if row["measure"] == "ndcg@10"}
    assert set(ndcg) == {"good", "random", "popularity", "item_item", "ridge"}
    assert ndcg["good"]["low"] > ndcg["random"]["high"]


def test_held_against_a_better_one_the_answer_is_no(planted: Office) -> None:
    assert planted("evaluate", "--model", "good", "--against", "bad", *DAY).code == 0
    said = planted("evaluate", "--model", "bad", "--against", "good", *DAY)
    assert said.code == 1
    assert not said.answer["gate"]["passed"]
    assert planted("evaluate", "--model", "bad", "--against", "bad", *DAY).code == 2


def test_a_better_model_is_promoted_and_used_from_then_on(planted: Office, tmp_path: Path) -> None:
    said = planted("models", "promote", "good", *DAY)
    assert (said.code, said.answer["champion"], said.answer["before"]) == (0, "good", "rules")
    found = planted("match", "--person", "P001", *DAY).answer
    assert found["model"] == "good"
    assert planted("match", "--person", "P001", "--model", "rules", *DAY).answer["model"] == "rules"
    listed = planted("models", "list").answer
    assert [row["name"] for row in listed["models"] if row["champion"]] == ["good"]


def test_a_worse_model_is_not_promoted_and_it_says_why(planted: Office) -> None:
    planted("models", "promote", "good", *DAY)
    said = planted("models", "promote", "bad", *DAY)
    assert said.code == 1
    failed = [each for each in said.answer["gate"]["findings"] if not each["passed"]]
    assert failed[0]["check"] == "beats_champion"
    assert failed[0]["difference"] < 0
    assert planted("models", "list").answer["champion"] == "good"


def test_one_can_always_go_back_to_the_rules(planted: Office) -> None:
    planted("models", "promote", "good", *DAY)
    assert planted("models", "promote", "rules").answer["champion"] == "rules"


def test_a_touched_champion_stops_the_match_and_names_the_file(planted: Office) -> None:
    planted("models", "promote", "good", *DAY)
    file = planted.workspace / MODELS / "good" / "leaning.json"
    file.write_bytes(file.read_bytes() + b" ")
    said = planted("match", "--person", "P001", *DAY)
    assert said.code == 2
    assert "leaning.json has been changed" in said.err
    assert "backup" in said.err
    usable = {row["name"]: row["usable"] for row in planted("models", "list").answer["models"]}
    assert not usable.pop("good")
    assert all(usable.values())


def test_an_unknown_model_lists_the_known_ones(planted: Office) -> None:
    said = planted("match", "--person", "P001", "--model", "best", *DAY)
    assert said.code == 2
    assert "rules, bad, good" in said.err


def test_a_card_is_printed_as_it_was_signed(planted: Office) -> None:
    assert planted("models", "card", "rules").code == 2
    assert planted("models", "card", "nobody").code == 2


def test_calibration_by_week_needs_answers(planted: Office) -> None:
    weeks = planted("evaluate", "--model", "good", "--by", "week", *DAY).answer["weeks"]
    assert sum(week["pairs"] for week in weeks) > 50
    assert planted("evaluate", "--model", "good", "--by", "moon", *DAY).code == 2


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer draws: the numbers are not what is tested here."""
    whole = shipped_limits()
    few = replace(whole, report=replace(whole.report, permutations=19, resamples=20))
    for place in ("matcher.cli.commands.models.judging", "matcher.pipeline.judging.trials"):
        monkeypatch.setattr(f"{place}.shipped_limits", lambda: few)
    assert limits.shipped_limits() is whole


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_the_fairness_report_is_a_workbook_or_a_file_for_each_table(
    planted: Office, tmp_path: Path
) -> None:
    book = tmp_path / "fair.xlsx"
    said = planted("report", "fairness", "--out", book, "--model", "good", *DAY)
    assert said.code == 0
    assert tuple(openpyxl.load_workbook(book).sheetnames) == TABLES
    assert set(said.answer["tables"]) == set(TABLES)
    again = planted("report", "fairness", "--out", tmp_path / "f.csv", "--model", "good", *DAY)
    assert again.answer["tables"] == said.answer["tables"]
    for table in TABLES:
        rows = pd.read_csv(tmp_path / f"f-{table}.csv", encoding="utf-8-sig")
        assert len(rows) == len(said.answer["tables"][table])


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_each_table_that_shows_something_has_its_picture(planted: Office, tmp_path: Path) -> None:
    planted("report", "fairness", "--out", tmp_path / "fair.xlsx", "--model", "good", *DAY)
    with zipfile.ZipFile(tmp_path / "fair.xlsx") as book:
        charts = [book.read(name) for name in book.namelist() if "charts/chart" in name]
    told = b"".join(charts).decode()
    for words in ("selection@10", "ndcg@10", "AUC", "calibration by week", "drift"):
        assert words in told
    assert told.count("<c:errBars>") > 5


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_volatility_is_told_by_group_where_it_was_asked_for(office: Office, tmp_path: Path) -> None:
    office.workspace.mkdir()
    with Store.open(f"sqlite:///{office.workspace / 'rengang.sqlite'}") as store:
        fill(store)
    report = ("report", "fairness", "--out", tmp_path / "f.csv", *DAY)
    without = office(*report)
    measures = {row["measure"] for row in without.answer["tables"]["by_group"]}
    assert not {"overlap@10", "kendall@10"} & measures
    rows = office(*report, "--retrainings", "2").answer["tables"]["by_group"]
    for measure in ("overlap@10", "kendall@10"):
        own = {row["group"]: row["value"] for row in rows if row["measure"] == measure}
        assert -1 <= own["everyone"] <= 1
        assert {"female", "male"} <= set(own)
    once = office(*report, "--retrainings", "1")
    assert once.code == 2
    assert "at least 2" in once.err


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_a_report_names_no_person(planted: Office, tmp_path: Path) -> None:
    said = planted("report", "fairness", "--out", tmp_path / "f.csv", "--model", "good", *DAY)
    told = orjson.dumps(said.answer).decode() + "".join(
        file.read_text("utf-8-sig") for file in tmp_path.glob("f-*.csv")
    )
    assert "P001" not in told
    assert "H001" not in told


def test_a_trained_model_is_registered_with_its_card_and_the_same_seed_gives_the_same_bytes(
    office: Office,
) -> None:
    office.workspace.mkdir()
    with Store.open(f"sqlite:///{office.workspace / 'rengang.sqlite'}") as store:
        fill(store)
    said = office("train", "--name", "first", *DAY)
    assert said.code == 0
    assert said.answer["champion"] == ("first" if said.answer["promoted"] else "rules")
    assert said.answer["gate"]["passed"] is said.answer["promoted"]
    card = office("models", "card", "first").answer
    assert card["name"] == "first"
    assert card["data"]["pairs"] > card["data"]["positives"] > 0
    assert "positives_only" in card["cautions"]
    assert "sex" not in card["features"]
    assert office("match", "--person", "P001", "--model", "first", *DAY).answer["model"] == "first"
    shelf = Shelf(office.workspace)
    before = shelf.contents("first")
    shelf.promote("rules")
    office("train", "--name", "first", *DAY)
    assert shelf.contents("first") == before


def test_a_name_that_is_the_champion_s_is_refused_before_training(planted: Office) -> None:
    planted("models", "promote", "good", *DAY)
    said = planted("train", "--name", "good", *DAY)
    assert said.code == 2
    assert "not the champion" in said.err
