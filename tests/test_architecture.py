"""The rules of the house: who may import whom, sizes, clock, environment, prints, scope.

Each rule is a function from source to violations, so that a planted violation can be held against
it: a rule that was never seen to fail is not a rule.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LOW = ("errors", "domain")
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "errors": (),
    "settings": (),
    "domain": ("errors",),
    "reference": LOW,
    "policy": (*LOW, "reference"),
    "text": (*LOW, "reference"),
    "documents": LOW,
    "ingest": (*LOW, "reference", "text", "documents"),
    "store": LOW,
    "market": (*LOW, "reference", "text"),
    "screening": (*LOW, "reference", "policy", "market"),
    "retrieval": (*LOW, "reference", "text", "market", "screening"),
    "ranking": (*LOW, "reference", "text", "market"),
    "allocation": LOW,
    "explanation": (
        *LOW,
        *("reference", "text", "market", "policy", "screening", "retrieval", "ranking"),
    ),
    "casework": (*LOW, "reference", "text", "policy", "documents", "explanation", "store"),
    "evaluation": (
        *LOW,
        *("reference", "market", "screening", "retrieval", "ranking", "allocation"),
    ),
}
"""Design, section 2: what each room of the library may import (itself always)."""

ABOVE_ALL_ROOMS = ("demo", "pipeline", "cli")
"""In this order each may import every room, `settings`, and those before it."""

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 50
MAX_FILES_IN_A_ROOM = 8
CLOCK = {"today", "now", "utcnow", "time_ns", "perf_counter", "monotonic"}
MAY_READ_CLOCK = ("matcher/cli/", "api/")
MAY_READ_ENVIRONMENT = ("matcher/settings.py", "matcher/cli/", "api/")
MAY_PRINT = ("matcher/cli/",)
TESTS_OF_A_ROOM_MIRROR_IT = "tests/<room>/test_*.py"

Violations = Iterator[str]
Rule = Callable[[str, str], Violations]


def python_files(*folders: str) -> list[Path]:
    """Every module of these folders, in order."""
    return sorted(
        file.relative_to(ROOT)
        for folder in folders
        for file in (ROOT / folder).rglob("*.py")
        if "__pycache__" not in file.parts
    )


def room_of(name: str) -> str:
    """The room of a dotted module or of a path: `matcher/policy/law.py` is in `policy`."""
    parts = name.removesuffix(".py").replace("/", ".").split(".")
    if parts[0] == "api":
        return "api"
    return parts[1] if len(parts) > 1 else ""


def allowed(room: str) -> set[str]:
    """The rooms a room may import."""
    if room == "api":
        return {*MAY_IMPORT, *ABOVE_ALL_ROOMS, "api", ""}
    if room in ABOVE_ALL_ROOMS:
        before = ABOVE_ALL_ROOMS[: ABOVE_ALL_ROOMS.index(room)]
        return {*MAY_IMPORT, *before, room, ""}
    return {*MAY_IMPORT.get(room, ()), room}


def imports_go_down_only(path: str, source: str) -> Violations:
    room = room_of(path)
    if room in ("", "__init__", "__main__"):
        return
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield f"{path}:{node.lineno} relative import"
            names = [node.module or ""]
        for name in names:
            if name.split(".")[0] in ("matcher", "api") and room_of(name) not in allowed(room):
                yield f"{path}:{node.lineno} {room} imports {name}"


def modules_stay_small(path: str, source: str) -> Violations:
    lines = source.count("\n")
    if lines > MAX_MODULE_LINES:
        yield f"{path} has {lines} lines, the ceiling is {MAX_MODULE_LINES}"


def functions_stay_small(path: str, source: str) -> Violations:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring_lines(node)
            if lines > MAX_FUNCTION_LINES:
                yield f"{path}:{node.lineno} {node.name} has {lines} lines of code"


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the docstring: they explain, so they do not count against the function."""
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return (first.end_lineno or first.lineno) - first.lineno + 1
    return 0


def no_clock(path: str, source: str) -> Violations:
    if path.startswith(MAY_READ_CLOCK):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK:
            owner = ast.unparse(node.value)
            if owner.split(".")[-1] in ("date", "datetime", "time", "Timestamp", "pd"):
                yield f"{path}:{node.lineno} reads the clock: {owner}.{node.attr}"


def no_environment(path: str, source: str) -> Violations:
    if path.startswith(MAY_READ_ENVIRONMENT):
        return
    for node in ast.walk(ast.parse(source)):
        text = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        if text in ("os.environ", "os.getenv"):
            yield f"{path}:{node.lineno} reads the environment"


def no_print(path: str, source: str) -> Violations:
    if path.startswith(MAY_PRINT):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
            yield f"{path}:{node.lineno} prints; return the value or log an event"


def no_pickle(path: str, source: str) -> Violations:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and re.fullmatch(
            r"(pickle|joblib|cloudpickle)\.loads?", ast.unparse(node.func)
        ):
            yield f"{path}:{node.lineno} loads a pickle, which runs code"


def no_broad_except(path: str, source: str) -> Violations:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            reraises = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if caught in ("Exception", "BaseException", "everything") and not reraises:
                yield f"{path}:{node.lineno} catches {caught}"


def silenced_checks_carry_a_reason(path: str, source: str) -> Violations:
    for number, line in enumerate(source.splitlines(), 1):
        mark = re.search(r"#\s*(type: ignore(\[[\w,-]+\])?|noqa(: [\w, ]+)?)(.*)", line)
        if mark and not mark.group(4).strip(" -#:"):
            yield f"{path}:{number} silences a check without a reason"


