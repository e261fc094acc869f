"""The business calendar: when the firm is open, and when so much open time has passed.

All counting is done in UTC, where no hour is missing or doubled. What the clock on the wall says is worked
out for each stretch of time in which the offset from UTC does not change.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from triage.errors import CalendarError
from triage.rules.ruleset import Hours, Window

Span = tuple[datetime, datetime]  # in UTC, without its end

_FARTHEST = 3 * 366  # days that are looked at: any target ends within half a year of ordinary weeks
_DAYS_KEPT = 2_000  # what is known of them: tickets come in within days of each other
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


class Calendar:
    """When a firm is open. Immutable once made, so threads share it.

    >>> week = tuple((day, ((510, 1020),)) for day in range(5))
    >>> calendar = Calendar(Hours("America/New_York", week))
    >>> calendar.after(datetime(2026, 11, 20, 21, 0, tzinfo=UTC), timedelta(hours=2)).isoformat()
    '2026-11-23T09:30:00-05:00'
    """

    def __init__(self, hours: Hours) -> None:
        self.zone = ZoneInfo(hours.time_zone)
        self._windows = dict(hours.open)
        self._closed = frozenset(hours.holidays)
        self._country, self._region = hours.country, hours.region
        self._open_on = lru_cache(maxsize=_DAYS_KEPT)(self._worked_out)

    def after(self, moment: datetime, amount: timedelta) -> datetime:
        """Return when so much open time has passed since a moment, in the firm's time zone.

        What ends with the day ends at closing time and not at the next opening.

        Raises:
            CalendarError: the firm is not open for so long within three years.
        """
        left = amount
        for start, end in self._spans(moment):
            begun = max(start, moment.astimezone(UTC))
            if begun + left <= end:
                return (begun + left).astimezone(self.zone)
            left -= max(end - begun, timedelta())
        raise CalendarError(f"these business hours do not give {amount} within three years of {moment}")

    def close_of_day(self, moment: datetime, days: int) -> datetime:
        """Return when the firm closes on the so many-th day that it opens after the day of a moment.

        Raises:
            CalendarError: the firm does not open so often within three years.
        """
        first, left = moment.astimezone(self.zone).date(), days
        for number in range(1, _FARTHEST):
            spans = self._open_on(first + number * _DAY)
            left -= bool(spans)
            if spans and not left:
                return spans[-1][1].astimezone(self.zone)
        raise CalendarError(f"these business hours have no {days} days within three years of {moment}")

    def _spans(self, moment: datetime) -> Iterator[Span]:
        """Yield when the firm is open, from the day of a moment on."""
        first = moment.astimezone(self.zone).date()
        for number in range(_FARTHEST):
            yield from self._open_on(first + number * _DAY)

    def _worked_out(self, day: date) -> tuple[Span, ...]:
        """Return when the firm is open on a day."""
        windows = self._windows.get(day.weekday(), ())
        return tuple(self._in_utc(day, windows)) if windows and not self._is_holiday(day) else ()

    def _in_utc(self, day: date, windows: tuple[Window, ...]) -> Iterator[Span]:
        """Yield the windows of a day in UTC: of an hour that the clock skips nothing, a doubled one twice."""
        midnight = datetime.combine(day, time(), UTC)
        for start, end in self._steady(day):
            offset = start.astimezone(self.zone).utcoffset() or timedelta()
            for opens, closes in windows:
                begin = max(start, midnight + timedelta(minutes=opens) - offset)
                stop = min(end, midnight + timedelta(minutes=closes) - offset)
                if begin < stop:
                    yield begin, stop

    def _steady(self, day: date) -> Iterator[Span]:
        """Yield the stretches of a local day within which the offset from UTC is the same, mostly one."""
        start, end = (datetime.combine(it, time(), self.zone).astimezone(UTC) for it in (day, day + _DAY))
        edges = [start, *self._change(start, end), end]
        yield from pairwise(edges)

    def _change(self, start: datetime, end: datetime) -> list[datetime]:
        """Return the moment, if there is one, at which the offset changes, found by halving."""
        before = start.astimezone(self.zone).utcoffset()
        if before == (end - _SECOND).astimezone(self.zone).utcoffset():
            return []
        low, high = start, end
        while high - low > _SECOND:
            middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
            low, high = (
                (middle, high) if middle.astimezone(self.zone).utcoffset() == before else (low, middle)
            )
        return [high]

    def _is_holiday(self, day: date) -> bool:
        return day in self._closed or (
            self._country is not None and day in public_holidays(self._country, self._region, day.year)
        )


@lru_cache(maxsize=256)
def public_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    """Return the public holidays of a country, or of a part of it, in a year.

    >>> date(2026, 11, 26) in public_holidays("US", "MA", 2026)
    True
    """
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))
