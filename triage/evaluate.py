"""How good suggestions are: measures over labelled tickets, in plain Python and in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from triage.errors import SuggestionError
from triage.priority import Priority
from triage.suggestion import Reason, Suggestion
from triage.table import Row

if TYPE_CHECKING:
    from triage.engine import Triage

UNCLEAR = "unclear"
ERROR_COLUMNS = (
    *("row", "id", "label", "suggested", "levels off", "decided by", "rule", "reasons", "line"),
    *("found", "losers", "channel", "subject", "body"),
)

Matrix = Mapping[tuple[str, str], int]  # how many tickets by (label, suggested level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was suggested for a labelled ticket; ``acceptable`` levels would do, ``pair`` joins two tickets.

    >>> Answer(label="high", suggested="standard").unsure
    False
    """

    label: str | None
    suggested: str
    unsure: bool = False
    acceptable: frozenset[str] = frozenset()
    pair: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelScore:
    """The measures of one level; None: of nothing, ``support`` counts labels, ``suggested`` answers.

    >>> LevelScore(id="low", precision=1.0, recall=0.5, f1=2 / 3, support=2, suggested=1).recall
    0.5
    """

    id: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int
    suggested: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Measures of ``n`` answers, shares from 0 to 1; None is a share of nothing.

    ``macro_f1`` is the mean over the levels that were labelled or suggested, ``kappa`` is weighted by the
    square of the distance of the ranks, ``two_levels_off`` is the share of all tickets that are wrong by two
    levels or more. ``confusion`` counts tickets: a line for each label, a column for each suggested level.
    """

    n: int
    accuracy: float | None
    macro_f1: float | None
    kappa: float | None
    two_levels_off: float | None
    levels: tuple[LevelScore, ...]
    confusion: tuple[tuple[int, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the measures as plain data, ready for JSON; levels and confusion by the id of the level."""
        data = asdict(self)
        ids = [level.id for level in self.levels]
        data["levels"] = {level.pop("id"): level for level in data["levels"]}
        data["confusion"] = {
            id: dict(zip(ids, line, strict=True)) for id, line in zip(ids, self.confusion, strict=True)
        }
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(Measures):
    """The measures of suggestions, beside those of always answering the most common label.

    All ``rows`` are accounted for: ``n`` have a level as their label, ``unclear`` tickets are left out of
    every measure but their own, ``unlabelled`` have no label and ``unknown`` counts labels that are no level.
    ``lenient`` counts an acceptable level as right. ``pairs_right`` is the share of the ``pairs`` with both
    right; ``broken_pairs`` are not two tickets with a level each.
    """

    rows: int
    unsure: float | None
    lenient: float | None
    unclear: int
    unclear_unsure: int
    unlabelled: int
    unknown: tuple[tuple[str, int], ...]
    pairs: int
    pairs_right: float | None
    broken_pairs: int
    majority_label: str | None
    majority: Measures

    def to_dict(self) -> dict[str, Any]:
        """Return the score as plain data, ready for JSON.

        >>> from triage import Triage
        >>> priorities = Triage().rules.priorities
        >>> score([Answer(label="high", suggested="high")], priorities).to_dict()["levels"]["high"]["recall"]
        1.0
        """
        # Slotted classes are made anew by the decorator, so super() without arguments finds the wrong one.
        return Measures.to_dict(self) | {"unknown": dict(self.unknown), "majority": self.majority.to_dict()}


def score(answers: Iterable[Answer], priorities: Sequence[Priority]) -> Score:
    """Return the score of answers; labels are ids or names of priorities in any case.

    Raises:
        SuggestionError: a suggested level is not one of the priorities.

    >>> from triage import Triage
    >>> answers = [Answer(label="Low", suggested="low"), Answer(label="high", suggested="low")]
    >>> score(answers, Triage().rules.priorities).accuracy
    0.5
    """
    tally = _Tally(level_names(priorities))
    for answer in answers:
        tally.add(answer)
    return _score(tally, [priority.id for priority in sorted(priorities, key=lambda priority: priority.rank)])


