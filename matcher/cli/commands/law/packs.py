"""Commands about the law: lint the packs, run law cases, print what is in force."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.commands.law.diff import diff
from matcher.cli.session import Session, local_today, parse_day
from matcher.cli.wording import law_answer, law_text
from matcher.policy.cases import Status, run_cases, summary
from matcher.policy.law import Law
from matcher.policy.schema import check_packs

NO = 1


class Layer(StrEnum):
    """The documents alone, or later law on top of them."""

    SOURCE = "source"
    CURRENT = "current"


LayerOption = Annotated[Layer, typer.Option(help="source (the documents) or current (later law).")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    policy = typer.Typer(help="The law packs.", no_args_is_help=True)
    policy.command("check")(check)
    policy.command("test")(test)
    policy.command("show")(show)
    policy.command("diff")(diff)
    app.add_typer(policy, name="policy")


def check(context: typer.Context) -> None:
    """Lint the packs: every mistake with its file and what would be right."""
    session: Session = context.obj
    problems = check_packs()
    text = "\n".join(problems) if problems else "policy packs: no problem found"
    session.answer({"problems": problems}, text)
    if problems:
        raise typer.Exit(NO)


def test(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="YAML files of law cases.")],
    layer: LayerOption = Layer.SOURCE,
) -> None:
    """Run law cases; the last line counts them."""
    session: Session = context.obj
    results = run_cases(files, layer=layer)
    passed, failed = summary(results)
    told = [result for result in results if result.status is not Status.PASSED]
    lines = [f"{each.status} {each.id}: {'; '.join(each.problems)}" for each in told]
    answer = {
        "passed": passed,
        "failed": [each.id for each in told if each.status is Status.FAILED],
        "unsure": [each.id for each in told if each.status is Status.UNSURE],
    }
    session.answer(answer, "\n".join([*lines, f"{passed} passed, {failed} failed"]))
    if failed:
        raise typer.Exit(NO)


def show(
    context: typer.Context,
    place: Annotated[str, typer.Argument(help="Place path such as cn/jiangsu/nantong.")],
    on: Annotated[str | None, typer.Option(help="Day (default today).")] = None,
    layer: LayerOption = Layer.CURRENT,
) -> None:
    """Print the law in force in a place: each decision, who set it, its sources."""
    session: Session = context.obj
    law = Law.on_day(place, parse_day(on) if on else local_today(), layer=layer)
    session.answer(law_answer(law), law_text(law))
