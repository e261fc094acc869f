"""From a ticket and a chosen priority to a choice: whether to doubt it, in which words, and what to ask."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from triage.answer import answers_to
from triage.choice import Choice, ChosenBy, Outcome, Question, Strength, Verdict
from triage.errors import ChoiceError
from triage.messages import Messages
from triage.priority import Priority
from triage.rules.nearest import did_you_mean
from triage.rules.ruleset import RuleSet
from triage.strength import estimate, in_words
from triage.suggestion import Suggestion
from triage.targets import due
from triage.targets import in_words as due_in_words
from triage.ticket import Ticket

if TYPE_CHECKING:
    from triage.engine import Triage


def check(triage: Triage, ticket: Ticket, *, chosen: str | None, warn_from: float | None) -> Choice:
    """Return the choice of a level for a ticket; the ticket's own where ``chosen`` is None.

    Raises:
        ChoiceError: there is no such level, none is chosen, or ``warn_from`` is no share.
    """
    rules = triage.rules
    level = chosen_level(ticket.chosen if chosen is None else chosen, rules)
    by = _chosen_by(ticket, level, given=chosen is not None, rules=rules)
    carrying = replace(ticket, chosen=level.id, chosen_by=by)
    return beside(triage, carrying, triage.suggest(carrying), warn_from=_least(warn_from, rules))


def with_answer(
    triage: Triage, ticket: Ticket, choice: Choice, answer: tuple[str, str], *, warn_from: float | None
) -> Choice:
    """Return a choice for a ticket with the answer to a question counted: ``answer`` is both of them.

    Raises:
        ChoiceError: the ticket does not ask this question, or the question has no such answer.
    """
    carrying = replace(ticket, chosen=choice.chosen.id, chosen_by=choice.chosen_by)
    suggestion = triage.answer(choice.suggestion, *answer)
    return beside(triage, carrying, suggestion, warn_from=_least(warn_from, triage.rules))


def beside(triage: Triage, ticket: Ticket, suggestion: Suggestion, *, warn_from: float) -> Choice:
    """Return the level that a ticket carries beside a suggestion for it, as an answer may have changed it.

    Raises:
        ChoiceError: the ticket carries no level, or none that there is.
    """
    rules = triage.rules
    level = chosen_level(ticket.chosen, rules)
    by = _chosen_by(ticket, level, given=False, rules=rules)
    verdict, strength = judge(level, suggestion, rank=ranks(rules), warn_from=warn_from)
    return Choice(
        verdict=verdict,
        levels=abs(level.rank - suggestion.priority.rank),
        strength=strength,
        message=None if by == "default" else _message(verdict, level, suggestion, rules.messages),
        note=_note(verdict, strength, (level, by), suggestion, rules.messages),
        chosen=level,
        chosen_by=by,
        suggested=suggestion.priority,
        question=_question(triage, level, suggestion, warn_from=warn_from),
        changes=_changes(ticket.received, (level, suggestion.priority), rules),
        suggestion=suggestion,
    )


def judge(
    chosen: Priority, suggestion: Suggestion, *, rank: Mapping[str, int], warn_from: float
) -> tuple[Verdict, Strength]:
    """Return the verdict on a chosen level and how strong its ground is; a weak ground is silence."""
    right = estimate(suggestion, chosen.id, rank)
    measured = suggestion.measured
    strength = Strength(in_words(right), measured.precision if measured else None, right)
    apart = suggestion.priority.rank - chosen.rank
    if suggestion.unsure or (apart and right < warn_from):
        return "unsure", strength
    return ("over" if apart > 0 else "under" if apart else "agree"), strength


def ranks(rules: RuleSet) -> dict[str, int]:
    """Return the rank of each level by its id, 0 the most urgent."""
    return {level.id: level.rank for level in rules.priorities}


def _least(warn_from: float | None, rules: RuleSet) -> float:
    if warn_from is None:
        return rules.warn_from
    with suppress(TypeError):
        if 0 <= warn_from <= 1:
            return warn_from
    raise ChoiceError(f"warn_from is a share from 0 to 1, not {warn_from!r}", part="warn_from")


def chosen_level(chosen: str | None, rules: RuleSet, *, part: str = "chosen") -> Priority:
    """Return the level of this id or name; ``part`` is what whoever gave it calls it.

    Raises:
        ChoiceError: there is no such level, or none is named.
    """
    known = {key: level for level in rules.priorities for key in (level.id, level.name.lower())}
    if chosen is None:
        raise ChoiceError("no priority was chosen: name one, or give the ticket its 'chosen'", part=part)
    if not isinstance(chosen, str):
        raise ChoiceError(
            f"a chosen priority is the id or name of a level, not {type(chosen).__name__}", part=part
        )
    if level := known.get(chosen.strip().lower()):
        return level
    ids = [level.id for level in rules.priorities]
    meant = did_you_mean(chosen.lower(), ids)
    raise ChoiceError(f"there is no priority {chosen!r}; it is one of {', '.join(ids)}{meant}", part=part)


def _chosen_by(ticket: Ticket, level: Priority, *, given: bool, rules: RuleSet) -> ChosenBy:
    """Return who chose: as the ticket says of its own level, else what its channel makes of it."""
    if ticket.chosen_by and (not given or ticket.chosen in (None, level.id)):
        return "default" if ticket.chosen_by == "default" else "person"
    channel = next((channel for channel in rules.channels if channel.id == ticket.channel), None)
    by_default = channel is not None and not channel.writer_chooses and channel.default == level
    return "default" if by_default else "person"


def _message(verdict: Verdict, chosen: Priority, suggestion: Suggestion, messages: Messages) -> str | None:
    if verdict not in ("over", "under"):
        return None
    names = {"chosen": chosen.name, "suggested": suggestion.priority.name}
    if not suggestion.reasons:
        return messages.fill(f"{verdict} without quote", **names)
    return messages.fill(verdict, quote=suggestion.reasons[0].quote.rstrip("."), **names)


def _note(
    verdict: Verdict,
    strength: Strength,
    chosen: tuple[Priority, ChosenBy],
    suggestion: Suggestion,
    messages: Messages,
) -> str:
    level, by = chosen
    apart = abs(level.rank - suggestion.priority.rank)
    headline = messages.fill(
        f"note {verdict}",
        chosen=level.name,
        by=messages.fill(f"by {by}"),
        says=messages.fill("says model" if suggestion.decided_by == "model" else "says rule"),
        suggested=suggestion.priority.name,
        levels=messages.fill("one level") if apart == 1 else messages.fill("several levels", levels=apart),
        strength=strength.words,
    )
    return f"{headline}\n{suggestion.explain()}"


def _changes(received: str | None, levels: tuple[Priority, Priority], rules: RuleSet) -> str | None:
    """Return when help is due by each of the levels; None where the rules state no target."""
    if not rules.targets:
        return None
    windows = [(level, due(level.id, received, rules)) for level in dict.fromkeys(levels)]
    return " ".join(due_in_words(level, window, rules.messages) for level, window in windows)


def _question(
    triage: Triage, chosen: Priority, suggestion: Suggestion, *, warn_from: float
) -> Question | None:
    """Return the first question of which some answer would change the suggested level."""
    rules = triage.rules
    for text in dict.fromkeys(miss.question for miss in suggestion.open):
        then = {answer: triage.answer(suggestion, text, answer) for answer in answers_to(text, rules)}
        if any(answered.priority != suggestion.priority for answered in then.values()):
            rank = ranks(rules)
            return Question(
                text,
                tuple(
                    Outcome(
                        rules.messages.fill(answer),
                        answer,
                        answered.priority.id,
                        judge(chosen, answered, rank=rank, warn_from=warn_from)[0],
                    )
                    for answer, answered in then.items()
                ),
            )
    return None
