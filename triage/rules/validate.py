"""What the schema finds wrong with a rule file, said in words: where, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

from pydantic import BaseModel, ValidationError

from triage.rules.nearest import did_you_mean
from triage.rules.schema import NAME, SPELLED, Entry, RuleFile
from triage.rules.source import Source

_LONG_TEXT = 60  # characters that are quoted of a text
_PLAIN_WORDS = {
    "string_type": "this is {found}; expected a text",
    "list_type": "this is {found}; expected a list",
    "dict_type": "this is {found}; expected a mapping",
    "model_type": "this is {found}; expected a mapping with keys",
    "model_attributes_type": "this is {found}; expected a mapping with keys",
    "string_too_short": "this is empty; expected a text",
}


def validate(source: Source) -> RuleFile | None:
    """Return the checked entries of a source, after every fault was added to it.

    Rules and lists with faults are stood in for, so that the names in all others can be checked at once. None
    is returned where faults lie elsewhere.
    """
    try:
        return RuleFile.model_validate(source.tree)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=True)
    for problem in problems:
        _report(source, problem)
    try:
        return RuleFile.model_validate(_with_stubs(source, [problem["loc"] for problem in problems]))
    except ValidationError:
        return None


def _with_stubs(source: Source, faulty: Iterable[Sequence[str | int]]) -> Any:
    """Return the tree with a stand-in for each rule and list that has a fault."""
    tree = source.tree
    source.stubs = {tuple(loc[:2]) for loc in faulty if len(loc) > 1 and loc[0] in ("rules", "lists")}
    if not isinstance(tree, dict) or not source.stubs:
        return tree
    tree = tree | {key: copy(tree[key]) for key in ("rules", "lists") if key in tree}
    for section, entry in source.stubs:
        tree[section][entry] = {"words": ["x"]} if section == "lists" else _stub(tree["rules"][entry], entry)
    return tree


def _stub(rule: Any, number: str | int) -> dict[str, Any]:
    id = rule.get("id") if isinstance(rule, dict) else None
    named = isinstance(id, str) and NAME.fullmatch(id)
    line = {"scope": "everyone"}
    empty = {"says": "x", "priority": "x", "quote": "x", "when": [line], "status": "draft"}
    return {"id": id if named else f"{number}", **empty}


def _report(source: Source, problem: Any) -> None:
    path = _tree_path(source.tree, problem["loc"])
    kind = problem["type"]
    where = path[:-1] if kind == "missing" else path
    if kind in ("missing", "extra_forbidden") and where in source.refused:
        return  # with what is refused there, nothing may be missing
    if kind == "extra_forbidden":
        source.fault(path, _unknown_key(source.tree, path), code="TR005", at_key=True)
    elif kind == "missing":
        source.fault(where, f"the key {path[-1]!r} is missing{_owner(source.tree, path)}", code="TR006")
    else:
        source.fault(path, _wording(problem) + _owner(source.tree, path), code="TR007")


def _wording(problem: Any) -> str:
    kind, found = problem["type"], problem["input"]
    if kind in _PLAIN_WORDS:
        return _PLAIN_WORDS[kind].format(found=_kind(found))
    if kind == "literal_error":
        expected = problem["ctx"]["expected"].replace("'", "")
        known = expected.replace(" or ", ", ").split(", ")
        return f"found {found!r}, expected {expected}{did_you_mean(str(found), known)}"
    if kind in ("too_short", "too_long"):
        bound = problem["ctx"].get("min_length", problem["ctx"].get("max_length"))
        most = "at least" if kind == "too_short" else "at most"
        return f"this has {problem['ctx']['actual_length']} entries; expected {most} {bound}"
    if kind == "string_pattern_mismatch":
        return f"found {found!r}, expected {SPELLED[problem['ctx']['pattern']]}"
    return str(problem["msg"]).removeprefix("Value error, ")


def _kind(value: Any) -> str:
    if value == "" or value is None:
        return "empty"
    kinds: dict[object, str] = {str: f"the text {_short(value)}", list: "a list", dict: "a mapping"}
    return kinds.get(type(value), "something else")


def _short(value: Any) -> str:
    """Return a text as a message quotes it.

    >>> _short("a"), len(_short("a" * 1_000))
    ("'a'", 66)
    """
    text = str(value)
    return repr(text) if len(text) <= _LONG_TEXT else f"{text[:_LONG_TEXT]!r} ..."


def _unknown_key(tree: Any, path: tuple[str | int, ...]) -> str:
    key = str(path[-1])
    siblings = set(_at(tree, path[:-1]) or {})
    known = [name for name in _keys_at(path[:-1]) if name not in siblings] or _keys_at(path[:-1])
    meant = did_you_mean(key, known) or f". Known keys: {', '.join(sorted(known))}"
    return f"unknown key {key!r}{_owner(tree, path)}{meant}"


def _owner(tree: Any, path: Sequence[str | int]) -> str:
    """Return " in rule 'x'" or " in list 'x'" for a path inside one."""
    if len(path) < 2 or not isinstance(path[0], str):
        return ""
    if path[0] == "rules":
        rule = _at(tree, path[:2])
        name = rule.get("id", path[1]) if isinstance(rule, dict) else path[1]
        return f" in rule {name!r}"
    kinds = {"lists": "list", "channels": "channel"}
    return f" in {kinds[path[0]]} {path[1]!r}" if path[0] in kinds else f" in {path[0]!r}"


def _at(tree: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            return None
    return tree


def _tree_path(tree: Any, loc: Sequence[str | int]) -> tuple[str | int, ...]:
    """Return the part of a validation place that names places of the file (unions add names of their own)."""
    path: list[str | int] = []
    for step in loc:
        here = _at(tree, path)
        last = step == loc[-1]
        fits = isinstance(step, int) if isinstance(here, list) else isinstance(here, dict)
        if fits and (last or _at(tree, [*path, step]) is not None) and step != "[key]":
            path.append(step)
    return tuple(path)


def _keys_at(path: Sequence[str | int]) -> list[str]:
    """Return the keys the schema knows in the mapping at this path."""
    model: Any = RuleFile
    for step in path:
        if isinstance(step, str) and isinstance(model, type) and issubclass(model, BaseModel):
            model = _entry_of(model, step)
    if not (isinstance(model, type) and issubclass(model, Entry)):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _entry_of(model: type[BaseModel], key: str) -> Any:
    for name, field in model.model_fields.items():
        if (field.alias or name) == key:
            return next(iter(_entries(field.annotation)), None)
    return model


def _entries(annotation: Any) -> Iterable[type[Entry]]:
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _entries(inner)
