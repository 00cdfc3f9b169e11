"""Where the public tables lie: `data/` in a checkout, `matcher/_data` in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def path(*parts: str) -> Path:
    """The file or folder of our shipped data with these parts.

    Raises:
        FileNotFoundError: the installation lacks the data folder.

    Example:
        >>> path("schema", "columns.csv").name
        'columns.csv'
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent / "data"):
        if root.is_dir():
            return root.joinpath(*parts)
    raise FileNotFoundError(
        f"no data folder beside {_PACKAGE}; expected _data (wheel) or ../data (checkout). "
        "Install the package again."
    )
