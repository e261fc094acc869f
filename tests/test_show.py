"""What a person sees on a terminal; the ticket is untrusted and the terminal may be narrow or plain."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from triage.evaluate import Answer, score
from triage.priority import Priority
from triage.show import SHORT_TEXT, Mark, clean, draw, excerpts, show_score, show_suggestion
from triage.show_progress import with_progress
from triage.suggestion import Evidence, Loser, NearMiss, Reason, SetAside, Suggestion
from triage.table import Columns, Row, Table
from triage.ticket import Ticket

BODY = "The mail server is down for everyone. The printer works."
LEVELS = tuple(
    Priority(
        id=id, name=id.title(), rank=rank, definition="", target="2 hours", impact="high", urgency="medium"
    )
    for rank, id in enumerate(("critical", "high", "low"))
)


def found(text: str, field: str = "body", zone: str = "new text") -> Evidence:
    start = BODY.index(text)
    return Evidence(field, zone, start, start + len(text), text, "a list")


MAIL = Reason(
    "mail-down",
    "critical",
    "The mail service is down",
    "E-mail is down",
    4,
    (found("mail server"), found("down")),
)
PRINTER = Reason("printer", "low", "A printer fails", "Printing issues.", None, (found("printer"),))
SUGGESTION = Suggestion(
    priority=LEVELS[0],
    decided_by="rule",
    unsure=False,
    reasons=(MAIL,),
    losers=(Loser(PRINTER, "mail-down is more urgent"),),
    near_misses=(NearMiss("network-down", "critical", "everyone", "Is the network down as well?"),),
    set_aside=(SetAside("ruled out", found("printer works")),),
    scope="everyone",
    certainty="not measured",
    channel=None,
    rules_version="0",
)
UNSURE = replace(SUGGESTION, unsure=True, decided_by="default", reasons=(), losers=(), channel="email")


def printed(part: RenderableType, *, width: int = 100, colour: bool = False) -> str:
    """Return what a console of this width prints."""
    stream = StringIO()
    system = "truecolor" if colour else None
    Console(file=stream, width=width, force_terminal=colour, color_system=system, highlight=False).print(part)  # type: ignore[arg-type]
    return stream.getvalue()


def shown(
    suggestion: Suggestion = SUGGESTION, body: str = BODY, *, width: int = 100, colour: bool = False
) -> str:
    return printed(show_suggestion(suggestion, Ticket(body=body)), width=width, colour=colour)


@pytest.mark.parametrize(
    "line",
    [
        "Critical: The mail service is down",
        "Guideline  line 4: “E-mail is down”",
        "Found      'mail server', 'down' in new text",
        "Rule       mail-down",
        f"Ticket     {BODY}",
        "Set aside  'printer works': ruled out",
        "Not        low (printer): mail-down is more urgent",
        "Ask        Is the network down as well? (critical, network-down)",
        "Who        everyone; impact high, urgency medium",
        "Target     2 hours",
    ],
)
def test_suggestion_tells_what_led_to_it(line: str) -> None:
    """Level, guideline, the ticket's own words, what was set aside, what lost, what to ask and the target."""
    assert line in shown().splitlines()


def test_plain_output_has_no_escape_sequence() -> None:
    """A file or a pipe gets text alone, and no blanks at the ends of lines."""
    text = shown(width=40)
    assert "\x1b" not in text
    assert text.splitlines() == [line.rstrip() for line in text.splitlines()]


def test_unsure_suggestion_says_that_the_default_stands() -> None:
    """Nothing decided, and the channel is named."""
    assert "Critical: Unsure: no rule decided, so the default of channel 'email' stands" in shown(UNSURE)


def test_subject_is_shown_with_its_own_evidence() -> None:
    """What is found in the subject is named with its zone."""
    reason = replace(MAIL, evidence=(Evidence("subject", "subject", 0, 4, "Mail", "mail"),))
    part = show_suggestion(replace(SUGGESTION, reasons=(reason,)), Ticket(subject="Mail is down"))
    assert {"Subject    Mail is down", "Found      'Mail' in subject"} <= set(printed(part).splitlines())


