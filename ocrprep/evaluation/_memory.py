"""How much memory a filter needs at most, as the kernel counts it in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ocrprep import filters
from ocrprep.chain import FilterChain
from ocrprep.errors import OcrPrepError
from ocrprep.filters.base import Filter
from ocrprep.page import Page, PixelMode

_RESET = Path("/proc/self/clear_refs")
_CHILD = "from ocrprep.evaluation._memory import serve; serve()"
_MIB = 2**20


def extra_memory(jobs: Sequence[tuple[Filter, Page, bool]]) -> list[float | None]:
    """MiB for each filter on its page; the flag says whether a call before the measured one is worth its time."""
    if not jobs or highest() is None:
        return [None] * len(jobs)
    with tempfile.TemporaryDirectory() as folder:
        modes = {page.mode: page for _, page, _ in jobs}
        for mode, page in modes.items():
            np.save(Path(folder, f"{mode.value}.npy"), page.pixels)
        orders = [
            {
                "filter": item.compact(),
                "pixels": str(Path(folder, f"{page.mode.value}.npy")),
                "mode": page.mode.value,
                "dpi": page.dpi,
                "warm": warm,
            }
            for item, page, warm in jobs
        ]
        found: list[float | None] = []
        while len(found) < len(orders):
            # A child stops after its first filter where its peak cannot be set back.
            found += _ask_child(orders[len(found) :])
        return found


def _ask_child(orders: list[dict[str, Any]]) -> list[float | None]:
    # Without a fixed limit glibc keeps large freed blocks for itself, and the next filter seems to need less.
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(  # noqa: S603 - this interpreter, fixed code
        [sys.executable, "-c", _CHILD],
        input=json.dumps(orders),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise OcrPrepError(f"the process that measures memory failed: {reason}")
    return [float(value) for value in json.loads(done.stdout.splitlines()[-1])]


def serve() -> None:
    """In the child: measure the orders of stdin, or only the first one, and print the list of MiB."""
    found = []
    page: Page | None = None
    opened = ""
    again = _peak_set_back()
    for order in json.loads(sys.stdin.read()):
        [item] = filters.load({"ocrprep": 1, "filters": [order["filter"]]}, version=FilterChain.SCHEMA_VERSION)
        if page is None or order["pixels"] != opened:
            opened = order["pixels"]
            page = Page(np.load(opened), PixelMode(order["mode"]), tuple(order["dpi"]))
        if again:
            if order["warm"]:
                item(page)
            _peak_set_back()
        before = highest() or 0.0
        item(page)
        found.append(max(0.0, (highest() or 0.0) - before))
        if not again:
            break
    sys.stdout.write(json.dumps(found) + "\n")


def _peak_set_back() -> bool:
    """Let the peak of resident memory start anew from what is resident now; False where that cannot be done."""
    try:
        _RESET.write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def highest() -> float | None:
    """The most resident memory of this process so far, in MiB; None where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return None
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # The one unit on which systems do not agree: bytes on macOS, kibibytes elsewhere.
    return highest / _MIB if sys.platform == "darwin" else highest / 1024
