"""What is wrong with settings, a line each: the variable, what was found, what is expected, an example."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic_settings import BaseSettings

from triage.rules.nearest import nearest

PREFIX = "TRIAGE_"
_LISTED = "docs/for-operators.md and docs/portal.md list all"
_LONGEST = 60  # characters that are shown of what was found
_NUMBERS = {"integer": "a whole number", "number": "a number"}


def unknown_names(environment: Iterable[str], *kinds: type[BaseSettings]) -> Iterator[str]:
    """Yield a line for each variable that looks like a setting of these kinds and is none.

    >>> from triage.service.settings import Settings
    >>> list(unknown_names(["HOME", "TRIAGE_PORT", "TRIAGE_MAX_BODDY"], Settings))
    ['TRIAGE_MAX_BODDY: there is no such setting. Did you mean TRIAGE_MAX_BODY?']
    """
    known = [variable(name, kind).removeprefix(PREFIX) for kind in kinds for name in kind.model_fields]
    for name in sorted(environment):
        asked = name.upper().removeprefix(PREFIX)
        if asked != name.upper() and asked not in known:
            near = nearest(asked, known)
            meant = f"Did you mean {PREFIX}{near}?" if near else _LISTED
            yield f"{name}: there is no such setting. {meant}"


def variable(name: str, kind: type[BaseSettings]) -> str:
    """Return the variable of a setting.

    >>> from triage.service.settings import Settings
    >>> variable("port", Settings)
    'TRIAGE_PORT'
    """
    return f"{kind.model_config.get('env_prefix', '')}{name.upper()}"


def told(fault: Any, kind: type[BaseSettings]) -> str:
    """Return a fault that pydantic found as a line; one of several settings together names them itself."""
    said = str(fault["msg"]).removeprefix("Value error, ")
    if not fault["loc"]:
        return said
    name = str(fault["loc"][0])
    expected = None if fault["type"] == "value_error" else _expected(kind, name)
    if expected:
        said = f"found {str(fault['input'])[:_LONGEST]!r}, expected {expected}"
    return f"{variable(name, kind)}: {said}"


def _expected(kind: type[BaseSettings], name: str) -> str | None:
    """Return what a setting may be, where it is a number, yes or no, or one of some words."""
    schema = kind.model_json_schema()["properties"][name]
    part = next(part for part in schema.get("anyOf", [schema]) if part["type"] != "null")
    if "enum" in part:
        return f"one of {', '.join(part['enum'])}"
    if part["type"] == "boolean":
        return "true or false"
    if part["type"] not in _NUMBERS:
        return None
    example = schema.get("examples", [schema["default"]])[0]
    return f"{_NUMBERS[part['type']]} {_range(part)}, such as {example}"


def _range(part: dict[str, Any]) -> str:
    above = part.get("exclusiveMinimum")
    least = f"from {part['minimum']}" if above is None else f"above {above}"
    if "maximum" in part:
        return f"{least} to {part['maximum']}"
    return f"{least} on" if above is None else least
