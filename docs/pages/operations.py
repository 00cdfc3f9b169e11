"""Write the table of settings into docs/operations.md from the code.

Run `python docs/pages/operations.py` after a change; a test compares the page with what this makes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

from pydantic.fields import FieldInfo

from matcher.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "operations.md"
BEGIN = "<!-- settings: written by docs/pages/operations.py -->"
END = "<!-- end of settings -->"


def table() -> str:
    """Every setting: its key in the file, its variable, what it takes, its default, its meaning."""
    head = ["| Key | Variable | Takes | Default | Means |", "|---|---|---|---|---|"]
    rows = [
        f"| `{name}` | `RENGANG_{name.upper()}` | {takes(field)} | {default(field)} "
        f"| {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join([*head, *rows])


def takes(field: FieldInfo) -> str:
    """What a value may be."""
    ends = {type(each).__name__: each for each in field.metadata}
    low, high = (getattr(ends.get(name), name.lower(), None) for name in ("Ge", "Le"))
    if low is not None:
        return f"{low:,} to {high:,}" if high is not None else f"{low:,} or more"
    if field.annotation is bool:
        return "`true` or `false`"
    if field.annotation == list[str]:
        return "a list; in a variable parted by commas"
    choices = [each for each in get_args(field.annotation) if isinstance(each, str)]
    return ", ".join(f"`{each}`" for each in choices) or "text"


def default(field: FieldInfo) -> str:
    """The default as it would stand in the file."""
    value = field.default
    if value is None:
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def page(written: str) -> str:
    """The page with its table as the code has it."""
    before, rest = written.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), encoding="utf-8")
    sys.stderr.write(f"wrote {PAGE.name}\n")
