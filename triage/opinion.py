"""What a trained model says of a ticket: a level with its probability, and the words that moved it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from triage.kinds import read


class Weight(NamedTuple):
    """Words of the ticket and how much they moved the model: towards its level above 0, away from it below.

    ``text`` is exactly ``field[start:end]`` of the original ("subject" or "body"). Weights are shares of the
    model's score: with ``rest`` of the opinion, which no word carries, they add up to it.

    >>> Weight("body", "new text", 14, 18, "down", 1.25).text
    'down'
    """

    field: str
    zone: str
    start: int
    end: int
    text: str
    weight: float

    def to_dict(self) -> dict[str, Any]:
        """Return the weight as plain data.

        >>> Weight("body", "new text", 14, 18, "down", 1.25).to_dict()["weight"]
        1.25
        """
        return self._asdict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the model says: ``priority`` is the id of its level, ``probability`` that level's, calibrated.

    ``probabilities`` are those of all levels, the most urgent first; ``sure`` says that the probability is
    not under the ``threshold`` the model was trained with, below which it has no say. ``words`` moved it
    most, the strongest first, and so did ``findings`` of the rules. ``version`` is a hash of the model.
    ``unlearned`` are the levels that it learned from no ticket: of these it cannot say anything.

    >>> said = (("high", 0.2), ("low", 0.8))
    >>> opinion = Opinion(priority="low", probabilities=said, threshold=0.6, words=(), findings=(),
    ...                   version="")
    >>> opinion.probability, opinion.sure
    (0.8, True)
    """

    priority: str
    probabilities: tuple[tuple[str, float], ...]
    threshold: float
    words: tuple[Weight, ...]
    findings: tuple[tuple[str, float], ...]
    version: str
    unlearned: tuple[str, ...] = ()

    @property
    def probability(self) -> float:
        """The calibrated probability of the level, from 0 to 1."""
        return dict(self.probabilities)[self.priority]

    @property
    def sure(self) -> bool:
        """Whether the probability reaches the threshold."""
        return self.probability >= self.threshold

    def in_words(self) -> str:
        """Return how sure the model is and the words that speak for its level.

        >>> said = (("high", 0.2), ("low", 0.8))
        >>> words = (Weight("body", "new text", 0, 5, "mouse", 1.25),)
        >>> Opinion(priority="low", probabilities=said, threshold=0.6, words=words, findings=(),
        ...         version="").in_words()
        "of which the model is sure (80%) by 'mouse'"
        """
        sure = "sure" if self.sure else "not sure enough"
        spoken = dict.fromkeys(repr(word.text) for word in self.words if word.weight > 0)
        by = f" by {', '.join(spoken)}" if spoken else ""
        return f"of which the model is {sure} ({self.probability:.0%}){by}"

    def to_dict(self) -> dict[str, Any]:
        """Return the opinion as plain data, ready for JSON.

        >>> said = (("high", 0.2), ("low", 0.8))
        >>> Opinion(priority="low", probabilities=said, threshold=0.6, words=(), findings=(),
        ...         version="").to_dict()["probability"]
        0.8
        """
        return {
            "priority": self.priority,
            "probability": self.probability,
            "probabilities": dict(self.probabilities),
            "threshold": self.threshold,
            "sure": self.sure,
            "words": [word.to_dict() for word in self.words],
            "findings": [{"finding": name, "weight": weight} for name, weight in self.findings],
            "version": self.version,
            "unlearned": list(self.unlearned),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the opinion that :meth:`to_dict` wrote.

        Raises:
            ValueError: a part is missing or of the wrong kind.

        >>> said = (("high", 0.2), ("low", 0.8))
        >>> opinion = Opinion(priority="low", probabilities=said, threshold=0.6, words=(), findings=(),
        ...                   version="")
        >>> Opinion.from_dict(opinion.to_dict()) == opinion
        True
        """
        opinion: Self = read(cls, data)
        return opinion

    @staticmethod
    def _fields_of(data: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of plain data: there pairs have names, and what follows stands beside them."""
        told = {name: part for name, part in data.items() if name not in ("probability", "sure")}
        if isinstance(shares := told.get("probabilities"), dict):
            told["probabilities"] = list(shares.items())
        if isinstance(findings := told.get("findings"), list):
            told["findings"] = [_pair(one) if isinstance(one, dict) else one for one in findings]
        return told


def _pair(finding: dict[str, Any]) -> tuple[Any, Any]:
    return finding.get("finding"), finding.get("weight")
