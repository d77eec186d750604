"""Seeing what a filter does: one page under many values of a parameter, and a page after each step of its chain."""

from ocrprep.explore.exploring import Exploration, Toolbar, Variant, explore
from ocrprep.explore.previewing import Preview, preview
from ocrprep.explore.sweeps import Sweep

__all__ = ["Exploration", "Preview", "Sweep", "Toolbar", "Variant", "explore", "preview"]
