"""The model that benchmarks score with: a champion, the shipped model, or one trained now."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from matcher.demo.basis.assumptions import demo_day, demo_seed
from matcher.demo.city import City, generate_city
from matcher.demo.files import write_city
from matcher.domain.scope import Scope
from matcher.pipeline import importing
from matcher.pipeline.models.training import train
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.ranker import Ranker
from matcher.ranking.shelf.opening import open_ranker
from matcher.ranking.shelf.shelf import Shelf
from matcher.ranking.shelf.shipped import shipped_names
from matcher.store.store import Store


def champion(workspace: Path | None, *, seed: int = 0) -> Ranker:
    """The champion of a workspace; without one the shipped model, or one trained on the demo city.

    Args:
        workspace: a folder that `rengang` worked in; None for none.
        seed: of a training.
    """
    if workspace is not None:
        return open_ranker(Shelf(workspace))
    if shipped_names():
        return open_ranker(Shelf(Path("no workspace")), shipped_names()[0])
    snapshot, _ = demo_snapshot()
    return train(snapshot, name="trained on the demo city", seed=seed)[0]


def demo_snapshot() -> tuple[Snapshot, City]:
    """The demo city as an office has it after import, and the city with its truth."""
    on = demo_day()
    city = generate_city(demo_seed(), on)
    at = datetime(on.year, on.month, on.day, tzinfo=UTC)
    with TemporaryDirectory() as folder, Store.open("sqlite://") as store:
        for kind, file in write_city(city, Path(folder)).items():
            request = importing.ImportRequest(
                kind=kind, files=(file,), on=on, at=at, actor="benchmark"
            )
            importing.import_files(store, request)
        return take_snapshot(store, Scope.office("benchmark"), on=on), city
