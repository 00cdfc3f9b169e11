"""Every decision asked about imported records answers as on the same facts given directly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.cli.main import run
from matcher.domain.decision import Outcome, Verdict
from matcher.domain.scope import Scope
from matcher.pipeline.law.deciding import Question, decide_about
from matcher.pipeline.law.keeping import classes_in_use
from matcher.policy.catalogue import decision_catalogue, decision_kind, fact_catalogue
from matcher.policy.decisions import decide
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law, shipped_packs
from matcher.store.store import Store
from tests.cli.commands import Office
from tests.cli.records import ON, ORDER, life, write_lives

OFFICE = Scope.office("test")
LIVES = [life(np.random.default_rng(seed), 0.5 + 0.5 * (seed % 2)) for seed in range(8)]
NAMED = {
    "person": ("person",),
    "household": ("household", "person"),
    "placement": ("placement",),
    "vacancy": ("person", "vacancy"),
    "employer": ("employer", "person"),
    "case": ("case",),
}
"""What a question about each subject names."""
LISTS = {"members", "candidates", "refusals"}
"""Facts that are records of their own."""
LETTERS = {"person": "P", "household": "H", "employer": "E", "vacancy": "V"} | {
    "placement": "L",
    "case": "C",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that imported a table of generated lives."""
    folder = tmp_path_factory.mktemp("lives")
    for kind, file in write_lives(LIVES, folder).items():
        given = ["--workspace", str(folder / "w"), "import", kind.value, str(file), "--strict"]
        with pytest.raises(SystemExit) as ended:
            run([*given, "--on", ON.isoformat()])
        assert not ended.value.code, kind
    return folder / "w"


