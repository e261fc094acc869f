"""Due times agree with a count of every minute, over every clock change, holiday and window of the day."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import documented, rule, write_rules

from triage import CalendarError, ChoiceError, RuleFileError, Ticket, TicketError, Triage
from triage.calendar import Calendar, public_holidays
from triage.rules.ruleset import Hours
from triage.targets import due

MINUTE = timedelta(minutes=1)
WEDNESDAY = "2026-11-25T16:40"  # the day before Thanksgiving


@pytest.mark.parametrize(
    ("level", "received", "expected"),
    [
        ("high", "2026-11-23T09:00", (None, "2026-11-23T11:00:00-05:00")),
        ("high", WEDNESDAY, (None, "2026-11-27T10:10:00-05:00")),
        ("high", "2026-11-28T12:00", (None, "2026-11-30T10:30:00-05:00")),
        ("standard", "2026-11-23T08:30", ("2026-11-23T12:30:00-05:00", "2026-11-23T16:30:00-05:00")),
        ("standard", "2026-11-23T13:00", ("2026-11-23T17:00:00-05:00", "2026-11-24T12:30:00-05:00")),
        ("low", "2026-11-23T09:30", ("2026-11-24T09:30:00-05:00", "2026-11-25T09:30:00-05:00")),
        ("low", "2026-10-31T09:30", ("2026-11-01T08:30:00-05:00", "2026-11-02T08:30:00-05:00")),
        ("scheduled", WEDNESDAY, ("2026-12-01T17:00:00-05:00", "2026-12-03T17:00:00-05:00")),
        ("high", "2026-11-23T14:00:00+00:00", (None, "2026-11-23T11:00:00-05:00")),
    ],
)
def test_a_documented_target_is_a_window(level: str, received: str, expected: tuple[str | None, str]) -> None:
    """Over closing time, a weekend, a holiday and the change of the clock; other time zones are read."""
    window = due(level, received, documented().rules).to_dict()
    assert expected == (window["earliest"], window["latest"])


def test_critical_is_at_once() -> None:
    """No target is documented, so it is due as it comes in."""
    window = due("critical", WEDNESDAY, documented().rules)
    assert (True, window.received) == (window.at_once, window.latest)


def test_the_country_of_the_documented_rules_has_holidays() -> None:
    """The loader leaves this to the tests."""
    hours = documented().rules.hours
    assert hours
    assert hours.country
    assert date(2026, 4, 20) in public_holidays(hours.country, hours.region, 2026)  # Patriots' Day


def test_a_window_is_plain_data() -> None:
    window = due("high", WEDNESDAY, documented().rules)
    assert "2026-11-25T16:40:00-05:00" == json.loads(json.dumps(window.to_dict()))["received"]


def test_without_a_time_it_is_now() -> None:
    before = datetime.now(UTC)
    assert before <= due("low", None, documented().rules).received <= datetime.now(UTC)


@pytest.mark.parametrize("received", ["yesterday", "", "0001-01-01", "9999-12-31T23:59", "2026-02-30", 5])
def test_what_is_no_time_is_refused(received: str) -> None:
    with pytest.raises(TicketError, match=r"the time a ticket was received; expected an ISO 8601 time"):
        due("high", received, documented().rules)


@pytest.mark.parametrize(
    ("body", "chosen", "received", "expected"),
    [
        ("I forgot my password", "low", "2026-11-23T13:10", "Low: Wednesday 13:10. High: today 15:10."),
        ("The printer is jammed", "critical", "2026-11-23T09:30", "Critical: at once. Low: Wednesday 09:30."),
        ("I forgot my password", "high", "2026-11-24T16:00", "High: tomorrow 09:30."),
        (
            "I forgot my password",
            "scheduled",
            WEDNESDAY,
            "Scheduled: Thursday 2026-12-03, 17:00. High: F",
        ),
    ],
)
def test_a_choice_says_what_it_changes(body: str, chosen: str, received: str, expected: str) -> None:
    """When help is due by the chosen level and by the suggested one."""
    changes = documented().check(Ticket(body=body, received=received), chosen=chosen).changes
    assert changes
    assert changes.startswith(expected)


# -- the minute-by-minute count --------------------------------------------------------------------------

ZONES = (
    *("America/New_York", "Europe/Berlin", "UTC", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Kathmandu"),
    *("America/Santiago", "Africa/Cairo", "Asia/Beirut", "Pacific/Chatham", "America/St_Johns"),
)
CHANGES = ("2026-03-08", "2026-11-01", "2026-03-29", "2026-10-25", "2026-04-05", "2026-10-04", "2026-04-24")


@st.composite
def windows_of_a_day(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Return up to three windows that do not overlap; some end at midnight, some touch each other."""
    edges = st.lists(
        st.integers(0, 96).map(lambda quarter: 15 * quarter), unique=True, min_size=2, max_size=6
    )
    marks = sorted(draw(edges))
    return tuple(zip(marks[::2], marks[1::2], strict=False))


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    """Return business hours that open for at least two hours a week."""
    days = draw(st.dictionaries(st.integers(0, 6), windows_of_a_day(), min_size=1))
    days = {day: windows for day, windows in days.items() if sum(e - s for s, e in windows) >= 120}
    holidays = draw(st.lists(st.dates(date(2026, 3, 1), date(2026, 3, 31)), max_size=3))
    return Hours(draw(st.sampled_from(ZONES)), tuple((days or {2: ((0, 1440),)}).items()), tuple(holidays))


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Return minutes of a year, many of them near a change of the clock."""
    changes = [
        "2026-03-08",
        "2026-11-01",
        "2026-03-29",
        "2026-10-25",
        "2026-04-05",
        "2026-10-04",
        "2026-04-24",
    ]
    near = st.sampled_from(changes).map(lambda day: datetime.fromisoformat(day).replace(tzinfo=UTC))
    base = draw(near | st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
    return base.replace(second=0, microsecond=0) + draw(st.integers(-3000, 3000)) * MINUTE


def open_minutes(moment: datetime, of: Hours) -> Iterator[datetime]:
    """Yield each minute from a moment on in which the clock on the wall shows an open time."""
    zone, weekly = ZoneInfo(of.time_zone), dict(of.open)
    while True:
        wall = moment.astimezone(zone)
        clock = 60 * wall.hour + wall.minute
        windows = weekly.get(wall.weekday(), ()) if wall.date() not in of.holidays else ()
        if any(start <= clock < end for start, end in windows):
            yield moment
        moment += MINUTE


@settings(max_examples=60)
@given(hours(), moments(), st.integers(1, 600))
def test_open_time_agrees_with_a_count_of_every_minute(of: Hours, moment: datetime, amount: int) -> None:
    """The so many-th open minute ends when the amount has passed."""
    counted = open_minutes(moment, of)
    for _ in range(amount - 1):
        next(counted)
    expected = next(counted) + MINUTE
    assert expected == Calendar(of).after(moment, amount * MINUTE)


@settings(max_examples=30)
@given(hours(), moments(), st.integers(1, 4))
def test_open_days_agree_with_a_count_of_every_minute(of: Hours, moment: datetime, days: int) -> None:
    """The day of the ticket does not count, nor one without an open minute; the last open minute ends it."""
    zone = ZoneInfo(of.time_zone)
    last: dict[date, datetime] = {}
    for minute in open_minutes(moment, of):
        day = minute.astimezone(zone).date()
        if day > moment.astimezone(zone).date():
            if day not in last and len(last) == days:
                break
            last[day] = minute
    assert list(last.values())[-1] + MINUTE == Calendar(of).close_of_day(moment, days)


def test_a_firm_that_never_opens_again_is_told() -> None:
    """Holidays without end are an error and no endless loop."""
    monday = date(2026, 1, 5)
    closed = tuple(monday + timedelta(weeks=week) for week in range(200))
    calendar = Calendar(Hours("UTC", ((0, ((0, 60),)),), closed))
    with pytest.raises(CalendarError, match="do not give 1:00:00 within three years"):
        calendar.after(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1))
    with pytest.raises(CalendarError, match="have no 1 days within three years"):
        calendar.close_of_day(datetime(2026, 1, 1, tzinfo=UTC), 1)


# -- faults of a rule file -------------------------------------------------------------------------------


HARMLESS = rule("down", '[{any of: ["down"]}]')


def hours_of(open: str = '{monday: ["8:30-17:00"]}', zone: str = "America/New_York", **more: str) -> str:
    """Return hours as a rule file writes them."""
    parts = {"time zone": zone, "open": open} | {key.replace("_", " "): value for key, value in more.items()}
    return "{" + ", ".join(f"{key}: {value}" for key, value in parts.items()) + "}"


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (hours_of("{monday: []}"), "no day has a working hour, so no target in business hours is ever"),
        (hours_of("{}"), "no day has a working hour"),
        (
            hours_of('{monday: ["17:00-8:30"]}'),
            "the hours '17:00-8:30' of monday end before they begin; write",
        ),
        (hours_of('{monday: ["9:00-9:00"]}'), "the hours '9:00-9:00' of monday end before they begin"),
        (
            hours_of('{monday: ["8:00-12:00", "11:59-17:00"]}'),
            "the hours '11:59-17:00' of monday overlap",
        ),
        (
            hours_of(zone="America/New_Yrok"),
            "there is no time zone 'America/New_Yrok'. Did you mean 'Ame",
        ),
        (hours_of(zone="/etc/passwd"), "there is no time zone '/etc/passwd'"),
        (hours_of(holidays='["2026-02-30"]'), "the calendar has no day 2026-02-30; write it as 2026-12-25"),
        (hours_of(public_holidays="{country: XX}"), "no public holidays are known of 'XX'"),
        (hours_of(public_holidays="{country: US, region: ZZ}"), "no public holidays are known of 'ZZ' in US"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_their_place(tmp_path: Path, written: str, fault: str) -> None:
    """At load, with file and line."""
    file = write_rules(tmp_path, HARMLESS, hours=written)
    with pytest.raises(RuleFileError, match=rf"^{re.escape(str(file))}:11:\d+: {re.escape(fault)}"):
        Triage(file)


@pytest.mark.parametrize(
    ("target", "hours", "fault"),
    [
        (
            "within: soon",
            hours_of(),
            "found 'soon'; expected '2 hours', '4-8 hours', '3-5 days' or",
        ),
        ("within: 8-4 hours", hours_of(), "found '8-4 hours'"),
        ("within: 0 hours", hours_of(), "found '0 hours'"),
        ("within: 2 hours", "", "the business clock needs 'hours'; state them, or 'clock: calendar'"),
        ("within: 900 hours", hours_of(), "these hours give 8.5 hours a week; a target ends within half"),
        ("within: 90 days", hours_of(), "these hours give 1 days a week; a target ends within half a year"),
        ("within: 300 days, clock: calendar", "", "a target ends within half a year"),
        (
            "within: 2 hours, clock: busines",
            "",
            "found 'busines', expected business or calendar. Did",
        ),
    ],
)
def test_targets_that_cannot_be_met_are_refused(tmp_path: Path, target: str, hours: str, fault: str) -> None:
    """At load, with file and line."""
    file = write_rules(tmp_path, HARMLESS, **({"hours": hours} if hours else {}))
    text = file.read_text("utf-8").replace("target: 1 hour,", f"target: 1 hour, due: {{{target}}},")
    file.write_text(text, "utf-8")
    with pytest.raises(RuleFileError, match=rf"^{re.escape(str(file))}:5:\d+: {re.escape(fault)}"):
        Triage(file)


def test_a_level_that_is_not_there_has_no_due_time() -> None:
    """A mistyped level is told, and not taken for one without a target."""
    with pytest.raises(ChoiceError, match=r"there is no priority 'hihg'; it is one of critical, high"):
        due("hihg", "2026-11-23T09:00", documented().rules)
