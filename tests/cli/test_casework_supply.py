"""Benefits, intake, posts, training and layoffs from the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matcher.cli.main import run
from matcher.domain.kinds import Kind
from matcher.store.store import Store
from tests.cli.commands import Office
from tests.factories import make_frame

AT = datetime(2026, 11, 2, tzinfo=UTC)
AREA = "320613001"
MEMBER = json.dumps(
    {"zef_member": True, "recognised_hard_to_employ": True, "in_hardship": True}, sort_keys=True
)
ON = ("--on", "2026-11-02", "--by", "u1")


@pytest.fixture
def filled(office: Office) -> Office:
    office.workspace.mkdir(parents=True)
    post = {"title": "保洁员", "employer_id": "E1", "employer_name": "（生成）厂", "headcount": 1}
    post |= {"wage_min": 2800, "area_code": AREA, "contract_months": 18}
    home = {"household_id": "H1", "area_code": AREA, "household_kind": "urban"}
    person = {"household_id": "H1", "area_code": AREA, "birth_date": "1985-03-10", "sex": "male"}
    records = {
        Kind.HOUSEHOLDS: [home],
        Kind.PERSONS: [
            person | {"person_id": "P1", "relation": "head", "facts": MEMBER},
            person | {"person_id": "P2", "relation": "spouse", "facts": MEMBER},
        ],
        Kind.EMPLOYERS: [{"employer_id": "E1", "name": "（生成）厂", "staff_total": 30}],
        Kind.VACANCIES: [
            post | {"vacancy_id": "V1"},
            post
            | {"vacancy_id": "V2", "public_welfare": True, "funder": "区财政"}
            | {"facts": json.dumps({"government_invested": True})},
        ],
        Kind.COURSES: [
            {"course_id": "C1", "name": "家政", "seats": 1, "starts_on": "2026-12-01"}
            | {"certificates_awarded": "家政服务员证"}
        ],
    }
    with (
        Store.open(f"sqlite:///{office.workspace / 'rengang.sqlite'}") as store,
        store.writing(actor="test", at=AT) as batch,
    ):
        for kind, rows in records.items():
            batch.upsert(kind, make_frame(kind, rows))
    return office


def test_a_benefit_is_quoted_granted_and_paid(filled: Office) -> None:
    quote = filled("benefits", "quote", "--person", "P1", "--vacancy", "V1", "--on", "2026-11-02")
    assert quote.code == 0, quote.err
    found = {each["benefit"]: each for each in quote.answer["quotes"]}
    insurance = found["social_insurance_subsidy"]
    assert (insurance["outcome"], insurance["months"]) == ("met", 18)
    assert insurance["ends_on"] == "2028-05-01"
    assert "social_insurance_subsidy" in quote.answer["best"]["benefits"]
    made = filled(
        *("benefits", "apply", "--person", "P1", "--benefit", "social_insurance_subsidy"),
        *("--vacancy", "V1", "--employer", "E1", *ON),
    )
    matter = made.answer["matter"]
    assert filled("benefits", "grant", matter, *ON).code == 0
    told = filled("benefits", "pay", matter, *ON)
    assert told.code != 0
    assert "--yuan" in told.err
    paid = filled("benefits", "pay", matter, "--yuan", 640, *ON)
    assert paid.answer["remaining"] == 17
    assert filled("benefits", "list", "--due", "--on", "2026-12-31").answer[0]["paid"] == [
        "2026-11"
    ]
    assert filled("benefits", "move", matter, "end", "--reason", "work_ended", *ON).code == 0


def test_an_employer_sees_no_status(filled: Office) -> None:
    seen = filled(
        *("benefits", "quote", "--person", "P1", "--vacancy", "V1", "--employer-view"),
        *("--on", "2026-11-02"),
    )
    assert [each["benefit"] for each in seen.answer] == ["social_insurance_subsidy"]
    for word in ("零就业", "zef", "citations", "ask_for", "rule", "就业困难"):
        assert word not in seen.out


def test_a_vacancy_goes_through_the_gate(filled: Office) -> None:
    assert filled("intake", "receive", "V1", "V2", "--source", "street", *ON).answer == {
        "received": 2
    }
    done = filled("intake", "screen", "V1", "V2", *ON)
    assert [each["state"] for each in done.answer] == ["accepted", "accepted"]
    assert filled("intake", "confirm", "V1", "--until", "2026-12-31", *ON).code == 0
    assert filled("intake", "expire", "--on", "2027-02-01", "--by", "u1").answer == {
        "expired": ["V1", "V2"]
    }
    assert filled("intake", "list", "--state", "expired").answer[0]["source"] == "street"
    stock = filled("intake", "stock", "--on", "2026-11-02")
    assert stock.code == 0


def test_a_public_post_has_one_holder(filled: Office) -> None:
    assert filled("posts", "register", "V2", *ON).answer == {"posts": ["V2-1"]}
    taken = filled("posts", "take", "V2-1", "--person", "P1", *ON)
    assert taken.answer["last_day"] == "2028-05-01"
    again = filled("posts", "take", "V2-1", "--person", "P2", *ON)
    assert again.code != 0
    assert filled("posts", "check", "V2-1", "--not-at-work", *ON).code == 0
    assert filled("posts", "list").answer[0]["at_work"] is False
    assert filled("posts", "free", "V2-1", *ON).code != 0
    assert filled("posts", "free", "V2-1", "--reason", "not_working", *ON).code == 0


def test_seats_move_up_and_a_certificate_is_on_record(filled: Office) -> None:
    signed = filled("training", "signup", "C1", "--person", "P1", "--person", "P2", *ON)
    assert signed.code == 0, signed.err
    line = filled("training", "allocate", "C1", *ON).answer
    assert [each["state"] for each in line] == ["seated", "waiting"]
    first, second = (each["person_id"] for each in line)
    left = filled("training", "withdraw", "C1", "--person", first, "--reason", "health", *ON)
    assert left.answer["moved_up"] == [second]
    assert filled("training", "attend", "C1", "--person", second, *ON).code == 0
    done = filled("training", "result", "C1", "--person", second, "--passed", *ON)
    assert done.answer["state"] == "passed"
    assert len(filled("training", "list", "--course", "C1").answer) == 2


def test_a_layoff_names_the_couple(filled: Office, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("P1\nP2\n", "utf-8")
    told = filled("layoff", "notice", "--employer", "E1", "--list", listed, *ON)
    assert told.code == 0, told.err
    assert told.answer["hits"][0]["couple"] is True
    assert told.answer["alert"] is True
    due = filled("layoff", "list", "--due", "--on", "2026-11-03").answer
    assert [each["layoff_id"] for each in due] == ["L-E1-2026-11-02"]
    assert (
        filled("layoff", "move", "L-E1-2026-11-02", "review", "--reason", "spared", *ON).code == 0
    )
    assert filled("layoff", "notice", "--employer", "E1", "--list", tmp_path, *ON).code != 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_people_read_their_language(
    filled: Office, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    for command in (
        ("benefits", "quote", "--person", "P1", "--vacancy", "V1", "--on", "2026-11-02"),
        ("intake", "stock", "--on", "2026-11-02"),
        ("layoff", "notice", "--employer", "E1", "--person", "P1", "--on", "2026-11-02"),
        ("posts", "list"),
        ("training", "list"),
    ):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run(["--workspace", str(filled.workspace), *command, "--lang", language])
        told = capsys.readouterr()
        assert not ended.value.code, told.err
        if command[0] == "benefits":
            assert ("社会保险补贴" in told.out) is (language == "zh")
            assert ("social-insurance subsidy" in told.out) is (language == "en")
