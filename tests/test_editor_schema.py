"""The schema for editors says the same as the loader, and the stored one is the one that is made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from triage.cli import app
from triage.rules.editor_schema import editor_schema
from triage.rules.load import documented_rules, open_rules
from triage.rules.schema import SPELLED, RuleFile
from triage.rules.source import read_source

HERE = Path(__file__).parent
STORED = HERE.parent / "docs" / "rules.schema.json"
FILES = sorted([*(HERE / "bad_rules").glob("*.yaml"), *(HERE / "findings").glob("*.yaml")])
BY_SCHEMA = {"TR005", "TR006", "TR007"}  # what the shape of a file tells
BEYOND = {
    "bad_within",
    "several_faults",
    "too_deep",
    "one_text",
}  # what it cannot: words of a text, depth, no mapping at all


def complaints(file: Path) -> list[str]:
    """Return what an editor would underline in a rule file."""
    tree = read_source(file.read_bytes(), str(file)).tree
    return [error.message for error in Draft202012Validator(editor_schema()).iter_errors(tree)]


def patterns_in(schema: object) -> Iterator[str]:
    """Yield the patterns of a schema, of values and of keys."""
    if isinstance(schema, dict):
        yield from schema.get("patternProperties", {})
        yield from [schema["pattern"]] if isinstance(schema.get("pattern"), str) else []
    parts = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else []
    for part in parts:
        yield from patterns_in(part)


def test_the_schema_is_a_schema() -> None:
    """It is valid JSON Schema of draft 2020-12."""
    Draft202012Validator.check_schema(editor_schema())


def test_each_pattern_has_words_for_people() -> None:
    """A message says what is expected, and shows nobody a pattern."""
    patterns = set(patterns_in(RuleFile.model_json_schema()))
    assert patterns == SPELLED.keys()


def test_the_stored_schema_is_in_step() -> None:
    """docs/rules.schema.json is what `triage rules schema` prints; run it again when the language changes."""
    printed = CliRunner().invoke(app, ["rules", "schema"]).output
    assert printed == STORED.read_text("utf-8")


def test_the_documented_rules_fit() -> None:
    """An editor has nothing to say about the shipped file."""
    assert [] == complaints(documented_rules())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_editor_and_loader_agree(file: Path) -> None:
    """The schema underlines something exactly where the loader finds a wrong key or kind of value."""
    codes = {fault.code for fault in open_rules(file).faults}
    refused = "TR003" in codes or read_source(file.read_bytes(), str(file)).tree is None
    if file.stem not in BEYOND and not refused:  # what YAML itself got wrong an editor tells otherwise
        assert bool(codes & BY_SCHEMA) == bool(complaints(file)), complaints(file)


@pytest.mark.parametrize("value", ["404", "true", "12.5"])
def test_a_phrase_without_quotes_is_no_fault(value: str) -> None:
    """What an editor takes for a number or a truth value may stand where a text does."""
    schema = editor_schema()["$defs"]["ListEntry"]
    assert Draft202012Validator(schema).is_valid({"words": [json.loads(value)]})


def test_a_line_has_one_key() -> None:
    """Two conditions in one line are underlined, and so is none."""
    line = Draft202012Validator(editor_schema()["$defs"]["Line"])
    assert [True, False, False] == [
        line.is_valid(tried) for tried in ({"any of": "server"}, {"any of": "a", "all of": "b"}, {})
    ]
