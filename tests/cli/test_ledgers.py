"""Household ledger, letters, messages and statutory tables by command."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from matcher.domain.scope import Scope
from matcher.store.events.reading import Wanted
from matcher.store.store import Store
from tests.cli.commands import Office, Said


@pytest.fixture(scope="module")
def own_city(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo city to write into."""
    return Path(shutil.copytree(city, tmp_path_factory.mktemp("ledgers") / "w"))


@pytest.fixture
def ledger(own_city: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    """The city's office with its ledger open; opening again changes nothing."""
    office = Office(own_city, capsys)
    assert office("household", "open").code == 0
    return office


def totals(said: Said) -> dict[str, int]:
    (row,) = [row for row in said.answer["rows"] if row["area_code"] == "total"]
    return dict(row)


def test_the_ledger_opens_once_and_its_months_add_up(ledger: Office) -> None:
    assert ledger("household", "open").answer["moves"] == 0
    september, october = (
        totals(ledger("household", "ledger", "--month", month)) for month in ("2026-09", "2026-10")
    )
    assert september["end"] == october["start"]
    assert september["total"] + october["appeared"] == october["total"]
    area = ledger("household", "ledger", "--month", "2026-10", "--area", "320613")
    drilled = ledger("household", "ledger", "--month", "2026-10", "--drill", "320613/appeared")
    assert drilled.answer["count"] == totals(area)["appeared"]
    assert len(drilled.answer["behind"]) == drilled.answer["count"]


def test_a_household_is_moved_and_shown(ledger: Office) -> None:
    with Store.open(f"sqlite:///{ledger.workspace / 'rengang.sqlite'}") as store:
        wanted = Wanted(streams=["household"], states=["certified"])
        household = store.states(Scope.office("test"), wanted)["subject_id"].iloc[0]
    told = ledger("household", "show", "--household", household)
    assert "clear" in told.answer["next"]
    given = ("household", "move", "leave", "--household", household, "--key", "k1")
    first = ledger(*given, "--reason", "moved_away", "--by", "小李")
    assert first.answer["moves"][0]["state"] == "left"
    again = ledger(*given, "--reason", "moved_away")
    assert again.answer["moves"] == []
    assert ledger("household", "follow", "--dry-run").answer["moves"] == []


def test_the_statutory_tables_are_written(ledger: Office, tmp_path: Path) -> None:
    monthly, book, card = (tmp_path / name for name in ("m.xlsx", "l.xlsx", "c.xlsx"))
    said = ledger("report", "monthly", "--out", monthly, "--area", "3206")
    assert (said.answer["month"], said.answer["due"]) == ("2026-10", "2026-11-10")
    registers = ledger("report", "ledger", "--out", book, "--area", "320613")
    sheets = pd.read_excel(book, sheet_name=None, engine="calamine")
    assert next(iter(sheets)) == "零就业家庭台账"
    assert len(sheets) == len(registers.answer["rows"])
    found = ledger("report", "scorecard", "--out", card, "--area", "320613")
    row = found.answer["rows"][0]
    cell = f"{row['area_code']}/{row['indicator']}"
    drilled = ledger("report", "scorecard", "--area", "320613", "--drill", cell)
    assert drilled.answer["count"] == row["done"] + row["not_done"] + row["unknown"]
    assert monthly.exists()
    assert card.exists()


def test_letters_are_issued_signed_and_listed(ledger: Office, tmp_path: Path) -> None:
    out = tmp_path / "cards.html"
    issued = ledger("letter", "issue", "--person", "P000001", "--out", out)
    (number,) = issued.answer["numbers"]
    assert number in out.read_text("utf-8")
    assert ledger("letter", "move", "sign", "--number", number).code == 0
    english = ledger("letter", "print", "--number", number, "--out", out, "--lang", "en")
    assert english.code == 0
    assert "Receipt" in out.read_text("utf-8")
    sheet = ledger("letter", "sheet", "--out", tmp_path / "sheet.html", "--area", "3206")
    assert sheet.answer["signed"] == 1


def test_messages_reach_the_outbox_once(ledger: Office, tmp_path: Path) -> None:
    out = tmp_path / "outbox.jsonl"
    given = ("message", "send", "--kind", "visit", "--batch", "b1", "--area", "320613001")
    first = ledger(*given, "--with", "day=11月5日", "--outbox", out)
    assert first.answer["sent"] == len(out.read_text("utf-8").splitlines()) > 0
    assert ledger(*given, "--with", "day=11月5日", "--outbox", out).answer["sent"] == 0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(("household", "show", "--household", "H?"), "H?", id="no household"),
        pytest.param(("household", "ledger", "--area", "99"), "no area '99'", id="no area"),
        pytest.param(("household", "ledger", "--drill", "x"), "names no number", id="no cell"),
        pytest.param(("report", "monthly", "--month", "x"), "not a month", id="no month"),
        pytest.param(("report", "monthly", "--out", "x.pdf"), "x.pdf", id="no form"),
        pytest.param(("report", "scorecard", "--standard", "x"), "no standard", id="standard"),
        pytest.param(("report", "scorecard", "--drill", "1/2"), "no cell '1/2'", id="no card cell"),
        pytest.param(("report", "ledger", "--kind", "x", "--out", "x.xlsx"), "no register", id="r"),
        pytest.param(("report", "ledger", "--out", "x.csv"), "no room for", id="one sheet"),
        pytest.param(("letter", "issue", "--out", "x.html"), "goes to nobody", id="letter"),
        pytest.param(
            ("letter", "issue", "--kind", "x", "--out", "x.html"), "no letter 'x'", id="kind"
        ),
        pytest.param(
            ("letter", "print", "--number", "9", "--out", "x.html"), "no letter '9'", id="number"
        ),
        pytest.param(
            ("message", "send", "--kind", "fair", "--batch", "b"), "goes to nobody", id="message"
        ),
        pytest.param(
            ("message", "send", "--kind", "fair", "--batch", "b", "--person", "P000001"),
            "lacks its day, place",
            id="text",
        ),
        pytest.param(
            ("message", "send", "--kind", "fair", "--batch", "b", "--area", "3206", "--with", "x"),
            "names nothing",
            id="with",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(
    ledger: Office, given: tuple[str, ...], told: str
) -> None:
    said = ledger(*given)
    assert said.code == 2
    assert told in said.err
    assert said.err.count("\n") == 1
    assert not Path(given[-1]).exists()
