"""From a response target to a due time: a level and the time a ticket came in give the target window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from triage.calendar import Calendar
from triage.errors import ChoiceError, TicketError
from triage.messages import Messages
from triage.priority import Priority
from triage.rules.ruleset import Hours, RuleSet, Target

_YEARS = range(1970, 2200)  # between these every calendar and time zone is known
_ANYWHERE = Hours("UTC", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The window in which a response is due: ``earliest`` is None where only the end is stated.

    Both are None where no target is stated; ``at_once`` says that the target is to respond at once, and then
    both are the time the ticket was ``received``. All times are in the time zone of the firm.

    >>> from triage import Triage
    >>> due("high", "2026-11-25T16:40", Triage().rules).latest.isoformat()
    '2026-11-27T10:10:00-05:00'
    """

    priority: str
    received: datetime
    earliest: datetime | None
    latest: datetime | None
    at_once: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the window as plain data, its times in ISO 8601.

        >>> from triage import Triage
        >>> due("critical", "2026-11-25T16:40", Triage().rules).to_dict()["at_once"]
        True
        """
        times = {name: getattr(self, name) for name in ("received", "earliest", "latest")}
        plain = {name: moment and moment.isoformat() for name, moment in times.items()}
        return {"priority": self.priority, **plain, "at_once": self.at_once}


def due(priority: str, received: datetime | str | None, rules: RuleSet) -> Due:
    """Return when the response to a ticket of this level (its id) is due.

    ``received`` is a time or its ISO 8601 text, and None is now; without a time zone it is taken in that of
    the business hours.

    Raises:
        TicketError: ``received`` is no time between 1970 and 2199.
        ChoiceError: the rules have no such level.
        CalendarError: the firm is never open long enough.

    >>> from triage import Triage
    >>> window = due("standard", "2026-11-23T09:00", Triage().rules)
    >>> window.earliest.isoformat(), window.latest.isoformat()
    ('2026-11-23T13:00:00-05:00', '2026-11-23T17:00:00-05:00')
    """
    if all(priority != level.id for level in rules.priorities):
        known = ", ".join(level.id for level in rules.priorities)
        raise ChoiceError(f"there is no priority {priority!r}; it is one of {known}")
    calendar = calendar_of(rules.hours or _ANYWHERE)
    moment = received_at(received, calendar)
    target = next((target for target in rules.targets if target.priority == priority), None)
    if target is None:
        return Due(priority=priority, received=moment, earliest=None, latest=None)
    return Due(
        priority=priority,
        received=moment,
        earliest=_after(moment, target.least, target, calendar) if target.least or not target.most else None,
        latest=_after(moment, target.most, target, calendar),
        at_once=not target.most,
    )


@lru_cache(maxsize=32)
def calendar_of(hours: Hours) -> Calendar:
    """Return the calendar of these hours, the same for the same hours."""
    return Calendar(hours)


def received_at(received: datetime | str | None, calendar: Calendar) -> datetime:
    """Return the time a ticket came in, in the firm's time zone.

    Raises:
        TicketError: it is no time between 1970 and 2199.
    """
    try:
        given = received if isinstance(received, datetime) else _read(received)
        if given.year in _YEARS:
            return given.replace(tzinfo=given.tzinfo or calendar.zone).astimezone(calendar.zone)
    except (ValueError, TypeError, OverflowError):
        pass
    raise TicketError(
        f"found {str(received)[:60]!r} for the time a ticket was received; expected an ISO 8601 time "
        f"from {_YEARS[0]} to {_YEARS[-1]}, as 2026-11-25T16:40",
        part="received",
    )


def _read(received: str | None) -> datetime:
    return datetime.now(UTC) if received is None else datetime.fromisoformat(received)


def _after(moment: datetime, amount: int, target: Target, calendar: Calendar) -> datetime:
    """Return when an amount of the target has passed, by the target's clock."""
    if not amount:
        return moment
    if target.clock == "business" and target.unit == "days":
        return calendar.close_of_day(moment, amount)
    if target.clock == "business":
        return calendar.after(moment, timedelta(**{target.unit: amount}))
    if target.unit == "days":  # the same time on the clock, however long the days are
        return (moment + timedelta(days=amount)).astimezone(UTC).astimezone(calendar.zone)
    return (moment.astimezone(UTC) + timedelta(**{target.unit: amount})).astimezone(calendar.zone)


# -- in words --------------------------------------------------------------------------------------------


def in_words(level: Priority, window: Due, messages: Messages) -> str:
    """Return a due time as a person says it: "High: today 15:10"."""
    if window.latest is None:
        return messages.fill("due as stated", level=level.name, target=level.target)
    if window.at_once:
        return messages.fill("due at once", level=level.name)
    days = (window.latest.date() - window.received.date()).days
    return messages.fill(
        {0: "due today", 1: "due tomorrow"}.get(days, "due this week" if days < 7 else "due later"),
        level=level.name,
        weekday=messages.fill(f"weekday {window.latest.isoweekday()}"),
        date=window.latest.date().isoformat(),
        time=f"{window.latest:%H:%M}",
    )
