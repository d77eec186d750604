"""The picture of a training: its losses, and what it does on pages that it does not learn from, over the steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocrprep.learning.training.log import Line

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9")
"""Told apart by everybody (Okabe and Ito 2008)."""

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _GAP, _BELOW = 640, 220, 64, 150, 34, 54, 46
_TICKS = 4

_LOSSES = {
    "loss": "loss",
    "bce": "cross-entropy",
    "dice": "Dice",
    "coverage": "coverage",
    "validation_loss": "validation loss",
}
_SCORES = {"f_measure": "F-measure", "iou": "IoU"}


@dataclass(frozen=True, slots=True)
class _Panel:
    """One coordinate system.

    Args:
        top: of its frame in the picture.
        last: step at the right edge.
        low: value at the bottom.
        high: value at the top.
    """

    top: float
    last: int
    low: float
    high: float

    def at(self, step: float, value: float) -> tuple[float, float]:
        x = _LEFT + _WIDTH * step / max(self.last, 1)
        y = self.top + _HEIGHT * (1 - (value - self.low) / max(self.high - self.low, 1e-12))
        return round(x, 1), round(y, 1)


def curves_svg(lines: Sequence[Line], title: str = "") -> str:
    """The losses above, F-measure and IoU on the validation pages below, as SVG.

    Args:
        lines: of a log, at least one.
        title: above the picture.

    Raises:
        ValueError: no line.
    """
    if not lines:
        raise ValueError("a log without lines has no curves")
    height = _TOP + 2 * _HEIGHT + _GAP + _BELOW
    size = f'width="{_LEFT + _WIDTH + _RIGHT}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{_LEFT}" y="20" font-size="14">{escape(title)}</text>',
        *_panel(lines, _LOSSES, _TOP, "loss"),
        *_panel(lines, _SCORES, _TOP + _HEIGHT + _GAP, "per cent"),
        f'<text x="{_LEFT + _WIDTH / 2}" y="{height - 8}" text-anchor="middle">step</text>',
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(lines: Sequence[Line], shown: dict[str, str], top: float, unit: str) -> list[str]:
    curves = {
        label: [(line.step, value) for line in lines if (value := getattr(line, name)) is not None]
        for name, label in shown.items()
    }
    curves = {label: points for label, points in curves.items() if any(value for _, value in points)}
    values = [value for points in curves.values() for _, value in points] or [0.0, 1.0]
    low, high = min(values), max(values)
    room = (high - low or 1.0) * 0.05
    panel = _Panel(top, lines[-1].step, max(0.0, low - room), high + room)
    parts = _frame(panel, unit)
    for place, (label, points) in enumerate(curves.items()):
        colour = _COLOURS[place % len(_COLOURS)]
        drawn = [panel.at(step, value) for step, value in points]
        parts.append(f'<polyline points="{" ".join(f"{x},{y}" for x, y in drawn)}" fill="none" stroke="{colour}"/>')
        if len(points) <= 100:
            parts += [f'<circle cx="{x}" cy="{y}" r="2" fill="{colour}"/>' for x, y in drawn]
        row = top + 14 + 18 * place
        parts.append(f'<rect x="{_LEFT + _WIDTH + 10}" y="{row - 9}" width="10" height="10" fill="{colour}"/>')
        text = f"{label}: {points[-1][1]:.4g}"
        parts.append(f'<text x="{_LEFT + _WIDTH + 25}" y="{row}">{escape(text)}</text>')
    return parts


def _frame(panel: _Panel, unit: str) -> list[str]:
    parts = []
    for tick in range(_TICKS + 1):
        step = panel.last * tick / _TICKS
        value = panel.low + (panel.high - panel.low) * tick / _TICKS
        x, y = panel.at(step, value)
        parts += [
            f'<path d="M{x} {panel.top}V{panel.top + _HEIGHT}M{_LEFT} {y}H{_LEFT + _WIDTH}" stroke="#ddd"/>',
            f'<text x="{x}" y="{panel.top + _HEIGHT + 16}" text-anchor="middle">{step:.0f}</text>',
            f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{value:.3g}</text>',
        ]
    middle = panel.top + _HEIGHT / 2
    turned = f'text-anchor="middle" transform="rotate(-90 16 {middle})"'
    return [*parts, f'<text x="16" y="{middle}" {turned}>{unit}</text>']
