"""Twelve monthly tables add up to the year, and each number is the households behind it."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from matcher.casework.households.spells import FLOWS, MEASURES, TOTAL, balance, counts, entries
from matcher.casework.reports.monthly import Monthly, forms, month_of, monthly
from matcher.casework.reports.sheets import monthly_sheets
from matcher.casework.reports.words import citation_of, source_line
from matcher.casework.reports.workbook import write_workbook
from matcher.errors import NotFound, WrongUse
from tests.casework.households.walks import walks

MONTHS = [date(2026, month, 1) for month in range(1, 13)]
PERIOD = (*FLOWS[1:-1], "cleared_again", "relapsed", "settled", "employed")


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_twelve_monthly_tables_add_up(seed: int) -> None:
    events = walks(np.random.default_rng(seed), 15, 150)
    tables: list[Any] = [monthly(events, month, area="3206").table for month in MONTHS]
    # A code that is no part of the area has a row only in months that count something in it.
    rows = sorted(set().union(*(table.index for table in tables)))
    tables = [table.reindex(rows, fill_value=0) for table in tables]
    made = entries(events, date(2026, 1, 1), date(2026, 12, 31))
    year = counts(made, 6, rows=rows[:-1])
    for name in PERIOD:
        # A month in which nothing stands in an area that nobody asked for has no row of it.
        months = pd.concat([table[name] for table in tables]).groupby(level=0).sum()
        assert months.reindex(year.index, fill_value=0).equals(year[name]), name
    every = tables[0].index.union(year.index, sort=False)
    tables = [table.reindex(every, fill_value=0) for table in tables]
    year = year.reindex(every, fill_value=0)
    for before, after in pairwise(tables):
        assert (before["end"] == after["start"]).all()
        assert (before["total"] + after["appeared"] == after["total"]).all()
        assert (before["employed_total"] + after["employed"] == after["employed_total"]).all()
    for table in tables:
        assert not balance(table).any()
        assert (table.drop(TOTAL).sum() == table.loc[TOTAL]).all()
    assert (tables[-1]["end"] == year["end"]).all()


def table_of(area: str = "") -> Monthly:
    return monthly(walks(np.random.default_rng(3), 20, 150), date(2026, 6, 30), area=area)


@pytest.mark.parametrize("area", ["", "32", "3206", "320613", "320613001"])
def test_every_number_is_its_households(area: str) -> None:
    table = table_of(area)
    for row in table.table.index:
        for measure in MEASURES:
            behind = table.behind(str(row), measure)
            cell: Any = table.table.loc[row, measure]
            assert len(behind) == cell
            people = ["household_id", "person_id"] if "employed" in measure else ["household_id"]
            if measure in ("start", "end", "held", "total", "cleared_total"):
                assert not behind.duplicated(people).any()
            if measure.startswith("employed"):
                assert behind["person_id"].notna().all()


def test_a_cell_that_there_is_not_is_told() -> None:
    with pytest.raises(NotFound, match="no cell '99/end'"):
        table_of().behind("99", "end")
    with pytest.raises(NotFound, match="no cell"):
        table_of().behind(TOTAL, "measure")


def test_the_table_says_by_when_it_is_due_and_by_what_rule() -> None:
    table = monthly(walks(np.random.default_rng(0), 1, 0), date(2025, 9, 1))
    # Seven working days after September, the national holiday until the eighth left out.
    assert table.due is not None
    assert table.due.day == date(2025, 10, 16)
    assert citation_of(forms()["monthly"].rule).article == "第八条"
    assert "劳社部发〔2007〕24号" in source_line(forms()["monthly"].rule)
    assert monthly(walks(np.random.default_rng(0), 1, 0), date(2007, 6, 1)).due is None


@pytest.mark.parametrize("text", ["2026-13", "2026", "2026-10-01", "", "十月"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(WrongUse, match="not a month"):
        month_of(text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_workbook_has_the_table_and_what_stands_behind(tmp_path: Path, language: str) -> None:
    table = table_of("3206")
    sheets = monthly_sheets(table, language, "=HYPERLINK(1)")
    write_workbook(tmp_path / "m.xlsx", sheets)
    book = load_workbook(tmp_path / "m.xlsx")
    first, detail = book.worksheets
    cells = [cell for row in first.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    numbers = [cell.value for cell in cells if isinstance(cell.value, int)]
    assert sum(numbers) == int(table.table.drop(columns=[]).to_numpy().sum())
    assert detail.max_row == len(table.entries) + 1
    assert first.cell(1, 1).value
