"""Business hours and response targets as a rule file writes them, checked so that every due time exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import cast, get_args
from zoneinfo import ZoneInfo

from triage.rules.nearest import did_you_mean
from triage.rules.ruleset import Hours, Target, Unit, Window
from triage.rules.schema import Day, DueEntry, HoursEntry, RuleFile
from triage.rules.source import Path, Source

DAYS: tuple[str, ...] = get_args(Day)
_WITHIN = re.compile(r"(?:(\d{1,4})-)?(\d{1,4}) (minute|hour|day)s?")
_MINUTES_A_DAY = 24 * 60
_WEEKS = 26  # within half a year any target must end


def build_hours(file: RuleFile, source: Source) -> Hours | None:
    """Return the business hours; their faults are added to the source."""
    entry = file.hours
    if entry is None:
        return None
    _check_zone(entry.time_zone, source)
    weekly = {day: _windows(entry, day, source) for day in DAYS if day in entry.open}
    if not any(entry.open.values()):
        source.fault(
            ("hours", "open"),
            "no day has a working hour, so no target in business hours is ever reached",
            code="TR501",
        )
    public = entry.public_holidays
    return Hours(
        time_zone=entry.time_zone,
        open=tuple((DAYS.index(day), windows) for day, windows in weekly.items()),
        holidays=tuple(_dates(entry.holidays, source)),
        country=public.country if public else None,
        region=public.region if public else None,
    )


def build_targets(file: RuleFile, hours: Hours | None, source: Source) -> tuple[Target, ...]:
    """Return the response targets of the levels that state one; their faults are added to the source."""
    targets = []
    for number, entry in enumerate(file.priorities):
        path: Path = ("priorities", number, "due")
        if entry.due and (target := _target(entry.id, entry.due, source, path)):
            _check_reachable(target, hours, source, path)
            targets.append(target)
    return tuple(targets)


def _check_zone(name: str, source: Source) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not there, an absolute path, a folder of zones
        from zoneinfo import available_timezones

        meant = did_you_mean(name, available_timezones()) or "; write it as America/New_York"
        source.fault(("hours", "time zone"), f"there is no time zone {name!r}{meant}", code="TR502")


def _windows(entry: HoursEntry, day: Day | str, source: Source) -> tuple[Window, ...]:
    """Return the windows of a day in minutes after midnight, in their order."""
    windows: list[Window] = []
    for number, text in enumerate(entry.open[cast(Day, day)]):
        start, end = (_minutes(part) for part in text.split("-"))
        path: Path = ("hours", "open", day, number)
        if start >= end:
            source.fault(
                path,
                f"the hours {text!r} of {day} end before they begin; write them as '8:30-17:00'",
                code="TR501",
            )
        elif any(start < other_end and other_start < end for other_start, other_end in windows):
            source.fault(path, f"the hours {text!r} of {day} overlap others of that day", code="TR501")
        else:
            windows.append((start, end))
    return tuple(sorted(windows))


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return 60 * int(hour) + int(minute)


def _dates(holidays: list[str], source: Source) -> Iterator[date]:
    for number, text in enumerate(holidays):
        try:
            yield date.fromisoformat(text)
        except ValueError:
            source.fault(
                ("hours", "holidays", number),
                f"the calendar has no day {text}; write it as 2026-12-25",
                code="TR502",
            )


def check_country(file: RuleFile, source: Source) -> None:
    """Keep a fault where no public holidays are known of the country, or of its region.

    Loading all countries takes longer than all the rest of a rule file.
    """
    public = file.hours and file.hours.public_holidays
    if not public:
        return
    import holidays

    regions = holidays.list_supported_countries(include_aliases=True)
    path: Path = ("hours", "public holidays")
    if public.country not in regions:
        meant = did_you_mean(public.country, regions) or ". Write its two letters, as US"
        source.fault(
            (*path, "country"), f"no public holidays are known of {public.country!r}{meant}", code="TR502"
        )
    elif public.region and public.region not in regions[public.country]:
        meant = did_you_mean(public.region, regions[public.country])
        known = f"; known: {', '.join(regions[public.country]) or 'none'}"
        message = f"no public holidays are known of {public.region!r} in {public.country}{meant}{known}"
        source.fault((*path, "region"), message, code="TR502")


def _target(priority: str, entry: DueEntry, source: Source, path: Path) -> Target | None:
    if entry.within == "at once":
        return Target(priority, 0, 0, "minutes", "calendar")
    found = _WITHIN.fullmatch(entry.within)
    if not found or not 0 <= int(found[1] or 0) <= int(found[2]) or int(found[2]) == 0:
        expected = "'2 hours', '4-8 hours', '3-5 days' or 'at once'"
        source.fault((*path, "within"), f"found {entry.within!r}; expected {expected}", code="TR007")
        return None
    unit, clock = cast(Unit, f"{found[3]}s"), entry.clock
    return Target(priority, int(found[1] or 0), int(found[2]), unit, clock)


def _check_reachable(target: Target, hours: Hours | None, source: Source, path: Path) -> None:
    """Keep a fault where no working hours make up the target, or not within half a year."""
    if target.clock == "calendar":
        if target.most * _in_minutes(target.unit) > _WEEKS * 7 * _MINUTES_A_DAY:
            source.fault((*path, "within"), "a target ends within half a year", code="TR501")
        return
    if hours is None:
        source.fault(
            (*path, "clock"),
            "the business clock needs 'hours'; state them, or 'clock: calendar'",
            code="TR006",
        )
        return
    a_week = sum(end - start for _, windows in hours.open for start, end in windows)
    open_days = sum(bool(windows) for _, windows in hours.open)
    given = open_days if target.unit == "days" else a_week / _in_minutes(target.unit)
    if a_week and target.most > _WEEKS * given:
        message = f"these hours give {given:g} {target.unit} a week; a target ends within half a year"
        source.fault((*path, "within"), message, code="TR501")


def _in_minutes(unit: Unit) -> int:
    return {"minutes": 1, "hours": 60, "days": _MINUTES_A_DAY}[unit]
