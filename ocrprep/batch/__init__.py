"""What drives pages through work: any source of pages, any function of a page, on all cores, failures in their places.

It knows neither doors nor engines nor writers, so that all three can stand on it.
"""

from ocrprep.batch.engine import OnError, Task, checkpoint, each
from ocrprep.batch.progress import Progress, ProgressCallback
from ocrprep.batch.run import PageHook, run, told
from ocrprep.batch.sources import Batch, Pages, PageSource, as_source, several
from ocrprep.batch.stream import stream

__all__ = [
    "Batch",
    "OnError",
    "PageHook",
    "PageSource",
    "Pages",
    "Progress",
    "ProgressCallback",
    "Task",
    "as_source",
    "checkpoint",
    "each",
    "run",
    "several",
    "stream",
    "told",
]
