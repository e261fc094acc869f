"""triage: tells what priority a support ticket deserves, and why."""

from triage.certainty import Measured
from triage.engine import Triage
from triage.errors import Fault, RuleFileError, SuggestionError, TableError, TicketError, TriageError
from triage.priority import Priority
from triage.suggestion import Evidence, Loser, NearMiss, Reason, SetAside, Shadow, Suggestion
from triage.ticket import Ticket

__all__ = [
    "Evidence",
    "Fault",
    "Loser",
    "Measured",
    "NearMiss",
    "Priority",
    "Reason",
    "RuleFileError",
    "SetAside",
    "Shadow",
    "Suggestion",
    "SuggestionError",
    "TableError",
    "Ticket",
    "TicketError",
    "Triage",
    "TriageError",
]
