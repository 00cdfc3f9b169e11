"""The selection of the best k, against a full sort."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.retrieval.rows import POST
from matcher.retrieval.select import choose

SCORES = st.lists(
    st.sampled_from([0.0, 0.25, 0.25000003, 0.5, 1.0, 2.85])
    | st.floats(0, 3, width=32, allow_nan=False),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(
    scores=SCORES,
    k=st.integers(1, 40),
    reserve=st.integers(0, 20),
    shuffled=st.randoms(use_true_random=False),
)
def test_the_chosen_are_those_of_a_full_sort(
    scores: list[float], k: int, reserve: int, shuffled: object
) -> None:
    n, reserve = len(scores), min(reserve, k)
    rng = np.random.default_rng(shuffled.randint(0, 10_000))  # type: ignore[attr-defined]  # a Random
    score, entitled = np.array(scores, np.float32), rng.random(n) < 0.3
    posts = np.zeros(n, POST)
    posts["vacancy"] = rng.permutation(n)
    chosen = np.empty(k, np.int64)
    found = choose(score, entitled, np.arange(n, dtype=np.int32), posts, reserve, chosen)
    ranked = np.lexsort((posts["vacancy"], -score)).tolist()
    kept = [slot for slot in ranked if entitled[slot]][:reserve]
    others = [slot for slot in ranked if slot not in kept][: k - len(kept)]
    assert sorted(chosen[:found].tolist()) == sorted(kept + others)
