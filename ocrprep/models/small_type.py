"""Whether the type of a page is too small for a network as it is, but sharp enough to be shown enlarged."""

from __future__ import annotations

from typing import Literal, TypeAlias

from ocrprep.analysis.blur import blur
from ocrprep.analysis.text_height import text_height
from ocrprep.models.manifest import Manifest, SmallType
from ocrprep.page import Pixels

Enlarge: TypeAlias = Literal["auto", "always", "never"]
"""``auto``: where the type is small and sharp; the other two do not look."""

_LARGEST = 2**27
"""Most pixels of an enlarged page."""


def scale_for(gray: Pixels, manifest: Manifest, enlarge: Enlarge = "auto") -> float:
    """How many times larger a page should be shown to a network.

    Args:
        gray: (H, W) uint8, dark ink on light paper.
        manifest: of the network.
        enlarge: what the user wishes.

    Returns:
        1 as well for a page that would be too large then, and for a network that takes type of any size.
    """
    rule = manifest.small_type
    if rule is None or enlarge == "never" or gray.size * rule.scale**2 > _LARGEST:
        return 1.0
    return rule.scale if enlarge == "always" or is_small_and_sharp(gray, rule) else 1.0


def is_small_and_sharp(gray: Pixels, rule: SmallType) -> bool:
    """Whether the body text is as the rule says; False where there is no text to measure."""
    size = text_height(gray)
    if size is None or size.x_height >= rule.x_height:
        return False
    edges = blur(gray)
    return edges is not None and edges.edge_width <= rule.edge_width
