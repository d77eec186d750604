"""The U-Net: down to the gist of a page and up again, with what each size saw handed across.

Ronneberger, Fischer, Brox, *U-Net: Convolutional Networks for Biomedical Image Segmentation* (2015), on squares of 2×2
pixels and back (Shi et al., *Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
Convolutional Neural Network*, 2016): a quarter of the work, and strokes are still drawn pixel by pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

FOLD = 2
"""Side of the squares of pixels that become one."""

_PRIOR = -2.0
"""The first guess of every pixel as a logit: about one in eight is ink."""


DETAIL, HEAD = 16, 32
"""Maps that go around all levels, and maps in which they meet what the levels found."""


class UNet(nn.Module):
    """Encoder and decoder with skip connections.

    Each level: twice 3×3 convolution, batch norm and ReLU. Down by maximum of 2×2, up by repetition. The levels say
    what is ink and how dark it is around; where exactly its edge runs is then read off the pixels themselves, which
    reach the head past all levels: strokes a pixel wide would otherwise be lost in the squares. Input [B, C, H, W],
    output [B, K, H, W] logits; H and W are multiples of ``2 ** len(widths)``.

    Args:
        channels: C.
        maps: K.
        widths: feature maps of each level, from the page's size downwards.
    """

    def __init__(self, channels: int, maps: int, widths: Sequence[int]) -> None:
        super().__init__()
        # The first convolution stands alone, because an exported model has another one in its place.
        self.first = nn.Conv2d(channels * FOLD**2, widths[0] + DETAIL, 3, padding=1, bias=False)
        self.entry = nn.BatchNorm2d(widths[0] + DETAIL)
        self.down = nn.ModuleList([_step(widths[0], widths[0]), *(_level(*two) for two in pairwise(widths))])
        # From the deepest level upwards.
        upwards = pairwise(reversed(widths))
        self.up = nn.ModuleList(_level(below + width, width) for below, width in upwards)
        last = nn.Conv2d(HEAD, maps * FOLD**2, 1)
        self.head = nn.Sequential(*_step(widths[0] + DETAIL, HEAD), last)
        assert last.bias is not None
        nn.init.constant_(last.bias, _PRIOR)

    def forward(self, pages: Tensor) -> Tensor:
        """Logits of normalised pages."""
        return self.after_first(self.first(functional.pixel_unshuffle(pages, FOLD)))

    def after_first(self, maps: Tensor) -> Tensor:
        """Logits of what the first convolution made: [B, F + detail, H/2, W/2] to [B, K, H, W]."""
        maps = functional.relu(self.entry(maps))
        features, detail = maps[:, :-DETAIL], maps[:, -DETAIL:]
        seen: list[Tensor] = []
        for level in self.down:
            features = level(functional.max_pool2d(features, 2) if seen else features)
            seen.append(features)
        seen.pop()
        for level in self.up:
            features = functional.interpolate(features, scale_factor=2.0, mode="nearest")
            features = level(torch.cat([features, seen.pop()], 1))
        return functional.pixel_shuffle(self.head(torch.cat([features, detail], 1)), FOLD)


def _level(before: int, width: int) -> nn.Sequential:
    return nn.Sequential(*_step(before, width), *_step(width, width))


def _step(before: int, width: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
