"""The column catalogue and its frames, code lists, and where the tables lie."""

from __future__ import annotations

import pandas as pd
import pytest

from matcher.domain.kinds import KEYS, Kind
from matcher.errors import UnknownCode
from matcher.reference.codes import code_list
from matcher.reference.columns import columns, conform, dtype_of
from matcher.reference.paths import path


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_its_key_and_no_column_twice(kind: Kind) -> None:
    names = [column.name for column in columns(kind)]
    assert len(names) == len(set(names))
    assert set(KEYS[kind]) <= set(names)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_code_column_names_a_code_list(kind: Kind) -> None:
    for column in columns(kind):
        if column.codes:
            assert code_list(column.codes).codes


@pytest.mark.parametrize("kind", list(Kind))
def test_an_empty_frame_conforms_to_all_columns_and_dtypes(kind: Kind) -> None:
    frame = conform(kind, pd.DataFrame())
    assert frame.dtypes.astype(str).to_dict() == {c.name: dtype_of(c) for c in columns(kind)}
    assert len(frame) == 0


def test_conform_fills_with_missing_orders_and_keeps_further_columns() -> None:
    given = pd.DataFrame({"extra": ["{}"], "name": ["f"], "fair_id": ["F1"]}, index=[5])
    frame = conform(Kind.FAIRS, given)
    assert frame.columns.tolist() == [*(c.name for c in columns(Kind.FAIRS)), "extra"]
    assert frame.loc[0, "fair_id"] == "F1"
    assert frame["booths"].isna().all()


def test_conform_twice_changes_nothing() -> None:
    once = conform(Kind.HOUSEHOLDS, pd.DataFrame({"household_id": ["H1"], "dibao": [True]}))
    pd.testing.assert_frame_equal(conform(Kind.HOUSEHOLDS, once), once)


def test_a_wording_means_one_code_of_its_list() -> None:
    assert code_list("education").wordings["中专"] == "secondary_vocational"
    assert code_list("sex").zh["female"] == "女"
    assert code_list("education").position("primary") == 0


def test_an_unknown_code_or_list_says_what_exists() -> None:
    with pytest.raises(UnknownCode, match=r"'x' is not in the table 'sex'.*female"):
        code_list("sex").position("x")
    with pytest.raises(UnknownCode, match=r"code lists.*education"):
        code_list("no such list")


def test_paths_lead_into_the_data_folder() -> None:
    assert path("schema", "columns.csv").is_file()
    assert path("areas").is_dir()
