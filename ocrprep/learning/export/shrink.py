"""Smaller files: weights in half precision, or arithmetic in whole numbers of 8 bits. Needs onnx and onnxruntime."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ocrprep.errors import ModelError
from ocrprep.models.normalization import Inputs

_FEW = 64
"""Numbers of a tensor that is not worth shortening."""


def half_precision(content: bytes) -> bytes:
    """The ONNX file with weights stored in 16 bits; what runs it widens them once, and calculates as before."""
    onnx, helper, arrays = onnx_modules()
    model = onnx.load_from_string(content)
    graph = model.graph
    casts = []
    for place, tensor in enumerate(list(graph.initializer)):
        values = arrays.to_array(tensor)
        if values.dtype != np.float32 or values.size < _FEW:
            continue
        name = tensor.name
        graph.initializer[place].CopyFrom(arrays.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], name=f"{name}.cast", to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def eight_bits(content: bytes, inputs: Iterable[Inputs]) -> bytes:
    """The ONNX file with convolutions in whole numbers, their ranges taken from what flows on some pages.

    The first and the last convolution stay as they are: gray levels and probabilities need the digits.

    Args:
        content: the file.
        inputs: [1, C, H, W], pages to calibrate with.

    Raises:
        ModelError: onnxruntime is missing.
    """
    onnx, _, _ = onnx_modules()
    try:
        from onnxruntime import quantization  # noqa: PLC0415 - an optional package
    except ImportError as error:
        raise ModelError(
            "8-bit export needs onnxruntime, which is not installed", hint='pip install "ocrprep[onnx]"'
        ) from error
    model = onnx.load_from_string(content)
    convolutions = [node.name for node in model.graph.node if node.op_type == "Conv"]
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "whole.onnx"), Path(folder, "eight.onnx")
        source.write_bytes(content)
        quantization.quantize_static(
            str(source),
            str(target),
            _reader(quantization, inputs),
            quant_format=quantization.QuantFormat.QDQ,
            per_channel=True,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            nodes_to_exclude=[convolutions[0], convolutions[-1]],
            op_types_to_quantize=["Conv", "MaxPool", "Concat", "Resize"],
        )
        return target.read_bytes()


def _reader(quantization: Any, inputs: Iterable[Inputs]) -> Any:
    class Reader(quantization.CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self._left: Iterator[Inputs] = iter(inputs)

        def get_next(self) -> dict[str, Inputs] | None:
            page = next(self._left, None)
            return None if page is None else {"x": page}

    return Reader()


def onnx_modules() -> tuple[Any, Any, Any]:
    """The package onnx, and its parts that make nodes and read arrays.

    Raises:
        ModelError: it is missing.
    """
    try:
        import onnx  # noqa: PLC0415 - an optional package
        from onnx import helper, numpy_helper  # noqa: PLC0415
    except ImportError as error:
        raise ModelError("export needs onnx, which is not installed", hint='pip install "ocrprep[train]"') from error
    return onnx, helper, numpy_helper
