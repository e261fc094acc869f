"""Levels and business hours: an order that contradicts itself, a calendar in which nobody works."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from zoneinfo import ZoneInfo, available_timezones

from triage.check.rulebook import Rulebook
from triage.check.values import Check, Found
from triage.rules.nearest import did_you_mean

_DEGREES = {"low": 0, "medium": 1, "high": 2}


def _no_working_hour(book: Rulebook) -> Iterator[Found]:
    hours = book.rules.hours
    if hours is None:
        return
    windows = [(day, number, window) for day, all in hours.open for number, window in enumerate(all)]
    for day, number, window in windows:
        start, _, end = window.partition("-")
        if _minutes(start) >= _minutes(end):
            message = f"the hours {window!r} of {day} end before they begin; write them as '8:30-17:00'"
            yield Found(("hours", "open", day, number), message)
    if not any(_minutes(w.partition("-")[0]) < _minutes(w.partition("-")[2]) for _, _, w in windows):
        yield Found(
            ("hours", "open"), "no day has a working hour, so no target in business hours is ever reached"
        )


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def _no_such_date(book: Rulebook) -> Iterator[Found]:
    hours = book.rules.hours
    if hours is None:
        return
    if not _is_time_zone(hours.time_zone):
        meant = did_you_mean(hours.time_zone, available_timezones())
        message = f"there is no time zone {hours.time_zone!r}{meant or '; write it as America/New_York'}"
        yield Found(("hours", "time zone"), message)
    for number, day in enumerate(hours.holidays):
        try:
            date.fromisoformat(day)
        except ValueError:
            yield Found(
                ("hours", "holidays", number), f"the calendar has no day {day}; write it as 2026-12-25"
            )


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError):  # an unknown key is a KeyError of zoneinfo's own, which is one of these
        return False
    except KeyError:
        return False
    return True


def _not_monotone(book: Rulebook) -> Iterator[Found]:
    for upper, lower in combinations(book.rules.priorities, 2):
        rises = [_DEGREES[getattr(lower, k)] - _DEGREES[getattr(upper, k)] for k in ("impact", "urgency")]
        if min(rises) >= 0 and max(rises) > 0:
            message = (
                f"{lower.name} stands below {upper.name}, yet its impact and urgency are as high or higher "
                f"({lower.impact}/{lower.urgency} against {upper.impact}/{upper.urgency})"
            )
            yield Found(("priorities", lower.rank), f"{message}; put the levels in order, or change the pair")


CHECKS = (
    Check("TR501", "error", "the calendar has no working hour", _no_working_hour),
    Check("TR502", "error", "the calendar names what does not exist", _no_such_date),
    Check("TR503", "error", "the order of the levels is not that of impact and urgency", _not_monotone),
)
