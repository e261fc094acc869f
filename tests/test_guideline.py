"""The guideline's nineteen examples, typed exactly as documented, one test an example."""

from __future__ import annotations

import pytest
from strategies import documented

from triage.rules.guideline import read_guideline
from triage.rules.load import documented_rules

GUIDELINE = {
    "critical": [
        (1, "Critical network server is down."),
        (2, "Entire computer network is down"),
        (3, "A portion of the network is down (connectivity lost)."),
        (4, "E-mail not routing or down"),
    ],
    "high": [
        (5, "A password needs to be reset"),
        (6, "A system needs to be rebooted"),
        (7, "Not able to access email"),
    ],
    "standard": [
        (8, "Individual computer problems"),
        (9, "Printing issues for multiple users"),
        (10, "Isolated instances of a new computer virus"),
        (11, "Unable to log into network"),
        (12, "Computer not booting up"),
    ],
    "low": [
        (13, "Single user may be able to use other workstations to remain productive."),
        (14, "Printing issues for single users."),
        (15, "User productivity affected but not completely halted."),
    ],
    "scheduled": [
        (16, "Intermittent problems with workstation but user still able to remain productive."),
        (17, "Non-critical tutorial questions."),
        (18, "User productivity may be slightly affected but never completely halted."),
        (19, "User requesting assistance with copying or moving of non-critical files."),
    ],
}
EXAMPLES = [(id, line, text) for id, examples in GUIDELINE.items() for line, text in examples]


@pytest.mark.parametrize(
    ("priority", "line", "text"), EXAMPLES, ids=[f"{id}-{line}-{text}" for id, line, text in EXAMPLES]
)
def test_documented_example(priority: str, line: int, text: str) -> None:
    """A documented example gets its documented priority from a rule that quotes that very line."""
    suggestion = documented().suggest(text)
    assert priority == suggestion.priority.id
    assert suggestion.decided_by == "rule"
    assert (line, text) in [(reason.line, reason.quote) for reason in suggestion.reasons]


def test_the_guideline_holds_these_examples() -> None:
    """The shipped guideline holds these nineteen examples under these numbers, and no more."""
    rules = documented_rules()
    guideline = read_guideline((rules.parent / "docs" / "guideline.md").read_text("utf-8"))
    assert tuple((line, text) for _, line, text in EXAMPLES) == guideline.examples


def test_the_levels_are_the_documented_ones() -> None:
    """The levels are the five of the guideline, the most urgent first."""
    assert list(GUIDELINE) == [priority.id for priority in documented().rules.priorities]


def test_the_levels_carry_their_documented_definition_and_target() -> None:
    """Each level has the definition and the response target that the guideline states."""
    stated = {p.id: (p.definition, p.target) for p in documented().rules.priorities}
    assert stated["critical"][0] == (
        "Represents a complete loss of service or a significant feature that is completely unavailable, "
        "and no workaround exists."
    )
    assert stated["scheduled"][0] == "A minor service issue or general inquiry."
    assert "within 2 hours" in stated["high"][1]
    assert "within 4-8 hours" in stated["standard"][1]
    assert "within 24-48 hours" in stated["low"][1]
    assert "3-5" in stated["scheduled"][1]
