"""The grid of a template laid on the bubbles as they are printed."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from samples.bubbles.layout import Block, Floats, Layout

# Sizes of printed bubbles over that in the template, and the flattest one.
_SMALL, _LARGE, _FLAT = 0.5, 1.9, 0.7
# How far a printed bubble may be from its place, as shares of the distance between neighbours: first and later.
_REACH = (0.5, 0.35, 0.25, 0.2, 0.2)
# Weight of the template's own distances beside one bubble's place.
_STIFF = 2.0


def snapped(mask: npt.NDArray[np.uint8], layout: Layout) -> tuple[Layout, float]:
    """Move, stretch and turn each block a little, so that it lies on the printed bubbles.

    Printed bubbles are outlines, or holes in them, of about the right size. Each block is first moved to where most of
    them agree, then fitted by least squares to those near its places, nearer from time to time.

    Args:
        mask: (H, W) 0 where there is ink, with the outlines in it.
        layout: in the coordinates of that page.

    Returns:
        The layout, and the share of its bubbles that were found in print, 0-1.
    """
    boxes = _outlines(mask)
    found = [_block(block, boxes) for block in layout.blocks]
    places = sum(block.centres.size // 2 for block, _ in found)
    return replace(layout, blocks=tuple(block for block, _ in found)), sum(seen for _, seen in found) / max(1, places)


def _outlines(mask: npt.NDArray[np.uint8]) -> Floats:
    """(n, 4) x and y of the middle, width and height of everything that has an outline."""
    found, _ = cv2.findContours(cv2.bitwise_not(mask), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes = np.array([cv2.boundingRect(outline) for outline in found], np.float64).reshape(-1, 4)
    return np.asarray(np.concatenate([boxes[:, :2] + boxes[:, 2:] / 2.0, boxes[:, 2:]], axis=1))


def _block(block: Block, boxes: Floats) -> tuple[Block, int]:
    # By area, as a template may be stretched.
    ratio = np.sqrt(boxes[:, 2:].prod(axis=1) / np.prod(block.size))
    flat = boxes[:, 2:].min(axis=1) / np.maximum(boxes[:, 2:].max(axis=1), 1.0)
    boxes = boxes[(ratio > _SMALL) & (ratio < _LARGE) & (flat > _FLAT)]
    gap = _gap(block)
    centres = block.centres + _shift(block.centres, boxes[:, :2], gap)
    near = np.zeros(0, np.intp)
    for reach in _REACH:
        index, near = _pairs(centres, boxes[:, :2], reach * gap)
        if not len(near):
            return block, 0
        centres = _fitted(block.centres, index, boxes[near, :2])
    return replace(block, centres=centres, size=_size(boxes[near, 2:], block.size)), len(near)


def _gap(block: Block) -> float:
    """Distance between neighbours."""
    steps = [
        np.linalg.norm(np.diff(block.centres, axis=axis), axis=2) for axis in (0, 1) if block.centres.shape[axis] > 1
    ]
    return min((float(step.min()) for step in steps), default=2.0 * max(block.size))


def _shift(centres: Floats, points: Floats, gap: float) -> Floats:
    """The move to which most points agree, no farther than three quarters of the way to a neighbour."""
    away = (points[:, None] - centres.reshape(1, -1, 2)).reshape(-1, 2)
    away = away[(np.abs(away) < 0.75 * gap).all(axis=1)]
    if not len(away):
        return np.zeros(2)
    agree = (np.abs(away[:, None] - away[None]).max(axis=2) < 0.12 * gap).sum(axis=1)
    # Of equal moves the least.
    best = np.lexsort((np.hypot(*away.T), -agree))[0]
    return np.asarray(np.median(away[np.abs(away - away[best]).max(axis=1) < 0.12 * gap], axis=0))


def _pairs(centres: Floats, points: Floats, reach: float) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Places, and for each the nearest point, where there is one."""
    if not len(points):
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    away = np.linalg.norm(centres.reshape(-1, 1, 2) - points[None], axis=2)
    near = away.argmin(axis=1)
    index = np.nonzero(away[np.arange(len(near)), near] < reach)[0]
    return index, near[index]


def _fitted(centres: Floats, index: npt.NDArray[np.intp], points: Floats) -> Floats:
    """The grid through these points: an origin and two steps, which keep to the template's where little is known."""
    fields, values = centres.shape[:2]
    field_step = centres[1, 0] - centres[0, 0] if fields > 1 else np.zeros(2)
    value_step = centres[0, 1] - centres[0, 0] if values > 1 else np.zeros(2)
    i, j = np.divmod(index, values)
    rows = np.stack([np.ones(len(index)), i, j], axis=1)
    stiff = _STIFF * np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    system = np.concatenate([rows, stiff])
    targets = np.concatenate([points, _STIFF * np.stack([field_step, value_step])])
    origin, field_step, value_step = np.linalg.lstsq(system, targets, rcond=None)[0]
    places = np.arange(fields)[:, None, None] * field_step + np.arange(values)[None, :, None] * value_step
    return np.asarray(origin + places)


def _size(sizes: Floats, usual: tuple[float, float]) -> tuple[float, float]:
    """The usual printed size: that of most outlines, as letters and scribbles are smaller and larger."""
    if len(sizes) < 3:
        return usual
    width, height = np.median(sizes, axis=0)
    return float(width), float(height)
