"""How answers look: the same values as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Any

import numpy as np

from matcher.allocation.certificate import Rechecked
from matcher.domain.decision import Citation, Outcome, Verdict
from matcher.domain.match import Match, Reason, Tone
from matcher.explanation.explain import PairExplanation
from matcher.explanation.obstacles import Note
from matcher.pipeline.importing import ImportResult
from matcher.pipeline.pairing.fair import FairPlan
from matcher.pipeline.pairing.files import PairedFiles
from matcher.pipeline.snapshot import Snapshot
from matcher.policy.catalogue import decision_kind
from matcher.policy.law import InForce, Law
from matcher.ranking.ranker import Ranker
from matcher.ranking.shelf.shipped import DEMO_CITY
from matcher.reference.areas import areas


class Language(StrEnum):
    """The languages answers are printed in."""

    ZH = "zh"
    EN = "en"


MARKS = {Tone.FOR: "✓", Tone.CAUTION: "!", Tone.AGAINST: "✗", Tone.ASK: "?", Tone.PRIORITY: "★"}
MOST_FAVOURS = 5
"""Favourable reasons on a printed line; the JSON answer carries all of them."""

OUTCOMES = {
    Outcome.MET: {"zh": "符合", "en": "met"},
    Outcome.NOT_MET: {"zh": "不符合", "en": "not met"},
    Outcome.UNKNOWN: {"zh": "待询问", "en": "unknown"},
}


def citation_text(citation: Citation) -> str:
    """A source on one line: document, number, date, article, locating words."""
    parts = [f"《{citation.document}》", citation.number or ""]
    parts += [citation.since.isoformat() if citation.since else "", citation.article or ""]
    words = f"“{citation.words}”" if citation.words else ""
    told = "（转述）" if citation.grade == "told" else ""
    return " ".join(part for part in (*parts, words) if part) + told


def _said(reason: Reason | Note, language: Language) -> str:
    return reason.zh if language is Language.ZH else reason.en


def vacancy_facts(snapshot: Snapshot, vacancy_id: str) -> dict[str, Any]:
    """What a line about a vacancy shows; None where the employer did not say."""
    posts = snapshot.market.vacancies
    at = snapshot.vacancy(vacancy_id)
    low, high = float(posts.wage_min[at]), float(posts.wage_max[at])
    place = int(posts.places.street[at])
    code = str(place) if place >= 0 else str(int(posts.places.county[at]))
    return {
        "vacancy_id": vacancy_id,
        "title": str(posts.titles[at]),
        "employer": str(posts.employer_names[at]) or None,
        "wage_min": None if np.isnan(low) else int(low),
        "wage_max": None if np.isnan(high) else int(high),
        "area": areas().full_name(code) if areas().exists(code) else None,
        "places_left": None if posts.places_left[at] < 0 else int(posts.places_left[at]),
        "public_welfare": bool(posts.public_welfare[at] == 1),
    }


def _vacancy_line(facts: Mapping[str, Any], language: Language) -> str:
    chinese = language is Language.ZH
    low, high = facts["wage_min"], facts["wage_max"]
    wage = "薪资未说明" if chinese else "pay not stated"
    if low is not None or high is not None:
        ends = [f"{end:,}" for end in dict.fromkeys((low, high)) if end is not None]
        wage = "–".join(ends) + (" 元/月" if chinese else " yuan/month")
    welfare = ("（公益性岗位）" if chinese else " (public-welfare post)") * facts["public_welfare"]
    left = facts["places_left"]
    places = "" if left is None else (f"招 {left} 人" if chinese else f"{left} open")
    parts = [f"{facts['title']}{welfare}", facts["employer"], wage, facts["area"], places]
    return "  ".join(str(part) for part in parts if part)


def _reason_lines(reasons: Sequence[Reason], language: Language) -> list[str]:
    """Priority by law, then what speaks for the pair on one line, then cautions and questions."""
    favours = [_said(each, language) for each in reasons if each.tone is Tone.FOR][:MOST_FAVOURS]
    together = [f"      ✓ {'  ✓ '.join(favours)}"] if favours else []
    first = [each for each in reasons if each.tone is Tone.PRIORITY]
    then = [each for each in reasons if each.tone not in (Tone.PRIORITY, Tone.FOR)]
    return [*_lines_of(first, language), *together, *_lines_of(then, language)]


def _lines_of(reasons: Sequence[Reason], language: Language) -> list[str]:
    lines = []
    for reason in reasons:
        lines.append(f"      {MARKS[reason.tone]} {_said(reason, language)}")
        if reason.citation is not None and reason.citation.document not in lines[-1]:
            lines.append(f"        {citation_text(reason.citation)}")
    return lines


def _sides(match: Match | PairExplanation, *, chinese: bool) -> str:
    """Both chances behind the score, for a model that learnt them."""
    if match.interest is None:
        return ""
    interest, success = ("愿意", "录用") if chinese else ("interest", "success")
    hired = 1.0 if match.success is None else match.success
    return f" = {interest} {match.interest:.3f} × {success} {hired:.3f}"


def matches_text(
    snapshot: Snapshot,
    ranker: Ranker,
    head: Mapping[str, str | None],
    matches: Sequence[Match],
    language: Language,
) -> str:
    """A ranked list with the reasons of each match."""
    chinese = language is Language.ZH
    ((key, subject),) = head.items()
    of_person = key == "person_id"
    what = ("岗位" if of_person else "人员") if chinese else ("posts" if of_person else "people")
    untrained = "（规则评分，未经训练）" if chinese else " (untrained rules)"
    made_up = "（以演示城市训练）" if chinese else " (learned on the demo city)"
    day = snapshot.market.on.isoformat()
    about = "" if of_person else _vacancy_line(vacancy_facts(snapshot, str(subject)), language)
    lines = [f"{subject}  {about}".rstrip()]
    untold = untrained * (ranker.name == "rules") + made_up * (ranker.name == DEMO_CITY)
    lines.append(f"{what} {len(matches)} · {day} · {ranker.name}{untold}")
    for each in matches:
        named = f" 第{each.tier}档" if chinese else f" tier {each.tier}"
        tier = "" if each.tier is None else named
        shown = each.person_id
        if of_person:
            facts = vacancy_facts(snapshot, each.vacancy_id)
            shown = f"{each.vacancy_id}  {_vacancy_line(facts, language)}"
        plain = "不按个人特征" if chinese else "not personalised"
        score = plain if each.score is None else f"{each.score:.3f}"
        lines.append(f"{each.rank:>3}  {shown}  [{score}{_sides(each, chinese=chinese)}{tier}]")
        lines += _reason_lines(each.reasons, language)
    if not matches:
        lines.append("  没有符合条件的结果" if chinese else "  nothing that meets the conditions")
    return "\n".join(lines)


def matches_answer(
    snapshot: Snapshot, ranker: Ranker, head: Mapping[str, str | None], matches: Sequence[Match]
) -> dict[str, Any]:
    """The same list for programs."""
    return {
        **head,
        "on": snapshot.market.on,
        "model": ranker.name,
        "matches": [asdict(each) | vacancy_facts(snapshot, each.vacancy_id) for each in matches],
    }


def explanation_text(snapshot: Snapshot, explained: PairExplanation, language: Language) -> str:
    """Why and why not, with every failed filter and what would change it."""
    chinese = language is Language.ZH
    facts = vacancy_facts(snapshot, explained.vacancy_id)
    can = ("可以推荐" if chinese else "may be proposed") if explained.proposable else ""
    cannot = "不能推荐" if chinese else "may not be proposed"
    lines = [
        f"{explained.person_id} → {explained.vacancy_id}  {_vacancy_line(facts, language)}",
        f"{can or cannot} · {explained.model} {explained.score:.3f}"
        f"{_sides(explained, chinese=chinese)} · {snapshot.market.on}",
    ]
    change = "如何改变：" if chinese else "what would change it: "
    for each in explained.obstacles:
        lines.append(f"      ✗ {_said(each.because, language)}")
        lines.append(f"        {change}{_said(each.change, language)}")
    lines += _reason_lines(
        [each for each in explained.reasons if each.tone is not Tone.AGAINST], language
    )
    if explained.standing is not None:
        lines.append(f"      · {_said(explained.standing, language)}")
    return "\n".join(lines)


def explanation_answer(snapshot: Snapshot, explained: PairExplanation) -> dict[str, Any]:
    """The same for programs."""
    return asdict(explained) | {
        "filters": [
            asdict(each) | {"filter": str(each.filter.name).lower()} for each in explained.filters
        ],
        "vacancy": vacancy_facts(snapshot, explained.vacancy_id),
    }


def verdict_text(verdict: Verdict, language: Language) -> str:
    """A verdict read out, condition by condition."""
    chinese = language is Language.ZH
    set_by = verdict.set_by or ("无" if chinese else "none")
    law = "依据" if chinese else "law of"
    named = decision_kind(verdict.decision).zh
    lines = [
        f"{named if chinese else verdict.decision}: {OUTCOMES[verdict.outcome][language]}"
        f" · {verdict.place} · {verdict.on} · {law} {set_by}"
    ]
    for finding in verdict.findings:
        sentence = finding.zh if chinese else finding.en
        lines.append(f"  [{OUTCOMES[finding.outcome][language]}] {sentence}")
    if verdict.reason:
        lines.append(f"  {verdict.reason}")
    if verdict.ask_for:
        lines.append(("  还需询问：" if chinese else "  ask: ") + "、".join(verdict.ask_for))
    if verdict.review_against:
        review = "  请对照上位规定复核：" if chinese else "  review against: "
        lines.append(review + "、".join(verdict.review_against))
    values = {name: each for name, each in verdict.values.items() if name != "derived_from"}
    lines += [f"  {name}: {each}" for name, each in values.items()]
    lines += [f"  {citation_text(each)} [{each.rule}]" for each in verdict.citations]
    return "\n".join(lines)


def verdict_answer(verdict: Verdict) -> dict[str, Any]:
    """The same for programs."""
    return asdict(verdict)


def import_text(result: ImportResult) -> str:
    """What an import did, on a few lines."""
    lines = [
        f"{result.kind.value}: read {result.read:,}, created {result.created:,}, "
        f"updated {result.updated:,}, unchanged {result.unchanged:,}, "
        f"refused {result.refused:,}, warnings {result.warnings:,}"
    ]
    lines += [f"  {code}: {count:,}" for code, count in sorted(result.warning_counts.items())]
    lines += [f"  ✗ {each.file}:{each.row}  {each.reason}" for each in result.examples]
    more = result.refused - len(result.examples)
    lines += [f"    … {more:,} more"] * (more > 0)
    lines += [f"  refused rows with reasons: {file}" for file in result.refused_files]
    return "\n".join(lines)


def import_answer(result: ImportResult) -> dict[str, Any]:
    """The same for programs."""
    names = ("files", "read", "created", "updated", "unchanged", "refused", "warnings")
    counts: dict[str, Any] = {name: getattr(result, name) for name in names}
    files = [str(file) for file in result.refused_files]
    return counts | {
        "refused_file": files[0] if files else None,
        "refused_files": files,
        "warning_counts": dict(result.warning_counts),
        "examples": [asdict(each) for each in result.examples],
        "notes": [asdict(each) for each in result.notes],
    }


def fair_text(plan: FairPlan, language: Language = Language.ZH) -> str:
    """A plan's counts, and what the separate check says of it."""
    counts = plan.certificate
    filled = counts["welfare_places_filled_by_tier"].items()
    tiers = "、".join(f"第{tier}档 {places}" for tier, places in filled)
    by_tier = ", ".join(f"tier {tier}: {places}" for tier, places in filled)
    households = counts["zero_employment_households_with_a_place"]
    chinese = [
        f"{plan.fair_id} · {plan.on} · 受邀 {plan.problem.n_persons + plan.not_seeking} 人"
        f"（其中 {plan.not_seeking} 人不求职） · 岗位 {plan.problem.n_vacancies} 个"
        f" · 名额 {counts['places']} · 可行组合 {plan.problem.n_edges:,}",
        f"  公益性岗位已配：{tiers or '无'}",
        f"  零就业家庭至少一人有岗：{households} 户",
        f"  配对 {counts['pairings']} 对，{counts['persons_placed']} 人，"
        f"总分 {counts['total_score']:,}",
    ]
    english = [
        f"{plan.fair_id} · {plan.on} · invited {plan.problem.n_persons + plan.not_seeking}"
        f" ({plan.not_seeking} not seeking work) · posts {plan.problem.n_vacancies}"
        f" · places {counts['places']} · feasible pairs {plan.problem.n_edges:,}",
        f"  public-welfare places filled: {by_tier or 'none'}",
        f"  zero-employment households with a place: {households}",
        f"  {counts['pairings']} pairings, {counts['persons_placed']} people,"
        f" total score {counts['total_score']:,}",
    ]
    lines = chinese if language is Language.ZH else english
    return "\n".join([*lines, *_proof(plan.solution.proved, plan.violations, language)])


