"""ocrobin's network: one convolution, then an LSTM along the rows and one along the columns.

Breuel, *Robust, Simple Page Segmentation Using Hybrid Convolutional MDLSTM Networks* (2017), and ocrobin (2018).
Modules are numbered and named as there, so that published weights load by name.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from ocrprep.errors import ModelError


class RowwiseLSTM(nn.Module):
    """A bidirectional LSTM along each row by itself: [B, C, H, W] to [B, 2 · states, H, W]."""

    def __init__(self, channels: int, states: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(channels, states, bidirectional=True)

    def forward(self, pages: Tensor) -> Tensor:
        """All rows of all pages at once, as one batch."""
        batch, channels, height, width = pages.shape
        rows = pages.permute(3, 0, 2, 1).reshape(width, batch * height, channels)
        read, _ = self.lstm(rows)
        pixels: Tensor = read.reshape(width, batch, height, -1)
        return pixels.permute(1, 3, 2, 0)


class LSTM2(nn.Module):
    """Along the rows, then along the columns: [B, C, H, W] to [B, 2 · states, H, W]."""

    def __init__(self, channels: int, states: int) -> None:
        super().__init__()
        self.hlstm = RowwiseLSTM(channels, states)
        self.vlstm = RowwiseLSTM(2 * states, states)

    def forward(self, pages: Tensor) -> Tensor:
        """What was read along both."""
        columns: Tensor = self.vlstm(self.hlstm(pages).transpose(2, 3))
        return columns.transpose(2, 3)


def lstm2(channels: int, maps: int, *, inside: int = 8, states: int = 4) -> nn.Sequential:
    """The network; of any height and width, with logits [B, maps, H, W] as output.

    With one channel, one map, 8 maps inside and 4 states it is ocrobin's, of 1,001 parameters.

    Args:
        channels: of the input.
        maps: of the output.
        inside: maps of the convolution.
        states: of each LSTM in each direction.
    """
    return nn.Sequential(
        nn.Conv2d(channels, inside, 3, padding=1),
        nn.BatchNorm2d(inside),
        nn.ReLU(),
        LSTM2(inside, states),
        nn.Conv2d(2 * states, maps, 1),
    )


def load_tensors(network: nn.Module, tensors: Mapping[str, np.ndarray]) -> None:
    """Put weights into a network by name.

    Args:
        network: changed in place.
        tensors: one for each of its parameters and running statistics; batch norm's count of batches may be absent.

    Raises:
        ModelError: a tensor is missing, too many, or of another shape.
    """
    wanted = network.state_dict()
    counters = {name for name in wanted if name.endswith("num_batches_tracked")}
    missing, unknown = sorted(set(wanted) - counters - set(tensors)), sorted(set(tensors) - set(wanted))
    if missing or unknown:
        what = f"lacks {missing[0]}" if missing else f"has {unknown[0]}, which this network does not know"
        raise ModelError(f"the weights are those of another network: it {what}")
    for name, values in tensors.items():
        if tuple(values.shape) != tuple(wanted[name].shape):
            shapes = f"{tuple(values.shape)}, not {tuple(wanted[name].shape)}"
            raise ModelError(f"the weights are those of another network: {name} is {shapes}")
    network.load_state_dict(
        {name: torch.from_numpy(np.array(values)) for name, values in tensors.items()}, strict=False
    )
