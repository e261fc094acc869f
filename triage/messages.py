"""The wording of a choice, as templates that a firm can translate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from string import Template

_MOST_TEMPLATES = 1_000  # of all rule files together that a process has in use


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
        return _as_format(next(text for called, text in self.templates if called == name)).format_map(words)


@lru_cache(maxsize=_MOST_TEMPLATES)
def _as_format(template: str) -> str:
    """Return the template as :meth:`str.format_map` reads it, which is filled in many times as fast.

    >>> _as_format("$$5 for ${name} {sic}")
    '$5 for {name} {{sic}}'
    """
    parts, last = [], 0
    for found in Template.pattern.finditer(template):
        word = found["named"] or found["braced"]
        parts += [_literally(template[last : found.start()]), f"{{{word}}}" if word else "$"]
        last = found.end()
    return "".join([*parts, _literally(template[last:])])


def _literally(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
