"""Two processes of a cluster make the lists that one process makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.domain.scope import Scope
from matcher.errors import ClusterUnusable, WrongUse
from matcher.pipeline import matching
from matcher.pipeline.cluster.matching import match_all_on
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.rules import RulesRanker
from matcher.ranking.shelf.opening import open_ranker
from matcher.ranking.shelf.shelf import Shelf
from matcher.store.store import Store
from tests.planted import ON, PEOPLE, fill


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    with Store.open("sqlite://") as store:
        fill(store)
        return take_snapshot(store, Scope.office("match"), on=ON)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    library = pytest.importorskip("dask.distributed")
    with library.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0"
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_two_processes_make_the_same_bytes_as_one(
    snapshot: Snapshot, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "PERSONS_A_CHUNK", 7)
    shipped = open_ranker(Shelf(tmp_path), "demo-city")
    told: list[tuple[int, int]] = []
    for ranker in (RulesRanker(), shipped):
        told.clear()
        made = match_all_on(address, snapshot, ranker, top=5, progress=lambda *at: told.append(at))
        plain = matching.match_all(snapshot, ranker, top=5)
        assert made.to_csv(index=False) == plain.to_csv(index=False)
        assert told[-1] == (PEOPLE, PEOPLE)
        assert len(told) == -(-PEOPLE // 7)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_address_that_is_none_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(WrongUse, match="tcp://"):
        match_all_on("host:8786", snapshot, RulesRanker(), top=5)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_nobody_at_the_address_is_told(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.pipeline.cluster.matching.CONNECT_S", 1)
    with pytest.raises(ClusterUnusable, match="no scheduler"):
        match_all_on("tcp://127.0.0.1:9", snapshot, RulesRanker(), top=5)
