"""How people and rules do: too urgent or not urgent enough, warnings heeded, suggestions overridden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import select

from triage.history.decision import now
from triage.history.history import History
from triage.history.tables import DecisionRow

_AT_ONCE = 1_000


class Happening(NamedTuple):
    """What counting needs of a decision."""

    case: str
    at: datetime
    kind: str
    suggested: str | None
    rule: str | None
    priority: str | None
    set_by: str | None
    verdict: str | None
    levels: int | None
    warned: bool | None


@dataclass(frozen=True, slots=True)
class Overrides:
    """How often people overrode what a rule suggested: ``overridden`` of ``settled`` final levels.

    >>> Overrides("printing-one", settled=4, overridden=1).share
    0.25
    """

    rule: str
    settled: int
    overridden: int

    @property
    def share(self) -> float:
        """The share that was overridden."""
        return self.overridden / self.settled


@dataclass(slots=True)
class Week:
    """The first choices of a week: how many, and how many too urgent or not urgent enough."""

    starts: date
    choices: int = 0
    over: int = 0
    under: int = 0


@dataclass(slots=True, kw_only=True)
class Stats:
    """What was counted. Of each ticket the first level that a person chose is judged, and its final level.

    ``verdicts`` counts first choices by verdict; ``apart`` counts the doubted ones by how many levels they
    are too urgent (positive) or not urgent enough (negative). A warning is ``heeded`` when a person then
    chose the suggested level. ``accepted`` and ``overridden`` count final levels that a person set.

    >>> stats = Stats(cases=2, verdicts=Counter(over=1, agree=1), warned=1, heeded=1)
    >>> stats.share("over"), stats.share_heeded
    (0.5, 1.0)
    """

    cases: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    apart: Counter[int] = field(default_factory=Counter)
    warned: int = 0
    heeded: int = 0
    accepted: int = 0
    overridden: int = 0
    rules: tuple[Overrides, ...] = ()
    weeks: tuple[Week, ...] = ()

    def share(self, verdict: str) -> float | None:
        """Return the share of first choices with this verdict, of those that could be judged."""
        judged = self.verdicts.total() - self.verdicts["unsure"]
        return self.verdicts[verdict] / judged if judged else None

    @property
    def share_heeded(self) -> float | None:
        """The share of warnings that were heeded."""
        return self.heeded / self.warned if self.warned else None

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain data, ready for JSON.

        >>> Stats(cases=3).to_dict()["cases"]
        3
        """
        told = {name: getattr(self, name) for name in self.__slots__} | {
            "verdicts": dict(self.verdicts),
            "apart": {str(levels): number for levels, number in self.apart.items()},
            "rules": [asdict(rule) for rule in self.rules],
            "weeks": [asdict(week) | {"starts": week.starts.isoformat()} for week in self.weeks],
        }
        shares = {name: self.share(name) for name in ("over", "under", "agree")}
        return told | {"shares": shares, "share_heeded": self.share_heeded}


def stats_of(history: History, *, days: int | None = None) -> Stats:
    """Return the statistics of all that is kept, or of the cases in which something happened since.

    >>> stats_of(History("sqlite://")).cases
    0
    """
    columns = [getattr(DecisionRow, name) for name in Happening._fields]
    asked = select(*columns).order_by(DecisionRow.case, DecisionRow.id)
    if days is not None:
        recent = select(DecisionRow.case).where(DecisionRow.at >= now() - timedelta(days=days))
        asked = asked.where(DecisionRow.case.in_(recent))
    with history.reading() as connection:
        rows = connection.execution_options(yield_per=_AT_ONCE).execute(asked)
        return count(Happening(*row) for row in rows)


def count(happenings: Iterable[Happening]) -> Stats:
    """Return the statistics of happenings that come case by case."""
    stats, weeks = Stats(), dict[date, Week]()
    settled, overridden = Counter[str](), Counter[str]()
    for _, case in groupby(happenings, itemgetter(0)):
        told = list(case)
        stats.cases += 1
        _count_choice(told, stats, weeks)
        _count_warnings(told, stats)
        for rule, changed in _settled(told):
            settled[rule] += 1
            overridden[rule] += changed
            stats.overridden += changed
            stats.accepted += not changed
    rules = [Overrides(rule, number, overridden[rule]) for rule, number in settled.items()]
    stats.rules = tuple(sorted(rules, key=lambda rule: (-rule.overridden, -rule.settled, rule.rule)))
    stats.weeks = tuple(weeks[starts] for starts in sorted(weeks))
    return stats


def _count_choice(told: Sequence[Happening], stats: Stats, weeks: dict[date, Week]) -> None:
    """Count the first level that a person chose, where it was judged."""
    chosen = (one for one in told if one.kind == "chosen" and one.set_by == "person" and one.verdict)
    if (first := next(chosen, None)) is None or first.verdict is None:
        return
    stats.verdicts[first.verdict] += 1
    day = first.at.date()
    week = weeks.setdefault(starts := day - timedelta(days=day.weekday()), Week(starts))
    week.choices += 1
    week.over += first.verdict == "over"
    week.under += first.verdict == "under"
    if first.verdict in ("over", "under") and first.levels:
        stats.apart[first.levels if first.verdict == "over" else -first.levels] += 1


def _count_warnings(told: Sequence[Happening], stats: Stats) -> None:
    """Count whether a case had a warning, and whether a person then chose the suggested level."""
    for place, one in enumerate(told):
        if one.warned:
            later = [two.priority for two in told[place + 1 :] if two.kind == "chosen"]
            stats.warned += 1
            stats.heeded += one.suggested in later
            return


def _settled(told: Sequence[Happening]) -> Iterator[tuple[str, bool]]:
    """Yield the rule that was behind the last suggestion, and whether a person's final level is another."""
    finals = [one for one in told if one.kind == "final"]
    suggested = [one for one in told if one.suggested]
    if finals and finals[-1].set_by == "person" and suggested:
        yield suggested[-1].rule or "no rule", finals[-1].priority != suggested[-1].suggested