def level_names(priorities: Sequence[Priority]) -> dict[str, str]:
    """Return the ids of the priorities by everything a label may call them: id or name, without case.

    >>> from triage import Triage
    >>> level_names(Triage().rules.priorities)["critical"]
    'critical'
    """
    return {priority.name.casefold(): priority.id for priority in priorities} | {
        priority.id.casefold(): priority.id for priority in priorities
    }


def level_labelled(label: str | None, names: Mapping[str, str]) -> str | None:
    """Return the id of the level that a label calls by one of these names; None where it calls none.

    >>> level_labelled(" Low", {"low": "low"}), level_labelled("P1", {"low": "low"})
    ('low', None)
    """
    return names.get((label or "").strip().casefold())


def wrong_label(label: str | None, names: Mapping[str, str]) -> str | None:
    """Return a label that should call a level and calls none: neither empty nor "unclear".

    >>> wrong_label("P1 ", {"low": "low"}), wrong_label("low", {"low": "low"}), wrong_label("unclear", {})
    ('P1', None, None)
    """
    label = (label or "").strip()
    return label if label and label.casefold() not in (UNCLEAR, *names) else None


def most_first(labels: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return labels with how many tickets have each, the most common first.

    >>> most_first({"P2": 1, "P1": 1, "nromal": 2})
    (('nromal', 2), ('P1', 1), ('P2', 1))
    """
    return tuple(sorted(labels.items(), key=lambda item: (-item[1], item[0])))


def answers_of(
    rows: Iterable[Row], triage: Triage, *, wrong: Callable[[Sequence[object]], None] | None = None
) -> Iterator[Answer]:
    """Yield the answer to each row; ``wrong`` is called with the cells (ERROR_COLUMNS) of each wrong one.

    >>> from triage import Ticket, Triage
    >>> row = Row(ticket=Ticket(body="E-mail is down"), label="low", number=1)
    >>> [answer.suggested for answer in answers_of([row], Triage())]
    ['critical']
    """
    names = level_names(triage.rules.priorities)
    ranks = {priority.id: priority.rank for priority in triage.rules.priorities}
    for row in rows:
        suggestion = triage.suggest(row.ticket)
        label = level_labelled(row.label, names)
        if wrong is not None and label is not None and label != suggestion.priority.id:
            wrong(_error_cells(row, suggestion, abs(ranks[label] - suggestion.priority.rank)))
        yield Answer(
            label=row.label,
            suggested=suggestion.priority.id,
            unsure=suggestion.unsure,
            acceptable=row.acceptable,
            pair=row.pair,
        )


def _error_cells(row: Row, suggestion: Suggestion, levels_off: int) -> tuple[object, ...]:
    first = suggestion.reasons[0] if suggestion.reasons else None
    label, suggested = row.label, suggestion.priority.id
    return (
        *(row.number, row.id, label, suggested, levels_off, suggestion.decided_by),
        *(first.rule if first else "", "; ".join(reason.says for reason in suggestion.reasons)),
        *(first.line if first else None, _words(suggestion.reasons[:1])),
        "; ".join(
            f"{loser.reason.rule} ({loser.reason.priority}): {loser.why}" for loser in suggestion.losers
        ),
        *(row.ticket.channel, row.ticket.subject, row.ticket.body),
    )


def _words(reasons: Sequence[Reason]) -> str:
    return " | ".join(dict.fromkeys(item.text for reason in reasons for item in reason.evidence))


@dataclass(slots=True)
class _Tally:
    """The counts of one pass; what it holds grows with pairs and with different labels only."""

    names: Mapping[str, str]
    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    pairs: dict[str, list[bool | None]] = field(default_factory=dict)

    def add(self, answer: Answer) -> None:
        label = level_labelled(answer.label, self.names)
        self.counts["rows"] += 1
        if answer.pair:
            right = None if label is None else label == answer.suggested
            self.pairs.setdefault(answer.pair, []).append(right)
        if label is None:
            self._set_apart(answer)
        else:
            self._count(answer, label)

    def _set_apart(self, answer: Answer) -> None:
        if wrong := wrong_label(answer.label, self.names):
            self.unknown[wrong] += 1
        elif (answer.label or "").strip():
            self.counts["unclear"] += 1
            self.counts["unclear unsure"] += answer.unsure
        else:
            self.counts["unlabelled"] += 1

    def _count(self, answer: Answer, label: str) -> None:
        self.matrix[label, answer.suggested] += 1
        self.counts["unsure"] += answer.unsure
        acceptable = {self.names.get(level.casefold()) for level in answer.acceptable} | {label}
        self.counts["lenient"] += answer.suggested in acceptable
        self.counts["with acceptable"] += bool(answer.acceptable)


def _score(tally: _Tally, ids: Sequence[str]) -> Score:
    counts, n = tally.counts, tally.matrix.total()
    whole = [pair for pair in tally.pairs.values() if len(pair) == 2 and None not in pair]
    majority, constant = _majority(tally.matrix, ids)
    return Score(
        **_measures(tally.matrix, ids),
        rows=counts["rows"],
        unsure=_share(counts["unsure"], n),
        lenient=_share(counts["lenient"], n) if counts["with acceptable"] else None,
        unclear=counts["unclear"],
        unclear_unsure=counts["unclear unsure"],
        unlabelled=counts["unlabelled"],
        unknown=most_first(tally.unknown),
        pairs=len(whole),
        pairs_right=_share(sum(map(all, whole)), len(whole)),
        broken_pairs=len(tally.pairs) - len(whole),
        majority_label=majority,
        majority=Measures(**_measures(constant, ids)),
    )


def _majority(matrix: Matrix, ids: Sequence[str]) -> tuple[str | None, Matrix]:
    """Return the most common label, the more urgent of two, and the counts of always answering it."""
    labels = {id: sum(matrix[id, other] for other in ids) for id in ids}
    majority = max(ids, key=lambda id: labels[id], default=None)
    if majority is None or not labels[majority]:
        return None, Counter()
    return majority, Counter({(id, majority): count for id, count in labels.items()})


def _measures(matrix: Matrix, ids: Sequence[str]) -> dict[str, Any]:
    confusion = tuple(tuple(matrix[label, suggested] for suggested in ids) for label in ids)
    n = sum(map(sum, confusion))
    if n != sum(matrix.values()):
        stray = next(suggested for _, suggested in matrix if suggested not in ids)
        raise SuggestionError(f"the suggested level {stray!r} is not one of {', '.join(ids)}")
    levels = tuple(_level(confusion, place, id) for place, id in enumerate(ids))
    f1s = [level.f1 for level in levels if level.f1 is not None]
    return {
        "n": n,
        "accuracy": _share(sum(confusion[place][place] for place in range(len(ids))), n),
        "macro_f1": _share(sum(f1s), len(f1s)),
        "kappa": _quadratic_kappa(confusion),
        "two_levels_off": _share(sum(count for i, j, count in _cells(confusion) if abs(i - j) >= 2), n),
        "levels": levels,
        "confusion": confusion,
    }


def _level(confusion: Sequence[Sequence[int]], place: int, id: str) -> LevelScore:
    right = confusion[place][place]
    support, suggested = sum(confusion[place]), sum(line[place] for line in confusion)
    return LevelScore(
        id=id,
        precision=_share(right, suggested),
        recall=_share(right, support),
        f1=_share(2 * right, support + suggested),
        support=support,
        suggested=suggested,
    )


def _quadratic_kappa(confusion: Sequence[Sequence[int]]) -> float | None:
    """Return 1 - observed / expected disagreement; None where no disagreement could be expected."""
    labels = [sum(line) for line in confusion]
    suggested = [sum(line[place] for line in confusion) for place in range(len(confusion))]
    observed = sum((i - j) ** 2 * count for i, j, count in _cells(confusion)) * sum(labels)
    expected = sum((i - j) ** 2 * labels[i] * suggested[j] for i, j, _ in _cells(confusion))
    return 1 - observed / expected if expected else None


def _cells(confusion: Sequence[Sequence[int]]) -> Iterator[tuple[int, int, int]]:
    return ((i, j, count) for i, line in enumerate(confusion) for j, count in enumerate(line))


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None
