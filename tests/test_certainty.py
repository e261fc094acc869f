"""Drafts as a shadow, and how certain a rule is once it was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import printing_to_a_full_disk
from strategies import rule, triage_with, write_rules
from typer.testing import CliRunner

from triage import Measured, RuleFileError, Shadow, Suggestion, SuggestionError, Triage
from triage.certainty import wilson
from triage.cli import app
from triage.rules.certainty_file import certainty_path, read_certainty
from triage.rules.load import documented_rules

LISTS = {"server": "{words: [server]}", "down": "{words: [down]}"}
SERVER = rule("server", "[any of: server]", priority="normal")
DOWN = rule("down", "[any of: down]", priority="urgent", status="draft")
TABLE = "body,label\nThe server,normal\nA server,normal\nOur server,slight\nMy server,normal\nHello,slight\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a rule file and a table of labelled tickets."""
    write_rules(tmp_path, SERVER, DOWN, lists=LISTS)
    (tmp_path / "past.csv").write_text(TABLE, "utf-8")
    return tmp_path


def calibrate(folder: Path, *more: str, code: int = 0) -> str:
    """Run `triage rules calibrate` on the folder's table and return what it prints."""
    arguments = ["rules", "calibrate", str(folder / "past.csv"), "--rules", str(folder / "rules.yaml"), *more]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == code, done.output
    return done.output


def round_trip(suggestion: Suggestion) -> Suggestion:
    return Suggestion.from_dict(json.loads(json.dumps(suggestion.to_dict())))


# -- drafts ----------------------------------------------------------------------------------------------


def test_a_draft_tells_what_it_would_have_said(folder: Path) -> None:
    """The shadow has the level that the drafts would have made, and the rule that would have decided."""
    suggestion = Triage(folder / "rules.yaml").suggest("The server is down")
    assert suggestion.priority.id == "normal"
    assert suggestion.shadow is not None
    assert ("urgent", True) == (suggestion.shadow.priority, suggestion.shadow.changes)
    assert ["down"] == [reason.rule for reason in suggestion.shadow.reasons]
    assert "Draft: down would make it urgent." in suggestion.explain()


def test_a_draft_alone_would_decide(folder: Path) -> None:
    """Where nothing decides but a draft holds, the shadow says so, be it the level that stands anyway."""
    draft = rule("down", "[any of: down]", priority="normal", status="draft")
    suggestion = triage_with(folder, draft, lists=LISTS).suggest("It is down")
    assert suggestion.unsure
    assert ("normal", True) == (suggestion.shadow.priority, suggestion.shadow.changes)  # type: ignore[union-attr]


def test_a_draft_that_changes_nothing_says_so(folder: Path) -> None:
    """A draft of a less urgent level leaves the answer as it is."""
    draft = rule("down", "[any of: down]", priority="slight", status="draft")
    suggestion = triage_with(folder, draft, SERVER, lists=LISTS).suggest("The server is down")
    assert ("normal", False) == (suggestion.shadow.priority, suggestion.shadow.changes)  # type: ignore[union-attr]
    assert "Draft: the drafts change nothing." in suggestion.explain()


def test_a_draft_would_override(folder: Path) -> None:
    """What a draft overrides stands in the answer and is out in the shadow."""
    draft = rule("down", "[any of: down]", priority="slight", status="draft", overrides="[server]")
    suggestion = triage_with(folder, draft, SERVER, lists=LISTS).suggest("The server is down")
    assert ["server"] == [reason.rule for reason in suggestion.reasons]
    assert ("slight", True) == (suggestion.shadow.priority, suggestion.shadow.changes)  # type: ignore[union-attr]


def test_without_a_draft_there_is_no_shadow(folder: Path) -> None:
    """Where no draft holds there is nothing to tell."""
    assert Triage(folder / "rules.yaml").suggest("The server").shadow is None


# -- certainty -------------------------------------------------------------------------------------------


def test_a_suggestion_says_not_measured(folder: Path) -> None:
    """Without a certainty file nothing is claimed."""
    suggestion = Triage(folder / "rules.yaml").suggest("The server")
    assert ("not measured", None) == (suggestion.certainty, suggestion.measured)


def test_calibrated_rules_say_how_often_they_were_right(folder: Path) -> None:
    """After calibration a suggestion carries its deciding rule's precision, in words and as figures."""
    calibrate(folder)
    suggestion = Triage(folder / "rules.yaml").suggest("The server")
    assert "right in 75% of 4 tickets (30-95%)" == suggestion.certainty
    assert suggestion.measured is not None
    assert (0.75, 4) == (suggestion.measured.precision, suggestion.measured.n)
    assert "Certainty: this rule was right in 75% of 4 tickets (30-95%)." in suggestion.explain()


def test_a_default_is_not_measured(folder: Path) -> None:
    """Only a rule is measured: an unsure answer stays so."""
    calibrate(folder)
    assert "not measured" == Triage(folder / "rules.yaml").suggest("Hello").certainty


def test_another_version_of_the_rules_is_not_measured(folder: Path) -> None:
    """A certainty file holds for the very rules it was measured with."""
    calibrate(folder)
    write_rules(folder, SERVER, lists=LISTS)
    assert "not measured" == Triage(folder / "rules.yaml").suggest("The server").certainty


