"""How answers about models look: as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from matcher.cli.wording import Language
from matcher.evaluation.gate import BEATS, GROUP_NDCG, Finding, Judgement
from matcher.pipeline.judging.fairness import Fairness
from matcher.pipeline.judging.promoting import Evaluation
from matcher.pipeline.judging.trials import OfficeTrial

SENTENCES = {
    Language.ZH: {
        "trial": "{day} 起的结果留作检验 · 全量岗位池 {pool:,} 个 · "
        "{people:,} 人有结果可寻（其中新人 {new:,}）",
        "lots": "结果没有日期，按种子抽取留作检验（未按时间校准） · 全量岗位池 {pool:,} 个 · "
        "{people:,} 人有结果可寻（其中新人 {new:,}）",
        "model": "模型",
        "passed": "可以晋级：{challenger} 明显好于 {champion}，且没有使任何分组变差",
        "refused": "不予晋级：{challenger} 对 {champion}",
        BEATS: "{mark} NDCG {challenger:.4f}，现任 {champion:.4f}；差 {value:+.4f}"
        "（{low:+.4f} 至 {high:+.4f}），区间下端须大于 0",
        GROUP_NDCG: "{mark} {attribute} {group}：NDCG {challenger:.4f}，现任 {champion:.4f}；"
        "最多可降 {limit:.4f}",
        "group_error": "{mark} {attribute} {group}：校准误差 {challenger:.4f}，"
        "现任 {champion:.4f}；最多可升 {limit:.4f}",
        "promoted": "{name} 已成为现任模型（原为 {before}）",
        "waits": "{name} 已登记，未启用；启用（须过晋级门槛）：rengang models promote {name}",
        "fairness": "公平性报告（{model}）：{files}",
        "apart": "差异不像偶然（p ≤ 0.05）：{found}",
        "none_apart": "没有发现超出偶然的分组差异（p ≤ 0.05）",
        "volatility": "换种子重训，名单的变化：{found}",
        "no_volatility": "未重训，名单的波动未计（加 --retrainings 3）",
        "proxies": "可从特征猜出：{found}",
        "no_proxies": "没有身份条件能从特征中明显猜出",
        "champion": "（现任）",
        "shipped": "（随程序提供，仅演示数据）",
        "untrained": "（规则评分，未经训练）",
        "broken": "（不可用：{why}）",
    },
    Language.EN: {
        "trial": "outcomes from {day} on held out · full pool of {pool:,} posts · "
        "{people:,} people with outcomes to find ({new:,} newcomers)",
        "lots": "outcomes carry no dates and were held out by lot (not calibrated in time) · full "
        "pool of {pool:,} posts · {people:,} people with outcomes to find ({new:,} newcomers)",
        "model": "model",
        "passed": "may be promoted: {challenger} beats {champion} beyond noise, worsens no group",
        "refused": "not promoted: {challenger} against {champion}",
        BEATS: "{mark} NDCG {challenger:.4f}, champion {champion:.4f}; difference {value:+.4f} "
        "({low:+.4f} to {high:+.4f}), its low end must be above 0",
        GROUP_NDCG: "{mark} {attribute} {group}: NDCG {challenger:.4f}, champion {champion:.4f}; "
        "it may fall by {limit:.4f}",
        "group_error": "{mark} {attribute} {group}: calibration error {challenger:.4f}, champion "
        "{champion:.4f}; it may grow by {limit:.4f}",
        "promoted": "{name} is now the champion (before: {before})",
        "waits": "{name} is registered, not in use; to use it (the gate must pass): "
        "rengang models promote {name}",
        "fairness": "fairness report ({model}): {files}",
        "apart": "apart beyond chance (p <= 0.05): {found}",
        "none_apart": "no group differs beyond chance (p <= 0.05)",
        "volatility": "trained again with other seeds, lists keep: {found}",
        "no_volatility": "not trained again, so how lists change is not told (add --retrainings 3)",
        "proxies": "can be guessed from the features: {found}",
        "no_proxies": "no trait can be guessed from the features to speak of",
        "champion": " (champion)",
        "shipped": " (shipped, demo data only)",
        "untrained": " (untrained rules)",
        "broken": " (not usable: {why})",
    },
}
SURE = 0.05


def evaluation_text(trial: OfficeTrial, found: Evaluation, language: Language) -> str:
    """Every measure of every model and baseline, and what the gate says."""
    words = SENTENCES[language]
    facts = _trial_facts(trial)
    lines = [words["trial" if facts["day"] else "lots"].format(**facts), ""]
    everyone = found.table[found.table["attribute"] == "everyone"]
    measures = list(dict.fromkeys(everyone["measure"]))
    names = [each.name for each in (*found.models, *found.baselines)]
    width = max(map(len, names)) + 2
    lines.append(f"{words['model']:<{width}}" + "".join(f"{name:>26}" for name in measures))
    for name in names:
        own = everyone[everyone["model"] == name].set_index("measure")
        cells = [_cell(own.loc[each]) if each in own.index else "–" for each in measures]
        lines.append(f"{name:<{width}}" + "".join(f"{cell:>26}" for cell in cells))
    if found.judgement is not None:
        lines += ["", judgement_text(found.judgement, language)]
    return "\n".join(lines)


def evaluation_answer(trial: OfficeTrial, found: Evaluation) -> dict[str, Any]:
    """The same for programs."""
    return {
        "trial": _trial_facts(trial) | {"seed": trial.trial.seed, "k": trial.trial.k},
        "measures": _records(found.table),
        "gate": None if found.judgement is None else judgement_answer(found.judgement),
    }


def judgement_text(judgement: Judgement, language: Language) -> str:
    """What the gate says, every ground on which it refuses."""
    words = SENTENCES[language]
    names = {"challenger": judgement.challenger, "champion": judgement.champion}
    shown = judgement.refused or judgement.findings[:1]
    head = words["passed" if judgement.passed else "refused"].format(**names)
    return "\n".join([head, *(f"  {_finding(each, language)}" for each in shown)])


def judgement_answer(judgement: Judgement) -> dict[str, Any]:
    """The same for programs, with every finding."""
    return {
        "challenger": judgement.challenger,
        "champion": judgement.champion,
        "passed": judgement.passed,
        "findings": [
            {
                "check": each.check,
                "attribute": each.attribute,
                "group": each.group,
                "challenger": _number(each.challenger),
                "champion": _number(each.champion),
                "difference": _number(each.difference.value),
                "low": _number(each.difference.low),
                "high": _number(each.difference.high),
                "bound": _number(each.bound),
                "passed": each.passed,
            }
            for each in judgement.findings
        ],
    }


def fairness_text(report: Fairness, files: list[str], language: Language) -> str:
    """Where the report is, and what in it lies beyond chance."""
    words = SENTENCES[language]
    apart, proxies = report.tables["apart"], report.tables["proxies"]
    sure = apart[apart["p_value"] <= SURE]
    told = [
        f"{row.attribute} {row.measure} {row.difference:.4f} (p={row.p_value:.3f})"
        for row in sure.itertuples()
    ]
    rows = report.tables["by_group"]
    stay = rows[rows["measure"].str.startswith(("overlap@", "kendall@"))]
    kept = [
        f"{row.measure} {row.value:.2f} ({row.low:.2f}–{row.high:.2f})"
        for row in stay[stay["attribute"] == "everyone"].itertuples()
    ]
    learned = proxies[proxies["learned"].astype(bool)]
    guessed = [f"{row.trait} AUC {row.auc:.2f}" for row in learned.itertuples()]
    return "\n".join(
        [
            words["fairness"].format(model=report.model, files=", ".join(files)),
            words["apart"].format(found="; ".join(told)) if told else words["none_apart"],
            words["volatility"].format(found="; ".join(kept)) if kept else words["no_volatility"],
            words["proxies"].format(found="; ".join(guessed)) if guessed else words["no_proxies"],
        ]
    )


def fairness_answer(report: Fairness, files: list[str]) -> dict[str, Any]:
    """The tables for programs."""
    tables = {name: _records(table) for name, table in report.tables.items()}
    return {"model": report.model, "files": files, "tables": tables}


def _finding(found: Finding, language: Language) -> str:
    return SENTENCES[language][found.check].format(
        mark="✓" if found.passed else "✗",
        attribute=found.attribute,
        group=found.group,
        challenger=found.challenger,
        champion=found.champion,
        value=found.difference.value,
        low=found.difference.low,
        high=found.difference.high,
        limit=abs(found.bound),
    )


def _trial_facts(trial: OfficeTrial) -> dict[str, Any]:
    (newcomer,) = [each for each in trial.trial.groupings if each.attribute == "newcomer"]
    people = trial.trial.held.people
    new = newcomer.names.index("newcomer") if "newcomer" in newcomer.names else -2
    return {
        "day": trial.split.first_held_day,
        "pool": trial.trial.held.pool_size,
        "people": len(people),
        "new": int((newcomer.group_of[people] == new).sum()),
    }


def _cell(row: Mapping[str, Any] | pd.Series[Any]) -> str:
    return f"{row['value']:.4f} ({row['low']:.3f}–{row['high']:.3f})"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = table.astype(object).where(table.notna(), None)
    return [
        {str(name): _number(value) for name, value in row.items()}
        for row in plain.to_dict(orient="records")
    ]


def _number(value: Any) -> Any:
    if isinstance(value, float | np.floating) and not np.isfinite(value):
        return None
    return value.item() if isinstance(value, np.generic) else value
