"""Lists that are made without a profile: when, how they are printed, and that they say so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matcher.cli.session import Session
from matcher.cli.wording import Language, vacancy_facts
from matcher.documents.writing import write_table
from matcher.errors import WrongUse
from matcher.pipeline.privacy.plain import ORDER, plain_frame, plain_list
from matcher.pipeline.snapshot import Snapshot

WHY = {
    "asked": ("按要求", "as asked"),
    "wish": ("按本人登记的意愿", "by the person's stored wish"),
    "no_consent": ("本人未授权使用个人信息匹配", "the person refused consent"),
}


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """A list without a profile: for whom, why, how long, where to, in which language."""

    person_id: str
    why: str
    top: int
    include_known: bool
    out: Path | None
    language: Language


def refuse_plain_for_others(person: str | None, *, asked: bool) -> None:
    """Only one person's list is made so on request; everyone's wishes are kept without it.

    Raises:
        WrongUse: it was asked for anything else.
    """
    if asked and person is None:
        raise WrongUse(
            what="--non-personalised without --person",
            expected="--person ID",
            do="Write wishes down with 'rengang person wish'; --all keeps to them.",
        )


def answer_plainly(session: Session, snapshot: Snapshot, shown: PlainAnswer) -> None:
    """Print the list and how it was made; write it where a file is named."""
    at = snapshot.person(shown.person_id)
    found = plain_list(snapshot, at, top=shown.top, include_known=shown.include_known)
    if shown.out is not None:
        frame = plain_frame(
            snapshot, [shown.person_id], top=shown.top, include_known=shown.include_known
        )
        write_table(shown.out, frame, mark=False)
    rows = []
    for rank, (vacancy_at, tier, km) in enumerate(
        zip(found.vacancy_at, found.tier, found.km, strict=True), start=1
    ):
        facts = vacancy_facts(snapshot, str(snapshot.market.vacancies.ids[vacancy_at]))
        posted = snapshot.market.vacancies.posted_on[vacancy_at]
        rows.append(
            {
                "rank": rank,
                "tier": int(tier) or None,
                "km": None if np.isnan(km) else round(float(km), 1),
                "posted_on": None if np.isnat(posted) else str(posted),
            }
            | facts
        )
    value = {
        "person_id": shown.person_id,
        "on": snapshot.market.on,
        "personalised": False,
        "why": shown.why,
        "ordered_by": list(ORDER),
        "matches": rows,
    }
    session.answer(value, _text(shown, rows))


def _text(shown: PlainAnswer, rows: list[dict[str, Any]]) -> str:
    chinese = shown.language is Language.ZH
    why = WHY[shown.why][0 if chinese else 1]
    head = (
        f"{shown.person_id}  未使用个人特征（{why}）：只按法定次序、距离和发布日期排列，"
        f"共 {len(rows)} 个岗位"
        if chinese
        else f"{shown.person_id}  not personalised ({why}): by law's rank, distance and day alone, "
        f"{len(rows)} posts"
    )
    lines = [head]
    for row in rows:
        where = "?" if row["km"] is None else f"{row['km']:g} km"
        wage = f"{row['wage_min'] or '?'}-{row['wage_max'] or '?'}"
        tier = "" if row["tier"] is None else f" [{row['tier']}]"
        lines.append(
            f"{row['rank']:>3}{tier} {row['vacancy_id']}  {row['title']}  {row['employer'] or ''}  "
            f"{wage}  {where}  {row['posted_on'] or '?'}"
        )
    return "\n".join(lines)
