"""The answer: a suggested priority with everything that led to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

from triage.certainty import Measured
from triage.errors import SuggestionError
from triage.kinds import PartError, read
from triage.opinion import Opinion
from triage.priority import Priority

DecidedBy = Literal["rule", "model", "default"]
Who = Literal["one person", "several", "everyone", "unknown"]
FOLLOWS = ("impact", "urgency", "target", "disagreement")  # what plain data tells beside the fields
OVERRULED = "the model decides"  # how the reason begins why a rule lost to a model


class Evidence(NamedTuple):
    """Words of the ticket: ``text`` is exactly ``field[start:end]`` of the original ("subject" or "body").

    ``zone`` is the part of the ticket they stand in ("subject", "new text", "forwarded" ...) and ``list`` the
    list of the rule file that holds them.

    >>> Evidence("body", "new text", 14, 18, "down", "down").text
    'down'
    """

    field: str
    zone: str
    start: int
    end: int
    text: str
    list: str

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as plain data.

        >>> Evidence("body", "new text", 14, 18, "down", "down").to_dict()["start"]
        14
        """
        return self._asdict()


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that holds: what it says, the guideline sentence it quotes, and the words that made it hold.

    ``line`` is the number of that sentence in the guideline; a definition has none.

    >>> Reason("printer", "low", "One person cannot print", "Printing issues for single users.", 14, ()).line
    14
    """

    rule: str
    priority: str
    says: str
    quote: str
    line: int | None
    evidence: tuple[Evidence, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the reason as plain data.

        >>> Reason("printer", "low", "One cannot print", "Printing issues.", 14, ()).to_dict()["rule"]
        'printer'
        """
        return {**_plain(self), "evidence": [item.to_dict() for item in self.evidence]}


