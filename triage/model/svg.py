"""Pictures for a report: lines and points in SVG, told apart by shape and dash, not by colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _LEFT, _BELOW, _ABOVE, _RIGHT = 460, 300, 66, 44, 14, 22
_DASHES = ("", "7 4", "2 3", "10 3 2 3")
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: its name, its points, and whether they are marked."""

    name: str
    points: Sequence[Point]
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: what it shows, up to where, and whether its numbers are shares."""

    name: str
    most: float = 1.0
    shares: bool = True

    def tick(self, share: float) -> str:
        """Return the number that stands at a share of the axis."""
        value = share * self.most
        return f"{value:.0%}" if self.shares else f"{value:.2f}"


def chart(lines: Sequence[Line], across: Axis, up: Axis, *, title: str) -> str:
    """Return a chart as an SVG element; each line is named at its side and has its own dash.

    >>> chart([Line("a", [(0, 0), (1, 1)])], Axis("x"), Axis("y"), title="t").startswith("<svg")
    True
    """
    parts = [
        *_frame(across, up),
        *(part for n, line in enumerate(lines) for part in _line(line, n, across, up)),
    ]
    parts += _legend(lines)
    height = _HEIGHT + 18 * len(lines)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _x(share: float) -> float:
    return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(share: float) -> float:
    return round(_HEIGHT - _BELOW - share * (_HEIGHT - _BELOW - _ABOVE), 1)


def _frame(across: Axis, up: Axis) -> Iterator[str]:
    for tick in _TICKS:
        x, y = _x(tick), _y(tick)
        yield f'<path class="grid" d="M{x} {_y(0)}V{_y(1)}M{_x(0)} {y}H{_x(1)}"/>'
        yield f'<text x="{x}" y="{_y(0) + 16}" text-anchor="middle">{across.tick(tick)}</text>'
        yield f'<text x="{_x(0) - 6}" y="{y + 4}" text-anchor="end">{up.tick(tick)}</text>'
    yield f'<path class="axis" d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}"/>'
    yield f'<text x="{_x(0.5)}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(across.name)}</text>'
    turned = f'text-anchor="middle" transform="rotate(-90 13 {_y(0.5)})"'
    yield f'<text x="13" y="{_y(0.5)}" {turned}>{escape(up.name)}</text>'


def _line(line: Line, number: int, across: Axis, up: Axis) -> Iterator[str]:
    places = [(_x(x / across.most), _y(y / up.most)) for x, y in line.points]
    if not places:
        return
    path = "M" + "L".join(f"{x} {y}" for x, y in places)
    yield f'<path class="line" stroke-dasharray="{_DASHES[number % len(_DASHES)]}" d="{path}"/>'
    if line.marked:
        yield from (f'<circle cx="{x}" cy="{y}" r="4"/>' for x, y in places)


def _legend(lines: Sequence[Line]) -> list[str]:
    drawn = []
    for number, line in enumerate(lines):
        y = _HEIGHT + 18 * number + 6
        dash = _DASHES[number % len(_DASHES)]
        drawn.append(f'<path class="line" stroke-dasharray="{dash}" d="M{_LEFT} {y}h36"/>')
        drawn.append(f'<circle cx="{_LEFT + 18}" cy="{y}" r="4"/>' if line.marked else "")
        drawn.append(f'<text x="{_LEFT + 44}" y="{y + 4}">{escape(line.name)}</text>')
    return drawn