@pytest.fixture
def lived(workspace: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    """The office, to give commands in."""
    return Office(workspace, capsys)


@pytest.fixture
def store(workspace: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{workspace / 'rengang.sqlite'}") as opened:
        yield opened


def places_of(decision: str) -> list[str]:
    """Every place whose packs have a rule on the decision."""
    return sorted({pack.place for pack in shipped_packs().packs if decision in pack.rules})


def directly(decision: str, place: str, given: Mapping[str, Any]) -> Verdict:
    return decide(Law.on_day(place, ON), decision, facts_from_given(given, on=ON)).verdict(0)


def told(verdict: Verdict) -> object:
    values = {name: value for name, value in verdict.values.items() if name != "derived_from"}
    findings = [(each.condition, each.outcome, each.ask_for) for each in verdict.findings]
    parts = (verdict.outcome, verdict.reason, verdict.set_by, sorted(verdict.ask_for))
    return *parts, values, findings


def question(decision: str, at: int, place: str, names: tuple[str, ...]) -> Question:
    keys = {f"{name}_id": f"{LETTERS[name]}{at}" for name in names}
    return replace(Question(decision, ON, place=place), **keys)  # type: ignore[arg-type]  # ids


@pytest.mark.slow
@pytest.mark.parametrize("decision", decision_catalogue())
def test_stored_records_answer_as_their_facts(store: Store, decision: str) -> None:
    names, known = NAMED[decision_kind(decision).subject], set()
    for at, given in enumerate(LIVES):
        place = places_of(decision)[at % len(places_of(decision))]
        asked = question(decision, at, place, names)
        expected = directly(decision, place, given)
        assert told(decide_about(store, OFFICE, asked)) == told(expected), (at, place)
        known.add(expected.outcome)
    assert known - {Outcome.UNKNOWN}, "nobody's answer was known"


@pytest.mark.parametrize(
    ("decision", "names"),
    [
        pytest.param("status_loss", ("person",), id="person"),
        pytest.param("household_exit", ("household",), id="household"),
        pytest.param("layoff_report", ("employer",), id="employer"),
        pytest.param("public_welfare_post_tier", ("person", "vacancy"), id="post"),
        pytest.param("stable_employment", ("placement",), id="placement"),
        pytest.param("certification_steps", ("case",), id="case"),
    ],
)
def test_a_decision_is_asked_kept_listed_and_decided_again(
    lived: Office, store: Store, decision: str, names: tuple[str, ...]
) -> None:
    place = places_of(decision)[0]
    named = [part for name in names for part in (f"--{name}", f"{LETTERS[name]}1")]
    asked = ("decide", decision, *named, "--on", ON, "--place", place)
    plain, kept = lived(*asked).answer, lived(*asked, "--keep").answer
    direct = decide_about(store, OFFICE, question(decision, 1, place, names))
    assert plain["outcome"] == direct.outcome
    (listed,) = lived("decisions", "list", "--decision", decision).answer
    assert kept == {**plain, "number": listed["number"]}
    assert (listed["outcome"], listed["place"], listed["on"]) == (
        *(plain["outcome"], place, ON.isoformat()),
    )
    again = lived("decisions", "rerun", listed["number"])
    assert again.code == 0
    assert (again.answer["same"], again.answer["law_changed"]) == (True, False)
    assert again.answer["law"] == again.answer["kept_law"] == listed["law_hash"]
    assert again.answer["kept"] == again.answer["found"]


def test_a_household_is_decided_on_what_was_done_about_its_members(store: Store) -> None:
    place = places_of("dibao_after_job")[0]
    for at, given in enumerate(LIVES):
        of_home = {name: given[name] for name in ("household", "placement", "case")}
        found = decide_about(store, OFFICE, question("dibao_after_job", at, place, ("household",)))
        assert told(found) == told(directly("dibao_after_job", place, of_home)), at


def test_every_kind_of_record_comes_out_as_it_went_in(lived: Office, tmp_path: Path) -> None:
    fresh = Office(tmp_path / "fresh", lived.captured)
    for kind in ORDER:
        out, back = tmp_path / f"{kind.value}.csv", tmp_path / f"{kind.value}-back.csv"
        lived("export", kind.value, "--out", out)
        said = fresh("import", kind.value, out, "--on", ON)
        assert (said.answer["refused"], said.err.count("kept as extra")) == (0, 0), kind
        fresh("export", kind.value, "--out", back)
        assert back.read_bytes() == out.read_bytes(), kind


def test_every_fact_of_the_catalogue_has_a_place_in_some_record() -> None:
    written = {name for given in LIVES for name in _names(given)}
    assert set(fact_catalogue()) - written == LISTS


def _names(given: Mapping[str, Any]) -> set[str]:
    subjects = [facts for facts in given.values() if isinstance(facts, dict)]
    return {name for facts in (*subjects, *given.get("refusals", ())) for name in facts} - LISTS


LETTERS_BY_OFFICE, LEVELS = "example/shandong-district", "cn/zhejiang/ningbo/huachuan"


def classified(lived: Office, *more: str, place: str = LETTERS_BY_OFFICE) -> Any:
    return lived("decide", "service_class", "--person", "P1", "--on", ON, "--place", place, *more)


def test_a_class_of_another_places_scheme_is_refused(lived: Office) -> None:
    given = ("--keep", "--override", "B", "--reason", "r", "--by", "w")
    said = classified(lived, *given, place=LEVELS)
    assert said.code == 2
    assert "expected one of level_1, level_2, level_3, level_4" in said.err


def test_a_class_set_by_hand_stands_beside_the_computed_one(lived: Office, store: Store) -> None:
    by_hand = ("--override", "B", "--reason", "三次走访后改定", "--by", "王主任")
    said = classified(lived, *by_hand, "--keep")
    assert said.code == 0
    assert said.answer["override"]["to"] == "B"
    computed = classified(lived).answer
    assert said.answer["values"] == computed["values"], "the computed class is not replaced"
    listed = lived("decisions", "list", "--decision", "service_class").answer[-1]
    assert listed["override"]["author"] == "王主任"
    assert listed["computed_class"] == computed["values"].get("class")
    again = lived("decisions", "rerun", str(said.answer["number"]))
    assert (again.code, again.answer["same"]) == (0, True)
    classified(lived, "--keep")
    (row,) = classes_in_use(store, OFFICE).to_dict("records")
    assert (row["subject_id"], row["in_use"], row["author"]) == ("P1", "B", "王主任")
    assert row["set_by_hand"] == "B", "a later record without a class by hand does not drop it"


@pytest.mark.parametrize(
    ("more", "telling"),
    [
        pytest.param(("--override", "B", "--reason", "r", "--by", "w"), "nowhere kept", id="keep"),
        pytest.param(("--keep", "--override", "B", "--by", "w"), "has no reason", id="no reason"),
        pytest.param(
            ("--keep", "--override", "Z", "--reason", "r", "--by", "w"), "'Z' is no class", id="Z"
        ),
        pytest.param(
            ("--keep", "--override", "no_such", "--reason", "r", "--by", "w"),
            "expected one of",
            id="listed",
        ),
    ],
)
def test_a_class_without_a_name_or_reason_is_refused(
    lived: Office, more: tuple[str, ...], telling: str
) -> None:
    said = classified(lived, *more)
    assert said.code == 2
    assert telling in said.err


def test_a_matter_without_classes_takes_none(lived: Office) -> None:
    given = ("--keep", "--override", "B", "--reason", "r", "--by", "w")
    said = lived("decide", "status_loss", "--person", "P1", "--on", ON, *given)
    assert said.code == 2
    assert "gives no class" in said.err


def test_the_same_facts_stand_in_several_places_side_by_side(lived: Office) -> None:
    places = ("cn/shanxi", "cn/jiangsu")
    named = [part for place in places for part in ("--place", place)]
    said = lived("decide", "hard_to_employ", "--person", "P1", "--on", ON, *named)
    assert said.code == 0
    assert said.answer["places"] == list(places)
    for place in places:
        alone = lived("decide", "hard_to_employ", "--person", "P1", "--on", ON, "--place", place)
        cell = said.answer["decisions"]["hard_to_employ"][place]
        assert cell["outcome"] == alone.answer["outcome"]
