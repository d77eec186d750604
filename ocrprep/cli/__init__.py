"""The command line: ``ocrprep clean | read | filters | chain``."""

from __future__ import annotations


def main() -> None:
    """Run the command that ``sys.argv`` holds; the entry point of ``ocrprep``."""
    from ocrprep.cli.app import app, use_utf8

    use_utf8()
    app(prog_name="ocrprep")