def test_level_is_a_coloured_badge_on_a_terminal() -> None:
    """White on red for the most urgent level."""
    assert "\x1b[1;37;48;5;160m Critical \x1b[0m" in shown(colour=True)


def test_evidence_is_underlined_in_the_tickets_own_text_on_a_terminal() -> None:
    """The very words, and nothing beside them."""
    assert "is \x1b[1;4mdown\x1b[0m for everyone" in shown(colour=True)


def test_what_was_set_aside_is_dimmed_on_a_terminal() -> None:
    """In its place in the ticket."""
    assert "The \x1b[2mprinter works\x1b[0m." in shown(colour=True)


def test_no_color_leaves_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR is kept: the badge is a word, the evidence is still underlined."""
    monkeypatch.setenv("NO_COLOR", "1")
    text = shown(colour=True)
    assert "\x1b[1mCritical: \x1b[0m" in text
    assert "\x1b[1;4mdown" in text


def test_narrow_terminal_breaks_lines_beside_their_names() -> None:
    """No line is longer than the terminal is wide."""
    lines = shown(width=40).splitlines()
    assert max(map(len, lines)) <= 40
    assert "           everyone. The printer works." in lines


def test_markup_in_a_ticket_is_text() -> None:
    """Square brackets and emoji names are what the person wrote."""
    assert "[bold red]fire[/] :fire:" in shown(UNSURE, "[bold red]fire[/] :fire:")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;never closed", "0;never closed"),
        ("\x9b31mred", "red"),
        ("\x1bcreset", "reset"),
        ("a\x07\x08\x7f\0b", "ab"),
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("a\tb", "a    b"),
        ("\u202eright to left\u2066\u200b\ufeff", "right to left"),
        ("a\ud800b", "a\ufffdb"),
        ("a\n\n \n\n\nb", "a\n\nb"),
        ("日本 é 👍", "日本 é 👍"),
    ],
)
def test_text_is_cleaned_of_what_a_terminal_obeys(text: str, expected: str) -> None:
    """Escape sequences, control characters and invisible ones go, letters stay."""
    assert expected == clean(text)


@given(st.text(st.sampled_from("\x1b\x9b\x07\\[]();0m a\n\t\u202e\x85P")))
def test_no_control_character_is_left(text: str) -> None:
    """Whatever the sequence, only line ends are left."""
    assert clean(text).replace("\n", "").isprintable()


def test_escape_sequences_around_evidence_do_not_shift_it() -> None:
    """Marks are places of the original, sequences included."""
    drawn = draw("\x1b[1mThe server\x1b[0m is down", [Mark(22, 26, "underline")])
    assert ("The server is down", "down") == (
        drawn.plain,
        drawn.plain[drawn.spans[-1].start : drawn.spans[-1].end],
    )


def test_first_of_two_marks_that_overlap_is_on_top() -> None:
    """Evidence before what was set aside."""
    drawn = draw("abcd", [Mark(1, 3, "underline"), Mark(0, 4, "dim")])
    assert [(0, 1, "dim"), (1, 3, "underline"), (3, 4, "dim")] == [
        (s.start, s.end, s.style) for s in drawn.spans
    ]


def test_long_ticket_is_shortened_around_its_evidence() -> None:
    """Its beginning and the words around the evidence are shown, "…" for the rest."""
    text = "x " * 5_000 + "server is down" + " y" * 5_000
    drawn = draw(text, [Mark(10_010, 10_014, "underline")])
    assert "server is down" in drawn.plain
    assert drawn.plain.startswith("x x")
    assert drawn.plain.endswith("…")
    assert len(drawn.plain) < 800


def test_long_ticket_without_evidence_shows_its_beginning() -> None:
    """A megabyte does not fill the terminal."""
    assert len(draw("x" * 1_000_000, []).plain) < 400


MARKS = st.lists(
    st.tuples(st.integers(0, 4_990), st.integers(1, 2_000)).map(
        lambda m: Mark(m[0], min(sum(m), 5_000), "dim")
    )
)


@given(MARKS)
def test_excerpts_are_in_order_apart_and_hold_the_start_of_each_mark(marks: list[Mark]) -> None:
    """No part of a text is shown twice."""
    parts = excerpts("x" * 5_000, marks)
    edges = [edge for part in parts for edge in part]
    assert edges == sorted(set(edges))
    assert all(any(start <= mark.start < end for start, end in parts) for mark in marks)


@given(st.text(max_size=SHORT_TEXT))
def test_short_text_is_shown_whole(text: str) -> None:
    """One part, from its start to its end."""
    assert [(0, len(text))] == excerpts(text, [Mark(0, 1, "dim")])


def scored(*pairs: tuple[str | None, str], **more: str) -> RenderableType:
    answers = (Answer(label=label, suggested=suggested, **more) for label, suggested in pairs)  # type: ignore[arg-type]
    return show_score(score(answers, LEVELS))


@pytest.mark.parametrize(
    "line",
    [
        "5 tickets labelled with a level",
        "1 ticket labelled unclear, left out: 0 (0.0%) came back unsure",
        "1 ticket without a label, left out",
        "2 tickets with a label that is no level, left out: 'P1' (2)",
        "                        suggested  always low",
        "accuracy                    80.0%       60.0%",
        "two levels off or more      20.0%       40.0%",
        "level     precision  recall     F1  labelled  suggested",
        "critical     100.0%   50.0%  0.667         2          1",
        "high              -       -      -         0          0",
        "labelled as  critical  high  low",
        "critical            1     ·    1",
    ],
)
def test_score_stands_beside_always_answering_the_most_common_label(line: str) -> None:
    """Every row of the table is accounted for, every share of nothing is a dash."""
    pairs = [("critical", "critical"), ("critical", "low"), ("low", "low"), ("low", "low"), ("low", "low")]
    others = [("unclear", "low"), (None, "low"), ("P1", "low"), ("P1", "low")]
    assert line in [text.rstrip() for text in printed(scored(*pairs, *others)).splitlines()]


def test_score_shows_pairs_where_there_are_any() -> None:
    """The share with both right, and pairs that are none."""
    lines = printed(scored(("low", "low"), ("high", "high"), pair="1")).splitlines()
    assert any(line.split() == ["both", "right", "of", "1", "pairs", "100.0%"] for line in lines)
    assert "1 pairs that are not two tickets with a level each" in printed(scored(("low", "low"), pair="1"))


def test_narrow_terminal_cuts_the_names_of_columns_and_no_figure() -> None:
    """Every figure is there at 42 characters."""
    lines = printed(scored(*[("critical", "critical")] * 1_000), width=42).splitlines()
    assert "level    preci. recall    F1 label. sugge." in lines
    assert "critical 100.0% 100.0% 1.000  1,000  1,000" in lines


def test_very_narrow_terminal_breaks_the_names_of_lines() -> None:
    """A name goes on in the next line, the figure stays."""
    lines = printed(scored(("low", "low")), width=30).splitlines()
    assert {"two levels off     0.0%   0.0%", "or more"} <= set(map(str.rstrip, lines))


def test_rows_pass_through_the_progress_bar() -> None:
    """On a terminal and elsewhere, and nothing is drawn for what takes no time."""
    rows = [Row(ticket=Ticket(body="a"), number=number) for number in (1, 2, 3)]
    for terminal in (True, False):
        stream = StringIO()
        table = Table("a.csv", Columns(), iter(rows), 0, lambda: 0)
        assert rows == list(with_progress(table, Console(file=stream, force_terminal=terminal)))
        assert stream.getvalue() == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_what_takes_long_draws_a_progress_bar(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    """With its number of tickets, on a terminal only; here everything takes long."""
    monkeypatch.setattr("triage.show_progress._PATIENCE", -1.0)
    monkeypatch.setattr("triage.show_progress._REDRAWN", 1)
    stream = StringIO()
    rows = [Row(ticket=Ticket(body="a"), number=number) for number in (1, 2)]
    table = Table("a.csv", Columns(), iter(rows), 100, lambda: 50)
    list(with_progress(table, Console(file=stream, force_terminal=terminal, width=80)))
    assert terminal == ("2 tickets" in stream.getvalue())
    assert terminal == bool(stream.getvalue())
