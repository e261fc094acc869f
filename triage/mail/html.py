"""HTML becomes the text that a person sees, in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

_TAG = re.compile(r"""<(/?[a-zA-Z][^\s/<>"']*+)((?:[^<>"']|"[^"]*"|'[^']*')*+>|[^<>]*+>)""")
_BLOCK = re.compile(
    r"address|article|blockquote|br|center|d[dlt]|div|footer|form|h[1-6r]|header|li|main|[ou]l|p|pre|section"
    r"|table|t[dhr]"
)
_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "title")}
_VOID = re.compile(r"area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
_HIDDEN = re.compile(r"\bdisplay\s*:\s*none\b|\bmso-hide\s*:\s*all\b|[\s\"']hidden\s*[=>/]", re.IGNORECASE)
_CITED = re.compile(
    r"\btype\s*=\s*[\"']?cite\b|\bclass\s*=\s*[\"'][^\"']*\b(?:gmail|yahoo)_quote\b", re.IGNORECASE
)
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n\s*\n")
_QUOTE, _UNQUOTE = "\ue000", "\ue001"  # private characters that stand for the edges of a quotation


def html_to_text(html: str) -> str:
    """Return the text of HTML with its line breaks, without what is hidden; the time is linear.

    Lines that a mail program quotes begin with "> ", as they do in a plain message.

    >>> html_to_text("<style>p {}</style><p>The printer&nbsp;jams.<br>Again.</p>")
    'The printer jams.\\nAgain.'
    >>> html_to_text("Still.<blockquote type=cite>Does it<br>work?</blockquote>")
    'Still.\\n> Does it\\n> work?'
    """
    pieces = "".join(_shown(html.replace(_QUOTE, "").replace(_UNQUOTE, "")))
    lines = _SPACES.sub(" ", pieces).replace(" \n", "\n").replace("\n ", "\n")
    return _marked(_BLANK_LINES.sub("\n\n", lines)).strip()


def _marked(text: str) -> str:
    """Return the text with "> " before each line between the edges of a quotation."""
    if _QUOTE not in text:
        return text.replace(_UNQUOTE, "")
    depth, lines = 0, []
    for line in text.split("\n"):
        depth += line.count(_QUOTE)
        said = line.replace(_QUOTE, "").replace(_UNQUOTE, "")
        lines.append(f"> {said}" if depth and said.strip() else said)
        depth = max(0, depth - line.count(_UNQUOTE))
    return "\n".join(lines)


def _shown(html: str) -> Iterator[str]:
    """Yield texts and line breaks of what is not hidden; what is hidden without end is shown after all."""
    hidden: list[str] = []
    name, depth = "", 0
    for tag, inside, text in _pieces(html):
        if depth:
            hidden.append(text)
            depth += (tag == name) - (tag == f"/{name}")
            if not depth:
                hidden.clear()
        elif tag and _is_hidden(tag, inside):
            name, depth = tag, 1
        else:
            yield text
    yield from hidden


def _is_hidden(tag: str, inside: str) -> bool:
    return not (tag.startswith("/") or _VOID.fullmatch(tag)) and _HIDDEN.search(inside) is not None


def _pieces(html: str) -> Iterator[tuple[str, str, str]]:
    """Yield each tag with what is inside it, and the text or line break that stands for it.

    ``html.parser`` needs a time that grows with the square of some broken inputs, and a message is untrusted.
    """
    place = 0
    quotes: list[bool] = []
    while (start := html.find("<", place)) >= 0:
        yield "", "", _flowing(html[place:start])
        tag = _TAG.match(html, start)
        if tag is None:
            yield "", "", "" if html.startswith(("<!", "<?"), start) else "<"
        else:
            name = tag[1].lower()
            edge = _edge(name, tag[2], quotes)
            yield name, tag[2], edge + _break(name) if edge == _UNQUOTE else _break(name) + edge
        place = _end(html, start, tag)
    yield "", "", _flowing(html[place:])


def _break(name: str) -> str:
    if not _BLOCK.fullmatch(name.removeprefix("/")):
        return ""
    return "\n" if name in ("br", "/p", "/blockquote") or not name.startswith("/") else " "


def _edge(name: str, inside: str, quotes: list[bool]) -> str:
    """Return the edge of a quotation that a tag is; ``quotes`` tells of each open one whether it is cited."""
    if name == "blockquote":
        quotes.append(_CITED.search(inside) is not None)
        return _QUOTE if quotes[-1] else ""
    return _UNQUOTE if name == "/blockquote" and quotes and quotes.pop() else ""


def _end(html: str, start: int, tag: re.Match[str] | None) -> int:
    """Return where the tag, comment or declaration ends, a script or style with all that it holds."""
    if tag is not None:
        closing = _ENDS.get(tag[1].lower())
        if closing is None:
            return tag.end()
        found = closing.search(html, tag.end())
        return found.start() if found else len(html)
    if not html.startswith(("<!", "<?"), start):
        return start + 1
    mark = "-->" if html.startswith("<!--", start) else ">"
    end = html.find(mark, start)
    return end + len(mark) if end >= 0 else len(html)


def _flowing(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(text))
