"""A chosen priority beside the suggested one: the answer at the moment of choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

from triage.errors import ChoiceError
from triage.kinds import PartError, read
from triage.priority import Priority
from triage.suggestion import Suggestion

Verdict = Literal["agree", "over", "under", "unsure"]
ChosenBy = Literal["person", "default"]


@dataclass(frozen=True, slots=True)
class Strength:
    """How strong the ground of a verdict is, in ``words``: "strong", "fair", "weak" or "none".

    ``share`` of the tickets that the deciding rule decided in a measurement got the right level, None where
    nothing was measured. ``estimate`` is what the rule of silence compares: how likely a warning is right.

    >>> Strength("strong", 0.92, 0.97).words
    'strong'
    """

    words: str
    share: float | None
    estimate: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer to a question, and the level that would be suggested and the verdict that would hold then.

    >>> Outcome("only you", "one person", "low", "over").priority
    'low'
    """

    label: str
    answer: str
    priority: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Question:
    """The one question that would settle the choice, with what each answer would change.

    >>> question = Question("Is it only you?", (Outcome("only you", "one person", "low", "over"),))
    >>> [outcome.answer for outcome in question.outcomes]
    ['one person']
    """

    text: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A chosen priority beside the suggested one. It warns or is silent; it never changes a priority.

    ``verdict`` is "agree", "over" (chosen more urgent than the guideline says), "under", or "unsure", which
    is silence. ``levels`` is how far the two stand apart, from 0. ``message`` is for the requester: None when
    there is nothing to say, and when a "default" of the channel and no "person" chose (``chosen_by``).
    ``note`` is for the technician. ``question`` is None where no answer would change the suggestion.
    ``changes`` says when help is due by either level. ``suggestion`` is the whole ground of it all.
    """

    verdict: Verdict
    levels: int
    strength: Strength
    message: str | None
    note: str
    chosen: Priority
    chosen_by: ChosenBy
    suggested: Priority
    question: Question | None
    changes: str | None
    suggestion: Suggestion

    @property
    def warns(self) -> bool:
        """Whether this is a warning: the verdict is "over" or "under"."""
        return self.verdict in ("over", "under")

    def to_dict(self) -> dict[str, Any]:
        """Return the choice as plain data, ready for JSON.

        >>> from triage import Triage
        >>> Triage().check("E-mail is down for everyone", chosen="low").to_dict()["verdict"]
        'under'
        """
        data = _plain(self)
        for name in ("chosen", "suggested", "strength"):
            data[name] = _plain(data[name])
        data["question"] = self.question and _plain_question(self.question)
        return data | {"suggestion": self.suggestion.to_dict()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the choice that :meth:`to_dict` wrote.

        Raises:
            ChoiceError: a part is missing, unknown or of the wrong kind.

        >>> from triage import Triage
        >>> choice = Triage().check("E-mail is down for everyone", chosen="low")
        >>> Choice.from_dict(choice.to_dict()) == choice
        True
        """
        try:
            choice: Self = read(cls, data)
        except PartError as error:
            raise ChoiceError(f"this is not a stored choice: {error}", part=error.part) from None
        return choice


def _plain(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _plain_question(question: Question) -> dict[str, Any]:
    return {"text": question.text, "outcomes": [_plain(outcome) for outcome in question.outcomes]}
