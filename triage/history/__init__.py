"""The memory of decisions: what was suggested, chosen, warned, answered and decided in the end.

It imports values alone; SQLAlchemy and Alembic come with the extra "history".
"""

from triage.extras import needs_extra
from triage.history.decision import Decision, ground

with needs_extra("history"):
    from triage.history.history import History, HistoryBusyError

__all__ = ["Decision", "History", "HistoryBusyError", "ground"]
