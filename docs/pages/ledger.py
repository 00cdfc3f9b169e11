"""Write docs/coverage/ from the ledger of rules and the law packs.

Run `python docs/pages/ledger.py` after a change of either; a test compares the pages with what this
prints.
"""

from __future__ import annotations

import sys
from pathlib import Path

from matcher.policy.coverage.pages import pages
from matcher.policy.law import shipped_packs

FOLDER = Path(__file__).resolve().parent.parent / "coverage"


def write(folder: Path = FOLDER) -> int:
    """Write every page and remove pages of places that have no rules any more; how many stand."""
    folder.mkdir(exist_ok=True)
    written = pages(shipped_packs())
    for stale in {file.name for file in folder.glob("*.md")} - set(written):
        (folder / stale).unlink()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    return len(written)


if __name__ == "__main__":
    sys.stderr.write(f"wrote {write()} pages into docs/coverage/\n")
