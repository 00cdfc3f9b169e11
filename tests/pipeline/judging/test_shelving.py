"""A model just trained: registered with its card, promoted only where nobody must decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from matcher.domain.scope import Scope
from matcher.errors import ModelNotTrusted, WrongUse
from matcher.evaluation.limits import shipped_limits
from matcher.pipeline.judging.promoting import Training
from matcher.pipeline.judging.shelving import Made, Refit, shelve
from matcher.pipeline.judging.trials import OfficeTrial, take_trial
from matcher.ranking.shelf import opening
from matcher.ranking.shelf.opening import MEASURED, open_ranker
from matcher.ranking.shelf.shelf import Shelf
from matcher.store.store import Store
from tests.planted import KIND, LOADERS, ON, Leaning, fill

TRAINING = Training(pairs=10, positives=5, sampling="none", seed=0, parameters={"trees": 3})
WHOLE = shipped_limits()
QUICK = replace(WHOLE, report=replace(WHOLE.report, resamples=50))


@pytest.fixture(scope="module")
def trial() -> Iterator[OfficeTrial]:
    with Store.open("sqlite://") as store:
        fill(store)
        yield take_trial(store, Scope.office("test"), on=ON, seed=0, limits=QUICK)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setattr(opening, "LOADERS", LOADERS)
    return Shelf(tmp_path / "w")


def made(name: str, sign: float) -> Made:
    def save(folder: Path) -> None:
        (folder / "leaning.json").write_bytes(orjson.dumps({"name": name, "sign": sign}))

    return Made(Leaning(name, sign), KIND, save, TRAINING)


def test_the_first_model_that_passes_becomes_champion(shelf: Shelf, trial: OfficeTrial) -> None:
    done = shelve(shelf, trial, made("first", 1.0), generated=True)
    assert (done.promoted, done.champion) == (True, "first")
    assert open_ranker(shelf).name == "first"
    assert shelf.card("first")["name"] == "first"
    assert shelf.card("first")["cautions"] == ["generated"]
    models = {row["model"] for row in shelf.card("first")["rows"]}
    assert models == {"first", "rules", "random", "popularity", "item_item", "ridge"}


def test_the_second_waits_for_a_decision_even_if_it_is_better(
    shelf: Shelf, trial: OfficeTrial
) -> None:
    shelve(shelf, trial, made("worse", -1.0), generated=True)
    shelf.promote("worse")
    done = shelve(shelf, trial, made("better", 1.0), generated=True)
    assert done.evaluation.judgement is not None
    assert done.evaluation.judgement.findings[0].passed
    assert (done.promoted, done.champion) == (False, "worse")
    assert shelf.names() == ("better", "worse")


def test_one_that_does_not_pass_is_kept_and_not_promoted(shelf: Shelf, trial: OfficeTrial) -> None:
    done = shelve(shelf, trial, made("bad", -1.0), generated=False)
    assert (done.promoted, done.champion) == (False, "rules")
    assert shelf.names() == ("bad",)
    assert open_ranker(shelf).name == "rules"


def test_a_name_that_is_taken_changes_nothing(shelf: Shelf, trial: OfficeTrial) -> None:
    shelve(shelf, trial, made("first", 1.0), generated=True)
    before = shelf.contents("first")
    with pytest.raises(WrongUse, match="already"):
        shelve(shelf, trial, made("first", 1.0), generated=True)
    assert shelf.contents("first") == before


def test_the_same_training_gives_the_same_files(shelf: Shelf, trial: OfficeTrial) -> None:
    shelve(shelf, trial, made("one", 1.0), generated=True)
    first = shelf.contents("one")
    shelf.promote("rules")
    shelve(shelf, trial, made("one", 1.0), generated=True, replace=True)
    assert shelf.contents("one") == first


def refit(name: str, sign: float) -> Refit:
    return Refit(made(name, sign).save, outcomes=30, training=TRAINING)


def test_what_serves_learned_from_everything_and_what_is_measured_did_not(
    shelf: Shelf, trial: OfficeTrial
) -> None:
    done = shelve(shelf, trial, made("one", 1.0), generated=True, serving=refit("all", 0.5))
    assert (done.promoted, done.champion) == (True, "one")
    assert open_ranker(shelf).name == "all"
    assert open_ranker(shelf, measured=True).name == "one"
    card = shelf.card("one")
    assert "refitted" in card["cautions"]
    assert card["origin"]["parameters"]["refit"]["outcomes"] == 30
    assert done.evaluation.models[0].name == "one"


def test_the_gate_judges_the_champion_that_has_not_seen_what_is_held_out(
    shelf: Shelf, trial: OfficeTrial
) -> None:
    shelve(shelf, trial, made("one", 1.0), generated=True, serving=refit("all", 0.5))
    done = shelve(shelf, trial, made("two", 1.0), generated=True, serving=refit("all two", 0.5))
    assert [each.name for each in done.evaluation.models] == ["two", "one"]


def test_a_model_that_was_not_trained_again_is_measured_as_it_serves(
    shelf: Shelf, trial: OfficeTrial
) -> None:
    shelve(shelf, trial, made("one", 1.0), generated=True)
    assert open_ranker(shelf, "one", measured=True).name == "one"
    assert "refitted" not in shelf.card("one")["cautions"]


def test_a_measured_model_that_was_changed_is_not_trusted(
    shelf: Shelf, trial: OfficeTrial, tmp_path: Path
) -> None:
    shelve(shelf, trial, made("one", 1.0), generated=True, serving=refit("all", 0.5))
    (file,) = (tmp_path / "w" / "models" / "one" / MEASURED).glob("*.json")
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(ModelNotTrusted, match="has been changed"):
        open_ranker(shelf, "one", measured=True)
