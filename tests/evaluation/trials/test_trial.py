"""A trial measures every ranking on the same people and outcomes."""

from __future__ import annotations

import numpy as np

from matcher.evaluation.fairness.groups import grouping
from matcher.evaluation.full_pool import HeldOut
from matcher.evaluation.gate import judge
from matcher.evaluation.limits import shipped_limits
from matcher.evaluation.trials.trial import Rated, Trial, baseline_scorers, measure

PEOPLE, POOL = 120, 30


def planted(seed: int = 0) -> tuple[Trial, np.ndarray]:
    """People who act upon the posts that a hidden taste likes best; half of it is held out."""
    rng = np.random.default_rng(seed)
    taste = rng.random((PEOPLE, POOL)).astype(np.float32)
    order = np.argsort(-taste, axis=1)
    people = np.repeat(np.arange(PEOPLE), 3)
    held = HeldOut(
        people,
        order[:, :3].ravel(),
        np.ones(3 * PEOPLE),
        people,
        order[:, 3:6].ravel(),
        n_pool=POOL,
    )
    at = np.arange(PEOPLE)
    day = np.full(PEOPLE, np.datetime64("2026-10-01"))
    rated = Rated(at, order[:, 0], rng.random(PEOPLE) < taste[at, order[:, 0]], day)
    sex = grouping("sex", np.tile(["female", "male"], PEOPLE // 2).tolist())
    known = held.known_person_at, held.known_vacancy_at
    return Trial(PEOPLE, held, *known, (sex,), rated, k=10, seed=1), taste


def test_who_knows_the_taste_beats_every_baseline_and_passes_the_gate() -> None:
    trial, taste = planted()
    chances = taste[trial.rated.person_at, trial.rated.vacancy_at] if trial.rated else None
    best = measure(trial, "taste", lambda people: taste[people], chances)
    assert best.tallies[0].value == 1
    for name, scorer in baseline_scorers(trial).items():
        baseline = measure(trial, name, scorer)
        assert baseline.tallies[0].value < 0.6
        rng = np.random.default_rng(0)
        gate = shipped_limits().gate
        assert judge(best.judged, baseline.judged, trial.groupings, gate, rng).passed
        assert not judge(baseline.judged, best.judged, trial.groupings, gate, rng).passed


def test_chances_are_measured_where_outcomes_tell_them() -> None:
    trial, taste = planted()
    assert trial.rated is not None
    chances = taste[trial.rated.person_at, trial.rated.vacancy_at]
    told = measure(trial, "taste", lambda people: taste[people], chances)
    assert [each.name for each in told.tallies][3:] == ["ece", "over_prediction", "brier"]
    assert told.error is told.tallies[3]
    untold = measure(trial, "taste", lambda people: taste[people])
    assert untold.error is None
    assert len(untold.tallies) == 3


def test_every_measure_has_a_row_for_everyone_of_the_market() -> None:
    trial, taste = planted()
    for tally in measure(trial, "taste", lambda people: taste[people]).tallies:
        assert len(tally.parts) == PEOPLE


def test_the_same_trial_gives_the_same_numbers() -> None:
    trial, _ = planted()
    scorers = baseline_scorers(trial)
    first = [measure(trial, name, scorers[name]).tallies[0].value for name in scorers]
    again = [measure(trial, name, scorers[name]).tallies[0].value for name in scorers]
    assert first == again
