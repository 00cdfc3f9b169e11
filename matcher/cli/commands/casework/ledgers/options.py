"""Options that the commands of ledgers share, and what they mean."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
import typer

from matcher.cli.wording import Language
from matcher.errors import WrongUse
from matcher.reference.areas import areas

Area = Annotated[str, typer.Option(help="Only this area, by its code (default: all).")]
Month = Annotated[
    str | None, typer.Option(help="The month, as 2026-10 (default: that of the day).")
]
By = Annotated[str | None, typer.Option(help="Name of who acts and answers for it.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the paper or table.")]
Office = Annotated[str, typer.Option(help="Name of the office, as it stands on the paper.")]


def area_of(code: str) -> str:
    """The code of an area, checked; the empty code stays.

    Raises:
        WrongUse: no area has the code.
    """
    if code and not areas().exists(code):
        raise WrongUse(
            what=f"there is no area '{code}'",
            expected="a code of 2 to 12 digits, such as 320613",
            do="Correct what follows --area.",
        )
    return code


def office_name(given: str, area: str) -> str:
    """What the office is called on paper: as given, else by its area, else left to be filled in."""
    return given or (areas().full_name(area) if area else "＿＿＿＿＿＿＿＿")


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows for a JSON answer; missing cells as null."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): cell for name, cell in row.items()} for row in plain.to_dict("records")]


def text_table(frame: pd.DataFrame) -> str:
    """The rows as lines of a terminal, columns apart by two spaces."""
    shown = frame.astype(object).where(frame.notna(), "").astype(str)
    lines = [list(map(str, frame.columns)), *shown.to_numpy().tolist()]
    return "\n".join("  ".join(cells).rstrip() for cells in lines)