@dataclass(frozen=True, slots=True)
class Loser:
    """Another rule that holds, and why it does not decide.

    >>> reason = Reason("broken", "standard", "It is broken", "Individual computer problems", 8, ())
    >>> Loser(reason, "'server-down' is more urgent").why
    "'server-down' is more urgent"
    """

    reason: Reason
    why: str

    def to_dict(self) -> dict[str, Any]:
        """Return the loser as plain data.

        >>> Loser(Reason("a", "low", "", "", None, ()), "b is more urgent").to_dict()["why"]
        'b is more urgent'
        """
        return {"reason": self.reason.to_dict(), "why": self.why}


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that lacks one line, and the question whose answer would settle it.

    >>> NearMiss("mail-down", "critical", "everyone", "Is it only you, or are others affected too?").priority
    'critical'
    """

    rule: str
    priority: str
    missing: str
    question: str

    def to_dict(self) -> dict[str, Any]:
        """Return the near miss as plain data.

        >>> NearMiss("mail-down", "critical", "everyone", "Only you?").to_dict()["question"]
        'Only you?'
        """
        return _plain(self)


@dataclass(frozen=True, slots=True)
class SetAside:
    """Words that were read and do not count, and why: ruled out, solved, hypothetical, history.

    >>> SetAside("ruled out", Evidence("body", "new text", 0, 8, "not down", "ruled out")).why
    'ruled out'
    """

    why: str
    evidence: Evidence

    def to_dict(self) -> dict[str, Any]:
        """Return the part set aside as plain data.

        >>> SetAside("solved", Evidence("body", "new text", 0, 5, "works", "solved")).to_dict()["why"]
        'solved'
        """
        return {"why": self.why, "evidence": self.evidence.to_dict()}


@dataclass(frozen=True, slots=True)
class Shadow:
    """What would have been suggested had the drafts been active: the level, and by which rules.

    ``changes`` says that this is another level than the one suggested, or that one is suggested at all only
    by a draft.

    >>> reason = Reason("printer", "low", "One person cannot print", "Printing issues.", 14, ())
    >>> Shadow("low", True, (reason,)).reasons[0].rule
    'printer'
    """

    priority: str
    changes: bool
    reasons: tuple[Reason, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the shadow as plain data.

        >>> Shadow("low", False, ()).to_dict()
        {'priority': 'low', 'changes': False, 'reasons': []}
        """
        return {**_plain(self), "reasons": [reason.to_dict() for reason in self.reasons]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A suggested priority with its reasoning. A person confirms; nothing is changed by a suggestion.

    ``decided_by`` is "rule", "model" or "default"; ``unsure`` says that nothing decided and the default of
    the channel stands. ``reasons`` come from the deciding rule first, then from rules that agree; ``losers``
    are other rules that hold, the runner-up first. ``certainty`` is the deciding rule's measured precision
    in words, or "not measured"; ``measured`` has the figures, or is None. ``shadow`` is what the drafts would
    have made of it, None where no draft holds. ``rules_version`` is a hash of the rules and their guideline.
    ``open`` are rules that lack one line which a question settles; ``near_misses`` those that would change
    the answer. ``opinion`` is what a model says, whoever decided; None without a model.
    """

    priority: Priority
    decided_by: DecidedBy
    unsure: bool
    reasons: tuple[Reason, ...]
    losers: tuple[Loser, ...]
    near_misses: tuple[NearMiss, ...]
    set_aside: tuple[SetAside, ...]
    scope: Who
    certainty: str
    channel: str | None
    rules_version: str
    measured: Measured | None = None
    shadow: Shadow | None = None
    open: tuple[NearMiss, ...] = ()
    opinion: Opinion | None = None

    @property
    def disagreement(self) -> bool:
        """Whether a model is sure of another level than the rules, whichever of them decided."""
        if self.opinion is None or not self.opinion.sure:
            return False
        if self.decided_by == "model":
            return any(loser.why.startswith(OVERRULED) for loser in self.losers)
        return self.decided_by == "rule" and self.opinion.priority != self.priority.id

    @property
    def impact(self) -> str:
        """The impact of the level: "high", "medium" or "low"."""
        return self.priority.impact

    @property
    def urgency(self) -> str:
        """The urgency of the level: "high", "medium" or "low"."""
        return self.priority.urgency

    @property
    def target(self) -> str:
        """The documented response target of the level."""
        return self.priority.target

    def explain(self) -> str:
        """Return a short text for people: the level, the guideline's words, the ticket's words, what lost.

        >>> from triage import Triage
        >>> print(Triage().suggest("Entire computer network is down").explain().splitlines()[0])
        Critical, because the network or the internet is down.
        """
        return "\n".join(_explanation(self))

    def to_dict(self) -> dict[str, Any]:
        """Return the suggestion as plain data, ready for JSON.

        >>> from triage import Triage
        >>> Triage().suggest("Entire computer network is down").to_dict()["priority"]["id"]
        'critical'
        """
        data = _plain(self)
        data["priority"] = _plain(self.priority)
        for name in ("reasons", "losers", "near_misses", "set_aside", "open"):
            data[name] = [part.to_dict() for part in getattr(self, name)]
        for name in ("measured", "shadow", "opinion"):
            part = getattr(self, name)
            data[name] = part and part.to_dict()
        return data | {name: getattr(self, name) for name in FOLLOWS}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the suggestion that :meth:`to_dict` wrote.

        Raises:
            SuggestionError: a part is missing, unknown or of the wrong kind.

        >>> from triage import Triage
        >>> s = Triage().suggest("Entire computer network is down")
        >>> Suggestion.from_dict(s.to_dict()) == s
        True
        """
        try:
            suggestion: Self = read(cls, data)
        except PartError as error:
            raise SuggestionError(f"this is not a stored suggestion: {error}", part=error.part) from None
        return suggestion

    @staticmethod
    def _fields_of(data: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of plain data: what follows from them stands beside."""
        return {name: part for name, part in data.items() if name not in FOLLOWS}


def _plain(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _explanation(suggestion: Suggestion) -> list[str]:
    if suggestion.decided_by == "model" and suggestion.opinion is not None:
        lines = [f"{suggestion.priority.name}, {suggestion.opinion.in_words()}."]
    elif suggestion.unsure:
        arrives = f" of channel {suggestion.channel!r}" if suggestion.channel else ""
        lines = [f"{suggestion.priority.name}, the default{arrives}: no rule decided, so this is unsure."]
    else:
        first = suggestion.reasons[0]
        lines = [f"{suggestion.priority.name}, because {_lower_first(first.says)}."]
        lines += [_cited(reason) for reason in suggestion.reasons[:1]]
    if suggestion.opinion is not None and suggestion.decided_by != "model":
        lines.append(f"The model: {suggestion.opinion.priority}, {suggestion.opinion.in_words()}.")
    lines += [f"Set aside ({part.why}): {part.evidence.text!r}." for part in suggestion.set_aside[:2]]
    lines += [
        f"Not {loser.reason.priority} by {loser.reason.rule}: {loser.why}." for loser in suggestion.losers[:2]
    ]
    lines += [f"Ask: {miss.question}" for miss in suggestion.near_misses[:1]]
    lines += [] if suggestion.measured is None else [f"Certainty: this rule was {suggestion.certainty}."]
    lines += [f"Draft: {shadow}." for shadow in _shadow_in_words(suggestion.shadow)]
    return [*lines, f"Response target: {suggestion.target}."]


def _shadow_in_words(shadow: Shadow | None) -> list[str]:
    if shadow is None:
        return []
    by = shadow.reasons[0]
    return [f"{by.rule} would make it {shadow.priority}" if shadow.changes else "the drafts change nothing"]


def _cited(reason: Reason) -> str:
    where = f"Guideline, line {reason.line}" if reason.line is not None else "Guideline"
    words = ", ".join(dict.fromkeys(repr(" ".join(item.text.split())) for item in reason.evidence))
    return f'{where}: "{reason.quote}" Found: {words}.'


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text
