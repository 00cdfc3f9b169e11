"""An office sets its own days from a day on; what was due before, and elsewhere, stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.casework.ledger.settings import setting, setting_in
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import RowRefused, UnknownCode
from matcher.pipeline.casework.moving import Desk, move_placement, start_work
from matcher.pipeline.casework.offices.setting import problems_of, set_for_office, standing_in
from matcher.store.offices.kept import Kept
from matcher.store.store import Store
from tests.factories import make_frame
from tests.pipeline.casework.register.office import AT, OFFICE, ON

OWN = Scope(Role.SUPERVISOR, ("320613",), "settings", "li")
GIVEN = Kept("recheck_days", "320613", ON, 45, "li")


@pytest.fixture
def store() -> Iterator[Store]:
    people = [{"person_id": "P1", "area_code": "320613001"}]
    people += [{"person_id": "P2", "area_code": "320682001"}]
    with Store.open("sqlite://") as opened:
        with opened.writing(actor="test", at=AT) as batch:
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, people))
        yield opened


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        pytest.param({}, [], id="fits"),
        pytest.param({"area": "320613001"}, [], id="a street of the own"),
        pytest.param({"name": "nonesuch"}, [("name", "unknown")], id="no such setting"),
        pytest.param({"value": 0}, [("value", "bounds")], id="too few days"),
        pytest.param({"value": 999}, [("value", "bounds")], id="too many"),
        pytest.param({"area": "320682"}, [("area", "scope")], id="another office"),
        pytest.param({"area": ""}, [("area", "scope")], id="everyone"),
        pytest.param({"area": "999999"}, [("area", "place")], id="no such place"),
        pytest.param({"since": date(2026, 11, 1)}, [("since", "past")], id="yesterday"),
    ],
)
def test_what_does_not_fit_is_told_by_field(
    store: Store, changed: dict[str, object], problems: list[tuple[str, str]]
) -> None:
    asked = replace(GIVEN, **changed)  # type: ignore[arg-type]  # fields by name
    assert problems_of(OWN, asked, ON) == problems
    if problems:
        with pytest.raises(RowRefused):
            set_for_office(store, OWN, asked, on=ON, at=AT)
        assert store.office_settings.all() == ()


def test_the_nearest_area_and_the_latest_day_hold(store: Store) -> None:
    later = ON + timedelta(days=10)
    for kept in (
        GIVEN,
        replace(GIVEN, since=later, value=60),
        replace(GIVEN, area="320613001", value=20),
        replace(GIVEN, area="", value=40),
    ):
        set_for_office(store, OFFICE, kept, on=ON, at=AT)
    held = store.office_settings.all()
    found = {
        (area, day): setting_in(held, "recheck_days", area, day)
        for area in ("320613001", "320613002", "320682001", None)
        for day in (ON - timedelta(days=1), ON, later)
    }
    usual = setting("recheck_days")
    expected: dict[tuple[str | None, date], int] = {
        **{(area, ON - timedelta(days=1)): usual for area in ("320613001", "320613002")},
        **{(area, ON - timedelta(days=1)): usual for area in ("320682001", None)},
        **{("320613001", day): 20 for day in (ON, later)},
        ("320613002", ON): 45,
        ("320613002", later): 60,
        **{(area, day): 40 for area in ("320682001", None) for day in (ON, later)},
    }
    assert found == expected
    shown = next(each for each in standing_in(store, "320613", ON) if each.row.name == GIVEN.name)
    assert (shown.value, [each.value for each in shown.later]) == (45, [60])


def test_work_of_the_area_is_checked_by_the_offices_days_and_no_others(store: Store) -> None:
    set_for_office(store, OFFICE, replace(GIVEN, value=45), on=ON, at=AT)
    first = replace(GIVEN, name="first_check_days", value=11)
    set_for_office(store, OFFICE, first, on=ON, at=AT)
    desk = Desk(store, OFFICE, "wang", AT)
    due = {}
    for person in ("P1", "P2"):
        start_work(desk, person, ON, placement_id=f"L-{person}")
        begun = store.states(OFFICE).set_index("subject_id").loc[f"L-{person}", "due_on"]
        move_placement(desk, f"L-{person}", "evidence", ON)
        checked = store.states(OFFICE).set_index("subject_id").loc[f"L-{person}", "due_on"]
        due[person] = tuple((date.fromisoformat(str(each)) - ON).days for each in (begun, checked))
    assert due == {"P1": (11, 45), "P2": (setting("first_check_days"), setting("recheck_days"))}


def test_the_audit_tells_who_set_what_in_place_of_what(store: Store) -> None:
    for value in (45, 50):
        set_for_office(store, OWN, replace(GIVEN, value=value), on=ON, at=AT)
    assert [each.value for each in store.office_settings.all()] == [50]
    rows = store.audit_rows()
    told = rows[rows["action"] == "set"]
    assert told["actor"].tolist() == ["li", "li"]
    assert [json.loads(each)["before"] for each in told["detail"]] == [None, 45]


def test_a_name_that_is_no_setting_is_refused() -> None:
    with pytest.raises(UnknownCode):
        setting_in((), "nonesuch", None, ON)


@given(
    st.lists(
        st.builds(
            Kept,
            st.just("answer_days"),
            st.sampled_from(["", "32", "3206", "320613"]),
            st.dates(date(2026, 1, 1), date(2026, 12, 31)),
            st.integers(1, 60),
        ),
        max_size=6,
        unique_by=lambda each: (each.area, each.since),
    )
)
@settings(max_examples=50, deadline=None)
def test_the_order_in_which_settings_were_set_does_not_matter(kept: list[Kept]) -> None:
    found = {
        setting_in(each, "answer_days", "320613001", ON) for each in (kept, list(reversed(kept)))
    }
    assert len(found) == 1
