"""The notebooks run as they stand, on the tickets that ship with the library."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_notebook_runs(path: Path) -> None:
    """Every cell runs, in a kernel of its own."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")


def test_notebooks_are_kept_without_outputs() -> None:
    """What a run printed is not kept: it would be old, and might hold somebody's tickets."""
    kept = [nbformat.read(path, as_version=4) for path in NOTEBOOKS.glob("*.ipynb")]
    assert 3 == len(kept)
    assert [] == [cell for one in kept for cell in one.cells if cell.get("outputs")]
