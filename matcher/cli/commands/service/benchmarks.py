"""Running the benchmarks of a checkout, each against its peer."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.session import Session
from matcher.errors import WrongUse

BENCHMARKS = Path(__file__).resolve().parents[4] / "benchmarks"
HANDED_ON = "--"
"""What follows it is the script's own."""


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    # Names come first and "--" is kept among them, so that it can be told whose an argument is.
    app.command("bench", context_settings={"allow_interspersed_args": False})(bench)


def bench(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Benchmarks (default all); after '--' arguments of one."),
    ] = None,
) -> None:
    """Run the benchmarks of the checkout, each against its peer in the same run.

    A benchmark that cannot run without an argument is passed over with a line that names it,
    unless it is asked for by name.
    """
    session: Session = context.obj
    chosen, handed_on = _parted(names or [])
    scripts = {script.stem: script for script in sorted(BENCHMARKS.glob("*.py"))}
    _check(chosen, handed_on, scripts)
    codes, passed_over = {}, {}
    for name in chosen or scripts:
        missing = () if chosen else needed(scripts[name])
        if missing:
            passed_over[name] = list(missing)
            session.say(
                f"== {name}: passed over, needs {' '.join(missing)}: "
                f"rengang bench {name} -- {' '.join(missing)} ..."
            )
            continue
        session.say(f"== {name}")
        command = [sys.executable, str(scripts[name]), *handed_on]
        codes[name] = subprocess.run(command, check=False).returncode
    if session.as_json:
        session.answer({"exit_codes": codes, "passed_over": passed_over}, "")
    if any(codes.values()):
        raise typer.Exit(1)


def _parted(given: Sequence[str]) -> tuple[list[str], list[str]]:
    at = given.index(HANDED_ON) if HANDED_ON in given else len(given)
    return list(given[:at]), list(given[at + 1 :])


def _check(chosen: Sequence[str], handed_on: Sequence[str], scripts: dict[str, Path]) -> None:
    missing = [name for name in chosen if name not in scripts]
    if missing or not scripts:
        raise WrongUse(
            what=f"no benchmark {', '.join(missing) or 'scripts'} in {BENCHMARKS}",
            expected=f"one of {', '.join(scripts) or 'the scripts of a checkout'}",
            do="Benchmarks come with the source checkout, not with the wheel.",
        )
    if handed_on and len(chosen) != 1:
        raise WrongUse(
            what=f"arguments {' '.join(handed_on)} for {len(chosen)} benchmarks",
            expected="one benchmark before '--'",
            do="Name the one whose arguments they are: rengang bench NAME -- ...",
        )


def needed(script: Path) -> tuple[str, ...]:
    """The arguments that a script cannot run without, read off its calls of `add_argument`."""
    calls = (
        node
        for node in ast.walk(ast.parse(script.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "add_argument"
    )
    return tuple(name for call in calls for name in _required(call))


def _required(call: ast.Call) -> list[str]:
    names = [each.value for each in call.args if isinstance(each, ast.Constant)]
    options = {each.arg: each.value for each in call.keywords}
    first = str(names[0])
    if first.startswith("-"):
        stated = options.get("required")
        return [first] if isinstance(stated, ast.Constant) and stated.value is True else []
    many = options.get("nargs")
    optional = isinstance(many, ast.Constant) and many.value in ("?", "*")
    return [] if optional else [first.upper()]
