"""The lint: one clear sentence per mistake, all of them, and silence on the packs we ship."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.errors import PolicyFileError
from matcher.policy.law import Packs, read_packs
from matcher.policy.schema import check_packs

GOOD = """
place: cn/jiangsu
area_code: "32"
programme: trial
layer: source
inheritable: true
documents:
  paper: {title: 试行意见, number: null, date: 2008-05-28, grade: read}
sources:
  first: {document: paper, article: 第一条, words: 女满}
values:
  age_women:
    - {value: 40, unit: years, since: 2008-05-28, source: first}
decisions:
  older_worker_4050:
    - since: 2008-05-28
      source: first
      conditions:
        old_enough:
          zh: 年满{age_women}周岁
          en: At least {age_women} years old.
          source: first
          test: {compare: [age, at_least, {value: age_women}]}
        out_of_work:
          zh: 失业
          en: Out of work.
          source: first
          test: {fact: employed, is: false}
      met_when: {all: [old_enough, out_of_work]}
"""


def write(folder: Path, text: str, name: str = "cn/jiangsu/trial.yaml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


MISTAKES = [
    ("unknown key", "layer: source", "layer: source\ncolour: red", "file: unknown key 'colour'"),
    ("missing key", "programme: trial\n", "", "file: no 'programme'"),
    ("key twice", "layer: source", "layer: source\nlayer: source", "key 'layer' twice"),
    ("no YAML", "documents:", "documents: [", "not readable as YAML"),
    ("unknown place", "cn/jiangsu", "cn/atlantis", "unknown place 'cn/atlantis'"),
    ("place in another folder", "place: cn/jiangsu", "place: cn/shanxi", "in another folder"),
    ("another area code", '"32"', '"33"', "area_code: '33'; expected '32'"),
    ("unknown layer", "layer: source", "layer: old", "layer: 'old'; expected one of current"),
    ("inheritable in words", "inheritable: true", "inheritable: maybe", "inheritable: 'maybe'"),
    ("unknown grade", "grade: read", "grade: known", "'known'; expected one of read, told"),
    ("date not ISO", "date: 2008-05-28", "date: 28.5.2008", "documents.paper.date: '28.5.2008'"),
    (
        "since not ISO",
        "- since: 2008-05-28",
        "- since: May",
        "[0].since: 'May'; expected an ISO date",
    ),
    (
        "words too long",
        "words: 女满",
        "words: " + "满" * 21,
        "words: 21 characters; expected at most 20",
    ),
    ("unknown document", "document: paper", "document: book", "no document 'book'"),
    (
        "order inside a tier not a list",
        "      met_when: {all:",
        "      order_within: age\n      met_when: {all:",
        "order_within: 'age'; expected a list of facts",
    ),
    (
        "order among persons nobody names",
        "      met_when: {all:",
        "      order_within: [{when: elders, is: age}]\n      met_when: {all:",
        "'elders'",
    ),
    (
        "value without source",
        "since: 2008-05-28, source: first}",
        "since: 2008-05-28}",
        "values.age_women[0]: no 'source'",
    ),
    (
        "unknown source",
        "en: Out of work.\n          source: first",
        "en: Out.\n          source: last",
        "no source 'last'",
    ),
    ("unknown unit", "unit: years", "unit: moons", "unit: 'moons'; expected one of years"),
    ("value in words", "value: 40,", "value: forty,", "value: 'forty'; expected a number"),
    (
        "values overlap",
        "    - {value: 40, unit: years, since: 2008-05-28, source: first}",
        "    - {value: 40, unit: years, since: 2008-05-28, source: first}\n"
        "    - {value: 41, unit: years, since: 2008-05-28, source: first}",
        "values.age_women: '2008-05-28' after '2008-05-28'; expected later first days",
    ),
    (
        "unknown answer",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      answers: {colour: [{is: 3}]}",
        "unknown answer 'colour'; expected one of tier",
    ),
    (
        "unknown word",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      answers: {unit: [{is: family}]}",
        "answers.unit.0.is: 'family'; expected one of household, person",
    ),
    (
        "answer that is no list",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      answers: {date: the_day}",
        "answers.date: 'the_day'; expected a list of cases",
    ),
    (
        "case without a value",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      answers: {date: [{when: old_enough}]}",
        "expected {when: conditions joined, is: value}",
    ),
    (
        "unknown item",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      answers: {consequences: {fine: always}}",
        "unknown item 'fine'; expected one of drop_from_aid",
    ),
    (
        "set that is a list",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      answers: {consequences: [lose_aid]}",
        "expected a mapping of items",
    ),
    (
        "item with an unknown condition",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      answers: {consequences: {lose_aid: tall}}",
        "no condition 'tall'",
    ),
    (
        "value not in the pack",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      answers: {date: [{is: {value: later}}]}",
        "no value 'later'",
    ),
    (
        "two days for one",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      answers: {date: [{is: {month_end: [the_day, the_day]}}]}",
        "'month_end' of 2 parts",
    ),
    (
        "bare number in an answer",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      answers: {months: [{is: 3}]}",
        "the bare number 3",
    ),
    (
        "need of no answer",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      needs: [date]",
        "needs: 'date'; expected one of",
    ),
    (
        "kept without an answer",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      kept_when_not_met: [count]",
        "kept_when_not_met: 'count'",
    ),
    (
        "beside what",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      beside: narrower",
        "beside: 'narrower'; expected one of wider",
    ),
    (
        "citation of nothing",
        "met_when: {all: [old_enough, out_of_work]}",
        "met_when: old_enough\n      cites: [last]",
        "no source 'last'",
    ),
    ("asked of no fact", "{fact: employed, is: false}", "{asked: height}", "unknown fact 'height'"),
    (
        "surely nothing",
        "{fact: employed, is: false}",
        "{surely: {fact: height}}",
        "unknown fact 'height'",
    ),
    ("stated by no value", "{fact: employed, is: false}", "{stated: later}", "no value 'later'"),
    ("unknown decision", "older_worker_4050:", "tall_worker:", "unknown decision 'tall_worker'"),
    (
        "unknown fact",
        "fact: employed",
        "fact: emplyed",
        "unknown fact 'emplyed' (nearest: employed)",
    ),
    ("fact of another type", "fact: employed", "fact: age", "fact 'age' is int"),
    ("text for a yes or no", "is: false", "is: maybe", "'maybe' for the yes/no fact 'employed'"),
    (
        "strange enum value",
        "{fact: employed, is: false}",
        "{fact: sex, is: tall}",
        "['tall'] for fact 'sex'",
    ),
    (
        "two tests at once",
        "{fact: employed, is: false}",
        "{fact: sex, is: male, in: [male]}",
        "beside 'fact'",
    ),
    ("bare number", "{value: age_women}]", "40]", "the bare number 40; expected {value: name}"),
    ("unknown value", "{value: age_women}]", "{value: age_men}]", "no value 'age_men'"),
    ("unknown operator", "at_least", "about", "operator 'about'; expected at_least"),
    (
        "half a comparison",
        "[age, at_least, {value: age_women}]",
        "[age, at_least]",
        "expected {compare:",
    ),
    (
        "unknown formula",
        "{all: [old_enough, out_of_work]}",
        "{most: [old_enough]}",
        "unknown key in ['most']",
    ),
    ("empty join", "{all: [old_enough, out_of_work]}", "{all: []}", "'all' of []"),
    (
        "unnamed condition",
        "{all: [old_enough, out_of_work]}",
        "{all: [old_enough, employed]}",
        "no condition 'employed'",
    ),
    (
        "unknown list",
        "{fact: employed, is: false}",
        "{some: cousins, where: employed}",
        "list 'cousins'",
    ),
    (
        "half a choice",
        "{fact: employed, is: false}",
        "{choose: sex, male: employed}",
        "branches ['male']",
    ),
    (
        "unknown other decision",
        "{fact: employed, is: false}",
        "{decision: tall}",
        "unknown decision 'tall'",
    ),
    ("strange arithmetic", "[age, at", "[{root: [age]}, at", "expected value, how_many, or"),
    ("one part of two", "[age, at", "[{full_years: [birth_date]}, at", "'full_years' of 1 parts"),
    (
        "unknown name in a sentence",
        "年满{age_women}周岁",
        "年满{age_man}周岁",
        "unknown name '{age_man}'",
    ),
    (
        "broken sentence",
        "年满{age_women}周岁",
        "年满{age_women周岁",
        "expected a sentence with names",
    ),
    ("no English", "          en: Out of work.\n", "", "out_of_work: no 'en'"),
    ("nothing joined", "      met_when: {all: [old_enough, out_of_work]}\n", "", "no 'met_when'"),
    (
        "rule ends before it begins anew",
        "      met_when:",
        "      until: soon\n      met_when:",
        "until: 'soon'",
    ),
    (
        "unused value",
        "{value: age_women}]}",
        "local_minimum_wage_yuan_month]}",
        "no condition or answer uses it",
    ),
    (
        "refers to a decision without a rule",
        "{fact: employed, is: false}",
        "{decision: aided_member}",
        "on which no pack has a rule",
    ),
    (
        "review of nothing",
        "      met_when:",
        "      review: [shoe_size]\n      met_when:",
        "review of 'shoe_size'",
    ),
    (
        "unknown area to govern",
        "      met_when:",
        "      governed_by: birth\n      met_when:",
        "governed_by: 'birth'",
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "told"), [pytest.param(*rest, id=name) for name, *rest in MISTAKES]
)
def test_a_mistake_is_told_in_one_sentence(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    assert before in GOOD
    problems = check_packs(write(tmp_path, GOOD.replace(before, after, 1)))
    assert any(told in problem for problem in problems), problems
    assert all(problem.startswith("cn/jiangsu/trial.yaml: ") for problem in problems)


def test_a_good_pack_has_no_problem(tmp_path: Path) -> None:
    assert check_packs(write(tmp_path, GOOD)) == []


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("grade: read", "grade: known").replace("unit: years", "unit: moons")
    text = text.replace("fact: employed", "fact: emplyed")
    assert len(check_packs(write(tmp_path, text))) >= 3


def test_two_files_on_one_matter_and_day_clash(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    problems = check_packs(write(tmp_path, GOOD, "cn/jiangsu/second.yaml"))
    assert problems == [
        "cn/jiangsu/trial.yaml: decisions.older_worker_4050: also in cn/jiangsu/second.yaml for "
        "the same days; expected one file per place, layer and matter"
    ]


def test_a_broken_pack_is_refused_with_all_its_mistakes(tmp_path: Path) -> None:
    text = GOOD.replace("unit: years", "unit: moons").replace("layer: source", "layer: old")
    with pytest.raises(PolicyFileError, match=r"trial\.yaml has 2 problem") as caught:
        read_packs(write(tmp_path, text))
    assert len(caught.value.problems) == 2


def test_the_packs_we_ship_are_in_order() -> None:
    assert check_packs() == []


def test_every_shipped_condition_reads_out_in_both_languages() -> None:
    packs: Packs = read_packs()
    conditions = [
        condition
        for pack in packs.packs
        for rules in pack.rules.values()
        for rule in rules
        for condition in rule.conditions.values()
    ]
    assert len(conditions) > 40
    for condition in conditions:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in condition.zh)
        assert condition.en.isascii()
        assert condition.en.endswith(".")
