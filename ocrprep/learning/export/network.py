"""A trained network as an ONNX graph that every runtime understands: no batch norm, no reshaping by the page's size."""

from __future__ import annotations

import copy
import io
import warnings

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ocrprep.learning.architectures import Architecture
from ocrprep.learning.export.shrink import onnx_modules
from ocrprep.learning.networks import UNet
from ocrprep.learning.networks.unet import FOLD

OPSET = 17
INPUT, OUTPUT = "x", "y"


def deployable(network: nn.Module) -> nn.Module:
    """A copy that gives probabilities instead of logits, with batch norm inside the convolutions.

    The first convolution of a U-Net, on squares of pixels that lie in channels, becomes one of twice its size and
    stride on the page itself: the same sums, without the reshaping that OpenCV cannot do at unknown sizes.
    """
    ready = copy.deepcopy(network).eval().cpu().requires_grad_(requires_grad=False)
    if isinstance(ready, UNet):
        ready.first = _on_pixels(fuse_conv_bn_eval(ready.first, ready.entry))
        ready.entry = nn.Identity()  # type: ignore[assignment]  # it lies in the convolution now
        ready.head = _folded(ready.head)
        for levels in (ready.down, ready.up):
            for place, level in enumerate(levels):
                levels[place] = _folded(level)
        return _Deployed(ready).eval()
    return nn.Sequential(*_folded(ready), nn.Sigmoid()).eval()


def to_onnx(network: nn.Module, architecture: Architecture) -> bytes:
    """The deployable network as an ONNX file: input ``x`` [1, C, H, W], output ``y`` [1, K, H, W] from 0 to 1.

    Raises:
        ModelError: the package onnx is missing.
    """
    onnx_modules()
    side = 4 * architecture.multiple if architecture.multiple > 1 else 64
    example = torch.zeros(1, architecture.channels, side, side)
    sizes = {2: "height", 3: "width"}
    stream = io.BytesIO()
    with warnings.catch_warnings():
        # The newer exporter needs a package more and fixes sizes that must stay free.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            deployable(network),
            (example,),
            stream,  # type: ignore[arg-type]  # its annotation forgets streams
            opset_version=OPSET,
            dynamo=False,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: sizes, OUTPUT: sizes},
        )
    return stream.getvalue()


class _Deployed(nn.Module):
    def __init__(self, network: UNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, pages: Tensor) -> Tensor:
        return torch.sigmoid(self.network.after_first(self.network.first(pages)))


def _on_pixels(folded: nn.Module) -> nn.Conv2d:
    """A 3×3 convolution of folded pixels, as one of 6×6 pixels and stride 2."""
    assert isinstance(folded, nn.Conv2d)
    maps, entering, size, _ = folded.weight.shape
    made = nn.Conv2d(entering // FOLD**2, maps, size * FOLD, stride=FOLD, padding=FOLD)
    weight = folded.weight.reshape(maps, -1, FOLD, FOLD, size, size).permute(0, 1, 4, 2, 5, 3)
    made.weight = nn.Parameter(weight.reshape(made.weight.shape), requires_grad=False)
    assert made.bias is not None
    assert folded.bias is not None
    made.bias = nn.Parameter(folded.bias.detach(), requires_grad=False)
    return made


def _folded(layers: nn.Module) -> nn.Sequential:
    """The layers with each batch norm inside the convolution before it."""
    made: list[nn.Module] = []
    for layer in layers.children():
        if isinstance(layer, nn.BatchNorm2d) and made and isinstance(made[-1], nn.Conv2d):
            made[-1] = fuse_conv_bn_eval(made[-1], layer)
        else:
            made.append(layer)
    return nn.Sequential(*made)
