"""The operator's pages hold: settings, commands, figures, paths and symptoms are the program's."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from api.app import create_app
from api.observing.figures import Figures
from api.protocol.problems import wording as problems_wording
from matcher.pipeline.health.finding import wording
from matcher.settings import Settings
from matcher.store.store import Store
from tests.test_deploy import known

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SECURITY = sorted((DOCS / "security").glob("*.md"))
PAGES = [DOCS / "operations.md", DOCS / "scale.md", *SECURITY]


def test_the_table_of_settings_is_what_the_code_says() -> None:
    spec = importlib.util.spec_from_file_location("operations_page", DOCS / "pages/operations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (DOCS / "operations.md").read_text("utf-8")
    assert written == module.page(written), "run: python docs/pages/operations.py"
    assert all(f"`{name}`" in module.table() for name in Settings.model_fields)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_is_one(page: Path) -> None:
    text = page.read_text("utf-8")
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    shown = re.findall(r"^(rengang .+)$", blocks, re.M)
    shared = re.compile(r" --(workspace|config|database) \S+")
    wrong = {line: known(shared.sub("", line)) for line in shown}
    assert {line for line, words in wrong.items() if words} == set()
    inline = re.findall(r"`(rengang [^`\n]+)`", text)
    assert [line for line in inline if known(shared.sub("", line))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_and_link_of_a_page_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    named = set(
        re.findall(r"`((?:matcher|api|tests|data|docs|deploy|benchmarks)/[\w./@-]+)`", text)
    )
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_figure_that_is_to_be_looked_at_is_told() -> None:
    with Store.open("sqlite://") as store:
        figures = Figures(store)
        figures.answered("/healthz", "GET", 200, 0.1)
        figures.refused_by_store("StoreBusy")
        told = figures.text().decode()
    text = (DOCS / "operations.md").read_text("utf-8")
    named = set(re.findall(r"^\| `((?:rengang|process)_\w+)`", text, re.M))
    assert len(named) >= 8
    assert {name for name in named if f"# HELP {name} " not in told} == set()


def test_every_thing_that_readiness_looks_at_is_a_symptom() -> None:
    text = (DOCS / "operations.md").read_text("utf-8")
    symptoms = text.split("## Troubleshooting by symptom")[1]
    for check in ("worker", "key", "disk", "snapshot"):
        assert f"`/readyz` names `{check}`" in symptoms
    kinds = set(re.findall(r"`([A-Z]\w+)`", symptoms)) - {"WorkerGone", "RENGANG_KEY"}
    assert kinds <= set(problems_wording("en")["problems"])
    assert {"schema", "seals", "models", "backups", "clock"} <= set(wording("en"))


def test_endpoints_of_the_pages_of_security_are_endpoints() -> None:
    text = "".join(page.read_text("utf-8") for page in SECURITY)
    app = create_app(Settings(database_url="sqlite://", worker_in_process=False))
    paths = {
        f"{method.upper()} {re.sub(r'{[^}]*}', '{}', path)}"
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    }
    named = re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`]+)`", text)
    assert len(named) >= 10
    assert [each for each in named if re.sub(r"{[^}]*}", "{}", each) not in paths] == []


def test_tests_that_the_pages_of_security_name_are_tests() -> None:
    text = "".join(page.read_text("utf-8") for page in SECURITY)
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)
    assert len(named) >= 20
    missing = [
        f"{file}::{name}"
        for file, name in named
        if f"def {name}(" not in (ROOT / file).read_text("utf-8")
    ]
    assert missing == []
