"""Where examples come from, and which of them are kept apart."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ocrprep.learning.example import Example


class Source(Protocol):
    """Examples by number. One number always gives the same example, in every process."""

    def __len__(self) -> int: ...

    def example(self, index: int) -> Example:
        """The example of a number from 0 up to ``len(self)``.

        Raises:
            IndexError: another number.
            OcrPrepError: it cannot be read.
        """
        ...


class Part:
    """Some examples of a source, as a source.

    Args:
        source: the whole.
        indices: which of its examples, in their new order.
    """

    def __init__(self, source: Source, indices: Sequence[int]) -> None:
        self.source = source
        self.indices = tuple(indices)

    def __len__(self) -> int:
        return len(self.indices)

    def example(self, index: int) -> Example:
        """As :meth:`Source.example`."""
        return self.source.example(self.indices[checked(index, len(self))])


@dataclass(frozen=True, slots=True)
class Split:
    """Three parts of a source that share no page.

    Args:
        train: to learn from.
        validation: to choose a checkpoint by.
        test: to tell what came of it, once.
    """

    train: Part
    validation: Part
    test: Part


def split_by_page(
    source: Source,
    validation: float = 0.1,
    test: float = 0.1,
    seed: int = 0,
    *,
    page_of: Callable[[int], Hashable] | None = None,
) -> Split:
    """Part a source by whole pages, so that no crop of a page learned from is ever used to judge.

    Args:
        source: at least one page.
        validation: share of the pages, 0–1, rounded to whole pages, and at least one page if above 0.
        test: likewise; together below 1.
        seed: which pages; the same seed and number of pages give the same split on every machine.
        page_of: the page that an example (by number) shows, where several examples show one page; by default each
            shows its own.

    Raises:
        ValueError: shares out of range, or so few pages that none is left to learn from.
    """
    if validation < 0 or test < 0 or validation + test >= 1:
        raise ValueError(f"the shares must be at least 0 and together below 1, not {validation} and {test}")
    pages: dict[Hashable, list[int]] = {}
    for index in range(len(source)):
        pages.setdefault(index if page_of is None else page_of(index), []).append(index)
    groups = list(pages.values())
    kept = [max(round(share * len(groups)), share > 0) for share in (validation, test)]
    if sum(kept) >= len(groups):
        raise ValueError(f"{len(groups)} pages are too few to keep {kept[0]} and {kept[1]} of them apart")
    order = np.random.default_rng(seed).permutation(len(groups))

    def part(start: int, stop: int) -> Part:
        return Part(source, sorted(index for place in order[start:stop] for index in groups[place]))

    return Split(train=part(sum(kept), len(groups)), validation=part(0, kept[0]), test=part(kept[0], sum(kept)))


def checked(index: int, count: int) -> int:
    """The number of an example, if there is one.

    Raises:
        IndexError: there is none.
    """
    if not 0 <= index < count:
        raise IndexError(f"example {index} of {count}, which are numbered from 0")
    return index
