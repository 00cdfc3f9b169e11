"""Every rule of the source documents is accounted for, and the pages say what is so."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from matcher.domain.decision import Citation
from matcher.policy.catalogue import decision_catalogue
from matcher.policy.coverage.ledger import (
    Account,
    Status,
    account,
    accounts,
    is_cited,
    is_kept,
    problems,
    unlisted_law,
)
from matcher.policy.coverage.pages import page_name, pages
from matcher.policy.coverage.rules import (
    NOT_BUILT,
    LedgerRule,
    later_law,
    reasons,
    source_rules,
)
from matcher.policy.law import Packs, shipped_packs
from matcher.policy.reading.rules import Pack, Rule

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "docs" / "coverage"
RULES_OF_THE_DOCUMENTS = 326


def rule(**given: object) -> LedgerRule:
    """A sound rule of the ledger with some fields changed."""
    sound = LedgerRule(
        id="x-rule",
        place="cn",
        zh="公示",
        en="Names are posted.",
        document="某办法",
        number=None,
        date="unknown",
        article=None,
        handled_by=(),
        kept_in=(),
        reason="target",
        note=None,
        kind="publicity",
        words="公示三天",
    )
    return replace(sound, **given)  # type: ignore[arg-type] # fields are named by the tests


def pack(citation: Citation | None = None, **given: object) -> Pack:
    """A pack of the whole country that cites a source in one decision, or none at all."""
    sources = {citation.rule: citation} if citation else {}
    rules = {
        "publicity_days": tuple(
            Rule("publicity_days", since=None, until=None, source=name) for name in sources
        )
    }
    made = Pack(
        file="cn/x.yaml",
        place="cn",
        area_code=None,
        programme="x",
        layer="source",
        inheritable=True,
        sources=sources,
        values={},
        rules=rules if sources else {},
    )
    return replace(made, **given)  # type: ignore[arg-type] # fields are named by the tests


CITATION = Citation(rule="x-rule", document="某办法")


def test_all_rules_of_the_documents_are_accounted_for_exactly_once() -> None:
    ids = [one.id for one in source_rules()]
    assert len(ids) == RULES_OF_THE_DOCUMENTS
    assert len(set(ids)) == RULES_OF_THE_DOCUMENTS
    lines = accounts(source_rules(), shipped_packs())
    assert [line.rule.id for line in lines] == ids


def test_the_shipped_ledger_has_no_problem() -> None:
    assert problems(source_rules(), shipped_packs()) == []
    assert problems(later_law(), shipped_packs(), "current") == []


def test_every_source_of_a_pack_is_in_the_ledger_or_later_law() -> None:
    ids = {one.id for one in source_rules()}
    stray = [
        (one.file, name)
        for one in shipped_packs().packs
        for name in one.sources
        if one.layer != "current" and name not in ids
        if not any(is_cited(later, one.sources[name]) for later in later_law())
    ]
    assert stray == []


def test_a_planted_missing_row_is_caught() -> None:
    cited = {name for one in shipped_packs().packs for name in one.sources}
    lost = next(one for one in source_rules() if one.id in cited)
    left = [one for one in source_rules() if one is not lost]
    assert len(left) != RULES_OF_THE_DOCUMENTS
    (problem,) = {text.split(": ")[0] for text in problems(left, shipped_packs())}
    assert problem == lost.id


@pytest.mark.parametrize(
    ("planted", "telling"),
    [
        pytest.param(rule(place="cn/atlantis"), "cn/atlantis", id="no such place"),
        pytest.param(rule(zh=""), "no matter or document", id="nothing said"),
        pytest.param(rule(date="May 2008"), "May 2008", id="no date"),
        pytest.param(rule(grade="guessed"), "guessed", id="no such grade"),
        pytest.param(rule(words="字" * 21), "21 locating characters", id="words too long"),
        pytest.param(rule(words=""), "0 locating characters", id="no words"),
        pytest.param(rule(handled_by=("tea_time",)), "tea_time", id="no such decision"),
        pytest.param(rule(kept_in=("persons.shoe_size",)), "persons.shoe_size", id="no record"),
        pytest.param(rule(reason="whim"), "unknown reason 'whim'", id="no such reason"),
        pytest.param(rule(reason=None), "no reason says why", id="no reason"),
    ],
)
def test_a_planted_mistake_is_told(planted: LedgerRule, telling: str) -> None:
    (problem,) = problems([planted], Packs(()))
    assert problem.startswith("x-rule: ")
    assert telling in problem


def test_a_rule_that_stands_twice_is_told() -> None:
    (problem,) = problems([rule(), rule()], Packs(()))
    assert "stands twice" in problem


@pytest.mark.parametrize(
    ("citation", "telling"),
    [
        pytest.param(replace(CITATION, rule="y-rule"), "not in the ledger", id="not listed"),
        pytest.param(replace(CITATION, number="〔2008〕1号"), "〔2008〕1号", id="other number"),
        pytest.param(replace(CITATION, since=date(2008, 5, 28)), "2008-05-28", id="other day"),
    ],
)
def test_a_pack_that_disagrees_with_the_ledger_is_told(citation: Citation, telling: str) -> None:
    (problem,) = problems([rule()], Packs((pack(citation),)))
    assert telling in problem


def test_a_year_alone_agrees_with_an_unknown_day() -> None:
    assert problems([rule(date="2001")], Packs((pack(CITATION),))) == []


def test_a_rule_that_a_pack_cites_is_modelled_with_its_decision() -> None:
    line = account(rule(handled_by=("publicity_days", "first_job_due")), [pack(CITATION)])
    assert line.status is Status.MODELLED
    assert line.packs == ("cn/x.yaml",)
    assert line.decided == ("publicity_days",)
    assert line.missing == ("first_job_due",)
    assert line.reason is None


def test_a_rule_that_a_record_keeps_is_recorded_only_while_the_record_exists() -> None:
    assert account(rule(kept_in=("persons.skills",)), []).status is Status.RECORDED
    assert account(rule(kept_in=("persons.shoe_size",)), []).status is Status.NOT_MODELLED
    some = rule(kept_in=("persons.skills", "persons.shoe_size"))
    assert account(some, []).status is Status.NOT_MODELLED


def test_a_rule_waiting_for_its_decision_gets_the_computed_reason() -> None:
    waiting = rule(reason=None, handled_by=("publicity_days",))
    assert account(waiting, []).reason is NOT_BUILT
    assert problems([waiting], Packs(())) == []


def test_a_rule_left_out_of_a_decision_that_is_built_must_say_why() -> None:
    other = pack(replace(CITATION, rule="y-rule"))
    left_out = rule(reason=None, handled_by=("publicity_days",))
    listed = rule(id="y-rule")
    (problem,) = problems([left_out, listed], Packs((other,)))
    assert problem.startswith("x-rule: not modelled")


def test_a_pack_of_the_other_layer_does_not_model_a_rule() -> None:
    packs = Packs((pack(CITATION, layer="current"),))
    (line,) = accounts([rule()], packs)
    assert line.status is Status.NOT_MODELLED
    (later,) = accounts([rule()], packs, "current")
    assert later.status is Status.MODELLED


@pytest.mark.parametrize(
    ("citation", "same"),
    [
        pytest.param(Citation("other", "某办法", article="第五条"), True, id="same article"),
        pytest.param(Citation("other", "某办法", article="第六条"), False, id="other article"),
        pytest.param(Citation("other", "某办法"), False, id="no article"),
        pytest.param(Citation("other", "别的办法", article="第五条"), False, id="other text"),
    ],
)
def test_later_law_is_known_by_document_and_article(citation: Citation, *, same: bool) -> None:
    law = rule(kind="", words="", article="第五条")
    assert is_cited(law, citation) is same


def test_a_number_settles_which_document_it_is() -> None:
    law = rule(kind="", words="", number="〔2024〕6号")
    assert is_cited(law, Citation("other", "题名有别", number="〔2024〕6号"))
    assert not is_cited(law, Citation("other", "某办法", number="〔2023〕1号"))


def test_later_law_that_only_a_pack_knows_is_listed_from_the_pack() -> None:
    packs = Packs((pack(CITATION, layer="current"),))
    (law,) = unlisted_law(packs)
    assert (law.id, law.document) == ("x-rule", "某办法")
    assert "`x-rule`" in pages(packs)["current.md"]


@pytest.mark.parametrize(
    ("name", "there"),
    [
        pytest.param("households.state", True, id="column"),
        pytest.param("households.mood", False, id="no such column"),
        pytest.param("planets.state", False, id="no such kind"),
        pytest.param("facts.last_status_report_on", True, id="fact"),
        pytest.param("facts.mood", False, id="no such fact"),
        pytest.param("data/policy/minimum_wage.csv", True, id="table"),
        pytest.param("data/policy/maximum_wage.csv", False, id="no such table"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_a_record_is_looked_up_where_it_should_be(name: str, *, there: bool) -> None:
    assert is_kept(name) is there


def test_every_rule_says_what_became_of_it() -> None:
    lines = accounts(source_rules(), shipped_packs())
    assert [line.rule.id for line in lines if not says_enough(line)] == []
    assert {name for one in source_rules() for name in one.handled_by} <= set(decision_catalogue())


def says_enough(line: Account) -> bool:
    """Whether an account names its pack, its record or its reason."""
    if line.status is Status.MODELLED:
        return bool(line.packs)
    if line.status is Status.RECORDED:
        return bool(line.rule.kept_in)
    return line.reason is not None


def test_what_is_only_known_decides_nothing() -> None:
    lines = accounts(later_law(), shipped_packs(), "current")
    known = [line for line in lines if line.rule.grade == "known"]
    assert known
    assert {line.status for line in known} == {Status.NOT_MODELLED}
    assert {line.reason for line in known} == {reasons()["text_not_at_hand"]}


def test_every_reason_of_the_table_is_used() -> None:
    used = {one.reason for one in (*source_rules(), *later_law())}
    assert set(reasons()) - used == {NOT_BUILT.code}


def script() -> ModuleType:
    """The script that writes the pages."""
    spec = importlib.util.spec_from_file_location("coverage_pages", ROOT / "docs/pages/ledger.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_what_the_script_writes(tmp_path: Path) -> None:
    count = script().write(tmp_path / "coverage")
    fresh = {file.name: file.read_text("utf-8") for file in (tmp_path / "coverage").iterdir()}
    assert len(fresh) == count
    written = {file.name: file.read_text("utf-8") for file in FOLDER.iterdir()}
    assert written == fresh, "run: python docs/pages/ledger.py"


def test_a_page_of_a_place_that_is_gone_is_removed(tmp_path: Path) -> None:
    (tmp_path / "cn-atlantis.md").write_text("old", encoding="utf-8")
    script().write(tmp_path)
    assert not (tmp_path / "cn-atlantis.md").exists()


def test_every_rule_stands_on_the_page_of_its_place_once() -> None:
    made = pages(shipped_packs())
    for one in source_rules():
        assert made[page_name(one.place)].count(f"| `{one.id}` |") == 1
        assert sum(f"| `{one.id}` |" in text for text in made.values()) == 1


def test_the_front_page_counts_what_the_ledger_counts() -> None:
    lines = accounts(source_rules(), shipped_packs())
    counts = [sum(line.status is status for line in lines) for status in Status]
    total = " | ".join(f"**{number}**" for number in (*counts, RULES_OF_THE_DOCUMENTS))
    assert f"| **all** | {total} |" in pages(shipped_packs())["README.md"]


def test_a_bar_in_a_text_does_not_break_the_table() -> None:
    packs = Packs((pack(replace(CITATION, document="甲|乙"), layer="current"),))
    assert "甲\\|乙" in pages(packs)["current.md"]
