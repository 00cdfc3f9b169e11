"""The choice of `--congestion`, and how a round's report reads."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Any

from matcher.cli.wording import Language
from matcher.pipeline.lists.crowding import Crowding


class Congestion(StrEnum):
    """Whether lists that are made together take account of each other."""

    OFF = "off"
    ON = "on"


def crowding_text(found: Crowding, language: Language) -> str:
    """How attention was spread before and after, and what it cost."""
    was, now = found.before, found.after
    lost = 1.0 - found.expected_ndcg
    if language is Language.ZH:
        lines = [
            f"拥挤控制 · {found.people:,} 人 · 价格强度 {found.strength:.4f}",
            f"  前{found.depth}名曝光基尼系数 {was.gini:.3f} → {now.gini:.3f}"
            f"（按招聘人数 {was.gini_per_opening:.3f} → {now.gini_per_opening:.3f}）",
            f"  有人看到的岗位 {was.shown:.1%} → {now.shown:.1%}"
            f"，出现最多的岗位在 {was.most:,} → {now.most:,} 份名单上",
            f"  按模型自身评分，名单质量（NDCG@{found.depth}）损失 {lost:.2%}",
        ]
    else:
        lines = [
            f"congestion control · {found.people:,} people · price strength {found.strength:.4f}",
            f"  Gini of exposure@{found.depth} {was.gini:.3f} → {now.gini:.3f}"
            f" (per opening {was.gini_per_opening:.3f} → {now.gini_per_opening:.3f})",
            f"  posts anyone sees {was.shown:.1%} → {now.shown:.1%},"
            f" the most shown one on {was.most:,} → {now.most:,} lists",
            f"  by the model's own scores the lists lose {lost:.2%} of NDCG@{found.depth}",
        ]
    if found.priced_on < found.people:
        sample = {
            Language.ZH: f"  价格由 {found.priced_on:,} 人的名单算出",
            Language.EN: f"  prices were found on {found.priced_on:,} people's lists",
        }
        lines.append(sample[language])
    return "\n".join(lines)


def crowding_answer(found: Crowding) -> dict[str, Any]:
    """The same for programs."""
    return asdict(found) | {"expected_ndcg_lost": 1.0 - found.expected_ndcg}
