"""Suggestions and scores on a terminal: in colour where there is one, plain text elsewhere.

A ticket is untrusted: nothing in it is read as markup, and no control character of it reaches the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, starmap
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table as Grid
from rich.text import Text

from triage.suggestion import Evidence, Loser, NearMiss, Reason, Shadow, Suggestion
from triage.ticket import Ticket

if TYPE_CHECKING:
    from triage.evaluate import LevelScore, Measures, Score

SHORT_TEXT = 1_500  # characters of a field that are shown whole
_AROUND = 150  # characters shown on each side of the evidence in a longer one
_BEGINNING = 300  # characters of its beginning
_MOST_MARKS = 40
_MOST_LABELS = 10
_NAMES = 11  # width of the names before the lines of a suggestion
_BADGES = ("bold white on red3", "bold black on dark_orange", "bold black on khaki3", "black on sky_blue3")
_LAST_BADGE = "black on grey70"
_FOUND, _SET_ASIDE = "bold underline", "dim"

_ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]?"
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*+\n){2,}+")
_SURROGATES = re.compile("[\ud800-\udfff]")


class Mark(NamedTuple):
    """A part of a text to be drawn in a style."""

    start: int
    end: int
    style: str


def clean(text: str) -> str:
    """Return the text without escape sequences and other invisible characters that a terminal would obey.

    >>> clean("\\x1b[31mred\\x1b[0m \\x07bell")
    'red bell'
    """
    text = _LINE_ENDS.sub("\n", _ESCAPES.sub("", text))
    text = _SURROGATES.sub("\ufffd", _INVISIBLE.sub("", text)).replace("\t", "    ")
    return _BLANK_LINES.sub("\n\n", text)


class Screen(Console):
    """A console that takes text as it is and says when whoever read its output has gone.

    >>> Screen(width=40).print("[bold]no markup[/bold]")
    [bold]no markup[/bold]
    """

    def __init__(self, *, stderr: bool = False, width: int | None = None) -> None:
        super().__init__(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)

    def on_broken_pipe(self) -> None:
        """Raise the error; a plain console would leave with exit code 1."""
        raise BrokenPipeError


def show_suggestion(suggestion: Suggestion, ticket: Ticket) -> RenderableType:
    """Return a suggestion for ``Console.print``: the level, the guideline, the ticket's own words, what lost.

    >>> from triage import Triage
    >>> ticket = Ticket(body="Entire computer network is down")
    >>> Console(width=70).print(show_suggestion(Triage().suggest(ticket), ticket))  # doctest: +ELLIPSIS
    Critical: The network or the internet is down
    ...
    """
    return Group(_Headline(suggestion), *starmap(_Line, _lines(suggestion, ticket)))


def show_lines(lines: Iterable[tuple[str, str]]) -> RenderableType:
    """Return names, each with a text that hangs beside it, for ``Console.print``.

    >>> Console(width=40).print(show_lines([("Due", "High: today 15:10.")]))
    Due        High: today 15:10.
    """
    return Group(*(_Line(name, _plain(text)) for name, text in lines))


class _Line(NamedTuple):
    """A name and a text that hangs beside it; a table would do, but pads every line to the full width."""

    name: str
    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - _NAMES, _NAMES)
        lines = self.text.wrap(console, width, tab_size=4)
        for number, line in enumerate(lines):
            line.rstrip()
            name = "" if number else self.name
            yield Text.assemble((f"{name:<{_NAMES}}" if line else name, "dim"), line)


class _Headline(NamedTuple):
    """The level as a badge, or as a word where a badge cannot be seen, and why it is the level."""

    suggestion: Suggestion

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        priority = self.suggestion.priority
        style = _BADGES[priority.rank] if priority.rank < len(_BADGES) else _LAST_BADGE
        if console.is_terminal and not console.no_color:
            yield Text.assemble(_plain(f" {priority.name} ", style), " ", _because(self.suggestion))
        else:
            yield Text.assemble(_plain(f"{priority.name}: ", "bold"), _because(self.suggestion))


def _because(suggestion: Suggestion) -> Text:
    if suggestion.decided_by == "model" and suggestion.opinion is not None:
        return _plain(f"The model is sure ({suggestion.opinion.probability:.0%})", "bold")
    if suggestion.reasons and not suggestion.unsure:
        return _plain(suggestion.reasons[0].says, "bold")
    arrives = f"the default of channel {suggestion.channel!r}" if suggestion.channel else "the default"
    return _plain(f"Unsure: no rule decided, so {arrives} stands", "bold italic")


def _lines(suggestion: Suggestion, ticket: Ticket) -> Iterator[tuple[str, Text]]:
    first = suggestion.reasons[:1]
    yield from (("Guideline", _quoted(reason)) for reason in first)
    yield from (("Found", _found(reason.evidence)) for reason in first)
    yield from (("Rule", _plain(reason.rule)) for reason in first)
    if ticket.subject:
        yield "Subject", _marked(ticket.subject, "subject", suggestion)
    if ticket.body:
        yield "Ticket", _marked(ticket.body, "body", suggestion)
    yield from (("Also", _plain(f"{reason.says} ({reason.rule})")) for reason in suggestion.reasons[1:])
    if suggestion.set_aside:
        parts = [f"{_short(part.evidence)}: {part.why}" for part in suggestion.set_aside]
        yield "Set aside", _plain("; ".join(dict.fromkeys(parts)), _SET_ASIDE)
    yield from (("Not", _lost(loser)) for loser in suggestion.losers)
    yield from (("Ask", _asked(miss)) for miss in suggestion.near_misses)
    if suggestion.shadow is not None:
        yield "Draft", _drafted(suggestion.shadow)
    if suggestion.opinion is not None:
        from triage.show_opinion import show_opinion

        yield "Model", show_opinion(suggestion.opinion)
    who = suggestion.scope if suggestion.scope != "unknown" else "not said"
    yield "Who", _plain(f"{who}; impact {suggestion.impact}, urgency {suggestion.urgency}")
    if first:
        yield "Certainty", _plain(suggestion.certainty)
    yield "Target", _plain(suggestion.target)


def _plain(text: str, style: str = "") -> Text:
    return Text(clean(text), style=style)


def _quoted(reason: Reason) -> Text:
    where = f"line {reason.line}: " if reason.line is not None else ""
    return _plain(f"{where}\u201c{reason.quote}\u201d")


def _found(evidence: Iterable[Evidence]) -> Text:
    by_zone: dict[str, dict[str, None]] = {}
    for item in evidence:
        by_zone.setdefault(item.zone, {})[_short(item)] = None
    return _plain("; ".join(f"{', '.join(words)} in {zone}" for zone, words in by_zone.items()))


def _short(item: Evidence) -> str:
    words = " ".join(item.text[:200].split())
    return repr(f"{words[:60]}…" if len(words) > 60 else words)


def _lost(loser: Loser) -> Text:
    text = _plain(f"{loser.reason.priority} ")
    return text.append(f"({loser.reason.rule}): {loser.why}", style="dim")


def _drafted(shadow: Shadow) -> Text:
    by = ", ".join(reason.rule for reason in shadow.reasons)
    return _plain(f"would make it {shadow.priority} ({by})" if shadow.changes else "would change nothing")


def _asked(miss: NearMiss) -> Text:
    text = _plain(f"{miss.question} ", "italic")
    return text.append(f"({miss.priority}, {miss.rule})", style="not italic dim")


def _marked(text: str, field: str, suggestion: Suggestion) -> Text:
    """Return the ticket's own text, evidence underlined, what was set aside dimmed, shortened where long."""
    found = [item for reason in suggestion.reasons for item in reason.evidence]
    aside = [part.evidence for part in suggestion.set_aside]
    marks = [Mark(item.start, item.end, _FOUND) for item in found if item.field == field]
    if suggestion.decided_by == "model" and suggestion.opinion is not None:
        spoke = (word for word in suggestion.opinion.words if word.weight > 0 and word.field == field)
        marks += [Mark(word.start, word.end, _FOUND) for word in spoke]
    marks += [Mark(item.start, item.end, _SET_ASIDE) for item in aside if item.field == field]
    return draw(text, marks[:_MOST_MARKS])


