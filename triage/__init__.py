"""triage: tells what priority a support ticket deserves, and why."""

from triage.certainty import Measured
from triage.choice import Choice, Outcome, Question, Strength
from triage.engine import Triage
from triage.errors import (
    CalendarError,
    ChoiceError,
    Fault,
    HistoryError,
    ModelError,
    RuleFileError,
    ServiceError,
    SuggestionError,
    TableError,
    TicketError,
    TrainingError,
    TriageError,
)
from triage.opinion import Opinion, Weight
from triage.priority import Priority
from triage.suggestion import Evidence, Loser, NearMiss, Reason, SetAside, Shadow, Suggestion
from triage.ticket import Mail, Ticket

__all__ = [
    "CalendarError",
    "Choice",
    "ChoiceError",
    "Evidence",
    "Fault",
    "HistoryError",
    "Loser",
    "Mail",
    "Measured",
    "ModelError",
    "NearMiss",
    "Opinion",
    "Outcome",
    "Priority",
    "Question",
    "Reason",
    "RuleFileError",
    "ServiceError",
    "SetAside",
    "Shadow",
    "Strength",
    "Suggestion",
    "SuggestionError",
    "TableError",
    "Ticket",
    "TicketError",
    "TrainingError",
    "Triage",
    "TriageError",
    "Weight",
]
