"""Elements of a page, escaped by the standard library: no text of a ticket can become markup."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

from triage.show import clean

Part = Element | str


def element(tag: str, *parts: Part, **attributes: str | float) -> Element:
    """Return an element with these parts; "_" in the name of an attribute is "-", a last one is left out.

    >>> from xml.etree.ElementTree import tostring
    >>> tostring(element("p", "a < b ", element("b", "c"), class_="x"), encoding="unicode")
    '<p class="x">a &lt; b <b>c</b></p>'
    """
    made = Element(
        tag, {name.rstrip("_").replace("_", "-"): _plain(value) for name, value in attributes.items()}
    )
    for part in parts:
        if isinstance(part, Element):
            made.append(part)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + clean(part)
        else:
            made.text = (made.text or "") + clean(part)
    return made


def _plain(value: str | float) -> str:
    return clean(value) if isinstance(value, str) else f"{value:.10g}"


def page_of(root: Element) -> str:
    """Return the text of a whole page."""
    return "<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html") + "\n"
