"""The same facts decided in several places."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from matcher.cli.side_by_side import side_by_side_answer, side_by_side_text
from matcher.cli.wording import Language
from matcher.domain.decision import Outcome
from matcher.errors import UnknownPlace, WrongUse
from matcher.policy.catalogue import value_words
from matcher.policy.comparing.places import SideBySide, side_by_side
from matcher.policy.decisions import decide
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law, shipped_packs

ON = date(2009, 3, 2)
PLACES = ["cn/jiangsu", "cn/shanxi", "cn/heilongjiang/harbin", "cn/shaanxi/ankang"]
HOME = {"recognised_zero_employment": True, "discovered_on": "2009-02-10"}


def asked(decisions: list[str], places: list[str] = PLACES, **more: Any) -> SideBySide:
    """The decisions about one household in these places."""
    home = facts_from_given({"household": HOME}, on=ON)
    return side_by_side(decisions, places, ON, household=home, layer="source", **more)


def test_each_cell_is_what_the_place_alone_would_answer() -> None:
    found = asked(["first_job_due", "zero_employment_household"])
    home = facts_from_given({"household": HOME}, on=ON)
    for decision, row in zip(found.decisions, found.verdicts, strict=True):
        for place, verdict in zip(PLACES, row, strict=True):
            law = Law.on_day(place, ON, layer="source")
            assert verdict == decide(law, decision, home).verdict(0)


def test_every_number_in_the_table_is_a_source_beneath_it() -> None:
    text = side_by_side_text(asked(["first_job_due"]), Language.ZH)
    head, row, *sources = text.splitlines()
    assert head.split()[0] == "事项"
    assert row.startswith("首次就业期限")
    assert [line.split()[0] for line in sources] == [f"[{n}]" for n in range(1, len(sources) + 1)]
    for number in range(1, len(sources) + 1):
        assert str(number) in row.replace("2009", "")


def test_a_place_without_a_rule_says_so_in_both_languages() -> None:
    person = facts_from_given({"person": {"sex": "female"}}, on=ON)
    found = asked(["older_worker_4050"], ["cn/heilongjiang/harbin"], person=person)
    assert found.verdicts[0][0].outcome is Outcome.UNKNOWN
    assert "无规定" in side_by_side_text(found, Language.ZH)
    assert "no rule" in side_by_side_text(found, Language.EN)
    (answer,) = side_by_side_answer(found)["decisions"]["older_worker_4050"].values()
    assert answer["reason"] == "no_rule_in_force"


def test_a_decision_about_a_person_needs_one() -> None:
    with pytest.raises(WrongUse, match="older_worker_4050"):
        asked(["older_worker_4050"])


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(UnknownPlace):
        asked(["first_job_due"], ["cn/nowhere"])


def test_every_value_of_the_shipped_packs_is_named_in_both_languages() -> None:
    names = {name for pack in shipped_packs().packs for name in pack.values}
    assert len(names) > 50
    assert not [name for name in names if value_words(name, "zh").isascii()]
    assert not [name for name in names if value_words(name, "en") == name]
    assert value_words("of_an_office_s_own", "zh") == "of_an_office_s_own"
