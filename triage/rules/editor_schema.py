"""The rule language as JSON Schema, for editors, made from what the loader checks files by."""

from __future__ import annotations

from typing import Any

from triage.rules.schema import RuleFile

_ADDRESS = "https://json-schema.org/draft/2020-12/schema"
_SCALARS = ["string", "number", "boolean"]  # an editor gives what stands without quotes a type: 404, true


def editor_schema() -> dict[str, Any]:
    """Return the JSON Schema of a rule file.

    The loader takes every scalar as text, while an editor takes ``404`` for a number and ``true`` for a truth
    value; so the schema lets these stand where a text does.

    >>> editor_schema()["properties"]["rules"]["type"]
    'array'
    """
    schema = _for_editors(RuleFile.model_json_schema(by_alias=True))
    return {"$schema": _ADDRESS, **schema, "title": "A rule file of triage"}


def _for_editors(part: Any) -> Any:
    if isinstance(part, list):
        return [_for_editors(item) for item in part if item != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    made = {key: _for_editors(value) for key, value in part.items() if not _needless(key, value)}
    choices = made.pop("enum", None) or ([made.pop("const")] if "const" in made else None)
    if choices is not None:
        made.pop("type", None)
        return made | {"enum": choices + [int(choice) for choice in choices if choice.isdigit()]}
    if len(made.get("anyOf", ())) == 1:
        made |= made.pop("anyOf")[0]
    return made | {"type": _SCALARS} if made.get("type") == "string" else made


def _needless(key: str, value: Any) -> bool:
    """Return whether this is pydantic's own title, or the default of a key that is left out."""
    return (key == "title" and isinstance(value, str)) or (key == "default" and not isinstance(value, dict))
