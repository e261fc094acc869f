"""What the portal forgets when the history does. It needs no more than the history itself."""

from __future__ import annotations

from sqlalchemy import delete, select

from triage.history import History
from triage.history.tables import DecisionRow
from triage.portal.tables import AccountRow, NoticeRow, SessionRow, TicketRow


def forget_person(history: History, person: str) -> int:
    """Delete the tickets and the account of a person, and return how many tickets there were.

    >>> forget_person(History("sqlite://"), "ann@firm.example")
    0
    """
    email = person.strip().lower()
    cases = select(TicketRow.case).where(TicketRow.person == email)
    with history.writing() as connection:
        connection.execute(delete(NoticeRow).where((NoticeRow.to == email) | NoticeRow.case.in_(cases)))
        connection.execute(delete(SessionRow).where(SessionRow.email == email))
        connection.execute(delete(AccountRow).where(AccountRow.email == email))
        return connection.execute(delete(TicketRow).where(TicketRow.person == email)).rowcount


def forget_without_story(history: History) -> int:
    """Delete the tickets whose story the history has forgotten, and return how many there were.

    >>> forget_without_story(History("sqlite://"))
    0
    """
    gone = TicketRow.case.not_in(select(DecisionRow.case))
    with history.writing() as connection:
        connection.execute(delete(NoticeRow).where(NoticeRow.case.not_in(select(DecisionRow.case))))
        return connection.execute(delete(TicketRow).where(gone)).rowcount
