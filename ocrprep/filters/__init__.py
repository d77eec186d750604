"""One file per filter. Each knows only ``base.py``, the private helpers beside it, and ``analysis``.

This file knows them all: the registry of kinds, and how plain values become filters.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from typing import Annotated, Any, Union

from ocrprep.errors import ConfigError
from ocrprep.filters.base import Filter

ENTRY_POINTS = "ocrprep.filters"
_ALL_KINDS = "`ocrprep filters` lists them all"


@functools.cache
def registry() -> dict[str, type[Filter]]:
    """Every filter by its kind, alphabetically: the files of this folder, then those of other packages.

    Other packages name a :class:`Filter` subclass under the entry-point group ``ocrprep.filters``; its kind is
    ``vendor.name``.

    Raises:
        ConfigError: a plug-in that does not load, is no filter, or whose kind has no vendor or is taken.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415 - a tenth of the time that the whole package takes to load

    found: dict[str, type[Filter]] = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_") and module.name != "base":
            loaded = importlib.import_module(f"{__name__}.{module.name}")
            for item in vars(loaded).values():
                if _is_filter(item) and item.__module__ == loaded.__name__:
                    found[_kind(item)] = item
    found = dict(sorted(found.items()))
    for point in entry_points(group=ENTRY_POINTS):
        try:
            plugin = point.load()
        except Exception as error:
            raise ConfigError(f"the filter plug-in {point.value} does not load: {error}") from error
        if not _is_filter(plugin):
            raise ConfigError(f"the filter plug-in {point.value} is not a Filter")
        kind = _kind(plugin)
        if "." not in kind or kind in found:
            raise ConfigError(
                f"the filter plug-in {point.value} needs a kind of its own like vendor.name, not {kind!r}"
            )
        found[kind] = plugin
    return found


def _is_filter(item: object) -> bool:
    return (
        inspect.isclass(item)
        and issubclass(item, Filter)
        and item.model_fields["kind"].default is not None
        and (isinstance(item.model_fields["kind"].default, str))
    )


def _kind(cls: type[Filter]) -> str:
    return str(cls.model_fields["kind"].default)


@functools.cache
def aliases() -> dict[str, str]:
    """Other names of filters, each with the kind that it stands for."""
    return {alias: kind for kind, cls in registry().items() for alias in cls.aliases}


def positional_names(kind: str) -> list[str]:
    """A filter's parameters in the order in which they may be given by position; ``area`` is last.

    Raises:
        ConfigError: no such filter; names those that look alike.
    """
    return list(inspect.signature(lookup(kind)).parameters)


def lookup(kind: str) -> type[Filter]:
    """The filter of that kind.

    Raises:
        ConfigError: no such filter; names those that look alike.
    """
    known = registry()
    kind = aliases().get(kind, kind)
    if kind not in known:
        raise ConfigError(_unknown(kind), hint=_ALL_KINDS)
    return known[kind]


def _unknown(kind: object) -> str:
    import difflib  # noqa: PLC0415

    close = difflib.get_close_matches(str(kind), [*registry(), *aliases()], n=3)
    return f"no filter is called {kind!r}" + (f"; did you mean {' or '.join(close)}?" if close else "")


@functools.cache
def _adapter() -> Any:
    from pydantic import Field, TypeAdapter  # noqa: PLC0415

    union: Any = Union[tuple(registry().values())]  # noqa: UP007 - made at run time
    return TypeAdapter(list[Annotated[union, Field(discriminator="kind")]])


def load(data: object, *, version: int, name: str = "") -> list[Filter]:
    """Filters from plain values: ``{"ocrprep": 1, "filters": [{"kind": "threshold", "value": 150}, "deskew"]}``.

    Args:
        data: a mapping as above.
        version: the newest schema version that is understood.
        name: of the file, for the error.

    Raises:
        ConfigError: every fault with its place.
    """
    from pydantic import ValidationError  # noqa: PLC0415

    where = f"{name}: " if name else ""
    if not isinstance(data, dict) or not isinstance(data.get("filters"), list):
        raise ConfigError(
            f"{where}a chain is a mapping with a list called 'filters'", hint="start it with `ocrprep: 1`"
        )
    extra = data.keys() - {"ocrprep", "filters"}
    if extra:
        raise ConfigError(f"{where}unknown key {min(map(str, extra))!r}", locations=(min(map(str, extra)),))
    found = data.get("ocrprep")
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= version:
        raise ConfigError(
            f"{where}ocrprep: expected a schema version from 1 to {version}, found {found!r}",
            locations=("ocrprep",),
            hint="write `ocrprep: 1`, or update ocrprep if the file is newer",
        )
    rows = [_row(row) for row in data["filters"]]
    try:
        return list(_adapter().validate_python(rows))
    except ValidationError as error:
        faults = error.errors(include_url=False)
        lines = [_located(item) for item in faults]
        unknown = any(item["type"] == "union_tag_invalid" for item in faults)
        raise ConfigError(
            f"{where}{'; '.join(f'{place}: {text}' for place, text in lines)}",
            locations=tuple(place for place, _ in lines),
            hint=_ALL_KINDS if unknown else "",
        ) from error


def _row(row: object) -> object:
    row = {"kind": row} if isinstance(row, str) else row
    if isinstance(row, dict) and isinstance(row.get("kind"), str):
        kind = row["kind"].replace("-", "_")
        return {**row, "kind": aliases().get(kind, kind)}
    return row


def _located(item: Any) -> tuple[str, str]:
    index, *rest = item["loc"]
    place = ".".join([f"filters[{index}]", *map(str, rest)])
    if item["type"] == "union_tag_invalid":
        return f"{place}.kind", _unknown(item["ctx"]["tag"])
    if item["type"] == "union_tag_not_found":
        return place, "a filter is its name, or a mapping with the key 'kind', as in {kind: threshold, value: 150}"
    return place, str(item["msg"])
