"""A rule compiled for matching, and what is found of it in a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from triage.rules.ruleset import Condition, Rule
from triage.suggestion import Who


class Evidence(NamedTuple):
    """A phrase of the named list at the words from ``first`` up to ``last``."""

    list: str
    first: int
    last: int


class Hit(NamedTuple):
    """A rule that holds, and the phrases that make it hold."""

    rule: Rule
    evidence: tuple[Evidence, ...]


class Miss(NamedTuple):
    """A rule that lacks one line, and the question whose answer would settle it."""

    rule: Rule
    missing: Condition
    question: str


class ScopeFound(NamedTuple):
    """Who is hit, whether the text says so surely, and the phrase that tells."""

    who: Who
    sure: bool
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Line:
    """A condition with its lists by number; ``who`` is set for a line about scope."""

    source: Condition
    lists: tuple[int, ...]
    any_list: frozenset[int]
    needed: int
    who: frozenset[str]
    question: str | None


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRule:
    """A rule whose lines name their lists by number; each is equal to itself only."""

    rule: Rule
    when: tuple[Line, ...]
    unless: tuple[Line, ...]
    unless_anywhere: tuple[Line, ...]
