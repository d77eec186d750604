"""A real browser for pages that were made: what it complains of, and every address that it asks for, is collected."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

HERE = {"file", "data", "blob", "about"}
"""Schemes that never leave the machine."""
_LOOPBACK = {"127.0.0.1", "localhost"}


def leaves(address: str) -> bool:
    """Whether asking for this address reaches another machine."""
    parts = urlsplit(address)
    return parts.scheme not in HERE and parts.hostname not in _LOOPBACK


@contextmanager
def opened_page(width: int = 1280, height: int = 900, **options) -> Iterator:
    """A blank tab of Chromium; when the block ends well, nothing may have failed and nothing may have left.

    Args:
        width: of the window, in CSS pixels.
        height: likewise.
        options: of Playwright's ``new_context``, such as ``color_scheme="dark"``.
    """
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            page = context.new_page()
            faults: list[str] = []
            asked: list[str] = []
            page.on("console", lambda line: faults.append(line.text) if line.type in {"error", "warning"} else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            context.on("request", lambda request: asked.append(request.url))
            yield page
            assert faults == []
            assert [address[:200] for address in asked if leaves(address)] == []
        finally:
            browser.close()


@pytest.fixture
def browser_page() -> Iterator:
    """A tab of 1280 × 900; see :func:`opened_page`."""
    with opened_page() as page:
        yield page


def overflow(page) -> int:
    """CSS pixels by which the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
