"""Which values of which parameter are tried: written as on the command line, checked by the filter's own model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, Union

from pydantic import ValidationError

from ocrprep import filters, notation
from ocrprep.errors import ConfigError
from ocrprep.filters.base import BINARY, Filter, PixelFilter

_LONGEST_NAME = 40
_HINT = "write KIND.PARAMETER=VALUE,VALUE as in threshold.value=50,100,150"


@dataclass(frozen=True, slots=True)
class Sweep:
    """One parameter of one filter, and the values that it takes in turn; made by :meth:`of` or :meth:`parse`.

    Args:
        kind: of the filter.
        parameter: which of its parameters.
        names: of the values, as a button shows them.
        filters: one for each value; the other parameters have their defaults, or the filter's example where there is
            none.
    """

    kind: str
    parameter: str
    names: tuple[str, ...]
    filters: tuple[Filter, ...]

    @property
    def title(self) -> str:
        """``threshold.value``."""
        return f"{self.kind}.{self.parameter}"

    @property
    def binarizes(self) -> bool:
        """Whether the filter makes a page black and white, so that ``binarize()`` does the same by itself."""
        return all(isinstance(item, PixelFilter) and item.produces is BINARY for item in self.filters)

    @classmethod
    def of(cls, kind: str, parameter: str, values: Iterable[Any]) -> Sweep:
        """A sweep from plain values.

        Raises:
            ConfigError: no such filter or parameter, no values, one given twice, or one that the filter refuses; it
                names the place as ``--sweep threshold.value=300``.
        """
        parameter = parameter.replace("-", "_")
        item = filters.lookup(kind.replace("-", "_"))
        known = [name for name in item.model_fields if name != "kind"]
        kind = str(item.model_fields["kind"].default)
        title = f"{kind}.{parameter}"
        if parameter not in known:
            raise ConfigError(f"--sweep {title}: {kind} has no such parameter; it has {', '.join(known)}")
        if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
            raise ConfigError(f"--sweep {title}: expected a list of values, not {values!r}")
        given = list(values)
        names = [_name(value) for value in given]
        if not given:
            raise ConfigError(f"--sweep {title}: there are no values", hint=_HINT)
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ConfigError(f"--sweep {title}={twice}: the value is given twice")
        made = tuple(_made(item, parameter, value, f"{title}={_name(value)}") for value in given)
        return cls(kind, parameter, tuple(_cut(name) for name in names), made)

    @classmethod
    def parse(cls, text: str) -> Sweep:
        """A sweep from ``KIND.PARAMETER=VALUE,VALUE``; values are written as those of ``--filter``.

        Raises:
            ConfigError: it is anything else; see also :meth:`of`.
        """
        head, equals, tail = text.partition("=")
        kind, dot, parameter = (part.strip() for part in head.rpartition("."))
        if not (equals and dot and kind and parameter):
            raise ConfigError(f"--sweep {text}: a sweep names a filter, a parameter and values", hint=_HINT)
        if not tail.strip():
            raise ConfigError(f"--sweep {text}: there are no values", hint=_HINT)
        try:
            values = notation.from_list(tail)
        except ConfigError as error:
            raise ConfigError(f"--sweep {text}: {error}") from error
        return cls.of(kind, parameter, values)


# An alias is made at run time, where Python 3.10 cannot join a class in quotes.
Sweeps: TypeAlias = Union[Iterable[Union[str, Sweep]], Mapping[str, Iterable[Any]], None]  # noqa: UP007

DEFAULT = "threshold.value=50,100,150,200"


def sweeps_of(given: Sweeps) -> tuple[Sweep, ...]:
    """Sweeps from texts, from ``{"sauvola.k": [0.1, 0.2]}``, or from themselves; None is :data:`DEFAULT`.

    Raises:
        ConfigError: see :meth:`Sweep.of`.
    """
    if given is None:
        return (Sweep.parse(DEFAULT),)
    if isinstance(given, str):
        given = [given]
    if isinstance(given, Mapping):
        split = [(*title.rpartition("."), values) for title, values in given.items()]
        return tuple(Sweep.of(kind, parameter, values) for kind, _, parameter, values in split)
    return tuple(item if isinstance(item, Sweep) else Sweep.parse(item) for item in given)


def _made(item: type[Filter], parameter: str, value: Any, place: str) -> Filter:
    needed = {name for name, field in item.model_fields.items() if field.is_required()} - {parameter}
    others = {name: (item.model_fields[name].examples or [None])[0] for name in needed}
    try:
        return item.model_validate({**others, parameter: value})
    except ValidationError as error:
        faults = "; ".join(str(fault["msg"]) for fault in error.errors(include_url=False))
        raise ConfigError(f"--sweep {place}: {faults}", locations=(place.partition("=")[0],)) from error


def _name(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(getattr(value, "value", value), ensure_ascii=False, default=str)


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
