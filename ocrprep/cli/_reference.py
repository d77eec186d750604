"""The reference of the filters, made from their models: as lines, as plain text, as Markdown, as JSON schema."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocrprep.chain import FilterChain
from ocrprep.filters import registry
from ocrprep.page import PixelMode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ocrprep.filters.base import Filter

_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a filter, in words.

    Args:
        name: as it is written in Python, files and flags.
        values: type and range.
        default: as JSON, or ``required``.
        description: with the unit.
    """

    name: str
    values: str
    default: str
    description: str


def schema(cls: type[Filter]) -> dict[str, Any]:
    """The JSON schema of a filter in a chain file."""
    return _with_short_areas(cls.model_json_schema())


def chain_schema() -> dict[str, Any]:
    """The JSON schema of a chain file."""
    from pydantic.json_schema import models_json_schema

    filters = registry()
    refs, found = models_json_schema([(cls, "validation") for cls in filters.values()])
    known = _with_short_areas(found)
    # A filter without parameters may be written as its name alone.
    items = [{"enum": list(filters)}, *(refs[cls, "validation"] for cls in filters.values())]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A chain of ocrprep filters",
        "type": "object",
        "required": ["ocrprep", "filters"],
        "additionalProperties": False,
        "properties": {
            "ocrprep": {"const": FilterChain.SCHEMA_VERSION, "description": "version of this schema"},
            "filters": {"type": "array", "items": {"anyOf": items}},
        },
        "$defs": known["$defs"],
    }


def _with_short_areas(schema: dict[str, Any]) -> dict[str, Any]:
    areas = schema.get("$defs", {})
    if "Rectangle" in areas:
        four = {"type": "array", "items": {"type": "integer"}, "minItems": 4, "maxItems": 4}
        areas["Rectangle"] = {"anyOf": [four, areas["Rectangle"]]}
    return schema


def parameters(cls: type[Filter]) -> list[Parameter]:
    """The parameters in the order in which they may be given by position."""
    made = schema(cls)
    fields = {name: field for name, field in made["properties"].items() if name not in {"kind", "area"}}
    fields["area"] = made["properties"]["area"]
    return [
        Parameter(
            name,
            "x, y, width, height, or null" if name == "area" else _values(field, made.get("$defs", {})),
            json.dumps(field["default"], ensure_ascii=False) if "default" in field else "required",
            str(field.get("description", "")),
        )
        for name, field in fields.items()
    ]


def _values(field: Mapping[str, Any], shared: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return _values(shared[field["$ref"].rsplit("/", 1)[-1]], shared)
    if "anyOf" in field:
        return ", or ".join(_values(item, shared) for item in field["anyOf"])
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    if "const" in field:
        return json.dumps(field["const"])
    kind = field.get("type", "any value")
    if kind == "array":
        inner = field.get("prefixItems") or [field.get("items", {})]
        one = _values(inner[0], shared)
        count = field.get("minItems")
        return f"list of {count} × {one}" if count and count == field.get("maxItems") else f"list of {one}"
    words = {"integer": "whole number", "number": "number", "boolean": "true | false", "string": "text"}
    odd = "odd " if field.get("not") == {"multipleOf": 2} else ""
    return f"{odd}{words.get(kind, kind)}{_range(field)}"


def _range(field: Mapping[str, Any]) -> str:
    # A bound that stands behind a validator of its own keeps pydantic's name in the schema.
    low = field.get("minimum", field.get("ge"))
    high = field.get("maximum", field.get("le"))
    above = field.get("exclusiveMinimum", field.get("gt"))
    below = field.get("exclusiveMaximum", field.get("lt"))
    parts = [
        f" from {low:g}" if low is not None else "",
        f" above {above:g}" if above is not None else "",
        f" to {high:g}" if high is not None else "",
        f" below {below:g}" if below is not None else "",
    ]
    return " and".join(part for part in parts if part).replace(" and to ", " to " if low is not None else " and up to ")


def summary(cls: type[Filter]) -> str:
    """The first line of the docstring: what the filter does to the page."""
    return _paragraphs(cls)[0]


def _paragraphs(cls: type[Filter]) -> list[str]:
    text = inspect.cleandoc(cls.__doc__ or "")
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text)
    return text.split("\n\n")


