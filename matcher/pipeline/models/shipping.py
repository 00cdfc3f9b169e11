"""The model that travels with the code: learned on the demo city alone, and where it may serve.

`python -m matcher.pipeline.models.shipping` (`make shipped-model`) builds the city anew, learns,
measures and writes `data/ranking/shipped`; the same code, tables and library versions give the same
bytes. Only a workspace that holds the demo city takes the model for its champion: elsewhere the
rules stay until somebody promotes a model of the office's own outcomes.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import UTC, date, datetime, time
from pathlib import Path

from matcher.demo.basis.assumptions import demo_day, demo_seed
from matcher.demo.city import generate_city
from matcher.demo.files import write_city
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.pipeline.importing import ImportRequest, import_files
from matcher.pipeline.judging.promoting import card_of, evaluate
from matcher.pipeline.judging.shelving import training_of
from matcher.pipeline.judging.trials import take_trial
from matcher.pipeline.models.training import train
from matcher.ranking.models.two_sided import TwoSidedRanker
from matcher.ranking.rules import RulesRanker
from matcher.ranking.shelf.opening import KIND_FILE, TREES, TWO_SIDED, kind_content
from matcher.ranking.shelf.shelf import CARD, UNTRAINED, Shelf, unpacked
from matcher.ranking.shelf.shipped import DEMO_CITY, ship, shipped_contents, shipped_folder
from matcher.store.store import Store

NEEDED = (Kind.HOUSEHOLDS, Kind.PERSONS, Kind.EMPLOYERS, Kind.VACANCIES, Kind.OUTCOMES)


def import_city(store: Store, folder: Path, *, seed: int, on: date) -> None:
    """Write the files of a demo city into a folder and import what a ranker learns from."""
    files = write_city(generate_city(seed, on), folder)
    for kind in NEEDED:
        request = ImportRequest(
            kind=kind,
            files=(files[kind],),
            on=on,
            at=datetime.combine(on, time(), UTC),
            actor="shipping",
            errors_to=folder / f"{kind.value}-refused",
        )
        import_files(store, request)


def build_shipped(place: Path) -> str:
    """Learn the shipped model from the demo city and write it with its card and manifest.

    It learns, as every model of a workspace does, from the part of the outcomes that comes before
    those on which its card measures it.

    Args:
        place: the folder of the shipped models.

    Returns:
        The hash of its manifest.
    """
    with (
        tempfile.TemporaryDirectory(prefix="rengang-city-") as folder,
        Store.open(f"sqlite:///{folder}/rengang.sqlite", create=True) as store,
    ):
        import_city(store, Path(folder), seed=demo_seed(), on=demo_day())
        trial = take_trial(store, Scope.office("shipping"), on=demo_day(), seed=demo_seed())
    ranker, report = train(trial.snapshot, name=DEMO_CITY, seed=demo_seed())
    table = evaluate(trial, [ranker, RulesRanker()]).table
    card = card_of(trial, ranker, training_of(report), table, generated=True)
    shutil.rmtree(place / DEMO_CITY, ignore_errors=True)
    ranker.save(place / DEMO_CITY)
    kind = TWO_SIDED if isinstance(ranker, TwoSidedRanker) else TREES
    (place / DEMO_CITY / KIND_FILE).write_bytes(kind_content(kind))
    (place / DEMO_CITY / CARD).write_bytes(card.content())
    return ship(DEMO_CITY, place / DEMO_CITY)


def serve_demo_city(shelf: Shelf) -> str:
    """Make the shipped model champion of a workspace that holds the demo city.

    A workspace whose champion somebody chose keeps it, the rules too.

    Returns:
        The name of the champion.
    """
    champion = shelf.check_champion()
    if champion.name != UNTRAINED or champion.before is not None:
        return champion.name
    with unpacked(shipped_contents(DEMO_CITY)) as folder:
        shelf.put(DEMO_CITY, folder, replace=True)
    return shelf.promote(DEMO_CITY).name


if __name__ == "__main__":
    sys.stdout.write(f"{DEMO_CITY} {build_shipped(shipped_folder())}\n")
