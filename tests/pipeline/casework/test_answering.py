"""Answers are due by the promise of the place, and by the office's own days where there is none."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.pipeline.casework import answering
from matcher.pipeline.casework.answering import answers_due

ON = date(2026, 11, 2)


def test_the_place_that_promises_days_keeps_them_whatever_the_office_sets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answering, "setting", lambda _: 9)
    due = answers_due(["420202", "320602", None, "420202"], ON)
    assert due == {"420202": "2026-11-07", "320602": "2026-11-11", None: "2026-11-11"}


def test_nobody_asked_about_is_nothing_due() -> None:
    assert answers_due([], ON) == {}
