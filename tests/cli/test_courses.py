"""`rengang courses` on the demo city, from the outside."""

from __future__ import annotations

from pathlib import Path

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.store.store import Store
from tests.cli.commands import Office


def wisher(city: Path) -> str:
    """A jobseeker who wishes for a course that there is."""
    with Store.open(f"sqlite:///{city / 'rengang.sqlite'}") as store:
        people = store.persons(Scope.office("test"), parts=("profile", "status"))
        names = store.frame(Kind.COURSES)["name"].str.cat(sep="|")
    seeking = people[people["seeks_work"].fillna(value=False)]
    wishes = seeking["training_wishes"].dropna()
    offered = wishes[wishes.map(lambda wish: wish in names)]
    return str(seeking.loc[offered.index[0], "person_id"])


def test_a_wished_course_comes_first_with_its_reasons_and_the_law(
    city_office: Office, city: Path
) -> None:
    said = city_office("courses", "--person", wisher(city), "--top", 3)
    assert said.code == 0
    first, *others = said.answer["courses"]
    assert first["wished"]
    assert others[0]["gain"] >= others[1]["gain"] or others[0]["wished"]
    assert {each["code"] for each in first["reasons"]} >= {"wished", "seats"}
    assert len(first["opened"]) == first["posts"]
    entitlement = said.answer["entitlement"]
    assert entitlement["decision"] == "training_offer"
    assert entitlement["citations"]


def test_each_district_has_its_best_courses_first(city_office: Office) -> None:
    said = city_office("courses", "--districts", "--top", 2)
    assert said.code == 0
    of_first = [row for row in said.answer if row["district"] == said.answer[0]["district"]]
    assert len(of_first) == 2
    assert of_first[0]["served"] >= of_first[1]["served"] > 0


def test_courses_must_be_told_whom_to_advise(city_office: Office) -> None:
    said = city_office("courses")
    assert said.code == 2
    assert "--person ID or --districts" in said.err
