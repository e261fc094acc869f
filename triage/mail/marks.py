"""What a message tells beside its text: how important its sender calls it, and whether a program wrote it.

Both are told and decide nothing: many programs mark all they send as important, and an alarm that a program
wrote can be the gravest ticket of the day.
"""

from __future__ import annotations

import re
from email.message import Message

from triage.ticket import Automatic, Importance

Headers = dict[str, list[str]]

_DEGREES: dict[str, Importance] = {
    **dict.fromkeys(("high", "urgent", "1", "2", "highest"), "high"),
    **dict.fromkeys(("low", "non-urgent", "4", "5", "lowest"), "low"),
}
_WORD = re.compile(r"\s*(?:\([^)]*\)\s*)?([\w.-]+)")
_REPLYING = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-mail-autoreply")
_BOUNCING = ("mailer-daemon@", "postmaster@", "mail-daemon@")
_FAILED = re.compile(r"^action:[ \t]*failed", re.IGNORECASE | re.MULTILINE)


def importance(headers: Headers) -> Importance | None:
    """Return how important the sender calls the message: "high", "low", or None where nothing is said.

    >>> importance({"x-priority": ["1 (Highest)"]})
    'high'
    """
    for name in ("importance", "x-priority", "priority", "x-msmail-priority"):
        if (said := _first_word(headers, name)) in _DEGREES:
            return _DEGREES[said]
    return None


def automatic(headers: Headers, message: Message) -> Automatic | None:
    """Return what kind of program wrote the message, or None for a person.

    The first that fits: a delivery report or a bounce by its form, then RFC 3834's own header, where "no"
    says that a person wrote it, then the headers of older programs.

    >>> automatic({"auto-submitted": ["auto-replied (vacation)"]}, Message())
    'auto-reply'
    >>> automatic({"auto-submitted": ["no"], "precedence": ["bulk"]}, Message()) is None
    True
    """
    if report := _report(headers, message):
        return report
    submitted = _first_word(headers, "auto-submitted")
    if submitted == "no":
        return None
    if submitted == "auto-replied" or _first_word(headers, "precedence") in ("auto_reply", "auto-reply"):
        return "auto-reply"
    if any(_first_word(headers, name) not in ("", "no", "0", "false") for name in _REPLYING):
        return "auto-reply"
    return "generated" if submitted or _is_generated(headers) else None


def _report(headers: Headers, message: Message) -> Automatic | None:
    if message.get_content_type() == "multipart/report":
        failed = any(_FAILED.search(text) for text in _statuses(message))
        return "bounce" if failed else "delivery report"
    sender = headers.get("from", [""])[0].lower()
    bounced = headers.get("return-path", [""])[0].strip() == "<>" and any(map(sender.__contains__, _BOUNCING))
    return "bounce" if bounced or "x-failed-recipients" in headers else None


def _statuses(message: Message) -> list[str]:
    """Return what the machine-readable parts of a report say."""
    payload = message.get_payload()
    parts = [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []
    return [part.as_string() for part in parts if part.get_content_type() == "message/delivery-status"]


def _is_generated(headers: Headers) -> bool:
    suppressed = set(
        ",".join(headers.get("x-auto-response-suppress", [])).lower().replace(" ", "").split(",")
    )
    return bool(suppressed & {"all", "oof", "autoreply"}) or (
        _first_word(headers, "precedence") in ("bulk", "junk", "list") or "list-id" in headers
    )


def _first_word(headers: Headers, name: str) -> str:
    """Return the first word of a header in lower case, without comment and parameters; "" without one."""
    found = _WORD.match(headers.get(name, [""])[0])
    return found[1].lower() if found else ""
