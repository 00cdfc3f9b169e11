"""From a name to a ranker that scores: only bytes that somebody vouches for get this far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import orjson

from matcher.errors import ModelNotTrusted, UnknownModel
from matcher.ranking.models.trained import load
from matcher.ranking.models.two_sided import load_two_sided
from matcher.ranking.ranker import Ranker
from matcher.ranking.rules import RulesRanker
from matcher.ranking.shelf.manifest import PUT_BACK
from matcher.ranking.shelf.shelf import UNTRAINED, Shelf, unpacked
from matcher.ranking.shelf.shipped import shipped_contents, shipped_names

KIND_FILE = "kind.json"
MEASURED = "measured"
"""Folder of a model as it was measured: learned without what its trial holds out."""

Loader = Callable[[Path], Ranker]
"""A folder of files, every one checked, to the ranker that they are."""

TREES = "trees"
TWO_SIDED = "two_sided"

LOADERS: dict[str, Loader] = {TREES: load, TWO_SIDED: load_two_sided}
"""How each kind of model is read; a model says its kind in `kind.json`."""


def known_models(shelf: Shelf) -> tuple[str, ...]:
    """Every name that can be opened: the rules, the workspace's models, the shipped ones."""
    return tuple(dict.fromkeys((UNTRAINED, *shelf.names(), *shipped_names())))


def open_ranker(
    shelf: Shelf,
    name: str | None = None,
    *,
    loaders: Mapping[str, Loader] | None = None,
    measured: bool = False,
) -> Ranker:
    """The ranker of this name; the champion where none is asked for.

    A model of the workspace goes before a shipped one of the same name.

    A model that learned from all outcomes after it was measured cannot be measured again on those
    that were held out; whoever measures asks for the one that has not seen them.

    Args:
        shelf: the workspace's models.
        name: of the model; None for the champion, who is the rules until a model was promoted.
        loaders: how kinds are read; None takes those there are.
        measured: the model as it was measured, where another serves; see `MEASURED`.

    Raises:
        UnknownModel: no such name.
        ModelNotTrusted: a file of it is not the one that was registered.

    Example:
        >>> open_ranker(Shelf(Path("an empty workspace"))).name
        'rules'
    """
    chosen = shelf.check_champion().name if name is None else name
    if chosen == UNTRAINED:
        return RulesRanker()
    if chosen in shelf.names():
        contents = shelf.contents(chosen)
    elif chosen in shipped_names():
        contents = shipped_contents(chosen)
    else:
        raise UnknownModel(name=chosen, known=known_models(shelf))
    kind = _kind(chosen, contents)
    known = LOADERS if loaders is None else loaders
    if kind not in known:
        raise ModelNotTrusted(
            model=chosen, file=KIND_FILE, found=f"says '{kind}', a kind unknown here", do=PUT_BACK
        )
    with unpacked(contents) as folder:
        apart = folder / MEASURED
        return known[kind](apart if measured and apart.is_dir() else folder)


def kind_content(kind: str) -> bytes:
    """The bytes of `kind.json`.

    Example:
        >>> kind_content("trees").decode()
        '{"kind":"trees"}'
    """
    return orjson.dumps({"kind": kind})


def _kind(name: str, contents: Mapping[str, bytes]) -> str:
    if KIND_FILE not in contents:
        raise ModelNotTrusted(model=name, file=KIND_FILE, found="is missing", do=PUT_BACK)
    return str(orjson.loads(contents[KIND_FILE])["kind"])
