"""A class set by hand stands beside the computed one."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.domain.decision import ClassWithOverride, Outcome, Override, Verdict
from matcher.errors import WrongUse

ON = date(2026, 11, 22)
VERDICT = Verdict("service_class", "cn", ON, Outcome.MET, values={"class": "B"})


def test_both_classes_are_read_out_and_the_computed_one_stays() -> None:
    both = ClassWithOverride(VERDICT, Override("A", "家中有重病人", "王某", ON))
    assert both.computed == "B"
    assert both.zh == "按规则计算：B；人工认定：A（王某，2026-11-22：家中有重病人）"
    assert both.en.startswith("By the rules: B; set by hand: A")


def test_without_an_override_only_the_computed_class_is_read_out() -> None:
    assert ClassWithOverride(VERDICT).zh == "按规则计算：B"
    open_one = Verdict("service_class", "cn", ON, Outcome.UNKNOWN)
    assert ClassWithOverride(open_one).en == "By the rules: not determined"


@pytest.mark.parametrize("given", [("", "x", "y"), ("A", " ", "y"), ("A", "x", "")])
def test_an_override_needs_its_class_reason_and_author(given: tuple[str, str, str]) -> None:
    with pytest.raises(WrongUse):
        Override(*given, on=ON)
