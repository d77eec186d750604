"""Things on a page, one by one: where they are, what shape they have, each as a page of its own, all as a table."""

from ocrprep.objects.finding import find_objects
from ocrprep.objects.items import Objects, PageObject

__all__ = ["Objects", "PageObject", "find_objects"]
