"""Plots as SVG, to be read without colour: every figure is written out, kinds differ in their pattern."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from triage.report.markup import element
from triage.report.values import LevelUse, Report, RuleUse

_WIDTH = 760
_NAMES = 190  # width of the names on the left
_ROW = 30
_BAR = 18
_INK, _GRID = "#1a1a1a", "#c4c4c4"
_KINDS = (
    ("right", "as labelled, by a rule"),
    ("wrong", "another level, by a rule"),
    ("open", "no rule decided"),
)
_MOST_RULES = 30
_GLYPH = 7.2  # width of a character of the plots, roughly


def coverage(report: Report) -> Element:
    """Return how the tickets of each level came out: a bar a level, in three parts.

    Without labels the bars are the suggested levels, by a rule or by a default.
    """
    rows = [(level.name, _parts(level, labelled=bool(report.labelled))) for level in report.levels]
    longest = max((sum(parts) for _, parts in rows), default=0) or 1
    scale = (_WIDTH - _NAMES - 160) / longest
    drawn: list[Element] = [_patterns(), *_legend(labelled=bool(report.labelled))]
    for number, (name, parts) in enumerate(rows):
        top = 40 + number * _ROW
        drawn.append(_text(name, _NAMES - 10, top + 13, anchor="end"))
        drawn += _stacked(parts, _NAMES, top, scale)
        told = " + ".join(f"{count:,}" for count in parts if count) or "0"
        said = f"{sum(parts):,} = {told}" if "+" in told else told
        drawn.append(_text(said, _NAMES + sum(parts) * scale + 8, top + 13, weight="bold"))
    return _figure(drawn, 48 + len(rows) * _ROW, "Tickets of each level, and what the rules made of them")


def _parts(level: LevelUse, *, labelled: bool) -> tuple[int, int, int]:
    if labelled:
        return level.right, level.wrong, level.undecided
    return level.suggested - level.default, 0, level.default


def _stacked(parts: Sequence[int], left: float, top: float, scale: float) -> list[Element]:
    drawn = []
    for (kind, _), count in zip(_KINDS, parts, strict=True):
        width = count * scale
        if count:
            drawn.append(_box(left, top, width, _BAR, fill=f"url(#{kind})"))
        left += width
    return drawn


def _legend(*, labelled: bool) -> list[Element]:
    drawn: list[Element] = []
    left: float = _NAMES
    for kind, meaning in (
        _KINDS if labelled else (("right", "decided by a rule"), ("open", "no rule decided"))
    ):
        drawn += [_box(left, 8, 24, 14, fill=f"url(#{kind})"), _text(meaning, left + 30, 20)]
        left += 52 + len(meaning) * 6.6
    return drawn


def _patterns() -> Element:
    stripes = element("path", d="M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4", stroke=_INK, stroke_width=1.4)
    return element(
        "defs",
        _pattern("right", element("rect", width=8, height=8, fill="#5b6b7a")),
        _pattern("wrong", element("rect", width=8, height=8, fill="#fff"), stripes),
        _pattern("open", element("rect", width=8, height=8, fill="#fff")),
    )


def _pattern(id: str, *parts: Element) -> Element:
    return element("pattern", *parts, id=id, width=8, height=8, patternUnits="userSpaceOnUse")


def confusion(report: Report) -> Element:
    """Return labels against suggestions: a cell for each pair, darker for more, framed where they agree."""
    names = [level.name for level in report.levels]
    most = max((count for line in report.confusion for count in line), default=0) or 1
    cell = min(100.0, (_WIDTH - _NAMES) / max(len(names), 1))
    drawn = [_text("suggested as", _NAMES, 16), _text("labelled as", _NAMES - 10, 38, anchor="end")]
    for column, name in enumerate(names):
        drawn.append(
            _text(_fit(name, cell), _NAMES + (column + 0.5) * cell, 38, anchor="middle", weight="bold")
        )
    for row, line in enumerate(report.confusion):
        top = 46 + row * 44
        drawn.append(_text(names[row], _NAMES - 10, top + 26, anchor="end", weight="bold"))
        for column, count in enumerate(line):
            drawn += _cell(_NAMES + column * cell, top, cell, count / most)
            drawn.append(
                _count_in_cell(
                    count, _NAMES + (column + 0.5) * cell, top + 26, dark=_grey(count / most) < 118
                )
            )
    for row in range(len(names)):  # frames last, so that no neighbour covers them
        drawn.append(_box(_NAMES + row * cell, 46 + row * 44, cell - 2, 42, fill="none", stroke_width=3))
    return _figure(drawn, 56 + len(names) * 44, "Labels against suggestions")


def _cell(left: float, top: float, width: float, share: float) -> list[Element]:
    grey = _grey(share)
    return [_box(left, top, width - 2, 42, fill=f"rgb({grey},{grey},{grey})", stroke=_GRID)]


def _grey(share: float) -> int:
    return round(250 - 170 * share)


def _count_in_cell(count: int, middle: float, base: float, *, dark: bool) -> Element:
    return _text(f"{count:,}" if count else "·", middle, base, anchor="middle", fill="#fff" if dark else _INK)


def by_precision(report: Report) -> Element:
    """Return the rules that decided most: a bar for how many, a dot with its interval for how often right."""
    rules = [rule for rule in report.rules if rule.decided][:_MOST_RULES]
    most = max((rule.decided for rule in rules), default=0) or 1
    left, width = 420.0, _WIDTH - 420.0 - 40
    height = 50 + len(rules) * 24
    drawn = [_text("tickets it decided", 200, 18)]
    if report.labelled:
        drawn += _axis(left, width, height)
    for number, rule in enumerate(rules):
        base = 58 + number * 24
        drawn += _volume(rule, base, 150 * rule.decided / most)
        if report.labelled:
            drawn += _whisker(rule, base - 4, left, width)
    return _figure(drawn, height, "Rules by how many tickets they decided and how often they were right")


def _axis(left: float, width: float, height: float) -> list[Element]:
    drawn = [_text("right in ... of the labelled ones", left, 18)]
    for percent in (0, 25, 50, 75, 100):
        x = left + width * percent / 100
        drawn.append(element("line", x1=x, x2=x, y1=40, y2=height - 8, stroke=_GRID))
        drawn.append(_text(f"{percent}%", x, 34, anchor="middle"))
    return drawn


def _volume(rule: RuleUse, base: float, length: float) -> list[Element]:
    return [
        _text(_fit(rule.id, 190), 190, base, anchor="end"),
        _box(200, base - 11, max(length, 1), 13, fill="#5b6b7a"),
        _text(f"{rule.decided:,}", 206 + length, base),
    ]


def _whisker(rule: RuleUse, y: float, left: float, width: float) -> list[Element]:
    if rule.measured is None:
        return [_text("not measured", left + 4, y + 4, fill="#555")]
    low, middle, high = (
        left + width * share for share in (rule.measured.low, rule.measured.precision, rule.measured.high)
    )
    ends = [element("line", x1=x, x2=x, y1=y - 4, y2=y + 4, stroke=_INK) for x in (low, high)]
    line = element("line", x1=low, x2=high, y1=y, y2=y, stroke=_INK)
    return [line, *ends, element("circle", cx=middle, cy=y, r=4.5, fill=_INK)]


def _fit(name: str, width: float) -> str:
    most = int(width / _GLYPH)
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _text(
    said: str, x: float, y: float, *, anchor: str = "start", weight: str = "normal", fill: str = _INK
) -> Element:
    return element("text", said, x=x, y=y, text_anchor=anchor, font_weight=weight, fill=fill)


def _box(x: float, y: float, width: float, height: float, **more: str | float) -> Element:
    return element("rect", **{"x": x, "y": y, "width": width, "height": height, "stroke": _INK, **more})


def _figure(drawn: Sequence[Element], height: float, title: str) -> Element:
    return element(
        "svg",
        element("title", title),
        *drawn,
        **{"viewBox": f"0 0 {_WIDTH} {height:.0f}", "role": "img", "aria-label": title, "width": "100%"},
    )
