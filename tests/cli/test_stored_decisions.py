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
from matcher.policy.catalogue import decision_catalogue, decision_kind
from matcher.policy.decisions import decide
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law, shipped_packs
from matcher.store.store import Store
from tests.cli.records import ON, life, write_lives

OFFICE = Scope.office("test")
LIVES = [life(np.random.default_rng(seed), 0.5 + 0.5 * (seed % 2)) for seed in range(24)]
NAMED = {
    "person": ("person",),
    "household": ("household", "person"),
    "placement": ("placement",),
    "vacancy": ("person", "vacancy"),
    "employer": ("employer", "person"),
    "case": ("case",),
}
"""What a question about each subject names."""
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