def every_read_of_people_takes_a_scope_first(path: str, source: str) -> Violations:
    if not path.startswith("matcher/store/"):
        return
    people = {"persons", "person", "households", "household", "members", "outcomes"}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name in people:
            names = [argument.arg for argument in node.args.args]
            if "self" in names and names[1:2] != ["scope"]:
                yield f"{path}:{node.lineno} {node.name} reads people without a scope first"


def api_routes_stay_apart(path: str, source: str) -> Violations:
    if not path.startswith("api/"):
        return
    own = path.split("/")[1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("api."):
            parts = (node.module or "").split(".")
            if len(parts) > 2 and parts[2] == "routes" and parts[1] != own and own != "app.py":
                yield f"{path}:{node.lineno} imports another resource's routes: {node.module}"


RULES: tuple[Rule, ...] = (
    imports_go_down_only,
    modules_stay_small,
    functions_stay_small,
    no_clock,
    no_environment,
    no_print,
    no_pickle,
    no_broad_except,
    silenced_checks_carry_a_reason,
    every_read_of_people_takes_a_scope_first,
    api_routes_stay_apart,
)

PLANTED: dict[str, tuple[str, str]] = {
    "imports_go_down_only": ("matcher/store/x.py", "from matcher.policy.law import Law\n"),
    "modules_stay_small": ("matcher/domain/x.py", "x = 1\n" * 401),
    "functions_stay_small": ("matcher/domain/x.py", "def f():\n" + "    x = 1\n" * 51),
    "no_clock": ("matcher/policy/x.py", "from datetime import date\nd = date.today()\n"),
    "no_environment": ("matcher/text/x.py", "import os\nx = os.environ['A']\n"),
    "no_print": ("matcher/text/x.py", "print('x')\n"),
    "no_pickle": ("matcher/ranking/x.py", "import joblib\nm = joblib.load('m')\n"),
    "no_broad_except": ("matcher/text/x.py", "try:\n    x = 1\nexcept Exception:\n    x = 2\n"),
    "silenced_checks_carry_a_reason": ("matcher/text/x.py", "x = 1  # type: ignore[misc]\n"),
    "every_read_of_people_takes_a_scope_first": (
        "matcher/store/x.py",
        "class S:\n    def persons(self, ids):\n        return ids\n",
    ),
    "api_routes_stay_apart": ("api/fairs/routes.py", "from api.persons.routes import read\n"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(rule: Rule) -> None:
    found = [
        violation
        for file in python_files("matcher", "api")
        for violation in rule(file.as_posix(), (ROOT / file).read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_planted_violation_is_caught(rule: Rule) -> None:
    path, source = PLANTED[rule.__name__]
    assert list(rule(path, source)), f"{rule.__name__} does not see its planted violation"


def test_a_relative_import_is_caught() -> None:
    assert list(imports_go_down_only("matcher/text/x.py", "from . import normalise\n"))


def rooms_with_too_many_files(root: Path) -> list[str]:
    """Rooms with more modules than the ceiling; rule packs are data and do not count."""
    return [
        f"{folder.relative_to(root)}: {count} modules"
        for top in ("matcher", "api")
        for folder in sorted((root / top).rglob("*"))
        if folder.is_dir() and "packs" not in folder.parts and "versions" not in folder.parts
        if (count := len(list(folder.glob("*.py")))) > MAX_FILES_IN_A_ROOM
    ]


def test_no_room_has_too_many_files() -> None:
    assert rooms_with_too_many_files(ROOT) == []


def test_a_room_with_nine_files_is_caught(tmp_path: Path) -> None:
    room = tmp_path / "matcher" / "attic"
    room.mkdir(parents=True)
    for number in range(MAX_FILES_IN_A_ROOM + 1):
        (room / f"m{number}.py").touch()
    assert rooms_with_too_many_files(tmp_path) == ["matcher/attic: 9 modules"]


def test_every_room_stands_in_the_table() -> None:
    rooms = {path.name for path in (ROOT / "matcher").iterdir() if (path / "__init__.py").exists()}
    assert rooms <= {*MAY_IMPORT, *ABOVE_ALL_ROOMS}


def test_the_top_level_is_the_one_agreed() -> None:
    agreed = {"matcher", "api", "notebooks", "data", "tests", "docs", "benchmarks", ".ci"}
    tracked = {file.parts[0] for file in python_files("matcher", "api", "tests", "benchmarks")}
    assert tracked <= agreed
    for folder in agreed:
        assert (ROOT / folder).is_dir(), f"{folder}/ is missing"


LEGAL_NUMBERS = re.compile(
    r"\b(working_age|retire\w*|refusal_limit|deadline\w*|public\w*_days|min_age\w*|4050\w*)\s*"
    r"(?::\s*\w+\s*)?=\s*\d+"
)


def test_no_legal_number_stands_in_python() -> None:
    found = [
        f"{file}:{number}"
        for file in python_files("matcher", "api")
        for number, line in enumerate((ROOT / file).read_text("utf-8").splitlines(), 1)
        if LEGAL_NUMBERS.search(line)
    ]
    assert found == []


def test_a_planted_legal_number_is_caught() -> None:
    assert LEGAL_NUMBERS.search("working_age: int = 16")
    assert LEGAL_NUMBERS.search("retirement_age = 60")


def test_nothing_names_the_machine_it_was_built_on() -> None:
    marks = ("/work" + "/main", "/work" + "/shared", "../" + "shared", "farm" + "-studio")
    texts = [
        file
        for pattern in ("*.md", "*.py", "*.toml", "*.yaml", "*.csv", "*.lock", "Makefile")
        for file in ROOT.rglob(pattern)
        if not {".venv", ".git", "node_modules"} & set(file.relative_to(ROOT).parts)
    ]
    found = [
        f"{file.relative_to(ROOT)}: {mark}"
        for file in texts
        for mark in marks
        if mark in file.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []
