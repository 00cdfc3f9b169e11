"""How many places a post has left, as the transaction that gives one sees it."""

from __future__ import annotations

import pandas as pd

from matcher.store.batch import Batch


def full_posts(batch: Batch, hires: pd.DataFrame) -> list[str]:
    """Which of these hires find no place left, in words; earlier ones take theirs first.

    A post whose headcount nobody stated is never full: not asked is not none.

    Args:
        batch: the transaction that will write the hires.
        hires: `subject_id`, `person_id`, `vacancy_id`, in the order given.
    """
    if hires.empty:
        return []
    taken = batch.hired(hires["vacancy_id"].unique().tolist())
    before = set(zip(taken["vacancy_id"], taken["person_id"], strict=True))
    pairs = list(zip(hires["vacancy_id"], hires["person_id"], strict=True))
    new = hires[[pair not in before for pair in pairs]]
    stated = batch.headcounts(hires["vacancy_id"].unique().tolist())
    room = stated.set_index("vacancy_id")["headcount"].astype("Float64")
    used = taken.groupby("vacancy_id").size()
    turn = new.groupby("vacancy_id").cumcount() + 1
    total = turn + new["vacancy_id"].map(used).fillna(0).astype(int)
    headcount = new["vacancy_id"].map(room)
    over = new[(total > headcount).fillna(False).to_numpy(dtype=bool)]
    there = headcount[over.index].astype(int)
    return [
        f"{subject}: post {post} has {count} place(s), all taken; "
        "offer another post, or ask the employer for more places"
        for subject, post, count in zip(over["subject_id"], over["vacancy_id"], there, strict=True)
    ]
