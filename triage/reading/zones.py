"""Zones: which part of a ticket's body is new text, and which is quoted, forwarded, signed or filled in.

Each row is named by its looks (`_names`) and given to its writer (`_Thread`), in time linear in the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Literal, NamedTuple, get_args

Kind = Literal["new text", "quoted", "forwarded", "signature", "disclaimer", "form"]
KINDS: tuple[str, ...] = get_args(Kind)


class Zone(NamedTuple):
    """A part of a body: the characters from ``start`` up to, but not with, ``end``."""

    start: int
    end: int
    kind: str


class _Row(NamedTuple):
    """A line: ``text[at:stop]`` is what it says; its owner the writer (0) or an earlier message (1 ...)."""

    start: int
    at: int
    stop: int
    quoted: bool
    name: str
    owner: int


# The patterns read lower-case text with "\n" line ends. Their repetitions are bounded or possessive, so that
# no text, however long or odd, makes them slow.
_END, _NEXT = r"[^\S\n]*+$", r"\n[> \t]*+"
_QUOTE = r">(?![\d=])"  # ">50 users" quotes nobody
_FROM = r"\*{0,2}(?:from|von|de)\*{0,2}[ \xa0]?:"
_TELLING = r"\*{0,2}(?:subject|sent|betreff|gesendet|objet|envoy\S{1,2})\*{0,2}[ \xa0]?:"
_FIELD = rf"(?:{_TELLING}|\*{{0,2}}(?:to|b?cc|date|reply-to|an|datum|à|importance)\*{{0,2}}[ \xa0]?:)"
_SUMMARY = r"\*{0,2}(?:summary|subject|description|betreff|objet|beschreibung)\*{0,2}[ \xa0]?:\*{0,2}[ \t]*+"
_DAY = r"(?:on|am|le) (?=[^\n]{0,60}(?:\d|\b(?:mon|tue|wed|thu|fri|sat|sun|yesterday)))"
_WROTE = r"(?:wrote ?|schrieb[^\n]{0,100}|a .{1,2}crit[ \xa0]?):"
_PERSON = r"(?:(?:full |your |contact )?name|language|sprache|customer (?:number|no\.?|id)|kundennummer)"
_PHONE = r"(?:(?:tele)?phone(?: number)?|tel\.?|mobile|telefon|contact (?:number|no\.?))"
_DIGITS = r"[^a-z\n]{0,40}(?:(?:ext|x|or|office|mobile|cell|home)(?![a-z])[^a-z\n]{0,30}){0,3}"
_BROWSER = r"(?:(?:microsoft|google|mozilla|internet) ){0,2}(?:explorer|chrome|firefox|safari|edge)[\d .]*+"
_DEVICE = r"(?:iphone|ipad|android|galaxy|samsung|blackberry|phone|smartphone|tablet|mobile|handy)"
_MAIL = r"(?:e-?mail|message|communication|transmission|nachricht)"
_SECRET = r"(?:confidential|privileged|intended (?:only|solely|for the)|vertraulich|confidentiel)"
_CARE = r"(?:do not (?:click|open)|unless you|caution|content is safe|careful|verify the sender|suspicious)"
# Redaction cuts "Kind regards, Jane" down to "kind"; so do people in a hurry with "best".
_SIGN_OFF = (
    r"(?:thanks?|thx|danke?|merci|best|kind|many|warm|regards|rgds|greetings|wishes|sincerely|cheers|br|mfg|[lv]g|"
    r"gr(?:ü|ue)(?:ß|ss)en?|gru(?:ß|ss)|freundlich\w{0,2}|cordialement|salutations)"
)
_BEFORE = r"(?:with|kindest|warmest|yours|all the|mit|vielen?|besten?|liebe|schöne|bien)"
_AFTER = r"(?:you|very|much|so|a|lot|in|advance|again|all|team|for|your|help|support|and|und|truly|gr\S{2,8})"
_PATTERNS = {
    "attribution": rf"{_DAY}(?:[^\n]{{1,200}}{_NEXT}){{0,2}}?[^\n]{{0,200}}?{_WROTE}{_END}|"
    rf"\d{{4}}-\d\d-\d\d \d[^\n]{{0,80}}<[^\n<>@]{{1,80}}@[^\n<>]{{1,80}}>:{_END}",
    "reply": r"-{2,}+ ?(?:original (?:message|appointment)|ursprüngliche nachricht|message d'origine) ?-{2,}|"
    rf"[_-]{{5,}}+(?=[^\S\n]*+{_NEXT}(?:{_NEXT})?{_FROM})",
    "forward": r"-{2,}+ ?(?:forwarded(?: message| by [^\n]{0,80}?)?|weitergeleitete nachricht|message "
    rf"transféré) ?-{{2,}}|begin forwarded message ?:?{_END}",
    "header": rf"(?:{_FIELD}[^\n]*+{_NEXT}){{0,3}}(?:{_FROM}|{_FIELD})[^\n]*+"
    rf"(?:{_NEXT}(?:(?:{_NEXT})?{_FIELD}[^\n]*+|[^\n]{{1,160}}[>;]{_END}))++",
    "label": rf"{_PERSON} ?:[ \t]*+(?:\S+(?: +\S+){{0,4}})?{_END}|{_PHONE} ?:[ \t]*+{_DIGITS}{_END}|"
    rf"(?:e-?mail(?: address)?|received from) ?:[ \t]*+(?:[^\s@]+@\S+(?: \S+){{0,2}})?{_END}|"
    rf"browser ?:[ \t]*+(?:{_BROWSER})?{_END}|{_SUMMARY}{_END}|(?:\[(?:cid|image):[^\]\n]*+\][ \t]*+)++$",
    "summary": _SUMMARY,
    "field": rf"{_FROM}|{_FIELD}",
    "delimiter": rf"--{_END}",
    "signature": rf"(?:sent from my|von meinem|envoyé de mon) (?:\S+ ){{0,4}}?{_DEVICE}(?: device| gesendet)?"
    rf"(?:[.,;][^\n]{{0,100}})?{_END}|get outlook for [^\n]{{2,80}}$|gesendet von outlook [^\n]{{2,80}}$|"
    r"sent (?:from|via) (?:mail|outlook|yahoo mail|blackberry)\b[^\n]{0,60}$",
    "banner": r"(?:\[ext(?:ernal)?\b[^\]\n]{0,20}\]|[*\[]{0,3}+(?:(?:caution|warning)\b[ :!.*-]*+)?"
    rf"this {_MAIL} (?:originated|was sent|came|is) from (?:outside|an extern)[^\n.!\]]{{0,200}}[.!\]*]*+)"
    rf"(?:[ \t]*+\n?[^\n.!]{{0,120}}?{_CARE}[^\n.!]{{0,160}}(?:\n[^\n.!]{{1,120}}){{0,2}}[.!\]*]++){{0,4}}",
    "disclaimer": r"(?:confidentiality (?:notice|note|caution|statement)|(?:legal |e-?mail )?disclaimer ?:|"
    r"(?:(?:p|[^\w\s]) )?(?:please )?(?:consider the environment|do(?: not|n't) print this)|"
    rf"(?:(?:notice|important) ?: ?)?(?:this|diese|ce) {_MAIL}\b[^\n]{{0,100}}? (?:is|are|may|contains?|"
    rf"enthält|kann|est|sont)\b[^\n]{{0,80}}?{_SECRET}|"
    rf"the (?:information|contents?) (?:contained |transmitted )?(?:in|of) this {_MAIL}|"
    rf"if you (?:are not the intended|have received this {_MAIL} in error))"
    rf"[^\n]*+(?:\n(?![ \t]*+(?:$|>|--|__|{_FROM}))[^\n]++)*+",  # to the end of the paragraph
    "closing": rf"(?:{_BEFORE}\b[^\w\n]*+){{0,3}}+{_SIGN_OFF}\b[^\w\n]*+"
    rf"(?:(?:{_SIGN_OFF}|{_BEFORE}|{_AFTER})\b[^\w\n]*+){{0,8}}+$",
}
# How such a line begins: to look at that first makes plain text three times as fast.
_OPENING = (
    r"[^\w\s]|__|\d{4}-|a(?:m |n[^a-z]|ll)|b(?:cc|e[gst]|i|r)|c(?:[cou]|au|e |he)|d(?:[aio]|e[^a-z]|es)|"
    r"e(?:-?mail|nv|xt)|f(?:ro|ul|re)|g(?:e[ts]|r)|i[fm]|k[iu]|l(?:[ag]|e[ g]|ie)|m(?:an|er|fg|it|o)|n|"
    r"o(?:n |bj)|p[ hl]|r(?:e[cgps]|gd)|s(?:u[bm]|en|in|pr|ch|a)|t(?:[eh]|o[^a-z])|[yà]|v(?:on|g|ie)|w(?:a|i)"
)
_BY = rf"(?=[^\n]*+(?<=[:\s]))[^\n]{{0,80}}?(?:@[^\n<>]{{1,80}}> {_WROTE}{_END}|{_WROTE}(?=[^\S\n]*+\n\n?>))"
_NAMED = "|".join(f"(?P<{name}>{p})" for name, p in _PATTERNS.items())
_LINE = re.compile(rf"(?m)(?={_OPENING})(?:{_NAMED})|(?P<sender>{_BY})")
_LABEL = re.compile(f"{_SUMMARY}|{_PATTERNS['banner']}")
_SPECIAL = re.compile(rf"(?m)\n[ \t\xa0]*+(?={_OPENING})(?:{_QUOTE}|{_NAMED})")
_ROW = re.compile(rf"((?:[ \t\xa0]|{_QUOTE})*+)([^\n]*+)\n?")
_BLANK_ROWS = re.compile(r"(?:[ \t\xa0]*+\n)*+")  # from the row behind a label
_FIRST, _HEADER, _TELLS = map(re.compile, (_FROM, rf"{_FROM}|{_FIELD}", _TELLING))
_HINT = re.compile(r"(?:fw(?<!\w\w\w)d?|wg(?<!\w\w\w)|tr(?<!\w\w\w)) ?:")  # much faster than "\b" before it
_LETTER, _WORD = re.compile(r"[^\W\d_]"), re.compile(r"(?<!\S)\S*?[^\W\d_]\S*+")
_THANKS = re.compile(r"[^\n]{0,60}?\b(?:thanks?|thx|danke?|merci)\b")
_SENTENCE = re.compile(r"(?:i|i'm|we|it|my|our|this|that|there|also|please|pls|but|and|can|ps|ich|bitte)\b")
_MESSAGES = frozenset({"header", "subject", "attribution", "sender", "reply", "forward"})
_LABELS = {"summary": "form", "subject": "form", "banner": "disclaimer"}  # the row says something after it
_KINDS = {"label": "form", "header": "form", "disclaimer": "disclaimer", "signature": "signature"}
_SILENT = frozenset({"blank", "title", "label", "header", "subject", "disclaimer", "banner"})
_KEPT = _SILENT | {"signature"}  # within the rows of a signature
_MOST_ROWS, _MOST_WORDS, _MOST_CHARACTERS = 8, 8, 160  # of a signature; the latter two, of a row in it


def split_zones(body: str, subject: str = "") -> tuple[Zone, ...]:
    """Return the zones of a body, in order; together they cover it exactly, and none is empty.

    A subject with "Fwd:" tells that earlier messages were forwarded; a body that repeats its subject above
    a whole mail says nothing else itself, so the mail is the new text. Any text is split, in linear time.

    >>> body = "It is down again.\\n\\nOn Tue, Jane <j@firm.example> wrote:\\n> Is it up?"
    >>> [(zone.kind, body[zone.start : zone.end][:17]) for zone in split_zones(body)]
    [('new text', 'It is down again.'), ('quoted', 'On Tue, Jane <j@f')]
    """
    text = _plain(body)
    labels = None if "> wrote:" in text else _only_labels(text)
    if labels is None:
        return _joined(_parts(text, _plain(subject).strip()), len(body))
    if not labels:
        return (Zone(0, len(body), "new text"),) if body else ()
    return _joined(_forms(text, labels), len(body))


def _only_labels(text: str) -> dict[int, int] | None:
    """Return where labels of a form begin, each with where that begins which follows; None for other rows."""
    labels: dict[int, int] = {}
    for found in _SPECIAL.finditer("\n" + text):
        if found.lastgroup == "summary":  # the rest of its row is said by the writer
            labels[found.start()] = found.end() - 1
        elif found.lastgroup == "label":
            labels[found.start()] = found.end()
        else:
            return None
    return labels


def _forms(text: str, labels: dict[int, int]) -> Iterator[tuple[int, str]]:
    """Yield the parts of a body of which these rows are labels of a form, and all others new text."""
    above = _BLANK_ROWS.match(text)
    if above and above.end() not in labels:
        yield 0, "new text"
    for start, end in labels.items():
        yield start, "form"
        blank = _BLANK_ROWS.match(text, end)
        below = blank.end() if blank else end
        if below < len(text) and below not in labels:
            yield below, "new text"


def _plain(body: str) -> str:
    """Return the body in lower case with "\\n" line ends, exactly as long as it was."""
    text = body.replace("\u0130", "i").lower()  # no other character lowers to two
    return text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text


def _joined(parts: Iterator[tuple[int, str]], length: int) -> tuple[Zone, ...]:
    """Return the parts as zones that cover the length, neighbours of one kind as one."""
    firsts = [next(group) for _, group in groupby(parts, key=lambda part: part[1])] or [(0, "new text")]
    starts = [0, *(start for start, _ in firsts[1:]), length]
    return tuple(Zone(starts[i], starts[i + 1], kind) for i, (_, kind) in enumerate(firsts))


def _parts(text: str, subject: str) -> Iterator[tuple[int, str]]:
    """Yield where each row, or what it says after a label, begins and of what kind it is."""
    hint = _HINT.search(text)
    thread = _Thread(-1 if _HINT.search(subject) else hint.start() if hint else len(text))
    rows = _signed(text, _rows(text, subject, thread))
    kinds = _message_kinds(text, rows, thread.forwarded)
    for row in rows:
        if row.name != "blank" or row.quoted:  # a blank row goes with the row above
            yield from _parts_of_row(text, row, kinds[row.owner])


def _parts_of_row(text: str, row: _Row, kind: str) -> Iterator[tuple[int, str]]:
    if kind == "quoted" or (row.owner and row.name not in _MESSAGES):
        yield row.start, kind
    elif row.name in _LABELS:
        yield row.start, _LABELS[row.name]
        if text[_said(text, row) : row.stop].strip():
            yield _said(text, row), kind
    else:
        yield row.start, _KINDS.get(row.name, "form" if row.owner else "new text")


def _said(text: str, row: _Row) -> int:
    """Return where that begins what the row says after its label."""
    label = _LABEL.match(text, row.at) if row.name in _LABELS else None
    return label.end() if label else row.at


def _rows(text: str, subject: str, thread: _Thread) -> list[_Row]:
    rows: list[_Row] = []
    names: Iterator[str] = iter(())
    for line in _ROW.finditer(text):
        at, stop = line.span(2)
        if not (name := next(names, "")):
            names = iter(_names(text, at, stop))
            name = next(names)
        if name == "text" and text[at:stop].strip() == subject:
            name = "title"
        quoted = ">" in line[1]
        rows.append(_Row(line.start(), at, stop, quoted, name, thread.owner(at, quoted, name)))
    return rows[:-1]  # the last match is the empty one at the end of the text


def _names(text: str, at: int, stop: int) -> list[str]:
    """Return what the row looks like, and those below that belong to it."""
    found = _LINE.match(text, at) if at < stop else None
    name = found.lastgroup if found else None
    if not found or not name:
        return ["text" if at < stop else "blank"]
    if name == "header":
        return _header_names(found[0])
    if name == "field":
        said = text[at:stop].rstrip()
        return ["label" if "@" in said or said.endswith(":") else "text"]
    more = found[0].count("\n")
    return [("disclaimer" if name == "banner" and more else name)] * (1 + more)


def _header_names(block: str) -> list[str]:
    """Return the names of header lines; "From: Berlin", "To: London" are fields of a form, not of a mail."""
    lines = [line.lstrip("> \t") for line in block.split("\n")]
    if not (any(map(_FIRST.match, lines)) and ("@" in block or any(map(_TELLS.match, lines)))):
        return ["summary" if _LABEL.match(n) else "label" if _HEADER.match(n) else "text" for n in lines]
    return ["subject" if _LABEL.match(line) else "header" for line in lines]


class _Thread:
    """Gives row after row to the writer (0) or to an earlier message (1, 2 ...)."""

    def __init__(self, hint: int) -> None:
        self.forwarded = [False]  # by message
        self._hint = hint  # where the text first tells that something is forwarded
        self._mode = "own"  # or "opened", "marked" (each row has its ">") or "to the end"
        self._spoken = self._heard = False  # whether the writer, and the message at hand, have said anything

    def owner(self, at: int, quoted: bool, name: str) -> int:
        """Return who wrote the next row."""
        # A body that begins with the header of a mail is that mail, pasted: it is read like new text.
        is_pasted = name in ("header", "subject") and not (self._spoken or quoted or len(self.forwarded) > 1)
        opens = name in _MESSAGES and not is_pasted
        if name == "blank" and not quoted:
            return 0 if self._mode == "own" else len(self.forwarded) - 1
        if opens or quoted or self._mode in ("opened", "to the end"):
            return self._message(at, quoted, name, opens)
        self._mode = "own"  # text below ">" is an inline answer
        self._spoken |= name not in _SILENT
        return 0

    def _message(self, at: int, quoted: bool, name: str, opens: bool) -> int:
        if self._mode == "own" or (opens and self._heard):
            self.forwarded.append(opens and name not in ("attribution", "sender") and self._hint < at)
            self._heard = False
        if opens:
            self._mode = "opened"
        elif self._mode in ("own", "opened"):
            self._mode = "marked" if quoted else "to the end"
        self.forwarded[-1] |= name == "forward"
        self._heard |= not opens and name != "blank"
        return len(self.forwarded) - 1


def _message_kinds(text: str, rows: list[_Row], forwarded: list[bool]) -> list[str]:
    """Return the kind of each message: the first marked so is forwarded; without new text, the first is."""
    if len(forwarded) == 1:
        return ["new text"]
    speaking = {row.owner for row in rows if _speaks(text, row)}
    kinds, awaited = ["new text" if 0 in speaking else "forwarded"], True
    for number, marked in enumerate(forwarded[1:], 1):
        kinds.append("forwarded" if awaited and (marked or 0 not in speaking) else "quoted")
        awaited &= not (kinds[-1] == "forwarded" and number in speaking)
    return kinds


def _speaks(text: str, row: _Row) -> bool:
    silent = row.name in _KINDS or row.name in _MESSAGES
    return not silent and _LETTER.search(text, _said(text, row), row.stop) is not None


def _signed(text: str, rows: list[_Row]) -> list[_Row]:
    """Return the rows with those of the writer's signature named so."""
    if not any(row.name in ("closing", "delimiter") for row in rows):
        return rows
    result: list[_Row] = []
    for owner, group in groupby(rows, key=lambda row: row.owner):
        own = list(group)
        top = len(own) if owner else _signature(text, own, not result and len(own) < len(rows))
        result += own[:top]
        result += (row if row.name in _KEPT else row._replace(name="signature") for row in own[top:])
    return result


def _signature(text: str, rows: list[_Row], above_mail: bool) -> int:
    """Return where the signature begins in the writer's rows; their number if there is none."""
    said = next((i for i, row in enumerate(rows) if row.name != "closing" and _speaks(text, row)), len(rows))
    end = next((i for i in range(said, len(rows)) if rows[i].name == "delimiter"), len(rows))
    top, below = end, 0
    for i in range(end - 1, -1, -1):
        if rows[i].name == "closing":
            # "Thanks, Jane" above a mail answers it; "Regards, Jane" was put there by the mail program.
            alone = above_mail and below and not _THANKS.match(text, rows[i].at)
            top = i if said < i or alone else top
        elif rows[i].name not in _KEPT:
            below += 1
            if below > _MOST_ROWS or not _is_short(text, rows[i]):
                break
    return top


def _is_short(text: str, row: _Row) -> bool:
    """Tell whether a row can stand in a signature: people also write "Thanks" and go on with the problem."""
    said = text[row.at : min(row.stop, row.at + _MOST_CHARACTERS + 1)].rstrip()
    if len(said) > _MOST_CHARACTERS or said.endswith("?") or _SENTENCE.match(said):
        return False
    return len(_WORD.findall(said)) <= _MOST_WORDS
