"""What a report holds: figures by rule, by line of the guideline and by level."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from triage.certainty import Measured


@dataclass(frozen=True, slots=True)
class Beside:
    """Another rule that held in so many of a rule's tickets, and its level."""

    rule: str
    level: str
    tickets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleUse:
    """What one rule did over the tickets.

    It held in ``holds`` of them and decided ``decided``; a draft ``would_decide`` so many, were the drafts
    active. In ``overlaps`` another rule held too, in ``conflicts`` one of another level; ``beside`` names
    them. ``measured`` is its precision where it decided, or would decide, labelled tickets.
    """

    id: str
    says: str
    level: str
    draft: bool
    holds: int
    decided: int
    would_decide: int
    overlaps: int
    conflicts: int
    beside: tuple[Beside, ...]
    measured: Measured | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUse:
    """What the rules of one line of the guideline did; ``number`` is None for all that quote a definition.

    A ticket counts once, however many rules of the line hold. In ``overlaps`` a rule of another line held
    too, in ``conflicts`` one of a level that no rule of this line has there.
    """

    number: int | None
    text: str
    rules: tuple[str, ...]
    holds: int
    decided: int
    overlaps: int
    conflicts: int
    measured: Measured | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelUse:
    """One level: tickets ``suggested`` as it, by a rule or by ``default``, and those ``labelled`` as it.

    Of the labelled ones a rule decided ``right`` and ``wrong`` many; the rest was left to a default.
    """

    id: str
    name: str
    suggested: int
    default: int
    labelled: int
    right: int
    wrong: int

    @property
    def undecided(self) -> int:
        """How many labelled tickets no rule decided."""
        return self.labelled - self.right - self.wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A rule file on a table of past tickets. ``unknown`` counts the labels that are no level.

    ``confusion`` has a line for each labelled level and a column for each suggested one, in the order of
    ``levels``. ``words`` are those that stand out in tickets that no rule decided, with how many of these
    tickets have them, the most common first.
    """

    rules_name: str
    rules_version: str
    table: str
    date: str
    tickets: int
    labelled: int
    unknown: tuple[tuple[str, int], ...]
    decided: int
    levels: tuple[LevelUse, ...]
    confusion: tuple[tuple[int, ...], ...]
    rules: tuple[RuleUse, ...]
    lines: tuple[LineUse, ...]
    words: tuple[tuple[str, int], ...]

    @property
    def unused_lines(self) -> tuple[LineUse, ...]:
        """The lines of the guideline that decided no ticket."""
        return tuple(line for line in self.lines if line.number is not None and not line.decided)

    @property
    def right(self) -> int:
        """How many labelled tickets got their label as the suggestion, by a rule or by a default."""
        return sum(line[place] for place, line in enumerate(self.confusion))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON."""
        unused = [line.number for line in self.unused_lines]
        return asdict(self) | {"unknown": dict(self.unknown), "unused_lines": unused}
