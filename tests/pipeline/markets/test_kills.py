"""Servers killed while they renew and share a market: the next one answers as one taken anew."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from api.market import Markets
from matcher.store.store import Store
from tests.pipeline.markets.sameness import assert_snapshots
from tests.pipeline.markets.test_people import EDITS, OFFICE, anew, office, warmed
from tests.planted import ON
from tests.store.killing import fork
from tests.store.resting import Resting

PRELOAD = ["tests.pipeline.markets.test_kills"]
EDITED = ("profile", "status", "coming", "placing", "seeking")
BEGUN = "begun"


def serve(url: str, folder: Path, seed: int) -> None:
    """A server that edits and asks, and leaves a market for others after each start."""
    rng = np.random.default_rng(seed)
    with Store.open(url) as store:
        (folder / BEGUN).touch()
        while True:
            markets = Markets(store, threads=1, folder=folder / "markets")
            for name in EDITED:
                EDITS[name](store, rng)
                markets.of(OFFICE, ON)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.xdist_group("crash")
def test_a_market_outlives_the_servers_that_share_it(
    resting: Resting, tmp_path: Path, soak: bool
) -> None:
    office(resting.url).close()
    folder = tmp_path / "shared"
    (folder / "markets").mkdir(parents=True)
    rng = np.random.default_rng(7)
    for turn in range(40 if soak else 4):
        (folder / BEGUN).unlink(missing_ok=True)
        victims = [
            fork(serve, resting.url, folder, 2 * turn + one, preload=PRELOAD) for one in range(2)
        ]
        until = time.monotonic() + 60
        while not (folder / BEGUN).exists() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(float(rng.uniform(0.1, 1.2)))
        for victim in victims:
            victim.kill()
            victim.wait()
        resting.settle()
        with Store.open(resting.url) as store:
            markets = Markets(store, threads=1, folder=folder / "markets")
            warmed(markets.of(OFFICE, ON))
            EDITS["profile"](store, rng)
            assert_snapshots(markets.of(OFFICE, ON), anew(store))
    files = [file for file in (folder / "markets").rglob("*") if file.is_file()]
    assert files, "no market was left for others"
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
