"""The guideline text that every quote is checked against."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBERED = re.compile(r"^\s*(\d+)\.\s+(.*)$")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Guideline:
    """A guideline: its text with single spaces, and its numbered examples by number."""

    text: str
    examples: tuple[tuple[int, str], ...]

    def quotes(self, sentence: str) -> bool:
        """Return whether the sentence stands in the guideline word for word, whatever the line breaks."""
        wanted = re.escape(_single_spaced(sentence))
        return bool(wanted) and re.search(rf"(?<!\w){wanted}(?!\w)", self.text) is not None

    def number_of(self, sentence: str) -> int | None:
        """Return the number of the example that the sentence is, or None for a definition."""
        wanted = _single_spaced(sentence).rstrip(".")
        return next((number for number, text in self.examples if text.rstrip(".") == wanted), None)


def read_guideline(text: str) -> Guideline:
    """Return the guideline of a text whose examples are numbered lines ("12. "Computer not booting up"").

    >>> guideline = read_guideline('Low:\\n14. "Printing issues for single users."')
    >>> guideline.number_of("Printing issues for single users.")
    14
    """
    numbered = (_NUMBERED.match(line) for line in text.splitlines())
    examples = tuple((int(m[1]), _single_spaced(m[2]).strip('"').strip()) for m in numbered if m)
    return Guideline(_single_spaced(text), examples)


def _single_spaced(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
