"""A chain that is being edited: steps that can be moved, tuned and switched off. Each change is a new value."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ocrprep.chain import FilterChain

if TYPE_CHECKING:
    from ocrprep.filters.base import Filter

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class DraftStep:
    """One filter on the screen.

    Args:
        filter: as it is tuned now.
        on: whether it is applied and exported.
        key: stays the same while the filter is tuned, moved or switched off; unique in this process.
    """

    filter: Filter
    on: bool = True
    key: int = field(default_factory=lambda: next(_numbers))


@dataclass(frozen=True, slots=True)
class Draft:
    """Steps in their order."""

    steps: tuple[DraftStep, ...] = ()

    @classmethod
    def of(cls, filters: Iterable[Filter]) -> Draft:
        """A draft of these filters, all switched on."""
        return cls(tuple(DraftStep(item) for item in filters))

    @property
    def chain(self) -> FilterChain:
        """The filters that are switched on."""
        return FilterChain(step.filter for step in self.steps if step.on)

    def until(self, key: int | None) -> FilterChain:
        """The filters that are switched on, up to and with that step; None is the page as it came.

        Raises:
            KeyError: no such step.
        """
        if key is None:
            return FilterChain()
        return Draft(self.steps[: self.place(key) + 1]).chain

    def place(self, key: int) -> int:
        """The 0-based place of a step.

        Raises:
            KeyError: no such step.
        """
        for place, step in enumerate(self.steps):
            if step.key == key:
                return place
        raise KeyError(key)

    def step(self, key: int) -> DraftStep:
        """The step with that key.

        Raises:
            KeyError: no such step.
        """
        return self.steps[self.place(key)]

    def added(self, item: Filter, after: int | None = None) -> tuple[Draft, int]:
        """The draft with one more step, and that step's key.

        Args:
            item: the filter.
            after: key of the step that it follows; None puts it at the end.
        """
        step = DraftStep(item)
        place = len(self.steps) if after is None else self.place(after) + 1
        return Draft((*self.steps[:place], step, *self.steps[place:])), step.key

    def removed(self, key: int) -> Draft:
        """The draft without that step."""
        self.place(key)
        return Draft(tuple(step for step in self.steps if step.key != key))

    def moved(self, key: int, by: int) -> Draft:
        """The draft with that step so many places later, earlier for negative; it stops at the ends."""
        place = self.place(key)
        rest = [step for step in self.steps if step.key != key]
        rest.insert(max(0, min(len(rest), place + by)), self.steps[place])
        return Draft(tuple(rest))

    def switched(self, key: int, on: bool) -> Draft:
        """The draft with that step on or off."""
        return self._with(replace(self.step(key), on=on))

    def tuned(self, key: int, item: Filter) -> Draft:
        """The draft with other parameters for that step."""
        return self._with(replace(self.step(key), filter=item))

    def copied(self) -> Draft:
        """The same filters as steps of their own."""
        return Draft(tuple(DraftStep(step.filter, step.on) for step in self.steps))

    def _with(self, changed: DraftStep) -> Draft:
        return Draft(tuple(changed if step.key == changed.key else step for step in self.steps))
