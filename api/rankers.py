"""The rankers that questions are scored by: read once, anew when another model takes the name."""

from __future__ import annotations

from threading import Lock

from matcher.ranking.ranker import Ranker
from matcher.ranking.shelf.opening import open_ranker
from matcher.ranking.shelf.shelf import UNTRAINED, Shelf
from matcher.settings import Settings

KEPT = 8
"""Models held at once; one who asks for ever other names gains nothing."""


class Rankers:
    """Rankers by name, as long as the signed manifest that they were read under is the same."""

    def __init__(self, settings: Settings) -> None:
        self._shelf = Shelf(settings.workspace)
        self._held: dict[str, tuple[bytes, Ranker]] = {}
        self._lock = Lock()

    def of(self, name: str | None) -> Ranker:
        """The ranker of this name; the champion where none is asked for.

        Its files are read and checked once; its manifest's signature at every call.

        Raises:
            UnknownModel: no such name.
            ModelNotTrusted: a file of it is not the one that was registered.
        """
        chosen = self._shelf.check_champion().name if name is None else name
        is_own = chosen != UNTRAINED and chosen in self._shelf.names()
        # A shipped model changes with the program only.
        mark = self._shelf.manifest(chosen).content() if is_own else b""
        with self._lock:
            held = self._held.get(chosen)
            if held is None or held[0] != mark:
                held = (mark, open_ranker(self._shelf, chosen))
                self._held[chosen] = held
                while len(self._held) > KEPT:
                    self._held.pop(next(iter(self._held)))
            return held[1]
