"""What a batch tells about itself while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ocrprep.page import Source

FINISHED = frozenset({"page", "failed", "known"})
"""Steps after which nothing more comes for a page."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Something is done on one page of a batch.

    Args:
        source: the page.
        place: its 0-based place in the batch.
        step: ``load``, then the kind of each filter, then what the batch is for (``read``, ``save``; of a consensus
            ``read prepared`` and the like, then ``merge``); at last ``page`` for a page that is finished, ``failed``
            for one that failed, or ``known`` for one that a job had already.
        seconds: wall time of that step; of the whole page for ``page`` and ``failed``.
        engine: name and version of the engine that read the page; empty before, and where none reads.
        message: why the page failed.
    """

    source: Source
    place: int
    step: str
    seconds: float
    engine: str = ""
    message: str = ""

    @property
    def finished(self) -> bool:
        """Whether nothing more will come for this page."""
        return self.step in FINISHED


ProgressCallback: TypeAlias = Callable[[Progress], None]
"""Called from the threads that do the work, never from two at once. What it raises ends the batch."""


def one_at_a_time(callback: ProgressCallback) -> ProgressCallback:
    """The callback behind a lock."""
    lock = threading.Lock()

    def call(progress: Progress) -> None:
        with lock:
            callback(progress)

    return call
