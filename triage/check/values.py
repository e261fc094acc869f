"""A finding, and the check that makes it: separate values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from triage.check.rulebook import Rulebook
    from triage.rules.source import Path

Severity = Literal["error", "warning", "note"]
MEANINGS: dict[Severity, str] = {
    "error": "the rules do not do what they say; it must not go live",
    "warning": "probably a mistake, or a choice that deserves its reason written down",
    "note": "nothing is wrong; the file could be shorter or clearer",
}


class Found(NamedTuple):
    """What a check finds: a place in the rule file, and what is wrong there with what to do."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Check:
    """A numbered check: what it looks for, how grave that is, and the function that finds it.

    One without a function is made by the loader, before any rule can be looked at.
    """

    code: str
    severity: Severity
    title: str
    find: Callable[[Rulebook], Iterator[Found]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding and where it stands (line and column count from 1).

    ``rule`` is the rule or list it is about, if it is about one. ``allowed`` is the reason for which the
    rule file allows it; it then counts for nothing.

    >>> print(Finding(code="TR303", severity="warning", file="my.yaml", line=12, column=3,
    ...               message="no rule uses the list 'mouse'; remove it"))
    my.yaml:12:3: warning TR303: no rule uses the list 'mouse'; remove it
    """

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    message: str
    rule: str | None = None
    allowed: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {self.severity} {self.code}: {self.message}"

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain data.

        >>> Finding(code="TR101", severity="note", file="a", line=1, column=1, message="b").to_dict()["code"]
        'TR101'
        """
        return asdict(self)