def _proof(proved: bool, violations: Sequence[str], language: Language) -> list[str]:
    """What the separate check says, and whether any plan could be better."""
    if violations:
        return [f"  ✗ {violation}" for violation in violations]
    chinese = "  独立校验通过：名额、每人上限、无正当嫉妒"
    english = "  checked by separate code: sound"
    if proved:
        chinese, english = f"{chinese}；已证明最优", f"{english}, and no plan is better"
    else:
        chinese = f"{chinese}；限时内的最好方案，上界见证书"
        english = f"{english}; the best found in time, its bound stands in the certificate"
    return [chinese if language is Language.ZH else english]


def files_text(made: PairedFiles) -> str:
    """What was paired from bare files."""
    stated = made.certificate
    filled = stated["welfare_places_filled_by_tier"].items()
    tiers = "、".join(f"第{tier}档 {places}" for tier, places in filled)
    households = stated["zero_employment_households_with_a_place"]
    lines = [
        f"人员 {made.problem.n_persons:,} · 岗位 {made.problem.n_vacancies:,}"
        f" · 名额 {stated['places']:,} · 可行组合 {made.problem.n_edges:,}",
        f"  公益性岗位已配：{tiers or '无'}",
        f"  零就业家庭至少一人有岗：{households:,} 户",
        f"  配对 {stated['pairings']:,} 对，{stated['persons_placed']:,} 人，"
        f"总分 {stated['total_score']:,}",
    ]
    return "\n".join([*lines, *_proof(made.solution.proved, stated["envy"], Language.ZH)])


