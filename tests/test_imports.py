"""Which module may import which, and what `import triage` does not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import triage

PACKAGE = Path(triage.__file__).parent
MODULES = sorted(".".join(p.relative_to(PACKAGE).with_suffix("").parts) for p in PACKAGE.rglob("*.py"))
VALUES = {
    "case",
    "certainty",
    "choice",
    "errors",
    "kinds",
    "limited",
    "messages",
    "opinion",
    "priority",
    "suggestion",
    "ticket",
}


def imported_by(module: str) -> set[str]:
    """Return the modules of the package that a module imports, wherever in its text ("rules.match")."""
    tree = ast.parse(PACKAGE.joinpath(*module.split(".")).with_suffix(".py").read_text("utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    ours = {name.removeprefix("triage.") for name in found if name.startswith("triage.")}
    return {name for name in ours if name in MODULES or f"{name}.__init__" in MODULES}


def _absolute(module: str, node: ast.ImportFrom) -> str:
    above = ["triage", *module.split(".")][: -node.level] if node.level else []
    return ".".join([*above, *([node.module] if node.module else [])])


def _room(module: str) -> str:
    return module.split(".")[0]


def test_the_reader_of_imports_sees_them() -> None:
    """The helper of these tests finds imports that are known to be there."""
    assert {"rules.load", "rules.match", "reading.reader", "suggestion"} <= imported_by("engine")
    assert {"engine", "errors", "ticket"} <= imported_by("__init__")


@pytest.mark.parametrize("module", sorted(VALUES))
def test_a_value_module_imports_only_values(module: str) -> None:
    """Tickets, priorities, suggestions and errors know nothing of how they are made."""
    assert imported_by(module) <= VALUES


def test_errors_import_nothing_of_ours() -> None:
    """The errors stand below everything."""
    assert set() == imported_by("errors")


@pytest.mark.parametrize("module", [name for name in MODULES if _room(name) == "reading"])
def test_reading_imports_only_values(module: str) -> None:
    """How a text is read knows nothing of rules."""
    assert {_room(name) for name in imported_by(module)} <= {"reading", *VALUES}


@pytest.mark.parametrize("module", [name for name in MODULES if _room(name) == "rules"])
def test_rules_import_values_and_reading(module: str) -> None:
    """The rule language knows nothing of the engine or of a model."""
    assert {_room(name) for name in imported_by(module)} <= {"rules", "reading", *VALUES}


@pytest.mark.parametrize("module", [name for name in MODULES if _room(name) == "mail"])
def test_mail_imports_only_values(module: str) -> None:
    """How a message is read knows nothing of rules."""
    assert {_room(name) for name in imported_by(module)} <= {"mail", *VALUES}


def test_the_engine_joins_them() -> None:
    """The engine imports values, reading, rules, a model, the policy that joins them, and its delegates."""
    assert {"rules", "reading"} <= {_room(name) for name in imported_by("engine")}
    allowed = {"rules", "reading", "model", "policy", "verdict", "answer", "garbage", *VALUES}
    assert {_room(name) for name in imported_by("engine")} <= allowed


@pytest.mark.parametrize("module", [name for name in MODULES if _room(name) not in ("portal", "cli")])
def test_the_portal_is_known_to_the_application_alone(module: str) -> None:
    """It joins the service in one line; the command line makes its accounts."""
    known = {name for name in imported_by(module) if _room(name) == "portal"}
    assert known <= ({"portal.join"} if module == "service.app" else set())


@pytest.mark.parametrize("module", ["document", "weights", "score", "folder", "shelf"])
def test_scoring_imports_values_and_reading(module: str) -> None:
    """What a service needs of a model imports values, reading and its own kind."""
    allowed = {"model.document", "model.weights", "model.score", "model.folder"}
    others = {name for name in imported_by(f"model.{module}") if name not in allowed}
    assert {_room(name) for name in others} <= {"reading", *VALUES}


@pytest.mark.parametrize("module", [name for name in MODULES if _room(name) == "model"])
def test_a_model_never_imports_rules_or_the_engine(module: str) -> None:
    """The model is given what suggests; it knows nothing of who does."""
    assert {"rules", "engine", "cli"}.isdisjoint(_room(name) for name in imported_by(module))


@pytest.mark.parametrize("module", MODULES)
def test_nothing_imports_the_command_line(module: str) -> None:
    """The command line stands on top: only `python -m triage` imports it."""
    assert _room(module) in ("__main__", "cli") or "cli" not in {_room(name) for name in imported_by(module)}


@pytest.mark.parametrize("room", ["check", "report", "testing", "compare", "calibrate", "explain", "live"])
def test_what_owners_of_rules_use_stands_aside(room: str) -> None:
    """What answers tickets never imports what checks, reports, compares or follows rules."""
    answering = [name for name in MODULES if _room(name) in {"engine", "rules", "reading", *VALUES}]
    assert all(room not in {_room(name) for name in imported_by(module)} for module in answering)


@pytest.mark.parametrize("module", MODULES)
def test_what_is_private_stays_in_its_module(module: str) -> None:
    """No module imports a name of another module of the package that begins with an underscore."""
    tree = ast.parse(PACKAGE.joinpath(*module.split(".")).with_suffix(".py").read_text("utf-8"))
    taken = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("triage")
        for alias in node.names
    ]
    assert [name for name in taken if name.startswith("_")] == []


@pytest.mark.parametrize("module", [name for name in MODULES if _room(name) == "history"])
def test_the_memory_imports_only_values(module: str) -> None:
    """What is kept is told by values; the memory knows nothing of rules or of the engine."""
    assert {_room(name) for name in imported_by(module)} <= {"history", "extras", *VALUES}


@pytest.mark.parametrize("module", ["client", "extras", "case"])
def test_the_client_imports_only_values(module: str) -> None:
    """A program that only asks a service loads neither rules nor a database."""
    assert {_room(name) for name in imported_by(module)} <= {"extras", *VALUES}


@pytest.mark.parametrize(
    "module", [name for name in MODULES if _room(name) not in ("service", "portal", "cli")]
)
def test_only_the_portal_and_the_command_line_import_the_service(module: str) -> None:
    """The service stands on the library, never the other way round; the portal is a part of it."""
    assert "service" not in {_room(name) for name in imported_by(module)}


def _loaded_after(folder: Path, code: str) -> set[str]:
    command = [sys.executable, "-c", f"{code}\nimport sys\nprint(*sorted(sys.modules))"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("library", ["spacy", "sklearn", "pandas", "sqlalchemy", "fastapi", "httpx"])
def test_import_loads_no_heavy_library(tmp_path: Path, library: str) -> None:
    """`import triage` in a fresh interpreter loads neither spaCy nor scikit-learn nor pandas."""
    loaded = _loaded_after(tmp_path, "import triage")
    assert "triage" in loaded
    assert library not in loaded


def test_import_loads_no_room_that_reads_or_matches(tmp_path: Path) -> None:
    """These come with the first Triage, so that importing is quick."""
    loaded = _loaded_after(tmp_path, "import triage")
    assert not {"triage.reading", "triage.rules", "triage.model"} & loaded


def test_a_suggestion_loads_no_training_library(tmp_path: Path) -> None:
    """The first suggestion loads neither scikit-learn nor pandas."""
    loaded = _loaded_after(tmp_path, "import triage; triage.Triage().suggest('The server is down')")
    assert not {"sklearn", "pandas"} & loaded
