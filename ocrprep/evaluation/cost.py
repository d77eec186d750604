"""What each filter costs on a page: time, memory, and both beside the reading of that page."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocrprep import filters
from ocrprep.chain import FilterChain
from ocrprep.errors import EngineNotFoundError, LanguageNotInstalledError
from ocrprep.evaluation._memory import extra_memory
from ocrprep.evaluation.benchmark_page import HEIGHT, NEED_COLOUR, WIDTH, benchmark_filter, benchmark_page
from ocrprep.filters.base import Filter
from ocrprep.page import Page
from ocrprep.recognizers.base import Recognizer
from ocrprep.recognizers.tesseract import TesseractRecognizer
from ocrprep.threads import cores

_SLOW = 1.0
"""Seconds from which a first call counts as a round: what it has to load no longer shows in it."""


@dataclass(frozen=True, slots=True)
class FilterCost:
    """What one filter costs on one page.

    Args:
        kind: the filter's.
        call: the filter as a flag, with the parameters it was measured with: ``scale=1.5``.
        width: of the page, in pixels.
        height: likewise.
        mode: of the page: ``gray``, or ``rgb`` for the filters that do nothing on a gray page.
        milliseconds: median wall time of a call on a :class:`Page`, with everything that a call does.
        extra_mib: the most memory that the process held during a call beyond what it held before, in MiB of 2^20
            bytes, the returned page included; None where the system does not tell.
        recognition_share: the time as a share of the time the engine needs to read the page, 0.1 for a tenth; None
            where no engine is installed.
    """

    kind: str
    call: str
    width: int
    height: int
    mode: str
    milliseconds: float
    extra_mib: float | None
    recognition_share: float | None


def filter_costs(
    width: int = WIDTH,
    height: int = HEIGHT,
    *,
    kinds: Iterable[str] | None = None,
    repeats: int = 3,
    recognizer: Recognizer | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[FilterCost]:
    """Measure filters on the benchmark page.

    Time is taken in this process: one call to load what is needed, then the median of ``repeats`` calls; a first call
    of more than a second is not thrown away. Memory is taken in a child process, which gives freed blocks back to the
    system at once, as the kernel's own peak of resident memory: that counts OpenCV's buffers, which Python's
    ``tracemalloc`` cannot see. On Linux one child measures all; elsewhere each filter has its own, and on Windows
    memory is not measured.

    Args:
        width: of the page, in pixels.
        height: likewise.
        kinds: of the filters; None is every registered one.
        repeats: calls that are timed, 1 or more.
        recognizer: the engine whose reading the filters are compared with; None is Tesseract, where it is installed.
        progress: told each kind before it is timed.

    Returns:
        One record for each kind, in the order given.

    Raises:
        ConfigError: no such filter.
        OcrPrepError: a filter or the engine failed.
        ValueError: ``repeats`` or a size is below 1.
    """
    if min(width, height, repeats) < 1:
        raise ValueError(f"width, height and repeats must be 1 or more, not {width}, {height}, {repeats}")
    chosen = [benchmark_filter(kind, width, height) for kind in (filters.registry() if kinds is None else kinds)]
    pages = {colour: benchmark_page(width, height, colour=colour) for colour in (False, True)}
    mine = [pages[item.kind in NEED_COLOUR] for item in chosen]
    seconds = []
    for item, page in zip(chosen, mine, strict=True):
        if progress is not None:
            progress(item.kind)
        seconds.append(_median_seconds(item, page, repeats))
    memory = extra_memory([(item, page, took < _SLOW) for item, page, took in zip(chosen, mine, seconds, strict=True)])
    reading = _reading_seconds(pages[False], recognizer) if chosen else None
    return [
        FilterCost(
            kind=item.kind,
            call=call_of(item),
            width=width,
            height=height,
            mode=page.mode.value,
            milliseconds=1000 * took,
            extra_mib=extra,
            recognition_share=took / reading if reading else None,
        )
        for item, page, took, extra in zip(chosen, mine, seconds, memory, strict=True)
    ]


def call_of(item: Filter) -> str:
    """The filter as a flag's value: ``scale=1.5``."""
    return FilterChain([item]).to_flags()[1]


def _median_seconds(item: Filter, page: Page, repeats: int) -> float:
    def once() -> float:
        started = time.perf_counter()
        item(page)
        return time.perf_counter() - started

    first = once()
    rounds = [first] if first > _SLOW else []
    rounds += [once() for _ in range(repeats - len(rounds))]
    return statistics.median(rounds)


def _reading_seconds(page: Page, recognizer: Recognizer | None) -> float | None:
    try:
        engine = TesseractRecognizer() if recognizer is None else recognizer
        if isinstance(engine, TesseractRecognizer):
            engine.check()
    except (EngineNotFoundError, LanguageNotInstalledError):
        if recognizer is not None:
            raise
        return None
    # The first page that an engine reads pays for its language data.
    engine.read(benchmark_page(300, 200))
    started = time.perf_counter()
    engine.read(page)
    return time.perf_counter() - started


def machine() -> dict[str, str]:
    """What the figures depend on: cores, system, and versions."""
    return {
        "cores": str(cores()),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "OpenCV": cv2.__version__,
        "numpy": np.__version__,
    }


def cost_table_markdown(costs: Sequence[FilterCost]) -> str:
    """The records as a Markdown table, ended by a line feed; the share of reading only where there is one."""
    read = any(cost.recognition_share is not None for cost in costs)
    lines = ["| filter | measured as | ms | extra MiB |" + (" of reading |" if read else "")]
    lines.append("|---|---|--:|--:|" + ("--:|" if read else ""))
    for cost in costs:
        extra = "—" if cost.extra_mib is None else f"{cost.extra_mib:.1f}"
        cells = [f"`{cost.kind}`", f"`{cost.call}`" + (" (rgb)" if cost.mode == "rgb" else "")]
        cells += [f"{cost.milliseconds:.1f}", extra]
        if read:
            cells.append("—" if cost.recognition_share is None else f"{100 * cost.recognition_share:.2f} %")
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def cost_page_markdown(costs: Sequence[FilterCost]) -> str:
    """The page of the documents that shows the table: what was measured, where, and the table."""
    size = f"{costs[0].width}×{costs[0].height}" if costs else "empty"
    where = ", ".join(f"{name} {value}" for name, value in machine().items())
    return f"""\
# What each filter costs

Made by `ocrprep bench filters --markdown`; do not edit it by hand. Run it on your own machine: only the order of the
figures carries over.

One call of each filter on a rendered page of {size} pixels ({where}).

- **ms**: the median of a few calls, with everything that a call on a page does.
- **extra MiB**: the most memory that the process held during a call beyond what it held before, the returned page
  included.
- **of reading**: the time as a share of what Tesseract needs to read that page.

{cost_table_markdown(costs)}"""
