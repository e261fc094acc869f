"""YAML read strictly: every scalar is text, every node has a place, and every fault is kept.

YAML's own typing is off: ``no`` stays the word "no", 12:30 stays "12:30" and 0777 stays "0777". A key given
twice is a fault and not a silent overwrite. Anchors, aliases, tags and merge keys are refused, so a small
file cannot grow into a large one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from triage.errors import Fault

Path = tuple[str | int, ...]
Event = Any  # PyYAML's types leave out that every parsed event has its marks
Tree = Any  # str | list[Tree] | dict[str, Tree]; a recursive alias would not help a reader of the schema

REFUSED = ("TR003", "TR004")
LARGEST_FILE = 16_000_000  # bytes
_DEEPEST = 12
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Place(NamedTuple):
    """Where a value and its key stand (lines and columns from 1), and whether it was written in quotes."""

    line: int
    column: int
    quoted: bool = False
    key_line: int = 0
    key_column: int = 0


@dataclass(slots=True)
class Source:
    """A rule file as text in lists and mappings, with the place of every value and all faults so far."""

    file: str
    tree: Tree = None
    places: dict[Path, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    stubs: set[Path] = field(default_factory=set)  # entries with faults that stand-ins were put in for
    refused: set[Path] = field(default_factory=set)  # where an anchor, an alias or a tag stands

    def fault(self, path: Path, message: str, *, code: str, at_key: bool = False) -> None:
        """Keep a fault at the value of the path, or at the nearest value around it."""
        if any(path[: len(stub)] == stub for stub in self.stubs):
            return
        line, column = self.place(path, at_key=at_key)
        refused = any((f.line, f.column) == (line, column) and f.code in REFUSED for f in self.faults)
        if not refused:  # what YAML itself got wrong here is told already
            self.faults.append(Fault(self.file, line, column, message, code))

    def place(self, path: Path, *, at_key: bool = False) -> tuple[int, int]:
        """Return line and column of the value of the path or of its key, or of the nearest around it."""
        while path and path not in self.places:
            path = path[:-1]
        place = self.places.get(path, Place(1, 1))
        line, column = (place.key_line, place.key_column) if at_key else (place.line, place.column)
        return line or place.line, column or place.column

    def quoted(self, path: Path) -> bool:
        """Return whether the value of the path was written in quotes."""
        place = self.places.get(path)
        return place is not None and place.quoted


def read_source(data: bytes, file: str) -> Source:
    """Return the rule file in these bytes as a positioned tree; its faults are in the result, none is raised.

    >>> source = read_source(b"a: no\\na: yes\\n", "my.yaml")
    >>> print(source.tree, *source.faults, sep="; ")
    {'a': 'no'}; my.yaml:2:1: the key 'a' stands here twice; it first stands in line 1
    """
    source = Source(file)
    try:
        text = data.decode("utf-8-sig")
        source.tree = _Builder(source, yaml.parse(text, Loader=_Loader)).document()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        source.faults.append(Fault(file, line, 1, message, "TR001"))
    except yaml.YAMLError as error:
        source.faults.append(_yaml_fault(error, file))
    return source


def _yaml_fault(error: yaml.YAMLError, file: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    return Fault(file, line, column, f"this is not YAML: {said}. {_advice(said)}", "TR002")


def _advice(said: str) -> str:
    if "start any token" in said or "tab" in said:
        return "Indent with spaces, never with tabs, and put a phrase with special characters in quotes."
    if "mapping values" in said or "':'" in said:
        return "A colon inside a phrase needs quotes around the phrase."
    return "Check the indentation and the quotes of this line and the one above."


class _Builder:
    """Builds the tree from parser events; YAML's own composer would lose places and double keys."""

    def __init__(self, source: Source, events: Iterator[Event]) -> None:
        self.source = source
        self.events = events

    def document(self) -> Tree:
        tree: Tree = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if tree is not None:
                    self._fault(event, "a rule file is one document; remove the second '---'", "TR002")
                    return tree
                tree = self._node(next(self.events), ())
        if tree is None:
            self.source.fault(
                (), "the file is empty; a rule file has at least priorities and rules", code="TR001"
            )
        return tree

    def _fault(self, event: Event, message: str, code: str = "TR003") -> None:
        mark = event.start_mark
        self.source.faults.append(Fault(self.source.file, mark.line + 1, mark.column + 1, message, code))

    def _refuse(self, event: Event, path: Path, message: str) -> None:
        self.source.refused.add(path)
        if path[-1:] == ("<<",):  # what would be merged may be all that is missing
            self.source.refused.add(path[:-1])
        self._fault(event, message)

    def _node(self, event: Event, path: Path) -> Tree:
        mark, places = event.start_mark, self.source.places
        quoted = getattr(event, "style", None) in ("'", '"')
        key = places[path][3:] if path in places else ()
        places[path] = Place(mark.line + 1, mark.column + 1, quoted, *key)
        if len(path) > _DEEPEST:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=mark)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, path, f"'*{event.anchor}' is a YAML alias; write the words out instead")
            return ""
        if getattr(event, "anchor", None):
            self._refuse(
                event, path, f"'&{event.anchor}' is a YAML anchor; remove it or put the phrase in quotes"
            )
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            self._refuse(event, path, f"'{tag}' is a YAML tag; remove it or put the phrase in quotes")
        if isinstance(event, yaml.ScalarEvent):
            return event.value
        return self._list(path) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(path)

    def _list(self, path: Path) -> list[Tree]:
        items: list[Tree] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Tree]:
        items: dict[str, Tree] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event, path)
            twice = key in items
            if twice:
                first = self.source.places[(*path, key)].key_line
                self._fault(
                    event, f"the key {key!r} stands here twice; it first stands in line {first}", "TR004"
                )
            where: Path = (*path, f"{key}\0second" if twice else key)
            self.source.places[where] = Place(
                0, 0, False, event.start_mark.line + 1, event.start_mark.column + 1
            )
            value = self._node(next(self.events), where)
            items.setdefault(key, value)
        return items

    def _key(self, event: Event, path: Path) -> str:
        if getattr(event, "anchor", None) or getattr(event, "tag", None) not in (None, "!"):
            self._fault(event, "a key has a YAML anchor, alias or tag; write the key alone")
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        self._fault(event, "a key is one word or phrase, not a list or a mapping")
        self._node(event, (*path, "\0key"))
        return "\0key"
