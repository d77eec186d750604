"""One HTML file that shows what was done to each page, what was read of it, and how well.

``save_report`` writes it, ``truths_of`` finds the true texts for it.
"""

from ocrprep.report.saving import save_report
from ocrprep.report.truths import truths_of

__all__ = ["save_report", "truths_of"]
