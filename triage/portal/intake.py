"""How a ticket comes in and how its level is changed, alike for form, mail and desktop app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from triage import Choice, ChoiceError, Ticket, Triage
from triage.case import new_case
from triage.history import Decision, History, ground
from triage.portal.accounts import Account
from triage.portal.entering import Sender, enter, new_row
from triage.portal.sessions import Tries
from triage.portal.settings import PortalSettings
from triage.portal.tables import TicketRow
from triage.portal.tickets import PortalTicket, Status, change_ticket, tickets, written
from triage.service.desk import Desk
from triage.verdict import beside, chosen_level, ranks, with_answer

Answer = tuple[str, str]  # a question of a suggestion, and what was answered


@dataclass(frozen=True, slots=True)
class Hint:
    """What went on beside the form: the question that was answered, and the levels that were warned of."""

    answer: Answer | None = None
    warned_of: tuple[str, ...] = ()


_NO_HINT = Hint()


@dataclass(frozen=True, slots=True)
class Portal:
    """What every page of the portal works with."""

    desk: Desk
    history: History
    settings: PortalSettings
    tries: Tries = field(default_factory=Tries)


def take(
    portal: Portal,
    ticket: Ticket,
    sender: Sender,
    *,
    hint: Hint = _NO_HINT,
    message: str | None = None,
) -> str:
    """Keep a ticket with its decisions and notices, all or none, and return its case.

    ``message`` names an e-mail message or a form: what comes twice is one ticket.
    """
    triage = portal.desk.triage
    asked, choice = judge(triage, _carrying(ticket, triage), hint.answer)
    portal.desk.metrics.choice(choice)
    with portal.history.writing() as connection:
        if message and (known := _case_of(connection, message)):
            return known
        case = new_case()
        row = new_row(ticket, sender, choice, case=case) | {"message": message}
        enter(connection, row, portal.settings)
        told = _told(portal, ticket, (asked, choice), hint, about={"case": case, "person": sender.email})
        portal.history.keep(*told, within=connection)
    return case


def rechoose(portal: Portal, kept: PortalTicket, level: str, *, by: Account) -> None:
    """Give a ticket the level that its requester chooses now: that always stands."""
    triage = portal.desk.triage
    ticket = replace(kept.ticket(), chosen=chosen_level(level, triage.rules).id, chosen_by="person")
    choice = counted(triage, ticket, triage.check(ticket), portal.history.of(kept.case))
    told = Decision.of_choice(ticket, choice, case=kept.case, person=kept.person, by=by.email)
    with portal.history.writing() as connection:
        portal.history.keep(told, within=connection)
        change_ticket(connection, kept.case, choice=written(choice))


def settle(portal: Portal, kept: PortalTicket, level: str, *, by: Account, reason: str | None) -> bool:
    """Give a ticket its final level, by a technician's word: this is what can be learned from.

    Returns whether that was done: where the ticket carries another level by now, nothing is.
    """
    final = chosen_level(level, portal.desk.triage.rules).id
    before = ground(portal.history.of(kept.case))
    told = Decision.of_final(kept.case, final, person=kept.person, by=by.email, reason=reason, **before)
    with portal.history.writing() as connection:
        this = TicketRow.case == kept.case
        connection.execute(select(TicketRow.id).where(this).with_for_update())  # two decide one by one
        now_kept = tickets(connection, this, most=1)
        if not now_kept or now_kept[0].level != kept.level:
            return False
        portal.history.keep(told, within=connection)
        change_ticket(connection, kept.case)
    return True


def set_status(portal: Portal, kept: PortalTicket, status: Status) -> None:
    """Say how far the work on a ticket is."""
    with portal.history.writing() as connection:
        change_ticket(connection, kept.case, status=status)


def judge(triage: Triage, ticket: Ticket, answer: Answer | None) -> tuple[Choice, Choice]:
    """Return the choice that a ticket carries as it was first judged, and with an answer counted."""
    asked = triage.check(ticket)
    if answer is None or asked.question is None or asked.question.text != answer[0]:
        return asked, asked
    return asked, with_answer(triage, ticket, asked, answer, warn_from=None)


def counted(triage: Triage, ticket: Ticket, choice: Choice, story: Iterable[Decision]) -> Choice:
    """Return the choice of a ticket with the answers of its story counted, to each question the newest."""
    suggestion = choice.suggestion
    for question, answer in {t.question: t.answer for t in story if t.kind == "answered"}.items():
        with suppress(ChoiceError):  # it was asked of another text, or by other rules
            suggestion = triage.answer(suggestion, question or "", answer or "")
    if suggestion is choice.suggestion:
        return choice
    return beside(triage, ticket, suggestion, warn_from=triage.rules.warn_from)


def _carrying(ticket: Ticket, triage: Triage) -> Ticket:
    """Return the ticket with a level: its own, or the one that its channel puts there."""
    if ticket.chosen is not None:
        return replace(ticket, chosen=chosen_level(ticket.chosen, triage.rules).id)
    levels = {channel.id: channel.default.id for channel in triage.rules.channels}
    default = levels.get(ticket.channel or "", triage.rules.default.id)
    return replace(ticket, chosen=default, chosen_by="default")


def _told(
    portal: Portal,
    ticket: Ticket,
    judged: tuple[Choice, Choice],
    hint: Hint,
    *,
    about: dict[str, Any],
) -> Sequence[Decision]:
    asked, choice = judged
    warnings = _warnings(portal.desk.triage, ticket, judged, hint.warned_of)
    warned = [Decision.of_choice(ticket, warning, **about) for warning in warnings]
    kept = Decision.of_choice(ticket, asked, keep_text=portal.desk.settings.keep_text, **about)
    if choice.message is None and asked.chosen.id not in hint.warned_of:
        kept = replace(kept, warned=False)  # the answer came before the level, so nobody was warned of it
    if choice is asked or hint.answer is None:
        return [*warned, kept]
    answered = Decision.of_answer(choice.suggestion, *hint.answer, input_hash=kept.input_hash, **about)
    return [*warned, kept, answered]


def _warnings(
    triage: Triage, ticket: Ticket, judged: tuple[Choice, Choice], warned_of: Sequence[str]
) -> Iterator[Choice]:
    """Yield the warnings of levels chosen before: each is judged again, as a browser can claim any.

    One that was shown before the question was answered is still a warning.
    """
    asked, choice = judged
    others = ranks(triage.rules).keys() - {choice.chosen.id}
    for level in (level for level in dict.fromkeys(warned_of) if level in others):
        carrying = replace(ticket, chosen=level, chosen_by="person")
        by_each = (
            beside(triage, carrying, told.suggestion, warn_from=triage.rules.warn_from)
            for told in (choice, asked)
        )
        if warning := next((one for one in by_each if one.message), None):
            yield warning


def _case_of(connection: Connection, message: str) -> str | None:
    return connection.execute(select(TicketRow.case).where(TicketRow.message == message)).scalar_one_or_none()