def checked_text(found: Rechecked) -> str:
    """What separate code says of a plan, Chinese first."""
    if found.violations:
        count = f"✗ {len(found.violations)} 处不符 / violation(s)"
        return "\n".join([count, *(f"  {violation}" for violation in found.violations)])
    if found.proved:
        return "✓ 合规且最优：没有更好的方案 / sound, and no plan is better"
    return "✓ 合规；家庭规则下的上界由求解器声明 / sound; under household rules the bound is stated"


def fair_answer(plan: FairPlan) -> dict[str, Any]:
    """The same for programs."""
    return {
        "fair_id": plan.fair_id,
        "on": plan.on,
        "certificate": dict(plan.certificate),
        "not_seeking": plan.not_seeking,
        "violations": list(plan.violations),
    }


def law_answer(law: Law) -> dict[str, Any]:
    """The law in force in a place: each decision, who set it, its sources."""
    return {
        "place": law.place,
        "on": law.on,
        "layer": law.layer,
        "decisions": [
            {
                "decision": decision,
                "set_by": found.set_by,
                "layer": found.pack.layer,
                "citations": [asdict(each) for each in _sources(found)],
            }
            for decision in law.decisions
            for found in law.rules(decision)[:1]
        ],
    }


def law_text(law: Law) -> str:
    """The same as text."""
    lines = [f"{law.place} · {law.on} · {law.layer}"]
    for decision in law.decisions:
        found = law.rules(decision)[0]
        lines.append(
            f"{decision}  {decision_kind(decision).zh}  {found.set_by} ({found.pack.layer})"
        )
        lines += [f"  {citation_text(each)} [{each.rule}]" for each in _sources(found)]
    return "\n".join(lines)


def _sources(found: InForce) -> list[Citation]:
    sources = found.pack.sources
    conditions = found.rule.conditions.values()
    ids = dict.fromkeys([found.rule.source, *(condition.source for condition in conditions)])
    return [sources[each] for each in ids]
