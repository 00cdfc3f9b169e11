"""The promotion gate: what passes, and every ground on which it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matcher.errors import UnreadableFile
from matcher.evaluation.calibration import calibration_error
from matcher.evaluation.fairness.groups import grouping
from matcher.evaluation.gate import (
    BEATS,
    GROUP_ERROR,
    GROUP_NDCG,
    Judged,
    Judgement,
    judge,
)
from matcher.evaluation.limits import read_limits, shipped_limits
from matcher.evaluation.tally import Tally, mean
from matcher.reference.paths import path

PEOPLE = 400
SEX = grouping("sex", np.repeat(["female", "male"], PEOPLE // 2).tolist())
BASE = np.random.default_rng(0).random(PEOPLE) * 0.4
GATE = shipped_limits().gate


def judged(challenger: Judged, champion: Judged) -> Judgement:
    return judge(challenger, champion, (SEX,), GATE, np.random.default_rng(1))


def error(off: np.ndarray) -> Tally:
    """A calibration error of so much for each person, over 20 pairs each."""
    person = np.repeat(np.arange(PEOPLE), 20)
    return calibration_error(
        person, np.clip(0.5 + off[person], 0, 1), person % 2 == 0, n_people=PEOPLE
    )


def test_one_that_is_better_for_everyone_passes() -> None:
    found = judged(Judged("new", mean("n", BASE + 0.05)), Judged("old", mean("n", BASE)))
    assert found.passed
    assert [each.check for each in found.findings] == [BEATS, GROUP_NDCG, GROUP_NDCG]


def test_the_champion_itself_does_not_beat_the_champion() -> None:
    same = Judged("same", mean("n", BASE))
    assert [each.check for each in judged(same, same).refused] == [BEATS]


def test_better_by_no_more_than_noise_is_refused() -> None:
    noisy = BASE + np.random.default_rng(4).normal(0.001, 0.2, PEOPLE)
    found = judged(Judged("new", mean("n", noisy)), Judged("old", mean("n", BASE)))
    (beats,) = [each for each in found.findings if each.check == BEATS]
    assert not beats.passed
    assert beats.difference.low <= 0 <= beats.difference.high


def test_a_gain_for_one_sex_does_not_pay_for_the_loss_of_the_other() -> None:
    female = SEX.group_of == SEX.names.index("female")
    changed = np.where(female, BASE * 0.9, BASE + 0.2)
    found = judged(Judged("new", mean("n", changed)), Judged("old", mean("n", BASE)))
    assert found.findings[0].passed, "better on average"
    assert [(each.check, each.group) for each in found.refused] == [(GROUP_NDCG, "female")]


def test_a_loss_within_the_bound_is_borne() -> None:
    female = SEX.group_of == SEX.names.index("female")
    changed = np.where(female, BASE * (1 - 0.9 * GATE.group_ndcg_loss), BASE + 0.2)
    assert judged(Judged("new", mean("n", changed)), Judged("old", mean("n", BASE))).passed


def test_scores_that_promise_one_group_too_much_are_refused() -> None:
    male = SEX.group_of == SEX.names.index("male")
    new = Judged("new", mean("n", BASE + 0.1), error(np.where(male, 0.05, 0.0)))
    old = Judged("old", mean("n", BASE), error(np.zeros(PEOPLE)))
    assert [(each.check, each.group) for each in judged(new, old).refused] == [
        (GROUP_ERROR, "male")
    ]


def test_a_group_too_small_to_judge_is_not_judged() -> None:
    few = grouping("sex", ["female"] * (GATE.smallest_group - 1) + [None] * (PEOPLE - 49))
    found = judge(
        Judged("new", mean("n", BASE * 0.5)),
        Judged("old", mean("n", BASE)),
        (few,),
        GATE,
        np.random.default_rng(0),
    )
    assert [each.check for each in found.findings] == [BEATS]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param("version: 1", "version: 2", "version 2", id="version"),
        pytest.param("  smallest_group:", "  smallest:", "smallest_group is missing", id="missing"),
        pytest.param("  smallest_group:", "  tiniest:", "tiniest is not known", id="unknown"),
        pytest.param("value: 0.05", "value: much", "not a number", id="no number"),
        pytest.param("value: 0.05", "value: -1", "not a number", id="negative"),
        pytest.param(
            "    reason: No group", "    why: No group", "gives no reason", id="no reason"
        ),
        pytest.param("report:", "other:", "report, overrides is missing", id="section"),
        pytest.param("  retained:", "  kept:", "gains.kept is not known", id="stage"),
    ],
)
def test_a_broken_file_of_limits_is_refused(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    text = path("evaluation", "limits.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "limits.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(UnreadableFile, match=problem):
        read_limits(tmp_path / "limits.yaml")
