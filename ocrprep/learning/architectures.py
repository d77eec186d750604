"""The networks by name, and what has to be known of each before it is built; loads no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ocrprep.models.normalization import CHANNELS, Normalization

ArchitectureName: TypeAlias = Literal["unet-nano", "unet-small", "unet-base", "lstm2", "lstm2-large"]
Output: TypeAlias = Literal["mask", "gray"]

_BOTH: tuple[Output, ...] = ("mask", "gray")


@dataclass(frozen=True, slots=True)
class Architecture:
    """One network.

    Args:
        name: in :data:`ARCHITECTURES`.
        family: which class it is of.
        sizes: of a U-Net the feature maps of each level; of an lstm2 the maps of its convolution and the states of its
            LSTMs.
        normalization: of its input.
        outputs: one for each map of its output, in order: ``mask``, the logit of ink; ``gray``, that of ink coverage.
        multiple: height and width of its input are multiples of it.
        halo: pixels around a tile that its output depends on noticeably.
        tile: side in pixels of the tiles that a large page is best cut into.
    """

    name: ArchitectureName
    family: Literal["unet", "lstm2"]
    sizes: tuple[int, ...]
    normalization: Normalization
    outputs: tuple[Output, ...]
    multiple: int
    halo: int
    tile: int

    @property
    def channels(self) -> int:
        """Maps of the input."""
        return CHANNELS[self.normalization]


ARCHITECTURES: dict[ArchitectureName, Architecture] = {
    item.name: item
    for item in (
        Architecture("unet-nano", "unet", (8, 16, 24, 32), "local", _BOTH, 16, 48, 1408),
        Architecture("unet-small", "unet", (16, 32, 48, 64, 64), "local", _BOTH, 32, 64, 1408),
        Architecture("unet-base", "unet", (48, 96, 144, 192, 224), "local", _BOTH, 32, 96, 768),
        Architecture("lstm2", "lstm2", (8, 4), "minmax", ("mask",), 1, 64, 1024),
        Architecture("lstm2-large", "lstm2", (16, 12), "local", _BOTH, 1, 64, 1024),
    )
}
"""58, 414 and 3,933 thousand parameters; 1,001 (ocrobin's own network) and 6,914."""
