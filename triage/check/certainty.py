"""The measured certainty beside a rule file: whether it is still that of these rules."""

from __future__ import annotations

from collections.abc import Iterator

from triage.check.rulebook import Rulebook
from triage.check.values import Check, Found
from triage.errors import RuleFileError
from triage.rules.certainty_file import certainty_path, how_to_calibrate, read_certainty


def _stale(book: Rulebook) -> Iterator[Found]:
    try:
        found = read_certainty(book.path)
    except RuleFileError:
        return
    if found is not None and found.rules_version != book.rules.version:
        name = certainty_path(book.path).name
        message = f"{name} was measured on {found.date} with other rules, so suggestions say 'not measured'"
        yield Found((), f"{message}; measure again with: {how_to_calibrate(book.path)}")


def _unreadable(book: Rulebook) -> Iterator[Found]:
    try:
        read_certainty(book.path)
    except RuleFileError as error:
        yield Found((), f"{certainty_path(book.path).name}: {error.faults[0].message}")


CHECKS = (
    Check("TR601", "warning", "the measured certainty is that of other rules", _stale),
    Check("TR602", "warning", "the measured certainty cannot be read", _unreadable),
)
