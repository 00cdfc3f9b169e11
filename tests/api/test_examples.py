"""The interface's description shows what the service really takes and gives."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from api.app import create_app
from matcher.settings import Settings

FORM = "#/components/schemas/"


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    app = create_app(Settings(workspace=tmp_path_factory.mktemp("examples")))
    with TestClient(app) as client:
        found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


def forms_of(described: dict[str, Any]) -> set[str]:
    """Names of the forms that bodies and answers in JSON have as a whole."""
    named = set()
    for methods in described["paths"].values():
        for operation in methods.values():
            told = [*operation.get("responses", {}).values(), operation.get("requestBody", {})]
            for each in told:
                schema = each.get("content", {}).get("application/json", {}).get("schema", {})
                schema = schema.get("items", schema)
                named.add(schema.get("$ref", "").removeprefix(FORM))
    return named - {""}


def test_every_form_has_an_example(described: dict[str, Any]) -> None:
    forms = described["components"]["schemas"]
    assert [name for name in sorted(forms_of(described)) if "examples" not in forms[name]] == []


def test_every_example_has_the_form_that_it_shows(described: dict[str, Any]) -> None:
    wrong = []
    for name, form in described["components"]["schemas"].items():
        validator = Draft202012Validator(
            {"$ref": FORM + name, "components": described["components"]}
        )
        for example in form.get("examples", []):
            wrong += [(name, fault.message) for fault in validator.iter_errors(example)]
    assert wrong == []


def test_an_example_of_another_form_is_noticed(described: dict[str, Any]) -> None:
    validator = Draft202012Validator(
        {"$ref": FORM + "MatchesOut", "components": described["components"]}
    )
    job = described["components"]["schemas"]["JobOut"]["examples"][0]
    assert not validator.is_valid(job)