def _modes(cls: type[Filter]) -> str:
    accepts = " and ".join(mode.value for mode in sorted(cls.accepts, key=lambda mode: mode.rank))
    works = "any page" if cls.accepts == frozenset(PixelMode) else f"{accepts} pages; others are converted first"
    produces = getattr(cls, "produces", None)
    return f"Works on {works}." + ("" if produces is None else f" Gives {produces.value} pages.")


def _flag(cls: type[Filter]) -> str:
    return " ".join(FilterChain([cls.example()]).to_flags())


def _python(cls: type[Filter]) -> str:
    return FilterChain([cls.example()]).to_python().splitlines()[1].strip().rstrip(",")


def listing() -> Iterator[str]:
    """One line for each filter."""
    filters = registry()
    width = max(map(len, filters))
    for kind, cls in filters.items():
        other = f" [also: {', '.join(cls.aliases)}]" if cls.aliases else ""
        yield f"{kind:<{width}}  {summary(cls)}{other}"


def plain(cls: type[Filter]) -> str:
    """All about a filter, for a terminal."""
    kind = str(cls.model_fields["kind"].default)
    lines = [f"{kind}: {summary(cls)}", ""]
    for paragraph in _paragraphs(cls)[1:]:
        lines += [*_wrapped(paragraph.replace("``", "")), ""]
    if cls.aliases:
        lines += [f"Also called {', '.join(cls.aliases)}.", ""]
    lines += [_modes(cls), "", "Parameters:"]
    for item in parameters(cls):
        lines.append(f"  {item.name}: {item.values} (default {item.default})")
        if item.default == "required":
            lines[-1] = f"  {item.name}: {item.values} (required)"
        lines += _wrapped(item.description, indent="      ")
    lines += ["", "Use:", f"  {_flag(cls)}", f"  {_python(cls)}", ""]
    return "\n".join(lines)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, _COLUMNS, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


_INTRODUCTION = """\
# Filters

Made by `ocrprep filters --markdown` from the filters themselves; do not edit it by hand.

A filter is `PreprocessingFilter.threshold(150)` in Python, `--filter threshold=150` on the command line and
`{kind: threshold, value: 150}` in a [chain file](chains.md). Each one takes an optional `area`, a rectangle in pixels
of the page as the filter gets it. Ink is dark (0), paper is light (255). Angles are in degrees, counter-clockwise.
What each filter costs in time and memory stands in [its own table](filter-costs.md).

"""


def markdown() -> str:
    """The reference of all filters of this package."""
    own = {kind: cls for kind, cls in registry().items() if "." not in kind}
    rows = [f"| [`{kind}`](#{kind}) | {_cell(summary(cls))} |" for kind, cls in own.items()]
    table = "\n".join(["| filter | what it does |", "|---|---|", *rows])
    return f"{_INTRODUCTION}{table}\n\n" + "\n".join(markdown_section(cls) for cls in own.values())


def markdown_section(cls: type[Filter]) -> str:
    """The reference of one filter."""
    kind = str(cls.model_fields["kind"].default)
    lines = [f"## {kind}", ""]
    for paragraph in _paragraphs(cls):
        lines += [paragraph, ""]
    if cls.aliases:
        lines += [f"Also called {', '.join(f'`{alias}`' for alias in cls.aliases)}.", ""]
    lines += [_modes(cls), "", "| parameter | values | default | |", "|---|---|---|---|"]
    for item in parameters(cls):
        default = item.default if item.default == "required" else f"`{item.default}`"
        lines.append(f"| `{item.name}` | {_cell(item.values)} | {default} | {_cell(item.description)} |")
    lines += ["", f"`{_flag(cls)}` · `{_python(cls)}`", ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
