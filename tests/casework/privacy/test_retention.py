"""How long records outlive the erasure of their person."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from matcher.casework.privacy.retention import DAYS, kept_until, retentions
from matcher.domain.kinds import Kind

ON = date(2026, 11, 2)


def test_every_kind_of_record_about_one_person_has_its_period() -> None:
    assert set(retentions()) == set(DAYS)
    assert {each.basis for each in retentions().values()} <= {"law", "office_setting"}


@pytest.mark.parametrize(
    ("kind", "rows", "until"),
    [
        pytest.param(Kind.REFUSALS, {"offered_on": []}, None, id="none"),
        pytest.param(Kind.REFUSALS, {"offered_on": ["2026-10-31"]}, date(2029, 10, 31), id="one"),
        pytest.param(
            Kind.REFUSALS,
            {"offered_on": ["2026-01-01", "2026-10-31"]},
            date(2029, 10, 31),
            id="two",
        ),
        pytest.param(Kind.REFUSALS, {"offered_on": ["2023-11-02"]}, None, id="its-day-has-come"),
        pytest.param(
            Kind.REFUSALS, {"offered_on": ["2023-11-03"]}, date(2026, 11, 3), id="one-day-more"
        ),
        pytest.param(Kind.REFUSALS, {"offered_on": [None]}, date(2029, 11, 2), id="no-day"),
        pytest.param(Kind.OUTCOMES, {"on": ["2026-10-31"]}, None, id="goes-at-once"),
    ],
)
def test_a_record_is_kept_from_its_last_day(
    kind: Kind, rows: dict[str, list[str | None]], until: date | None
) -> None:
    assert kept_until(kind, pd.DataFrame(rows, dtype="str"), ON) == until
