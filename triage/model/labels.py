"""Labels, cleaned before a model is trained on them: what is dropped is counted and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from triage.errors import TrainingError
from triage.evaluate import UNCLEAR, level_names
from triage.model.document import Document, document, findings_of
from triage.priority import Priority
from triage.suggestion import Suggestion
from triage.table import Row
from triage.ticket import Ticket

Suggest = Callable[[Ticket], Suggestion]
PERSON = "person"  # what a column of sources says of a label that somebody judged
FEW = 20  # tickets of a level below which a model can hardly learn it
_MOST_TOLD = 10  # different unknown labels that are told by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A ticket to learn from: its document, the id of its level, the number of its row, and when it came."""

    ticket: Ticket
    document: Document
    level: str
    row: int
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The examples that are left, and how many rows were dropped, by why; together they are all ``rows``."""

    examples: tuple[Example, ...]
    drops: tuple[tuple[str, int], ...]

    @property
    def rows(self) -> int:
        """How many rows there were."""
        return len(self.examples) + sum(count for _, count in self.drops)

    @property
    def dropped(self) -> str:
        """The drops in words: "3 no label; 1 no text"."""
        return "; ".join(f"{count:,} {why}" for why, count in self.drops) or "nothing"


def clean(
    rows: Iterable[Row],
    levels: Sequence[Priority],
    *,
    suggest: Suggest | None,
    mapping: Mapping[str, str] | None = None,
    confirmed: Collection[str] | None = None,
) -> Cleaned:
    """Return the rows that a model can learn from, and why the others cannot be used.

    ``mapping`` turns labels into levels; ids and names of levels need none. With ``confirmed`` only labels of
    these sources count: a default that nobody confirmed is no label. ``suggest`` gives what the rules find;
    without it the model learns from words alone.

    Raises:
        TrainingError: the mapping names a level that is none.
    """
    names = _names(levels, mapping or {})
    drops: Counter[str] = Counter()
    return Cleaned(tuple(_examples(rows, names, drops, suggest=suggest, confirmed=confirmed)), _told(drops))


def with_times(cleaned: Cleaned) -> Cleaned:
    """Return the examples that tell when they came, with those that do not among the drops.

    >>> with_times(Cleaned((), (("no label", 2),))).drops
    (('no label', 2),)
    """
    timed = tuple(example for example in cleaned.examples if example.time)
    untold = len(cleaned.examples) - len(timed)
    return Cleaned(timed, (*cleaned.drops, *([("no time", untold)] if untold else [])))


def thin_levels(examples: Iterable[Example], levels: Sequence[Priority]) -> list[str]:
    """Return a sentence for each level that has too few tickets to be learned well.

    >>> from triage import Triage
    >>> thin_levels([], Triage().rules.priorities)[0]
    'critical has 0 tickets; a model can hardly learn a level from fewer than 20'
    """
    counts = Counter(example.level for example in examples)
    return [
        f"{level.id} has {counts[level.id]} tickets; a model can hardly learn a level from fewer than {FEW}"
        for level in levels
        if counts[level.id] < FEW
    ]


def _names(levels: Sequence[Priority], mapping: Mapping[str, str]) -> dict[str, str]:
    names = level_names(levels)
    for label, level in mapping.items():
        if level.casefold() not in names:
            ids = ", ".join(priority.id for priority in levels)
            raise TrainingError(
                f"the map says {label!r} is {level!r}, which is no level; expected one of {ids}"
            )
    return names | {label.casefold(): names[level.casefold()] for label, level in mapping.items()}


def _examples(
    rows: Iterable[Row],
    names: Mapping[str, str],
    drops: Counter[str],
    *,
    suggest: Suggest | None,
    confirmed: Collection[str] | None,
) -> Iterator[Example]:
    known = None if confirmed is None else {source.casefold() for source in confirmed}
    for row in rows:
        why = _useless(row, names, known)
        found = None if why else document(row.ticket, findings_of(suggest(row.ticket)) if suggest else ())
        if found is not None and not found.words:
            why = "no words in the ticket"
        if found is None or why:
            drops[why or ""] += 1
        else:
            level = names[(row.label or "").casefold()]
            yield Example(ticket=row.ticket, document=found, level=level, row=row.number, time=row.time)


def _useless(row: Row, names: Mapping[str, str], confirmed: Collection[str] | None) -> str:
    """Return why a row cannot be learned from, or an empty text."""
    if not (row.ticket.subject.strip() or row.ticket.body.strip()):
        return "no text"
    if not row.label:
        return "no label"
    if confirmed is not None and (row.source or "").casefold() not in confirmed:
        return f"label of the source {row.source or ''!r}, which no person confirmed"
    if row.label.casefold() == UNCLEAR:
        return "labelled unclear"
    return "" if row.label.casefold() in names else f"unknown label {row.label!r}"


def _told(drops: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Return the drops, the most common first, with the rare ones of many told together."""
    told = sorted(drops.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(count for _, count in told[_MOST_TOLD:])
    return (*told[:_MOST_TOLD], *([("other labels or sources", rest)] if rest else []))
