"""What it takes to make the page of a result again: its source as it was, and the steps that are still to be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocrprep.page import Page, Source, Step
    from ocrprep.result.recognition import RecognitionResult


def has_changed(source: Source, page: Page) -> bool:
    """Whether a page that was opened again comes from other bytes than those that were read; False if that is unknown.

    Args:
        source: of the result.
        page: from its ``origin``.
    """
    known, now = source.sha256, page.source.sha256
    return bool(known and now and known != now)


def steps_after(result: RecognitionResult, page: Page) -> tuple[Step, ...]:
    """The declared steps of a result that are not done to a page yet, for ``FilterChain.from_steps``.

    Args:
        result: what was read.
        page: from ``result.origin``; it may have been prepared before it was added to the batch.
    """
    done = sum(not step.implicit for step in page.steps)
    return tuple(step for step in result.steps if not step.implicit)[done:]
