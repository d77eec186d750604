"""Lines cut out of a page and put one below the other, to be read again without the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ocrprep import geometry
from ocrprep.consensus._seen import Looked
from ocrprep.geometry import Box
from ocrprep.page import Page
from ocrprep.result import Line, Word, as_quad

if TYPE_CHECKING:
    from ocrprep.page import Pixels
    from ocrprep.result import Quad, RecognitionResult

_ABOVE, _BESIDE = 0.2, 1.0
"""Of a box's height: how much of the page around it is cut out with it."""

_TOGETHER = 1.25
"""Boxes are cut out as one if that takes no more than so many times the area of both."""

_GAP = 1.0
"""Between two pieces, in heights of a line."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a page, and where it lies among the cuttings.

    Args:
        left: on the page, in pixels; also its offset there.
        top: likewise.
        row: on the cuttings, of its top.
        width: in pixels.
        height: likewise.
        boxes: on the page: what is wanted of it.
    """

    left: int
    top: int
    row: int
    width: int
    height: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Cuttings:
    """Parts of a page as a page of their own.

    Args:
        page: the parts, one below the other, on paper of the page's own level; its source is itself.
        origin: the page that they were cut from.
        pieces: from above.
    """

    page: Page
    origin: Page
    pieces: tuple[Piece, ...]

    def looked(self, result: RecognitionResult, name: str, share: float) -> Looked:
        """What was read of the cuttings as a reading of parts of the source.

        Args:
            result: of the cuttings, after whatever preparation; its places on the source are places on ``page``.
            name: of the preparation.
            share: of the page's text that the parts hold.
        """
        lines = [line for old in result.lines if (line := self._line(old)) is not None]
        dropped = tuple(word for old in result.dropped if (word := self._word(old)) is not None)
        back = replace(result, lines=tuple(lines), dropped=dropped, source=self.origin.source)
        return Looked(back, name, tuple(self._quad(box) for piece in self.pieces for box in piece.boxes), share)

    def _line(self, line: Line) -> Line | None:
        words = tuple(word for old in line.words if (word := self._word(old)) is not None)
        if not words:
            return None
        places = np.array([word.source_quad for word in words]).reshape(-1, 2)
        box = Box.around(places)
        return replace(line, words=words, source_quad=as_quad(box.corners()))

    def _word(self, word: Word) -> Word | None:
        """The word on the source; None for one that lies between the parts, or beside what is wanted of them."""
        points = np.array(word.source_quad)
        x, y = points.mean(axis=0)
        piece = next((item for item in self.pieces if item.row <= y < item.row + item.height), None)
        if piece is None or x >= piece.width:
            return None
        moved = points + np.array([piece.left, piece.top - piece.row])
        x, y = moved.mean(axis=0)
        if not any(box.left <= x <= box.right and box.top <= y <= box.bottom for box in piece.boxes):
            return None
        return replace(word, source_quad=as_quad(self.origin.source_points(moved)))

    def _quad(self, box: Box) -> Quad:
        return as_quad(self.origin.source_points(box.corners()))


def cut(page: Page, boxes: Sequence[Box]) -> Cuttings:
    """Cut parts out of a page.

    Args:
        page: any.
        boxes: on the page, at least one.
    """
    gap = max(1, round(_GAP * float(np.median([box.height for box in boxes]))))
    frames = _joined([_widened(page, box) for box in boxes])
    # In the order of the page: then what stands together there stands together here.
    frames.sort(key=lambda frame: (frame[1], frame[0]))
    pieces, row = [], gap
    for left, top, right, bottom in frames:
        held = tuple(box for box in boxes if _frame_of(frames, box) == (left, top, right, bottom))
        pieces.append(Piece(left, top, row, right - left, bottom - top, held))
        row += bottom - top + gap
    pixels = _pasted(page.pixels, pieces, row)
    sheet = replace(page, pixels=pixels, to_source=geometry.identity(), unbinarized=None, steps=())
    return Cuttings(sheet, page, tuple(pieces))


Frame = tuple[int, int, int, int]


def _frame_of(frames: Sequence[Frame], box: Box) -> Frame:
    """The frame that a box was widened or joined to: the one that holds most of it."""

    def shared(frame: Frame) -> float:
        across = min(frame[2], box.right) - max(frame[0], box.left)
        down = min(frame[3], box.bottom) - max(frame[1], box.top)
        return max(0.0, across) * max(0.0, down)

    return max(frames, key=shared)


def _widened(page: Page, box: Box) -> Frame:
    above, beside = _ABOVE * box.height, _BESIDE * box.height
    left, top = max(0, int(box.left - beside)), max(0, int(box.top - above))
    right, bottom = int(np.ceil(box.right + beside)), int(np.ceil(box.bottom + above))
    return (
        min(left, page.width - 1),
        min(top, page.height - 1),
        max(min(right, page.width), min(left, page.width - 1) + 1),
        max(min(bottom, page.height), min(top, page.height - 1) + 1),
    )


def _joined(frames: list[Frame]) -> list[Frame]:
    """Frames that lie on or beside each other as one, as long as any two do so."""
    frames = sorted(frames, key=lambda frame: (frame[1], frame[0]))
    made: list[Frame] = []
    while frames:
        frame = frames.pop(0)
        for place, other in enumerate(frames):
            both = (
                min(frame[0], other[0]), min(frame[1], other[1]), max(frame[2], other[2]), max(frame[3], other[3])
            )  # fmt: skip
            if _area(both) <= _TOGETHER * (_area(frame) + _area(other)) and other[1] <= frame[3]:
                frames[place] = both
                break
        else:
            made.append(frame)
    return made


def _area(frame: Frame) -> int:
    return (frame[2] - frame[0]) * (frame[3] - frame[1])


def _pasted(pixels: Pixels, pieces: Sequence[Piece], height: int) -> Pixels:
    level = np.median(pixels[:: max(1, pixels.shape[0] // 200)], axis=(0, 1)).astype(np.uint8)
    width = max(piece.width for piece in pieces)
    sheet = np.empty((height, width, *pixels.shape[2:]), np.uint8)
    sheet[:] = level
    for piece in pieces:
        part = pixels[piece.top : piece.top + piece.height, piece.left : piece.left + piece.width]
        sheet[piece.row : piece.row + piece.height, : piece.width] = part
    return sheet
