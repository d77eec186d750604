"""The networks that can be trained: from a normalised page to the logits of ink. Needs torch."""

from __future__ import annotations

from torch import nn

from ocrprep.learning.architectures import ARCHITECTURES, ArchitectureName
from ocrprep.learning.networks.lstm2 import load_tensors, lstm2
from ocrprep.learning.networks.unet import UNet

__all__ = ["UNet", "build", "load_tensors", "lstm2", "parameter_count"]


def build(name: ArchitectureName) -> nn.Module:
    """A network with fresh weights, drawn from torch's global generator.

    Input [B, C, H, W] float32, C channels of the architecture's normalisation, H and W multiples of its ``multiple``.
    Output [B, K, H, W]: logits, one map for each of its ``outputs``.
    """
    known = ARCHITECTURES[name]
    channels, maps = known.channels, len(known.outputs)
    if known.family == "unet":
        return UNet(channels, maps, known.sizes)
    inside, states = known.sizes
    return lstm2(channels, maps, inside=inside, states=states)


def parameter_count(network: nn.Module) -> int:
    """Numbers that training changes."""
    return sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)
