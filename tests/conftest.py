"""One rule for all tests: where everything is installed, nothing may be skipped."""

from __future__ import annotations

import os

import pytest

from tests.real_data import ABSENT


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Fail a run that was promised everything (``OCRPREP_NO_SKIPS=1``, as scripts/test does) and skipped a test."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("OCRPREP_NO_SKIPS") != "1" or reporter is None or exitstatus != pytest.ExitCode.OK:
        return
    # What may not be shipped cannot be installed either.
    skipped = [item for item in reporter.stats.get("skipped", []) if f"Skipped: {ABSENT}" not in str(item.longrepr)]
    if skipped:
        reporter.write_line(f"{len(skipped)} tests were skipped where none may be", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
