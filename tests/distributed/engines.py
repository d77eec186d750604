"""An engine for tests on a cluster: it must be importable by other processes."""

import os
import time
from pathlib import Path

from tests.engines import HostileEngine, _result


class Marking(HostileEngine):
    """Reads a page's name, slowly enough to be killed meanwhile, and leaves a note that says which process did."""

    def __init__(self, folder):
        self.folder = str(folder)

    def read(self, page):
        """Note it, then read."""
        note = f"{page.source.stem}-{os.getppid()}-{time.monotonic_ns()}"
        Path(self.folder, note).write_text("", encoding="ascii")
        time.sleep(0.15)
        return _result(page, f"text of {page.source.stem}")
