"""The same batch on a Ray cluster: files from any storage, pages spread over warm engines, one row for each page.

Ray brings the machines, the queues and the retries; here is only what a page is, and how one is worked on.
"""

from ocrprep.distributed.cluster import connected
from ocrprep.distributed.datasets import clean_dataset, recognize_dataset

__all__ = ["clean_dataset", "connected", "recognize_dataset"]
