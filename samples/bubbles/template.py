"""Layouts of real sheets, in the JSON format of the OMRChecker project."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ocrprep.errors import ConfigError
from samples.bubbles.layout import Block, Layout, grid

_DIGITS = tuple("0123456789")
# Values of a field type, and whether they run down the page.
_TYPES: dict[str, tuple[tuple[str, ...], bool]] = {
    "QTYPE_INT": (_DIGITS, True),
    "QTYPE_INT_FROM_1": ((*_DIGITS[1:], "0"), True),
    "QTYPE_MCQ4": (tuple("ABCD"), False),
    "QTYPE_MCQ5": (tuple("ABCDE"), False),
}


@dataclass(frozen=True, slots=True)
class Template:
    """What a template says.

    Args:
        layout: bubbles on a page of the template's size.
        crops: whether the page is to be cut out of a photograph.
        aligns: whether the marks at the corners are the corners of the page.
        ignored: names of steps that this reader does not have.
    """

    layout: Layout
    crops: bool
    aligns: bool
    ignored: tuple[str, ...]


def load_template(path: Path) -> Template:
    """Read a template.

    Raises:
        ConfigError: it is no JSON, or a part that is needed is missing or of the wrong kind.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        width, height = map(float, data["pageDimensions"])
        blocks = tuple(_block(name, item, data) for name, item in data["fieldBlocks"].items())
        steps = [str(step["name"]) for step in data.get("preProcessors", ())]
    except KeyError as error:
        raise ConfigError(f"{path}: {error} is missing") from error
    except (ValueError, TypeError, AttributeError, OSError) as error:
        raise ConfigError(f"{path}: {error}") from error
    ignored = tuple(name for name in steps if name not in {"CropPage", "CropOnMarkers"})
    return Template(Layout(width, height, blocks), "CropPage" in steps, "CropOnMarkers" in steps, ignored)


def _block(name: str, item: dict[str, Any], data: dict[str, Any]) -> Block:
    values, down = _TYPES.get(item.get("fieldType", ""), ((), item.get("direction") == "vertical"))
    values = tuple(map(str, item.get("bubbleValues", values)))
    if not values:
        raise ValueError(f"block {name} has neither a known fieldType nor bubbleValues")
    down = item["direction"] == "vertical" if "direction" in item else down
    fields = tuple(label for text in item["fieldLabels"] for label in _labels(text))
    width, height = map(float, item.get("bubbleDimensions", data["bubbleDimensions"]))
    # The origin is the first bubble's upper left corner; values run one way and fields the other.
    first = (item["origin"][0] + width / 2.0, item["origin"][1] + height / 2.0)
    ways = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    value_way, field_way = (ways[1], ways[0]) if down else ways
    centres = grid(first, len(fields), len(values), item["labelsGap"] * field_way, item["bubblesGap"] * value_way)
    return Block(
        name, fields, values, centres, (width, height), str(item.get("emptyValue", data.get("emptyValue", "")))
    )


def _labels(text: str) -> list[str]:
    """``q1..3`` is q1, q2, q3."""
    span = re.fullmatch(r"(.*?)(\d+)\.{2,3}(\d+)", text)
    return [f"{span[1]}{number}" for number in range(int(span[2]), int(span[3]) + 1)] if span else [text]