def draw(text: str, marks: list[Mark]) -> Text:
    """Return the text with its marks, the first of two that overlap on top, with "…" for parts left out.

    >>> drawn = draw("The server is down.", [Mark(14, 18, "underline")])
    >>> drawn.plain, drawn.spans[0].start, drawn.spans[0].end
    ('The server is down.', 14, 18)
    """
    drawn = Text()
    place = 0
    for start, end in excerpts(text, marks):
        drawn.append(" … " if start > place else "", style="dim")
        cuts = sorted({start, end, *(cut for mark in marks for cut in mark[:2] if start < cut < end)})
        for here, there in pairwise(cuts):
            style = next((mark.style for mark in marks if mark.start <= here < mark.end), None)
            drawn.append(clean(text[here:there]), style=style)
        place = end
    drawn.append(" … " if place < len(text) else "", style="dim")
    drawn.rstrip()
    return drawn


def excerpts(text: str, marks: list[Mark]) -> list[tuple[int, int]]:
    """Return the parts of a text to show: all of a short one, else its beginning and around its marks.

    >>> excerpts("short", [])
    [(0, 5)]
    """
    if len(text) <= SHORT_TEXT:
        return [(0, len(text))]
    parts = [(0, _BEGINNING)]
    for mark in sorted(marks):
        start, end = (
            max(mark.start - _AROUND, 0),
            min(mark.start + 2 * _AROUND, mark.end + _AROUND, len(text)),
        )
        if start <= parts[-1][1]:
            parts[-1] = (parts[-1][0], max(parts[-1][1], end))
        else:
            parts.append((start, end))
    return parts


