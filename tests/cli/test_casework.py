"""A person is put forward, hired, at work, visited: by commands, on one workspace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from matcher.cli.main import run

PERSONS = "person_id,area_code,birth_date\nP1,320602001,1974-05-12\nP2,320602001,1980-01-01\n"
POSTS = "vacancy_id,title,headcount,area_code\nV1,保洁员,1,320602001\nV2,保安员,5,320602001\n"


class Office:
    """Commands on one workspace, with what they print."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys

    def __call__(self, *arguments: str, code: int = 0) -> Any:
        with pytest.raises(SystemExit) as ended:
            run(["--workspace", str(self.folder / "w"), "--json", *arguments])
        told = self._capsys.readouterr()
        assert ended.value.code == code, told.err
        return json.loads(told.out) if code == 0 else told.err


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    made = Office(tmp_path, capsys)
    for kind, text in (("persons", PERSONS), ("vacancies", POSTS)):
        file = tmp_path / f"{kind}.csv"
        file.write_text(text, encoding="utf-8")
        made("import", kind, str(file))
    return made


DAY = ("--on", "2026-11-02")


def test_from_a_proposal_to_work(office: Office) -> None:
    (one,) = office("refer", "propose", "--person", "P1", "--vacancy", "V1", *DAY)["proposed"]
    (two,) = office("refer", "propose", "--person", "P1", "--vacancy", "V2", *DAY)["proposed"]
    office("refer", "move", one, "refer", *DAY)
    (waiting,) = [
        row for row in office("refer", "list", "--person", "P1") if row["referral"] == one
    ]
    assert (waiting["state"], waiting["due_on"]) == ("referred", "2026-11-07")
    assert "hire" in waiting["next"]
    hired = office("refer", "move", one, "hire", *DAY)
    assert (hired["state"], hired["closed"]) == ("hired", [two])
    work = office("place", "start", "--person", "P1", "--vacancy", "V1", "--on", "2026-11-09")
    assert "PL-P1-2026-11-09" in office(
        "place", "start", "--person", "P1", "--on", "2026-11-10", code=2
    )
    due = office("today", "--on", "2026-12-20")["due"]
    (check,) = [row for row in due if row["matter"] == "placement"]
    assert (check["due_on"], check["days_left"]) == ("2026-12-09", -11)
    proof = '{"social_insurance_paid":true}'
    office("place", "move", work["placement"], "evidence", "--data", proof, *DAY)
    ended = office("place", "move", work["placement"], "end", "--reason", "left", *DAY)
    assert ended["state"] == "ended"


def test_a_place_that_is_taken_is_refused_with_its_number(office: Office) -> None:
    ids = [
        office("refer", "propose", "--person", person, "--vacancy", "V1", *DAY)["proposed"][0]
        for person in ("P1", "P2")
    ]
    for each in ids:
        office("refer", "move", each, "refer", *DAY)
    office("refer", "move", ids[0], "hire", *DAY)
    told = office("refer", "move", ids[1], "hire", *DAY, code=2)
    assert "V1 has 1 place(s)" in told


def test_a_list_of_matches_is_put_forward_at_once_and_lapses(office: Office) -> None:
    file = office.folder / "m.csv"
    rows = ["person_id,vacancy_id,rank,score", "P1,V1,1,0.9", "P1,V2,2,0.8", "P2,V2,1,0.7"]
    file.write_text("\n".join(rows), encoding="utf-8")
    made = office("refer", "propose", "--from", str(file), "--top", "1", *DAY)["proposed"]
    assert made == ["R-P1-V1-1", "R-P2-V2-1"]
    assert office("refer", "propose", "--from", str(file), "--top", "1", *DAY)["proposed"] == []
    assert office("refer", "lapse", "--on", "2026-11-07")["lapsed"] == []
    assert office("refer", "lapse", "--on", "2026-11-08")["lapsed"] == made


def test_a_visit_is_planned_and_made(office: Office) -> None:
    planned = office("visit", "--person", "P1", "--event", "plan", "--on", "2026-11-05")
    assert [row["matter"] for row in office("today", "--on", "2026-11-05")["due"]] == ["visit"]
    made = office("visit", "--person", "P1", "--on", "2026-11-06")
    assert made == planned | {"state": "done"}


def test_the_calendar_carries_numbers_and_no_names(office: Office) -> None:
    office("refer", "propose", "--person", "P1", "--vacancy", "V1", *DAY)
    file = office.folder / "c.ics"
    told = office("calendar", "--out", str(file), "--on", "2026-11-02")
    assert told["entries"] == 1
    assert "R-P1-V1-1" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("refer", "propose", "--person", "P1"), "--vacancy", id="half a pair"),
        pytest.param(("refer", "propose", "--person", "P9", "--vacancy", "V1"), "P9", id="nobody"),
        pytest.param(("refer", "move", "R-none", "refer"), "R-none", id="no referral"),
        pytest.param(("place", "start", "--person", "P1", "--data", "[1]"), "JSON", id="no object"),
        pytest.param(
            ("place", "start", "--person", "P1", "--data", '{"salary":1}'), "salary", id="no column"
        ),
        pytest.param(("visit", "--person", "P1", "--event", "jump"), "jump", id="no such move"),
    ],
)
def test_what_is_wrong_is_told(office: Office, arguments: tuple[str, ...], message: str) -> None:
    assert message in office(*arguments, *DAY, code=2)
