"""The education ladder."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from matcher.errors import UnknownCode
from matcher.reference.codes import code_list
from matcher.reference.education import ladder, level_of, levels


def test_the_ladder_rises_without_gaps() -> None:
    rungs = list(ladder().values())
    assert rungs == sorted(rungs)
    assert set(rungs) == set(range(1, max(rungs) + 1))
    assert tuple(ladder()) == code_list("education").codes


def test_vocational_and_general_senior_schools_stand_on_one_rung() -> None:
    assert level_of("senior_high") == level_of("secondary_vocational")


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        ("中技", "secondary_vocational"),
        ("职业中专", "secondary_vocational"),
        ("自考大专", "junior_college"),
        ("统招本科", "bachelor"),
        ("MBA", "master"),
    ],
)
def test_common_wordings_name_one_education(wording: str, code: str) -> None:
    assert code_list("education").wordings[wording.casefold()] == code


def test_a_column_keeps_missing_and_unknown_apart_from_every_rung() -> None:
    column = pd.Series(["doctor", pd.NA, "kindergarten", "primary"], dtype="str")
    assert levels(column).tolist() == [7, -1, -1, 1]
    assert levels(column).dtype == np.int8
    assert levels([]).shape == (0,)


def test_an_unknown_education_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownCode, match="junior_college"):
        level_of("kindergarten")