def show_score(score: Score) -> RenderableType:
    """Return a score for ``Console.print``: beside always answering the most common label, then by level.

    >>> from triage import Triage
    >>> from triage.evaluate import Answer, score
    >>> result = score([Answer(label="low", suggested="low")], Triage().rules.priorities)
    >>> Console(width=70).print(show_score(result))  # doctest: +ELLIPSIS
    1 ticket labelled with a level
    ...
    """
    tables = (_beside_majority(score), _by_level(score.levels), _confusion(score))
    return Group(*_notes(score), *(part for table in tables for part in (Text(), table)))


def _notes(score: Score) -> Iterator[Text]:
    yield Text(f"{count_tickets(score.n)} labelled with a level", style="bold")
    if score.unclear:
        share = f"{score.unclear_unsure:,} ({_percent(score.unclear_unsure / score.unclear)})"
        yield Text(f"{count_tickets(score.unclear)} labelled unclear, left out: {share} came back unsure")
    if score.unlabelled:
        yield Text(f"{count_tickets(score.unlabelled)} without a label, left out", style="yellow")
    if score.unknown:
        yield show_unknown(score.unknown)
    if score.broken_pairs:
        yield Text(f"{score.broken_pairs:,} pairs that are not two tickets with a level each", style="yellow")


def show_unknown(unknown: Sequence[tuple[str, int]]) -> Text:
    """Return a line about labels that are no level, with how many tickets have each.

    >>> str(show_unknown([("nromal", 2), ("P1", 1)]))
    "3 tickets with a label that is no level, left out: 'nromal' (2), 'P1' (1)"
    """
    named = ", ".join(f"{label!r} ({count:,})" for label, count in unknown[:_MOST_LABELS])
    tickets = count_tickets(sum(count for _, count in unknown))
    return _plain(f"{tickets} with a label that is no level, left out: {named}", "yellow")


def count_tickets(count: int) -> str:
    """Return a number of tickets in words.

    >>> count_tickets(1)
    '1 ticket'
    """
    return f"{count:,} ticket" if count == 1 else f"{count:,} tickets"


def _beside_majority(score: Score) -> Figures:
    ours, constant = _measured(score), _measured(score.majority)
    rows = [(name, [Text(value, style="bold"), Text(constant[name])]) for name, value in ours.items()]
    more = {"unsure": score.unsure}
    if score.lenient is not None:
        more["lenient accuracy"] = score.lenient
    if score.pairs:
        more[f"both right of {score.pairs:,} pairs"] = score.pairs_right
    rows += [(name, [Text(_percent(share), style="bold"), Text()]) for name, share in more.items()]
    return Figures(("", "suggested", f"always {score.majority_label}"), rows)


def _measured(measures: Measures) -> dict[str, str]:
    return {
        "accuracy": _percent(measures.accuracy),
        "macro-F1": _number(measures.macro_f1),
        "quadratic kappa": _number(measures.kappa),
        "two levels off or more": _percent(measures.two_levels_off),
    }


def _by_level(levels: Iterable[LevelScore]) -> Figures:
    rows = [(level.id, list(map(Text, _measured_level(level)))) for level in levels]
    return Figures(("level", "precision", "recall", "F1", "labelled", "suggested"), rows)


def _measured_level(level: LevelScore) -> tuple[str, ...]:
    shares = _percent(level.precision), _percent(level.recall), _number(level.f1)
    return (*shares, f"{level.support:,}", f"{level.suggested:,}")


def _confusion(score: Score) -> Figures:
    ids = [level.id for level in score.levels]
    rows = [
        (id, [_cell(count, abs(i - j)) for j, count in enumerate(line)])
        for i, (id, line) in enumerate(zip(ids, score.confusion, strict=True))
    ]
    return Figures(("labelled as", *ids), rows)


def _cell(count: int, distance: int) -> Text:
    style = "dim" if not count else "bold green" if not distance else "red" if distance > 1 else ""
    return Text(f"{count:,}" if count else "·", style=style)


class Figures(NamedTuple):
    """A table of figures: a narrow terminal cuts the names of its columns, never a figure."""

    header: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Text]]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for longest in (40, 12, 8, 6, 4):
            grid = self._grid(longest)
            if console.measure(grid, options=options.update(max_width=1_000)).maximum <= options.max_width:
                break
        yield grid

    def _grid(self, longest: int) -> Grid:
        gap = 2 if longest > 6 else 1
        grid = Grid(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="dim")
        for number, name in enumerate(self.header):
            short = name if len(name) <= longest else f"{name[: longest - 1]}."
            if number:
                grid.add_column(Text(short), no_wrap=True, justify="right")
            else:
                grid.add_column(Text(short), min_width=4)
        for name, cells in self.rows:
            grid.add_row(Text(name), *cells)
        return grid


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
