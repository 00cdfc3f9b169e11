"""Write docs/reference.md from the code: commands, settings, endpoints, import columns.

Run `python docs/pages/reference.py` after a change; a test compares the page with what this prints.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer

from api.app import create_app
from matcher.cli.main import app
from matcher.domain.kinds import Kind
from matcher.reference.columns import columns
from matcher.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "reference.md"


def walk(command: Any, name: str) -> list[str]:
    """The lines of a command and of the commands below it."""
    below = getattr(command, "commands", {})
    lines: list[str] = []
    if not below:
        options = [
            f"  - `{'/'.join(option.opts)}` {option.help or ''}".rstrip()
            for option in command.params
            if option.name != "help"
        ]
        lines += [f"- **`{name}`** {(command.help or '').splitlines()[0]}", *options]
    for key in sorted(below):
        lines += walk(below[key], f"{name} {key}")
    return lines


def commands() -> list[str]:
    """Every command with its arguments and options."""
    shared = [
        f"  - `{'/'.join(option.opts)}` {option.help or ''}".rstrip()
        for option in typer.main.get_command(app).params
    ]
    head = ["## Commands", "", "Shared options, before or after the command:", "", *shared, ""]
    return [*head, *walk(typer.main.get_command(app), "rengang"), ""]


def settings() -> list[str]:
    """Every setting with its environment variable and default."""
    rows = [
        f"| `RENGANG_{name.upper()}` | `{field.default}` | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    head = ["## Settings", "", "| Variable | Default | Means |", "|---|---|---|"]
    return [*head, *rows, ""]


def endpoints() -> list[str]:
    """Every endpoint with its first sentence."""
    service = create_app(Settings(database_url="sqlite://"))
    rows = [
        f"| `{method.upper()} {path}` | {operation.get('description', '').splitlines()[0]} |"
        for path, operations in sorted(service.openapi()["paths"].items())
        for method, operation in operations.items()
    ]
    return ["## Endpoints", "", "| Endpoint | Answers |", "|---|---|", *rows, ""]


def files() -> list[str]:
    """Every column of every kind of import file."""
    lines = ["## Import files", "", "Headers in English or Chinese; `*` must be given.", ""]
    for kind in Kind:
        lines += [f"### {kind.value}", "", "| Column | 中文 | Type | Unit |", "|---|---|---|---|"]
        for column in columns(kind):
            mark = "*" if column.required else ""
            name = f"{column.type.value}{f' ({column.codes})' if column.codes else ''}"
            lines.append(f"| `{column.name}`{mark} | {column.zh} | {name} | {column.unit or ''} |")
        lines.append("")
    return lines


def page() -> str:
    """The whole page."""
    head = [
        "# Reference",
        "",
        "Written by `python docs/pages/reference.py`; do not edit by hand.",
        "",
    ]
    return "\n".join([*head, *commands(), *settings(), *endpoints(), *files()])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stderr.write(f"wrote {PAGE.name}\n")
