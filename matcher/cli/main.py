"""The command `rengang`: the root with its shared options, and how a run ends."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from typer.exceptions import TyperException
from typer.main import get_command

from matcher import __version__
from matcher.cli.commands import (
    accounts,
    casework,
    demo,
    fairs,
    matching,
    operations,
    pairing,
    privacy,
    records,
)
from matcher.cli.commands.law import deciding, packs
from matcher.cli.commands.market import courses, rehearse, simulate
from matcher.cli.commands.models import judging, training
from matcher.cli.commands.service import benchmarks, doctor, serving, worker
from matcher.cli.session import Session
from matcher.errors import RengangError
from matcher.settings import Settings

NO, WRONG_USE = 1, 2

app = typer.Typer(
    name="rengang",
    help="Rengang 人岗: lawful, explained job matching for public employment offices.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for room in (
    *(demo, records, matching, courses, pairing, fairs, deciding, packs),
    *(casework, training, judging, simulate, rehearse, accounts, privacy, operations),
    *(serving, worker, doctor, benchmarks),
):
    room.register(app)


def _version(asked: bool) -> None:
    if asked:
        print(f"rengang {__version__}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    workspace: Annotated[
        Path | None, typer.Option(help="Folder with the database (default ./rengang-data).")
    ] = None,
    database: Annotated[
        str | None, typer.Option(help="Database URL instead of the workspace's SQLite file.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="File of settings (default rengang.toml in the workspace).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    _asked_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of every command, accepted before or after its name."""
    given = {"workspace": workspace, "database_url": database, "config": config}
    stated: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    context.obj = Session(settings=Settings(**stated), as_json=as_json)


SHARED_WITH_VALUE = ("--workspace", "--database", "--config")
SHARED_FLAGS = ("--json",)


def shared_options_first(arguments: list[str]) -> list[str]:
    """The arguments with the shared options moved before the command's name.

    Example:
        >>> shared_options_first(["match", "--all", "--json", "--workspace", "w"])
        ['--json', '--workspace', 'w', 'match', '--all']
    """
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest.extend([argument, *waiting])
        elif argument in SHARED_FLAGS or argument.startswith(
            tuple(f"{option}=" for option in SHARED_WITH_VALUE)
        ):
            front.append(argument)
        elif argument in SHARED_WITH_VALUE:
            front.extend([argument, *(value for value in [next(waiting, None)] if value)])
        else:
            rest.append(argument)
    return front + rest


def run(arguments: list[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 the answer is no, 2 wrong use or bad input."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        command = _command()
        code = command(args=shared_options_first(given), standalone_mode=False, prog_name="rengang")
    except TyperException as wrong:
        code = _refuse(wrong.format_message() or "see 'rengang --help'")
    except ValidationError as wrong:
        code = _refuse(_wrong_setting(wrong))
    except SettingsError as wrong:
        code = _refuse(str(wrong))
    except RengangError as wrong:
        code = _refuse(str(wrong))
    except OSError as wrong:
        named = f" {wrong.filename}" if wrong.filename else ""
        code = _refuse(f"cannot read or write{named}: {wrong.strerror or wrong}. Check the path.")
    except typer.Abort:
        code = _refuse("stopped before it was done; nothing is half-written")
    sys.exit(code if isinstance(code, int) else 0)


@cache
def _command() -> Any:
    """The tree of commands; reading the signatures of all of them takes a tenth of a second."""
    return get_command(app)


def _wrong_setting(wrong: ValidationError) -> str:
    """What does not fit about a setting; of an unknown one, the nearest that there is."""
    first = wrong.errors()[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] != "extra_forbidden":
        return f"setting {name}: {first['msg']}"
    near = get_close_matches(name, Settings.model_fields, n=1, cutoff=0)
    return f"there is no setting '{name}'; the nearest is '{near[0]}'. See docs/operations.md."


def _refuse(sentence: str) -> int:
    print("rengang: " + " ".join(sentence.split()), file=sys.stderr)
    return WRONG_USE


if __name__ == "__main__":
    run()