def test_another_guideline_is_not_measured(folder: Path) -> None:
    """The hash covers the guideline too."""
    calibrate(folder)
    with (folder / "guideline.md").open("a") as guideline:
        guideline.write("\nMore.")
    assert "not measured" == Triage(folder / "rules.yaml").suggest("The server").certainty


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"format": 2}', "\0", '{"rules": {"server": {"n": 0}}}']
)
def test_a_broken_certainty_file_is_not_measured(folder: Path, content: str) -> None:
    """A file that cannot be read never stops a suggestion, and reading it tells what to do."""
    certainty_path(folder / "rules.yaml").write_text(content, "utf-8")
    assert "not measured" == Triage(folder / "rules.yaml").suggest("The server").certainty
    with pytest.raises(RuleFileError, match=r"this is no certainty file: .*triage rules calibrate"):
        read_certainty(folder / "rules.yaml")


def test_the_certainty_file_is_plain_json(folder: Path) -> None:
    """It holds n, the precision, its interval, the date, the table and the hash of the rules."""
    printed = json.loads(calibrate(folder, "--json"))
    stored = json.loads((folder / "rules.certainty.json").read_text("utf-8"))
    assert printed == stored
    assert Triage(folder / "rules.yaml").rules.version == stored["rules_version"]
    assert ("past.csv", 5) == (stored["table"], stored["tickets"])
    assert {"right": 3, "n": 4, "precision": 0.75} == {
        key: stored["rules"]["server"][key] for key in ("right", "n", "precision")
    }


def test_nothing_is_written_beside_the_rules_of_the_library(folder: Path) -> None:
    """Without --rules it says whose the documented rules are, and what to do."""
    shipped = documented_rules()
    before = sorted(shipped.parent.iterdir())
    done = CliRunner().invoke(app, ["rules", "calibrate", str(folder / "past.csv")])
    assert 1 == done.exit_code
    assert f"Copy {shipped} and the guideline that it names" in done.output
    assert "--rules FILE" in done.output
    assert before == sorted(shipped.parent.iterdir())


def test_calibrate_tells_how_many_rows_it_left_out(folder: Path) -> None:
    """A label that is no level is no silent loss."""
    with (folder / "past.csv").open("a") as table:
        table.write("Is this a level?,nosuch\n")
    arguments = ["rules", "calibrate", str(folder / "past.csv"), "--rules", str(folder / "rules.yaml")]
    done = CliRunner().invoke(app, arguments)
    assert "1 of " in done.stderr
    assert "rows left out: their label is no level" in done.stderr


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_what_is_measured_stays_where_it_cannot_be_printed(folder: Path, option: list[str]) -> None:
    """To measure takes long; the message says that the file is written."""
    words = ["rules", "calibrate", "past.csv", "--rules", "rules.yaml", *option]
    done = printing_to_a_full_disk(*words, folder=folder)
    said = b"cannot be written: No space left on device\ntriage: rules.certainty.json is written all the same"
    assert (1, True) == (done.returncode, said in done.stderr), done.stderr
    assert 5 == json.loads((folder / "rules.certainty.json").read_text("utf-8"))["tickets"]


def test_calibrate_prints_a_line_for_each_rule(folder: Path) -> None:
    """The table says how often each rule was right, and what stays without a measurement."""
    printed = calibrate(folder)
    assert "server    75%       30%-95%" in printed
    assert "suggestions by these rules now say it" in " ".join(printed.split())


def test_calibrate_needs_labels(folder: Path) -> None:
    """A table without labels, or without a known one, is refused with what was expected."""
    (folder / "past.csv").write_text("body\nThe server\n", "utf-8")
    assert "found no column 'label' or 'priority'" in calibrate(folder, code=1)
    (folder / "past.csv").write_text("body,label\nThe server,huge\n", "utf-8")
    assert "no ticket is labelled with a level; expected one of urgent, normal, slight" in calibrate(
        folder, code=1
    )


# -- values ----------------------------------------------------------------------------------------------


@given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share(counts: tuple[int, int]) -> None:
    """Wilson's interval lies within 0 and 1, around the share, and is that of the other side turned round."""
    right, n = counts
    low, high = wilson(right, n)
    assert 0 <= low <= right / n <= high <= 1
    other_low, other_high = wilson(n - right, n)
    assert (low, high) == pytest.approx((1 - other_high, 1 - other_low))


def test_the_interval_is_wilsons() -> None:
    """A known value: 8 of 10 lie between 0.4902 and 0.9433."""
    assert (0.4902, 0.9433) == tuple(round(bound, 4) for bound in wilson(8, 10))


def test_shadow_and_measurement_survive_json(folder: Path) -> None:
    """A stored suggestion comes back exactly, with its figures and its shadow."""
    calibrate(folder)
    suggestion = Triage(folder / "rules.yaml").suggest("The server is down")
    assert suggestion.measured is not None
    assert suggestion.shadow is not None
    assert round_trip(suggestion) == suggestion


@pytest.mark.parametrize("wrong", [{"measured": {}}, {"shadow": {}}, {"shadow": 5}, {"measured": "92%"}])
def test_a_stored_figure_of_the_wrong_kind_is_refused(folder: Path, wrong: dict[str, object]) -> None:
    """What is neither None nor the value that was stored is refused."""
    data = Triage(folder / "rules.yaml").suggest("The server is down").to_dict()
    with pytest.raises(SuggestionError, match="this is not a stored suggestion"):
        Suggestion.from_dict(data | wrong)


def test_one_ticket_is_one_ticket() -> None:
    """The words are right for a single ticket."""
    assert "right in 100% of 1 ticket (21-100%)" == str(Measured.of(1, 1, date="2026-03-02"))
    assert Shadow("low", False, ()) == Shadow("low", False, ())
