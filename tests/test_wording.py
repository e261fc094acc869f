"""The wording of a choice is a file that a firm can translate, and a fault in it is told with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from strategies import rule, triage_with, write_rules

from triage import RuleFileError, Triage
from triage.rules.wording import documented_messages

DOWN = rule("down", '[{any of: ["down"]}]')


def firm_with(folder: Path, old: str, new: str) -> Path:
    """Return a rule file with messages of its own, in which a part of the documented ones is replaced."""
    text = documented_messages().read_text("utf-8")
    assert old in text
    (folder / "own.yaml").write_text(text.replace(old, new), "utf-8")
    return write_rules(folder, DOWN, choice="{messages: own.yaml}")


def test_a_firm_words_it_as_it_likes(tmp_path: Path) -> None:
    """The message is the template, filled in."""
    file = firm_with(tmp_path, "This may deserve faster help than $chosen", "Hurry, not $chosen, $suggested")
    message = Triage(file).check("It is down", chosen="slight").message
    assert message
    assert message.startswith("Hurry, not Slight, Urgent: our guideline lists “It can wait” as Urgent.")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("under:", "undr:", r":\d+:1: unknown message 'undr'. Did you mean 'under'\?"),
        ('everyone: "Everyone"\n', "", r":7:1: found no message 'everyone'; a file of messages has them all"),
        ('"Everyone"', '""', r":\d+:11: the message 'everyone' is empty or no text"),
        ('"Everyone"', "[a, b]", r":\d+:11: the message 'everyone' is empty or no text"),
        ('"Everyone"', '"$who"', r"the message 'everyone' asks for \$who; it is given no word"),
        ('"one level"', '"$level up"', r"the message 'one level' asks for \$level; it is given no word"),
        ('"$level: today $time."', '"$$5: $zone"', r"asks for \$zone; it is given \$level, \$time"),
        (
            '"Everyone"',
            '"5 $"',
            r"the message 'everyone' has a '\$' before no word; write '\$\$'",
        ),
        ('"Everyone"', "&all x", r"'&all' is a YAML anchor"),
    ],
)
def test_a_fault_of_messages_is_told_with_its_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """When the rules are loaded, in the file that has it."""
    file = firm_with(tmp_path, old, new)
    with pytest.raises(RuleFileError, match=rf"{re.escape(str(tmp_path / 'own.yaml'))}.*{fault}"):
        Triage(file)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words"])
def test_what_is_no_file_of_messages_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "own.yaml").write_text(text, "utf-8")
    with pytest.raises(RuleFileError, match=r"own\.yaml:1:1: "):
        Triage(write_rules(tmp_path, DOWN, choice="{messages: own.yaml}"))


def test_messages_that_are_not_there_are_told_in_the_rule_file(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match=r"rules\.yaml:11:20: the messages '.*nowhere.yaml' cannot"):
        Triage(write_rules(tmp_path, DOWN, choice="{messages: nowhere.yaml}"))


@pytest.mark.parametrize(("warn_from", "verdict"), [("0", "under"), ("0.5", "under"), ("1", "unsure")])
def test_the_number_of_silence_is_the_rule_files(tmp_path: Path, warn_from: str, verdict: str) -> None:
    """Unless the caller names another."""
    triage = triage_with(tmp_path, DOWN, choice=f"{{warn from: {warn_from}}}")
    assert verdict == triage.check("It is down", chosen="slight").verdict
    assert "under" == triage.check("It is down", chosen="slight", warn_from=0.0).verdict


@pytest.mark.parametrize("warn_from", ["2", "-1", "often", "nan"])
def test_a_number_of_silence_that_is_no_share_is_refused(tmp_path: Path, warn_from: str) -> None:
    with pytest.raises(RuleFileError, match="expected a share from 0 to 1"):
        Triage(write_rules(tmp_path, DOWN, choice=f"{{warn from: {warn_from}}}"))


def test_without_targets_nothing_is_said_of_due_times(tmp_path: Path) -> None:
    assert triage_with(tmp_path, DOWN).check("It is down", chosen="slight").changes is None
