"""What a person needs to tune a filter, made from the filter's own model: no filter is described twice."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from ocrprep.geometry import Rectangle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocrprep.filters.base import Filter
    from ocrprep.page import Page

_WIDEST_SLIDER = 720
_STOPS = 200
_REQUIRED = "required"

GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    ("Automatic", frozenset({"auto", "auto_denoising", "auto_orientation", "auto_pad"})),
    (
        "Black and white",
        frozenset(
            {
                "adaptive_threshold", "binarize", "bradley", "gatos", "isauvola", "learned_binarize", "multi_otsu",
                "niblack", "nick", "otsu", "sauvola", "su", "threshold", "wolf",
            }
        ),
    ),
    (
        "Cleaning",
        frozenset(
            {
                "bilateral", "denoise", "despeckle", "keep_components", "median", "non_local_means", "remove_border",
                "remove_lines",
            }
        ),
    ),
    (
        "Light and contrast",
        frozenset(
            {
                "clahe", "contrast", "contrast_correction_filter", "gamma", "gaussian_blur", "normalize_background",
                "sharpen", "stretch_histogram",
            }
        ),
    ),
    ("Shape of ink", frozenset({"binarize_and_dilate", "close", "dilate", "erode", "open"})),
    (
        "Geometry",
        frozenset(
            {
                "align_to_marks", "crop", "crop_to_content", "deskew", "find_page", "fit_to", "orient_by_major_axis",
                "pad", "perspective", "resize", "rotate", "scale", "scale_to_text_height", "set_resolution",
            }
        ),
    ),
    ("Colour", frozenset({"drop_color", "invert", "normalize_polarity", "to_grayscale"})),
)  # fmt: skip
"""Kinds by what they do, in the order in which they are shown; a plug-in's filters come last."""


def group_of(kind: str) -> str:
    """The heading under which a kind is shown."""
    return next((name for name, kinds in GROUPS if kind in kinds), "Plug-ins")


def one_line(cls: type[Filter]) -> str:
    """The first line of a filter's documentation."""
    return (cls.__doc__ or "").strip().splitlines()[0].rstrip(".") if cls.__doc__ else ""


@dataclass(frozen=True, slots=True)
class Control:
    """How one parameter is set.

    Args:
        name: of the parameter.
        kind: ``slider`` for a number between two near bounds, ``number`` for another, ``switch``, ``choice``, or
            ``text`` for all that is none of these.
        description: with the unit.
        default: as the filter declares it; None also where there is none.
        low: the least value of a slider.
        high: the greatest.
        step: from one stop of a slider to the next.
        whole: whether only whole numbers are allowed.
        choices: of a choice.
        optional: whether empty text stands for None.
        required: whether the filter declares no default.
    """

    name: str
    kind: Literal["slider", "number", "switch", "choice", "text"]
    description: str = ""
    default: Any = None
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    whole: bool = False
    choices: tuple[str, ...] = ()
    optional: bool = False
    required: bool = False


def controls_of(cls: type[Filter]) -> tuple[Control, ...]:
    """The controls of a filter in the order of its parameters; its ``area`` is drawn on the picture instead."""
    schema = cls.model_json_schema()
    kinds = schema.get("$defs", {})
    required = set(schema.get("required", ()))
    return tuple(
        _control(name, _resolved(item, kinds), name in required)
        for name, item in schema["properties"].items()
        if name not in {"kind", "area"}
    )


def _resolved(item: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in item:
        return {**kinds[item["$ref"].rsplit("/", 1)[-1]], **item}
    return dict(item)


def _control(name: str, item: dict[str, Any], required: bool) -> Control:
    about: dict[str, Any] = {
        "description": item.get("description", ""),
        "default": item.get("default"),
        "required": required,
    }
    if "enum" in item:
        return Control(name, "choice", choices=tuple(map(str, item["enum"])), **about)
    if item.get("type") == "boolean":
        return Control(name, "switch", **about)
    if item.get("type") in {"integer", "number"}:
        return _number(name, item, about)
    optional = any(part.get("type") == "null" for part in item.get("anyOf", ()))
    return Control(name, "text", optional=optional, **about)


def _number(name: str, item: dict[str, Any], about: dict[str, Any]) -> Control:
    whole = item["type"] == "integer"
    low = item.get("minimum", item.get("exclusiveMinimum"))
    high = item.get("maximum", item.get("exclusiveMaximum"))
    if low is None or high is None or high - low > _WIDEST_SLIDER:
        return Control(name, "number", whole=whole, step=1.0 if whole else 0.1, **about)
    odd = whole and re.search(r"\bodd\b", about["description"])
    step = (2.0 if odd else 1.0) if whole else _nice((high - low) / _STOPS)
    if odd and low % 2 == 0:
        low += 1
    low += step if "exclusiveMinimum" in item and "minimum" not in item else 0.0
    high -= step if "exclusiveMaximum" in item and "maximum" not in item else 0.0
    return Control(name, "slider", low=float(low), high=float(high), step=step, whole=whole, **about)


def _nice(step: float) -> float:
    """The nearest of 1, 2 and 5 times a power of ten that is not above it."""
    power = 10.0 ** math.floor(math.log10(step))
    return next((round(times * power, 10) for times in (5, 2) if times * power <= step), power)


def read_value(control: Control, value: Any) -> Any:
    """What a person set, as the filter takes it: text that looks like a number or a list becomes one.

    Args:
        control: of the parameter.
        value: as the widget gives it.
    """
    if control.kind in {"slider", "number"} and value is not None:
        return round(value) if control.whole and float(value).is_integer() else value
    if control.kind != "text":
        return value
    text = str(value if value is not None else "").strip()
    if not text and (control.optional or control.default is None):
        return None
    try:
        return json.loads(text.replace("(", "[").replace(")", "]"))
    except ValueError:
        return text


def shown_value(value: Any) -> str:
    """A parameter as text: empty for None, lists in brackets, words as they are."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def changed(item: Filter, name: str, value: Any) -> Filter:
    """The filter with another value of one parameter.

    Raises:
        ValueError: with the filter's own words about what is wrong.
    """
    given = {**item.parameters(), name: value}
    try:
        return type(item).model_validate({"kind": item.kind, **given})
    except ValidationError as error:
        raise ValueError(fault_of(error)) from error


def fault_of(error: ValidationError) -> str:
    """The filter's own words about a wrong value, each fault once."""
    told = dict.fromkeys(str(item["msg"]).removeprefix("Value error, ") for item in error.errors(include_url=False))
    return "; ".join(told)


def reset(item: Filter, control: Control) -> Filter:
    """The filter with that parameter as it was at first."""
    value = getattr(type(item).example(), control.name) if control.required else control.default
    return changed(item, control.name, value)


def suggested(cls: type[Filter], page: Page | None) -> Filter:
    """A filter to begin with: its defaults, and for what has none, values that fit the page.

    Args:
        cls: of the filter.
        page: as it reaches the filter, or None.
    """
    needed = {name for name, field in cls.model_fields.items() if field.is_required()}
    if page is None or not needed:
        return cls.example()
    width, height = page.width, page.height
    fitting: dict[str, Any] = {
        "area": Rectangle(0, 0, width, height),
        "corners": ((0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))),
        "width": width,
        "height": height,
    }
    if needed <= fitting.keys():
        return cls(**{name: fitting[name] for name in needed})
    return cls.example()
