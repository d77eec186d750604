"""The report's charts as SVG of our own; colours come from the style sheet, so that they suit light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocrprep.report._scores import Worth

_WIDTH, _HEIGHT = 460, 200
_LEFT, _RIGHT, _TOP, _BELOW = 44, 8, 12, 30
_BINS = 20
_ROW = 26
_LABEL = 170


def changes_svg(changes: Sequence[tuple[int, float]], names: Sequence[str], harm: float) -> str:
    """Helped and harmed: a bar for each page, the largest gain first; each leads to its page.

    Args:
        changes: 0-based page and change of word F1, points; at least one.
        names: of all pages.
        harm: points from which a page counts as helped or harmed.
    """
    bars = sorted(changes, key=lambda item: -item[1])
    top = max(5.0, *(abs(value) for _, value in bars))
    inside, middle = _HEIGHT - _TOP - _BELOW, _TOP + (_HEIGHT - _TOP - _BELOW) / 2
    step = (_WIDTH - _LEFT - _RIGHT) / len(bars)
    parts = [
        _line(_LEFT, y, _WIDTH - _RIGHT, y, "axis" if not value else "grid")
        + _text(_LEFT - 6, y + 4, f"{value:+.0f}" if value else "0")
        for value in (top, 0.0, -top)
        for y in (middle - value / top * inside / 2,)
    ]
    for place, (page, value) in enumerate(bars):
        high = max(abs(value) / top * inside / 2, 1.0)
        kind = "up" if value > harm else "down" if value < -harm else "same"
        y = middle - high if value > 0 else middle
        mark = _rect(_LEFT + place * step, y, min(max(step * 0.85, 0.8), 40), high, kind)
        told = f"{names[page]}: {value:+.1f} points of word F1"
        parts.append(f'<a href="#page-{page + 1}"><title>{escape(told)}</title>{mark}</a>')
    parts.append(_text(_WIDTH / 2, _HEIGHT - 8, "pages, the largest gain first", "middle"))
    return _svg(_HEIGHT, parts, "Change of word F1, page by page")


def histogram_svg(values: Sequence[float], what: str) -> str:
    """How values from 0 to 100 are spread: bins of five, the last with 100 itself.

    Args:
        values: at least one.
        what: they are, for the axis.
    """
    counts = [0] * _BINS
    for value in values:
        counts[min(max(int(value / (100 / _BINS)), 0), _BINS - 1)] += 1
    most, inside = max(counts), _HEIGHT - _TOP - _BELOW
    step = (_WIDTH - _LEFT - _RIGHT) / _BINS
    ground = _HEIGHT - _BELOW
    parts = [_line(_LEFT, ground, _WIDTH - _RIGHT, ground, "axis"), _text(_LEFT - 6, _TOP + 8, str(most))]
    parts.append(_text(_LEFT - 6, ground, "0"))
    for place, count in enumerate(counts):
        if count:
            high, low = count / most * inside, place * 100 // _BINS
            told = f"{low}–{low + 100 // _BINS}: {count} {'page' if count == 1 else 'pages'}"
            mark = _rect(_LEFT + place * step + 1, ground - high, step - 2, high, "bar")
            parts.append(f"<g><title>{told}</title>{mark}</g>")
    for value in (0, 25, 50, 75, 100):
        x = _LEFT + value / 100 * (_WIDTH - _LEFT - _RIGHT)
        parts.append(_text(x, ground + 13, str(value), "end" if value == 100 else "middle"))
    parts.append(_text((_LEFT + _WIDTH) / 2, _HEIGHT - 3, what, "middle"))
    return _svg(_HEIGHT, parts, f"Distribution of {what}")


def worth_svg(steps: Sequence[Worth]) -> str:
    """Per-step ablation: what each step is worth, a bar to the right where it helps, to the left where it harms.

    Args:
        steps: in the order of the chain; at least one.
    """
    top = max(1.0, *(abs(step.points) for step in steps))
    half = (_WIDTH - _LABEL - _RIGHT) / 2 - 38
    middle = _LABEL + 38 + half
    height = _TOP + _ROW * len(steps) + 8
    parts = [_line(middle, 4, middle, height - 4, "axis")]
    for place, step in enumerate(steps):
        y = _TOP + place * _ROW
        wide = max(abs(step.points) / top * half, 1.0)
        left = middle if step.points >= 0 else middle - wide
        told = f"{step.name}: {step.points:+.2f} points of word F1, pages: {step.pages}"
        mark = _rect(left, y, wide, _ROW - 8, "up" if step.points >= 0 else "down")
        end = _text(middle + wide + 5, y + 13, f"{step.points:+.1f}", "start")
        if step.points < 0:
            end = _text(middle - wide - 5, y + 13, f"{step.points:+.1f}")
        parts.append(f"<g><title>{escape(told)}</title>{_text(_LABEL, y + 13, _short(step.name))}{mark}{end}</g>")
    return _svg(height, parts, "What each step is worth")


def _short(name: str) -> str:
    return name if len(name) <= 25 else f"{name[:24]}…"


def _svg(height: float, parts: Sequence[str], label: str) -> str:
    inside = "".join(parts)
    return f'<svg viewBox="0 0 {_WIDTH} {height:g}" role="img" aria-label="{escape(label)}">{inside}</svg>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" class="{kind}"/>'


def _text(x: float, y: float, text: str, anchor: str = "end") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
