"""Law cases: worked examples in files, run against the packs.

A case names a place and a day, states facts, and says what each decision must answer. Only what it
says is compared. A case marked `sure: false` leaves room for another reading: its failure is told
but does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from matcher.domain.decision import Verdict
from matcher.errors import PolicyError, RengangError, UnreadableFile
from matcher.policy.decisions import decide
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law, Packs, shipped_packs
from matcher.policy.reading.packs import read_yaml

CASE_KEYS = ("id", "name", "place", "on", "given", "expect", "rules", "sure", "origin")
NEEDED_KEYS = ("id", "name", "place", "on", "given", "expect", "rules")
MUST_CONTAIN = ("ask_for", "includes", "consequences", "subsidies", "kinds", "review_against")
"""Parts of an answer that are sets: the answer may hold more than the case says."""


class Status(StrEnum):
    """How a case came out."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    UNSURE = "UNSURE"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case run: its id, the file, how it came out, and each difference as a sentence."""

    id: str
    file: str
    place: str
    status: Status
    problems: tuple[str, ...] = ()


def run_cases(
    paths: Iterable[Path], *, layer: str = "source", packs: Packs | None = None
) -> list[CaseResult]:
    """The cases of some files run against the packs.

    Args:
        paths: YAML files, each a list of cases.
        layer: `source` as the cases are written for, or `current`.
        packs: other packs than the shipped ones.

    Returns:
        A result per case, in order. A case that cannot be run (a decision on which no pack has a
        rule yet, an unknown fact) is failed, with the reason.

    Raises:
        UnreadableFile: a file is no list of cases.
    """
    law_packs = packs or shipped_packs()
    return [
        run_case(case, path.name, layer, law_packs) for path in paths for case in read_cases(path)
    ]


def summary(results: Sequence[CaseResult]) -> tuple[int, int]:
    """How many passed and how many failed; unsure ones count as neither."""
    passed = sum(result.status is Status.PASSED for result in results)
    failed = sum(result.status is Status.FAILED for result in results)
    return passed, failed


def read_cases(path: Path) -> list[Mapping[str, Any]]:
    """The cases of a file as they stand there.

    Raises:
        UnreadableFile: the file is no list of cases.
    """
    do = "Write the file as a YAML list of cases."
    try:
        raw = read_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        found = " ".join(str(error).split())
        raise UnreadableFile(
            file=path.name, found=found, expected="a YAML file of law cases", do=do
        ) from None
    if not isinstance(raw, list) or not all(isinstance(case, dict) for case in raw):
        raise UnreadableFile(
            file=path.name, found=f"a {type(raw).__name__}", expected="a list of cases", do=do
        )
    return raw


def run_case(case: Mapping[str, Any], file: str, layer: str, packs: Packs) -> CaseResult:
    """One case of the named file run against the packs of a layer and those below it."""
    problems = _malformed(case)
    if not problems:
        problems = _differences(case, layer, packs)
    status = Status.PASSED
    if problems:
        status = Status.FAILED if case.get("sure", True) else Status.UNSURE
    return CaseResult(
        id=str(case.get("id")),
        file=file,
        place=str(case.get("place")),
        status=status,
        problems=tuple(problems),
    )


def _malformed(case: Mapping[str, Any]) -> list[str]:
    known = ", ".join(CASE_KEYS)
    found = [
        f"unknown key '{key}'; expected one of {known}" for key in case if key not in CASE_KEYS
    ]
    found += [f"no '{key}'; expected the key '{key}'" for key in NEEDED_KEYS if key not in case]
    if "on" in case and _day(case["on"]) is None:
        found.append(f"on: '{case['on']}'; expected an ISO date like 2008-05-28")
    for key in ("given", "expect"):
        if key in case and not (isinstance(case[key], dict) and case[key]):
            found.append(f"{key}: '{case[key]}'; expected a mapping with at least one entry")
    return found


def _day(raw: Any) -> date | None:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        return None


def _differences(case: Mapping[str, Any], layer: str, packs: Packs) -> list[str]:
    on = _day(case["on"])
    if on is None:
        return []
    problems: list[str] = []
    cited: set[str] = set()
    for decision, expected in case["expect"].items():
        try:
            law = Law.on_day(case["place"], on, layer=layer, packs=packs)
            facts = facts_from_given(case["given"], on=on)
            verdict = decide(law, decision, facts).verdict(0)
        except PolicyError as error:
            return [str(error)]
        except RengangError as error:
            return [f"given: {error}"]
        if decision not in packs.decisions(layer):
            problems.append(f"{decision}: no pack has a rule on this decision yet")
            continue
        cited |= {citation.rule for citation in verdict.citations}
        answer = answer_of(verdict)
        wanted = {"outcome": expected} if isinstance(expected, str) else expected
        problems += [
            f"{decision}.{key}: expected {value}, found {answer.get(key)}"
            for key, value in wanted.items()
            if not _agrees(key, value, answer)
        ]
    if case["rules"] and not problems and not cited & set(case["rules"]):
        wanted_rules, found_rules = ", ".join(case["rules"]), ", ".join(sorted(cited)) or "none"
        problems.append(f"rules: expected one of {wanted_rules}, cited {found_rules}")
    return problems


def answer_of(verdict: Verdict) -> dict[str, Any]:
    """The verdict by the names of the answers' vocabulary, dates as ISO text."""
    values = {key: _plain(value) for key, value in verdict.values.items()}
    return {
        **values,
        "outcome": verdict.outcome.value,
        "ask_for": list(verdict.ask_for),
        "reason": verdict.reason,
        "review_against": list(verdict.review_against),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return value


def _agrees(key: str, expected: Any, answer: Mapping[str, Any]) -> bool:
    if key == "excludes":
        return not set(expected) & set(answer.get("includes") or ())
    found = answer.get(key)
    if isinstance(expected, dict):
        return isinstance(found, dict) and _plain(expected).items() <= found.items()
    if key in MUST_CONTAIN:
        return set(expected) <= set(found or ())
    if key == "excluded":
        return found is not None and set(expected) == set(found)
    return bool(_plain(expected) == found)
