"""The channels that a rule file knows."""

from __future__ import annotations

from triage.errors import TicketError
from triage.rules.nearest import did_you_mean
from triage.rules.ruleset import RuleSet


def known_channel(channel: str | None, rules: RuleSet) -> str | None:
    """Return the channel, or None for none.

    Raises:
        TicketError: the rule file has no such channel; the message names those it has.
    """
    known = [known.id for known in rules.channels]
    if channel is None or channel in known:
        return channel
    raise TicketError(
        f"there is no channel {channel!r}; it is one of {', '.join(known)}{did_you_mean(channel, known)}",
        part="channel",
    )
