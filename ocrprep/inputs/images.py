"""Image files: one page, one for each directory of a TIFF, or one for each frame of an animation.

A page is decoded when it is asked for, with the size, the depth and the resolution that are its own; no other page is
kept.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ocrprep.decode.picture import Picture
from ocrprep.inputs.items import Document, Lease

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from ocrprep.inputs.blobs import Blob
    from ocrprep.limits import Limits
    from ocrprep.page import Page


class ImageDocument(Document):
    """An image file that Pillow opens.

    Args:
        blob: its bytes.
        limits: pixels and pages.
        single: whether several frames are an error that names the type to use.
    """

    def __init__(self, blob: Blob, limits: Limits, *, single: bool = False) -> None:
        super().__init__(blob.uri)
        self._blob, self._limits, self._single = blob, limits, single
        self._lease: Lease[Picture] = Lease()
        self._lock = threading.Lock()

    @contextmanager
    def _open(self) -> Iterator[Picture]:
        with self._blob.open() as stream:
            picture = Picture(stream, self.uri, self._limits)
            try:
                yield picture
            finally:
                picture.close()

    def held(self) -> AbstractContextManager[object]:
        """Keeps the file open."""
        return self._lease(self._open)

    def _count_pages(self) -> int:
        with self._lease(self._open) as picture, self._lock:
            if self._single:
                picture.require_single()
            return len(picture.frames)

    def digest(self) -> str:
        """Of the file."""
        return self._blob.sha256

    def page(self, index: int) -> Page:
        """Decode one frame."""
        with self._lease(self._open) as picture, self._lock:
            return picture.page(index, self._blob.sha256)
