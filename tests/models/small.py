"""A network small enough to be written by hand, and quick enough for every test: dark is ink."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ocrprep.models import Manifest

REACH = 5
"""Pixels that a pixel of the output looks around itself, at most: a 3×3, half the size, a 3×3, twice the size."""


def graph(*, outputs: int = 2, seed: int = 5) -> bytes:
    """Two levels with a skip connection: on (depth − ½) a threshold, with some of the surroundings mixed in.

    Like a U-Net it pools, so that what it says hangs on where its 2×2 cells lie.
    """
    rng = np.random.default_rng(seed)
    first = rng.normal(0, 0.1, (4, 2, 3, 3)).astype(np.float32)
    first[0, 1, 1, 1] += 1.0
    second = rng.normal(0, 0.05, (4, 4, 3, 3)).astype(np.float32)
    last = np.zeros((outputs, 8, 1, 1), np.float32)
    last[:, 4, 0, 0] = [8.0, 5.0][:outputs]
    last[:, :4] = 0.5
    weights = {"w1": first, "w2": second, "w3": last, "b3": np.full(outputs, -4.0, np.float32)}
    weights["scales"] = np.array([1, 1, 2, 2], np.float32)
    three = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    nodes = [
        helper.make_node("Conv", ["x", "w1"], ["c1"], **three),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("MaxPool", ["r1"], ["p1"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["p1", "w2"], ["c2"], **three),
        helper.make_node("Relu", ["c2"], ["r2"]),
        helper.make_node(
            "Resize",
            ["r2", "", "scales"],
            ["u2"],
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        ),
        helper.make_node("Concat", ["u2", "r1"], ["all"], axis=1),
        helper.make_node("Conv", ["all", "w3", "b3"], ["logit"], kernel_shape=[1, 1]),
        helper.make_node("Sigmoid", ["logit"], ["y"]),
    ]
    made = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2, "h", "w"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, outputs, "h", "w"])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def write(folder: Path, name: str = "small", content: bytes | None = None, **changes: object) -> Path:
    """The network and its manifest in a folder; the path of the ``.onnx``."""
    content = graph() if content is None else content
    file = folder / f"{name}.onnx"
    file.write_bytes(content)
    known = {
        "name": name,
        "file": file.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "architecture": "test",
        "parameters": 244,
        "multiple": 2,
        "halo": 6,
        "tile": 64,
        "outputs": ("mask", "gray"),
    }
    manifest = Manifest.model_validate({**known, **changes})
    file.with_suffix(".json").write_text(manifest.model_dump_json(), encoding="utf-8")
    return file
