"""The errors a caller can meet.

TriageError
├── TicketError          a value that cannot be a ticket
├── RuleFileError        a rule file with faults: every fault, with its place
├── SuggestionError      a stored suggestion that cannot be read back
├── ChoiceError          a chosen level, a question, an answer or a stored choice that cannot be used
├── CalendarError        business hours that never give the time that a target needs
├── TableError           a file of tickets that cannot be read
├── ModelError           a model folder that cannot be used
├── TrainingError        tickets that no model can be trained or judged on
├── HistoryError         a memory of decisions that cannot be opened or written
└── ServiceError         a service that cannot be started, reached, or that refused a request
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class TriageError(Exception):
    """The root of every error this library raises for its callers.

    ``part`` names the part of what was given that is wrong, where one is: "channel", "reasons/0/line".

    >>> issubclass(RuleFileError, TriageError)
    True
    """

    def __init__(self, *args: object, part: str = "") -> None:
        super().__init__(*args)
        self.part = part


class TicketError(TriageError):
    """A value that cannot be a ticket; the message says what was found and what was expected."""


class SuggestionError(TriageError):
    """A stored suggestion that cannot be read back."""


class ChoiceError(TriageError):
    """A chosen level, a question, an answer or a stored choice that cannot be used."""


class CalendarError(TriageError):
    """Business hours that never give the time that a target needs."""


class TableError(TriageError):
    """A file of tickets that cannot be read; the message names the file and the row or column."""


class HistoryError(TriageError):
    """A memory of decisions that cannot be opened, read or written."""


class ServiceError(TriageError):
    """A service that cannot be started or reached, or that refused a request.

    ``status`` is the HTTP status, 0 where there was no answer; ``problem`` is the problem details.
    """

    def __init__(self, message: str, *, status: int = 0, problem: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.problem = problem or {}


class ModelError(TriageError):
    """A model folder that cannot be used; the message names the file, what was found and what to do."""


class TrainingError(TriageError):
    """Tickets that no model can be trained or judged on, or what training needs and is not installed."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of a rule file and where it stands (line and column count from 1).

    ``code`` is its number among the findings that docs/rule-findings.md explains ("TR005").

    >>> str(Fault("rules.yaml", 12, 5, "unknown key 'qoute' in rule 'email-down'. Did you mean 'quote'?"))
    "rules.yaml:12:5: unknown key 'qoute' in rule 'email-down'. Did you mean 'quote'?"
    """

    file: str
    line: int
    column: int
    message: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class RuleFileError(TriageError):
    """A rule file that is not taken, with all its faults at once in ``faults``.

    >>> print(RuleFileError((Fault("my.yaml", 3, 1, "unknown key 'rulez'. Did you mean 'rules'?"),)))
    my.yaml:3:1: unknown key 'rulez'. Did you mean 'rules'?
    """

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))
