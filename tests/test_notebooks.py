"""The notebooks run from top to bottom; those that tell findings are kept with their pictures."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))
WITHOUT_OUTPUTS = ("00_first_matches",)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the kernel's own machinery
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_from_top_to_bottom(notebook: Path, tmp_path: Path) -> None:
    content = nbformat.read(notebook, as_version=4)
    client = NotebookClient(content, timeout=240, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    assert any(cell.get("outputs") for cell in content.cells)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_as_it_should_be(notebook: Path) -> None:
    content = nbformat.read(notebook, as_version=4)
    code = [cell for cell in content.cells if cell.cell_type == "code"]
    if notebook.stem in WITHOUT_OUTPUTS:
        assert not any(cell.outputs for cell in code)
        return
    shown = [output for cell in code for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in shown), "no picture"
    assert not any(output.output_type == "error" for output in shown)
    counts = [cell.execution_count for cell in code]
    assert counts == list(range(1, len(code) + 1)), "run it once from top to bottom, then save"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_names_no_machine(notebook: Path) -> None:
    text = notebook.read_text("utf-8")
    assert not [mark for mark in ("/" + "work/", "/" + "home/", "/" + "root/") if mark in text]
