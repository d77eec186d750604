"""The command line: ``ocrprep clean | read | inspect | filters | chain | bench | learn``."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType


def main() -> None:
    """Run the command that ``sys.argv`` holds; the entry point of ``ocrprep``."""
    from ocrprep.cli.app import app, use_utf8

    use_utf8()
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    app(prog_name="ocrprep")


def _as_ctrl_c(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise KeyboardInterrupt
