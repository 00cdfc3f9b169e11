"""Profile, facts, duplicates, merges and certification from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import Office, Said

PERSONS = (
    "person_id,name,phone,birth_date,sex,area_code,household_id,employment_state,able_to_work,"
    "wants_to_work,unemployment_registered_on,hukou_kind\n"
    "P1,王小芳,13900000000,1980-05-12,女,610902,H1,失业,是,是,2026-01-05,城镇\n"
    "P2,王小芳,13900000000,1980-05-12,女,610902,H2,失业,是,是,2026-01-05,城镇\n"
)
HOUSEHOLDS = (
    "household_id,area_code,registered_area_code,household_kind,members_complete,business_income,"
    "investment_income,dibao\n"
    "H1,610902,610902,城镇,是,否,否,是\nH2,610902,610902,城镇,是,否,否,是\n"
)
BY = ("--by", "李明（生成）")


@pytest.fixture
def ankang(office: Office, tmp_path: Path) -> Office:
    """An office with two households that hold one person twice."""
    for kind, text in (("households", HOUSEHOLDS), ("persons", PERSONS)):
        file = tmp_path / f"{kind}.csv"
        file.write_text(text, encoding="utf-8")
        done = office("import", kind, file, "--strict", "--on", "2026-11-02")
        assert done.code == 0, done.err
    return office


def told(said: Said) -> dict[str, object]:
    assert said.code == 0, said.err
    answer: dict[str, object] = said.answer
    return answer


def test_a_profile_says_what_is_clear_and_what_to_ask(ankang: Office) -> None:
    shown = told(ankang("profile", "--person", "P1", "--on", "2026-11-02"))
    assert shown["profile"] == {
        "rule": "ak-four-clear-profile",
        "place": "cn/shaanxi/ankang",
        "name": "四清",
    }
    assert (shown["clear"], shown["asked"]) == (2, 4)
    assert shown["questions"]
    everyone = told(ankang("profile", "--all", "--on", "2026-11-02"))
    assert everyone["persons"] == 2
    assert everyone["without_a_text"] == 0


def test_a_fact_counts_once_it_is_verified_until_it_is_over(ankang: Office) -> None:
    of = ("--person", "P1", *BY, "--on", "2026-11-02")
    said = ("fact", "declare", "skills", "保洁", "--said-by", "本人", "--until", "2026-12-31")
    assert told(ankang(*said, *of))["state"] == "declared"
    assert told(ankang("profile", "--person", "P1", "--on", "2026-11-02"))["clear"] == 2
    assert ankang("fact", "verify", "skills", *of).code == 2
    told(ankang("fact", "verify", "skills", *of, "--evidence", "证书"))
    assert told(ankang("profile", "--person", "P1", "--on", "2026-11-02"))["clear"] == 3
    assert told(ankang("fact", "expire", "--on", "2027-01-01"))["expired"] == [
        "F-persons-P1-skills"
    ]
    assert told(ankang("profile", "--person", "P1", "--on", "2027-01-01"))["clear"] == 2


def test_duplicates_are_listed_merged_and_taken_apart(ankang: Office) -> None:
    found = told(ankang("duplicates"))
    assert (found["persons_found"], found["households_found"]) == (1, 1)
    pair = ("P1", "P2", *BY, "--on", "2026-11-02")
    assert ankang("merge", *pair, "--reason", "no code").code == 2
    done = told(ankang("merge", *pair, "--reason", "checked_in_person"))
    assert done["state"] == "merged"
    assert told(ankang("duplicates"))["persons_found"] == 0
    done = told(ankang("unmerge", *pair, "--reason", "mistaken"))
    assert done["state"] == "unmerged"
    assert told(ankang("duplicates"))["persons_found"] == 1


def test_certification_from_application_to_certificate_and_out(ankang: Office) -> None:
    def certify(*arguments: str, day: str) -> Said:
        return ankang("certify", *arguments, *BY, "--on", f"2026-{day}")

    assert told(certify("adopt", day="11-01"))["adopted"] == []
    first = told(certify("apply", "--household", "H1", "--case", "C1", day="11-02"))
    assert (first["office"], first["due_on"]) == ("community", "2026-11-09")
    told(certify("verify", "C1", "--evidence", "户口簿", day="11-03"))
    told(certify("publish", "C1", day="11-03"))
    told(certify("object", "C1", "--reason", "income", day="11-04"))
    told(certify("settle", "C1", "--reason", "unfounded", day="11-05"))
    short = certify("forward", "C1", "--to", "street", day="11-05")
    assert short.code == 2
    assert "ak-publicity-period" in short.err
    told(certify("forward", "C1", "--to", "street", day="11-06"))
    told(certify("forward", "C1", "--to", "county", day="11-09"))
    due = told(ankang("certify", "due", "--on", "2026-11-16"))
    assert [row["subject_id"] for row in due["due"]] == ["C1"]  # type: ignore[attr-defined]  # JSON
    done = told(certify("decide", "C1", "--to", "certify", "--note", "核实", day="11-11"))
    assert done["state"] == "certified"
    assert done["number"]
    told(certify("review", "C1", "--evidence", "年审表", "--next-by", "2027-11-11", day="11-20"))
    leaving = told(certify("leave", "C1", "--reason", "moved", "--evidence", "迁移证", day="11-21"))
    assert leaving["due_on"] == "2027-01-20"
    told(certify("contest", "C1", "--reason", "facts_wrong", day="11-25"))
    told(certify("contest", "C1", "--answer", "uphold", "--note", "属实", day="12-01"))
    ended = told(certify("leave", "C1", "--decision", "end", day="12-02"))
    assert ended["state"] == "left"
    assert told(ankang("certify", "show", "C1", "--on", "2026-12-02"))["state"] == "left"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("profile",), id="nobody"),
        pytest.param(("profile", "--person", "P9"), id="no such person"),
        pytest.param(("certify", "show", "C9"), id="no such case"),
        pytest.param(("certify", "forward", "C1", "--to", "moon", *BY), id="no such office"),
        pytest.param(("certify", "decide", "C1", "--to", "maybe", *BY), id="no such decision"),
        pytest.param(("certify", "apply", *BY), id="nobody applies"),
        pytest.param(
            ("fact", "declare", "name", "王", "--said-by", "x", "--person", "P1", *BY),
            id="who somebody is",
        ),
        pytest.param(
            ("fact", "declare", "health", "天气", "--said-by", "x", "--person", "P1", *BY),
            id="no value",
        ),
        pytest.param(("merge", "P1", "P1", "--reason", "same_id_number", *BY), id="with itself"),
    ],
)
def test_wrong_use_is_told_on_one_line(ankang: Office, arguments: tuple[str, ...]) -> None:
    said = ankang(*arguments)
    assert said.code == 2
    assert len(said.err.strip().splitlines()) == 1
