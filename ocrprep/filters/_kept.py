"""Arrays that a thread uses again for its next strip.

Memory that the system has just handed out costs more to touch than most steps cost to compute, and an allocator gives
large blocks back as soon as they are free.
"""

from __future__ import annotations

import math
import threading
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

D = TypeVar("D", bound=np.generic)


class Kept(threading.local):
    """Arrays by name, each thread its own; they live as long as this object, so make one for each page."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._held: dict[str, npt.NDArray[Any]] = {}

    def of(self, name: str, shape: tuple[int, ...], kind: type[D]) -> npt.NDArray[D]:
        """An array whose values are left over from before; valid until the same thread asks for this name again."""
        size = math.prod(shape)
        held = self._held.get(name)
        if held is None or held.size < size or held.dtype != np.dtype(kind):
            held = self._held[name] = np.empty(size, kind)
        return held[:size].reshape(shape)
