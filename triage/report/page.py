"""A report as one page of HTML: no script, no network, no other file, and it prints on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from triage.certainty import NOT_MEASURED, Measured
from triage.report.markup import Part, element, page_of
from triage.report.plots import by_precision, confusion, coverage
from triage.report.values import Report

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 60rem;
  margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.7rem; margin: 0; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
.small { color: #444; } .figures { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.5rem 0; padding: 0; }
.figures div { border: 1px solid #8a8a8a; border-radius: 6px; padding: .6rem 1rem; flex: 1 1 9rem; }
.figures b { display: block; font-size: 1.6rem; }
.wide { overflow-x: auto; } svg { min-width: 38rem; font: 13px system-ui, sans-serif; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; color: #444; padding-bottom: .4rem; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid #d0d0d0;
  vertical-align: top; }
td:nth-child(2) { min-width: 11rem; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.words span { display: inline-block; border: 1px solid #8a8a8a; border-radius: 4px; padding: .05rem .5rem;
  margin: .15rem; } .words i { font-style: normal; color: #444; }
@media print { body { max-width: none; padding: 0; } h2, svg, tr { break-inside: avoid; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(report: Report) -> str:
    """Return the page of a report as the text of one HTML file."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", **{"http-equiv": "Content-Security-Policy", "content": _POLICY}),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{report.rules_name}: the rules on {report.table}"),
        element("style", _STYLE),
    )
    main = element("main", *_top(report), *_plots(report), *_open_ends(report), *_tables(report))
    return page_of(element("html", head, element("body", main), lang="en"))


def _top(report: Report) -> Iterable[Element]:
    yield element("h1", report.rules_name)
    where = f"The rules on {report.tickets:,} past tickets of {report.table}, {report.date}."
    yield element("p", f"{where} Version of the rules: {report.rules_version}.", class_="small")
    idle = sum(not rule.decided and not rule.draft for rule in report.rules)
    figures = [(_percent(report.decided, report.tickets), "of the tickets are decided by a rule")]
    if report.labelled:
        right = _percent(report.right, report.labelled)
        figures.append((right, "of the labelled ones get the level of their label"))
    figures.append(_counted(len(report.unused_lines), "line", "of the guideline decided no ticket"))
    figures.append(_counted(idle, "active rule", "decided no ticket"))
    yield element(
        "div", *(element("div", element("b", figure), said) for figure, said in figures), class_="figures"
    )


def _counted(number: int, thing: str, did: str) -> tuple[str, str]:
    return f"{number}", f"{thing}{'' if number == 1 else 's'} {did}"


def _plots(report: Report) -> Iterable[Element]:
    labelled = bool(report.labelled)
    title = "What became of each level's tickets" if labelled else "What was suggested"
    yield from _plot(title, coverage(report), "Bars are as long as the level has tickets.")
    if labelled:
        said = "A line for each label, a column for each suggestion. Framed cells are right."
        yield from _plot("Where labels and suggestions differ", confusion(report), said)
    said = "The dot is how often the rule was right, the line its 95% interval: long lines tell little."
    title = "How much each rule decides, and how well" if labelled else "How much each rule decides"
    yield from _plot(title, by_precision(report), said if labelled else "The rules that decided most.")


def _plot(title: str, plot: Element, said: str) -> Iterable[Element]:
    yield element("h2", title)
    yield element("p", said, class_="small")
    yield _wide(plot)


def _open_ends(report: Report) -> Iterable[Element]:
    yield element("h2", "Lines of the guideline that decided no ticket")
    unused = [element("li", f"Line {line.number}: \u201c{line.text}\u201d") for line in report.unused_lines]
    yield element("ul", *unused) if unused else element("p", "None: every line decided at least one.")
    yield element("h2", "Words of tickets that no rule decided")
    said = (
        "They stand out there, with how many of these tickets have them: look for a phrase that is missing."
    )
    yield element("p", said, class_="small")
    words = [element("span", word, " ", element("i", f"{count:,}")) for word, count in report.words]
    yield element("p", *words, class_="words") if words else element("p", "None stands out.")


def _tables(report: Report) -> Iterable[Element]:
    yield element("h2", "Every rule")
    rows = [
        [
            *(rule.id + (" (draft)" if rule.draft else ""), rule.says, rule.level),
            f"{rule.holds:,}",
            f"({rule.would_decide:,})" if rule.draft else f"{rule.decided:,}",
            *(f"{count:,}" for count in (rule.overlaps, rule.conflicts)),
            *_measured(rule.measured),
        ]
        for rule in report.rules
    ]
    header = ("rule", "says", "level", "holds", "decided", "overlaps", "conflicts", "right", "95% interval")
    said = "Overlaps: another rule holds as well. Conflicts: one of another level does."
    said += " In brackets: what a draft would decide." if any(rule.draft for rule in report.rules) else ""
    yield _table(header, rows, texts=3, caption=said)
    yield element("h2", "Every line of the guideline")
    lines = [
        [
            "" if line.number is None else f"{line.number}",
            *(line.text, ", ".join(line.rules) or "no rule"),
            *(f"{count:,}" for count in (line.holds, line.decided, line.overlaps, line.conflicts)),
            *_measured(line.measured),
        ]
        for line in report.lines
    ]
    of_lines = ("line", "guideline", "rules", *header[3:])
    yield _table(of_lines, lines, texts=3, caption="What the rules of each line did, taken together.")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], *, texts: int, caption: str) -> Element:
    def cells(tag: str, values: Sequence[str], **more: str) -> list[Part]:
        return [
            element(tag, value, **more, **({} if place < texts else {"class": "number"}))
            for place, value in enumerate(values)
        ]

    head = element("thead", element("tr", *cells("th", header, scope="col")))
    body = element("tbody", *(element("tr", *cells("td", row)) for row in rows))
    return _wide(element("table", element("caption", caption), head, body))


def _wide(part: Element) -> Element:
    """Return a part that scrolls sideways on a narrow screen, by keyboard too."""
    return element("div", part, class_="wide", tabindex="0")


def _measured(measured: Measured | None) -> tuple[str, str]:
    if measured is None:
        return NOT_MEASURED, ""
    return f"{measured.precision:.0%} of {measured.n:,}", f"{100 * measured.low:.0f}-{measured.high:.0%}"


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"
