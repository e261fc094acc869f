"""The wording of a choice, as templates that a firm can translate."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template


@dataclass(frozen=True, slots=True)
class Messages:
    """Templates by name; each word after a ``$`` is filled in.

    >>> Messages((("over", "This looks like $suggested."),)).fill("over", suggested="Low")
    'This looks like Low.'
    """

    templates: tuple[tuple[str, str], ...]

    def fill(self, name: str, **words: object) -> str:
        """Return the template of this name with its words filled in.

        >>> Messages((("yes", "Oui"),)).fill("yes")
        'Oui'
        """
        return Template(dict(self.templates)[name]).substitute(words)
