"""What the portal's tickets say, for whoever learns from them. It needs no more than the history itself."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from triage.history.export import Texts
from triage.portal.tables import TicketRow


def texts() -> Texts:
    """Select the texts of tickets as :func:`~triage.history.export.training_rows` takes them."""
    return select(
        TicketRow.case,
        TicketRow.subject,
        TicketRow.body,
        func.nullif(TicketRow.channel, "").label("channel"),
        TicketRow.received,
    ).where(or_(TicketRow.subject != "", TicketRow.body != ""))  # of a stranger's no word is kept
