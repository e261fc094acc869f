"""The report is one page that needs nothing else, readable without colour, and safe on any ticket."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from made_models import small_model
from rich.console import Console, RenderableType
from strategies import documented

from triage import ModelError, Ticket
from triage.model.folder import load_model, read_manifest
from triage.model.judge import Judged, measures_of
from triage.model.report import errors_of, mean_cost, report_of, useful_words, write_report
from triage.model.svg import Axis, Line, chart
from triage.show_model import show_made

FORMATS = Path(__file__).resolve().parent / "model_formats"
LEVELS = ("critical", "high", "standard", "low", "scheduled")


def judged(row: int, label: str, joined: str) -> Judged:
    """Return what was said of a row."""
    return Judged(
        row=row,
        label=label,
        rules=joined,
        unsure=False,
        model=joined,
        probabilities=tuple(0.6 if level == joined else 0.1 for level in LEVELS),
        joined=joined,
        decided_by="model",
    )


def page(*found: Judged, texts: dict[int, Ticket] | None = None) -> str:
    """Return a report of the small model on these answers."""
    folder = small_model().folder
    return report_of(read_manifest(folder), found, load_model(folder).weights, texts=texts)


def test_a_page_needs_nothing_else() -> None:
    """It loads no script, no picture and nothing from elsewhere."""
    html = page(judged(1, "low", "low"), judged(2, "low", "high"))
    assert not re.search(r"<script|<link|<img|src=|https?://|url\(", html)


def test_every_tag_is_closed() -> None:
    """The page is well formed, so that every browser shows it alike."""
    open_tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in ("meta",):
                open_tags.append(tag)

        def handle_startendtag(self, tag: str, attrs: object) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert tag == open_tags.pop()

    Tags().feed(page(judged(1, "low", "low"), judged(2, "low", "high")))
    assert [] == open_tags


def test_the_text_of_a_ticket_cannot_be_markup() -> None:
    wrong = "<script>alert(1)</script>"
    html = page(judged(7, "low", "high"), texts={7: Ticket(subject=wrong, body=wrong)})
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_errors_come_farthest_off_first() -> None:
    found = [judged(1, "low", "standard"), judged(2, "low", "low"), judged(3, "critical", "scheduled")]
    assert [3, 1] == [error.judged.row for error in errors_of(found, LEVELS, {})]


def test_the_most_useful_words_are_those_of_the_level() -> None:
    assert {"locked", "password"} & {word for word, _ in useful_words(small_model().model.weights)["high"]}


def test_a_curve_of_costs_goes_by_the_policy() -> None:
    """An emergency of a rule stands in it as it does in use, and a level that was never learned."""
    stands = replace(
        judged(1, "critical", "low"),
        rules="critical",
        probabilities=(0.2, 0.0, 0.0, 0.8, 0.0),
        joined="critical",
    )
    weights = small_model().model.weights
    assert (0.0, 0.0) == (mean_cost([stands], weights, 0.5), mean_cost([stands], weights, 0.9))
    gone = replace(stands, probabilities=(0.05, 0.0, 0.0, 0.95, 0.0))
    assert weights.costs[0][3] == mean_cost([gone], weights, 0.5)
    assert 0.0 == mean_cost([gone], replace(weights, unlearned=("critical",)), 0.5)


def test_at_its_own_threshold_the_curve_is_what_was_measured() -> None:
    found, weights = small_model().judged, small_model().model.weights
    costs = [weights.costs[LEVELS.index(one.label)][LEVELS.index(one.joined)] for one in found]
    assert pytest.approx(sum(costs) / len(costs)) == mean_cost(found, weights, weights.threshold)


def test_a_model_that_does_harm_is_told_so() -> None:
    """Both figures stand in the line; of one that helps nothing is said."""
    wrong = [replace(judged(n, "low", "high"), rules="low") for n in range(4)]
    measures = measures_of(wrong, documented().rules.priorities)
    harmful = _printed(show_made(replace(small_model(), measures=measures)))
    assert "With the model 0.0% are right, by the rules alone 100.0%: it does harm." in harmful
    assert "it does harm" not in _printed(show_made(small_model()))


def _printed(shown: RenderableType) -> str:
    stream = StringIO()
    Console(file=stream, width=200).print(shown)
    return stream.getvalue()


@pytest.mark.parametrize("folder", sorted(FORMATS.iterdir()), ids=lambda path: path.name)
def test_a_folder_of_weights_alone_has_no_report(folder: Path) -> None:
    """What was measured is missing, and the message says what to copy."""
    with pytest.raises(
        ModelError, match=r"there is no measured\.json, which holds what a report tells; copy the"
    ):
        write_report(folder)


def test_lines_of_a_chart_differ_without_colour() -> None:
    """Each line of a chart has a dash of its own and is named beside it."""
    picture = chart(
        [Line("one", [(0, 0), (1, 1)]), Line("two", [(0, 1), (1, 0)])], Axis("x"), Axis("y"), title="t"
    )
    dashes = re.findall(r'class="line" stroke-dasharray="([^"]*)"', picture)
    assert 2 == len(set(dashes))
    assert "stroke=" not in picture
    assert {"one", "two"} <= set(re.findall(r">(\w+)</text>", picture))


def test_a_report_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    path, note = write_report(small_model().folder, tmp_path / "page.html")
    assert path.read_text().startswith("<!DOCTYPE html>")
    assert "without texts" in note


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"page\.html: the report cannot be written: No such file"):
        write_report(small_model().folder, tmp_path / "nowhere" / "page.html")
