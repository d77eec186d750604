"""Frames of a video file or a camera, through OpenCV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt


def frames_of(name: str, most: int) -> Iterator[npt.NDArray[np.uint8]]:
    """At most so many frames in RGB; whoever stops earlier closes the file or the camera.

    Args:
        name: a file, or the number of a camera.
        most: frames.

    Raises:
        SystemExit: it cannot be opened.
    """
    capture = cv2.VideoCapture(int(name) if name.isdecimal() else name)
    try:
        if not capture.isOpened():
            raise SystemExit(f"{name} cannot be opened: it is no video that OpenCV reads, and no camera")
        for _ in range(most):
            # A new array each time: the one before may still be worked on.
            there, frame = capture.read()
            if not there:
                return
            yield cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
    finally:
        capture.release()
