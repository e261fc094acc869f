"""How a model's opinion looks on a terminal."""

from __future__ import annotations

from rich.text import Text

from triage.opinion import Opinion
from triage.show import clean


def show_opinion(opinion: Opinion) -> Text:
    """Return what the model says, with the words and findings that moved it and by how much.

    >>> said = (("high", 0.2), ("low", 0.8))
    >>> show_opinion(Opinion(priority="low", probabilities=said, threshold=0.6, words=(),
    ...                      findings=(("scope several", 1.25),), version="")).plain
    'low 80%; scope several +1.25'
    """
    sure = "" if opinion.sure else f", not sure enough: it speaks from {opinion.threshold:.0%} on"
    text = Text(f"{opinion.priority} {opinion.probability:.0%}{sure}")
    moved = [(repr(word.text), word.weight) for word in opinion.words] + list(opinion.findings)
    told = ", ".join(
        f"{name} {weight:+.2f}" for name, weight in sorted(moved, key=lambda part: -abs(part[1]))
    )
    return text.append(f"; {clean(told)}" if told else "", style="dim")
