"""Two calls in turn, so that a machine that slows down or speeds up does it to both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

SLOW_MS = 3000.0
"""From here on a pair is not called once more only to warm up."""


@dataclass(frozen=True, slots=True)
class Contest:
    """Paired times, in milliseconds.

    Args:
        ours: of each round.
        theirs: of the same rounds.
    """

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        """Ours over theirs, round by round."""
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    def summary(self) -> dict[str, Any]:
        """Medians and the spread of the paired ratios, with the raw figures."""
        return {
            "ours_ms": statistics.median(self.ours),
            "theirs_ms": statistics.median(self.theirs),
            "ratio": statistics.median(self.ratios),
            "ratio_min": min(self.ratios),
            "ratio_max": max(self.ratios),
            "raw": asdict(self),
        }


def milliseconds(call: Callable[[], Any]) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def alone(call: Callable[[], Any], rounds: int, budget_ms: float) -> list[float]:
    """Times of one call that has no rival, after a first one to warm up; see :func:`in_turn` for the arguments."""
    milliseconds(call)
    times: list[float] = []
    while not times or (len(times) < rounds and sum(times) < budget_ms):
        times.append(milliseconds(call))
    return times


def in_turn(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int, budget_ms: float) -> Contest:
    """A B A B …, after a first call of each to warm up.

    Where a pair takes more than three seconds, its first calls count as a round: by then what a first call has to load
    no longer shows.

    Args:
        ours: a call.
        theirs: another.
        rounds: at most.
        budget_ms: no round begins after so much time; there is always one.
    """
    milliseconds(ours)
    paired = [(milliseconds(ours), milliseconds(theirs))]
    if sum(paired[0]) < SLOW_MS:
        paired.clear()
    while not paired or (len(paired) < rounds and sum(map(sum, paired)) < budget_ms):
        paired.append((milliseconds(ours), milliseconds(theirs)))
    return Contest(tuple(one for one, _ in paired), tuple(other for _, other in paired))


def spread(values: Sequence[float]) -> dict[str, Any]:
    """The median with the raw figures."""
    return {"ours_ms": statistics.median(values), "raw": {"ours": list(values)}}
