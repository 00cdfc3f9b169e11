"""Where the public tables lie: `data/` in a checkout, `matcher/_data` in an installed wheel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from matcher.errors import UnreadableFile

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


def read_form(file: Path, problems: Callable[[Any], Iterable[str]], shipped: str) -> Any:
    """What a YAML file says, if nothing is wrong with it.

    Args:
        file: to read.
        problems: what is wrong with what was read, in words.
        shipped: the file of ours whose form is expected.

    Raises:
        UnreadableFile: with every problem found in it.
    """
    with file.open(encoding="utf-8") as handle:
        raw = yaml.safe_load(handle)
    found = list(problems(raw))
    if found:
        raise UnreadableFile(
            file=file.name,
            found="; ".join(found),
            expected=f"the form of {shipped} as shipped",
            do="Correct the file or put the shipped one back.",
        )
    return raw
