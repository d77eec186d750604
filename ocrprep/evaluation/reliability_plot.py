"""The picture of a calibration: how often words were right, over how likely they were said to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocrprep.evaluation.calibration import Bin

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Told apart by everybody (Okabe and Ito 2008)."""

_SIDE, _LEFT, _TOP, _BELOW = 360, 60, 20, 60
_LEGEND = 22


def reliability_svg(curves: Mapping[str, Sequence[Bin]]) -> str:
    """A reliability diagram as SVG; the larger a dot, the more words it stands for.

    Args:
        curves: the bins of each contestant, by its name.
    """
    height = _TOP + _SIDE + _BELOW + _LEGEND * len(curves)
    size = f'width="{_LEFT + _SIDE + 20}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        *_axes(),
    ]
    for place, (name, bins) in enumerate(curves.items()):
        parts += _curve(bins, _COLOURS[place % len(_COLOURS)])
        row = _TOP + _SIDE + _BELOW + _LEGEND * place
        words = sum(item.words for item in bins)
        parts.append(f'<circle cx="{_LEFT + 6}" cy="{row - 4}" r="5" fill="{_COLOURS[place % len(_COLOURS)]}"/>')
        parts.append(f'<text x="{_LEFT + 18}" y="{row}">{escape(name)}: {words} words</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axes() -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        x, y = _at(tenth / 10, tenth / 10)
        parts += [
            f'<path d="M{x} {_TOP}V{_TOP + _SIDE}M{_LEFT} {y}H{_LEFT + _SIDE}" stroke="#ddd" fill="none"/>',
            f'<text x="{x}" y="{_TOP + _SIDE + 16}" text-anchor="middle">{tenth / 10:g}</text>',
            f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{tenth / 10:g}</text>',
        ]
    middle = _TOP + _SIDE / 2
    turned = f'text-anchor="middle" transform="rotate(-90 16 {middle})"'
    return [
        *parts,
        f'<path d="M{_LEFT} {_TOP + _SIDE}L{_LEFT + _SIDE} {_TOP}" stroke="#999" stroke-dasharray="4 4"/>',
        f'<text x="{_LEFT + _SIDE / 2}" y="{_TOP + _SIDE + 34}" text-anchor="middle">probability that was said</text>',
        f'<text x="16" y="{middle}" {turned}>share that is right</text>',
    ]


def _curve(bins: Sequence[Bin], colour: str) -> list[str]:
    most = max((item.words for item in bins), default=1)
    points = [_at(item.predicted, item.right) for item in bins]
    line = " ".join(f"{x},{y}" for x, y in points)
    dots = [
        f'<circle cx="{x}" cy="{y}" r="{3 + 6 * (item.words / most) ** 0.5:.1f}" fill="{colour}" fill-opacity="0.7">'
        f"<title>{item.words} words: said {item.predicted:.3f}, right {item.right:.3f}</title></circle>"
        for (x, y), item in zip(points, bins, strict=True)
    ]
    return [f'<polyline points="{line}" fill="none" stroke="{colour}"/>', *dots]


def _at(predicted: float, right: float) -> tuple[float, float]:
    return round(_LEFT + _SIDE * predicted, 1), round(_TOP + _SIDE * (1 - right), 1)
