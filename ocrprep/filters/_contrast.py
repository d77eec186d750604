"""The contrast image of Su, Lu and Tan, and what is found with its help."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.filters._cells import marked
from ocrprep.filters._strips import Strip, each, mapped
from ocrprep.page import Pixels

_SQUARE = np.ones((3, 3), np.uint8)

_ABOVE_ZERO = np.float32(0.001)
"""In place of 10⁻⁴, so that single precision does: a whole quotient falls below itself, as it does with 10⁻⁴, and no
other crosses a whole number. A test compares all pairs of levels."""


def contrast_image(pixels: Pixels) -> Pixels:
    """How sharply the 3×3 pixels around each one differ, relative to their brightness: (H, W), 0–255.

    ``255 · (max − min) / (max + min + 10⁻⁴)``: the division makes strokes on a dark stain count as much as those on
    white paper. Su, Lu and Tan, "Binarization of Historical Document Images Using the Local Maximum and Minimum", 2010;
    the factor 255 is Doxa's.
    """

    def work(strip: Strip) -> Pixels:
        part = pixels[strip.padded]
        darkest = np.asarray(cv2.erode(part, _SQUARE))[strip.inner]
        lightest = np.asarray(cv2.dilate(part, _SQUARE))[strip.inner]
        ratio = np.asarray(cv2.subtract(lightest, darkest)).astype(np.float32)
        ratio *= 255
        ratio /= np.add(lightest, darkest, dtype=np.float32) + _ABOVE_ZERO
        return ratio.astype(np.uint8)

    return mapped(pixels, 1, work)


def touching(mask: Pixels, marks: Pixels, level: int) -> Pixels:
    """The mask without those connected pieces of ink, 8 neighbours, that touch no mark.

    Args:
        mask: (H, W), ink 0, paper 255.
        marks: (H, W); a pixel above ``level`` is a mark.
        level: 0–255.
    """
    count, labels = cv2.connectedComponents(cv2.bitwise_not(mask), connectivity=8, ltype=cv2.CV_32S)
    painted = np.full(count, 255, np.uint8)

    def mark(strip: Strip) -> None:
        # Several threads may write the same 0; the label of paper is written too and put right below.
        painted[labels[strip.rows][marks[strip.rows] > level]] = 0

    each(mask.shape[0], 0, mark)
    painted[0] = 255
    return mapped(mask, 0, lambda strip: painted[labels[strip.rows]])


def edge_spacing(edges: Pixels) -> int:
    """The commonest distance between one thin edge and the next on the same row: an estimate of the stroke width.

    Args:
        edges: (H, W) of 0 and 1. An edge counts where it is a single pixel wide along the row.

    Returns:
        Pixels, 2 or more; the smallest of equally common distances, and 3 where there is none.
    """

    def work(strip: Strip) -> npt.NDArray[np.int64]:
        part = edges[strip.rows]
        thin = np.zeros(part.shape, np.uint8)
        thin[:, 1:-1] = part[:, 1:-1] & ~(part[:, :-2] | part[:, 2:])
        at = marked(thin)
        rows = at // part.shape[1]
        same = rows[1:] == rows[:-1]
        return np.bincount(np.diff(at)[same], minlength=part.shape[1])

    histogram = np.sum(each(edges.shape[0], 0, work), axis=0)
    histogram[:2] = 0
    return int(histogram.argmax()) if histogram.any() else 3
