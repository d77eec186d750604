"""A filter that looks at the page and lets other filters do the work."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, final

import numpy as np

from ocrprep import geometry
from ocrprep.filters.base import Context, Filter
from ocrprep.page import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocrprep.filters.base import Evidence
    from ocrprep.page import Page


class Chosen:
    """What :meth:`ChoosingFilter.choose` returns.

    Args:
        filters: to be applied in this order; none leaves the page as it is.
        made: the page after these filters, where choosing has made it already.
        facts: why, for the step; JSON-ready.
    """

    __slots__ = ("facts", "filters", "made")

    def __init__(self, filters: Sequence[Filter], *, made: Page | None = None, **facts: Any) -> None:
        self.filters = tuple(filters)
        self.made = made
        self.facts = facts


class ChoosingFilter(Filter):
    """A filter whose work is a choice.

    The choice is an implicit step with its reasons, and the steps of the chosen filters follow as their own: replaying
    them makes the same page without choosing again. With an ``area`` the page is cut to it first.
    """

    def choose(self, page: Page, context: Context) -> Chosen:
        """The hole: which filters this page is to walk through, and why."""
        raise NotImplementedError(f"{type(self).__name__} does not fill choose()")

    @final
    def _on_page(self, page: Page, evidence: Evidence | None) -> Page:
        started = time.perf_counter()
        area = self._checked_area(page)
        steps: tuple[Step, ...] = ()
        if area is not None:
            cut = np.ascontiguousarray(page.pixels[area.slices])
            to_source = page.to_source @ geometry.translation(area.x, area.y)
            page = replace(page, pixels=cut, to_source=to_source, unbinarized=None)
            steps = (Step("crop", {"area": list(area)}),)
        chosen = self.choose(page, Context(page.dpi, evidence))
        facts = {**chosen.facts, "chain": [item.compact() for item in chosen.filters]}
        decision = Step(self.kind, self.parameters(), facts, time.perf_counter() - started, implicit=True)
        before, steps = len(page.steps), (*page.steps, *steps, decision)
        if chosen.made is not None:
            return replace(chosen.made, steps=(*steps, *chosen.made.steps[before:]))
        page = replace(page, steps=steps)
        for item in chosen.filters:
            page = item(page, evidence=evidence)
        return page
