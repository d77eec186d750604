"""The builder of a chain, with every filter's factory under its documented name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from ocrprep import filters
from ocrprep.chain import FilterChain
from ocrprep.filters.base import Filter
from ocrprep.filters.threshold import Threshold


class PreprocessingFilter:
    """A chain that is still being built: filters apply strictly in the order in which they were added.

    The factories are class attributes: ``PreprocessingFilter.threshold(150)`` is a filter, callable on its own and added by
    :meth:`add`. Each is the filter's class, so its parameters are documented there and by ``ocrprep filters NAME``.

    Args:
        items: filters, chains or other builders to start with.
    """

    threshold: ClassVar = Threshold

    def __init__(self, items: Iterable[Filter | FilterChain | PreprocessingFilter] = ()) -> None:
        self._filters: list[Filter] = []
        for item in items:
            self.add(item)

    def add(self, item: Filter | FilterChain | PreprocessingFilter) -> PreprocessingFilter:
        """Append a filter, or all filters of a chain or of another builder; returns itself."""
        if isinstance(item, (FilterChain, PreprocessingFilter)):
            self._filters.extend(item)
        else:
            self._filters.extend(FilterChain([item]))
        return self

    @staticmethod
    def of(kind: str, **parameters: Any) -> Filter:
        """Any filter by its kind, also those of plug-ins, whose kinds have a dot.

        Raises:
            ConfigError: no such filter.
            pydantic.ValidationError: a parameter is wrong.
        """
        return filters.lookup(kind)(**parameters)

    def freeze(self) -> FilterChain:
        """The chain as it is now; later changes of the builder do not reach it."""
        return FilterChain(self._filters)

    def __len__(self) -> int:
        return len(self._filters)

    def __iter__(self) -> Iterator[Filter]:
        return iter(tuple(self._filters))

    def __getitem__(self, index: int) -> Filter:
        return self._filters[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PreprocessingFilter) and self._filters == other._filters

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"PreprocessingFilter([{', '.join(map(repr, self._filters))}])"

    def __call__(self, image: Any) -> Any:
        """Apply the chain; see :meth:`FilterChain.__call__`."""
        return self.freeze()(image)
