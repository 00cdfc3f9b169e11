"""Answers are due by the promise of the place, and by the office's own days where there is none."""

from __future__ import annotations

from datetime import date

from matcher.pipeline.casework.answering import answers_due
from matcher.store.offices.kept import Kept

ON = date(2026, 11, 2)


def test_the_place_that_promises_days_keeps_them_whatever_the_office_sets() -> None:
    kept = [Kept("answer_days", "", ON, 9)]
    due = answers_due(["420202", "320602", None, "420202"], ON, kept=kept)
    assert due == {"420202": "2026-11-07", "320602": "2026-11-11", None: "2026-11-11"}


def test_nobody_asked_about_is_nothing_due() -> None:
    assert answers_due([], ON) == {}
