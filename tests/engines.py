"""Engines that behave badly, in a module that a child process can import."""

from __future__ import annotations

import os
import time

from ocrprep.errors import RecognizerError
from ocrprep.result import RecognitionResult


class HostileEngine:
    """Does to each page what the page's name says, and otherwise reads its name."""

    name = "hostile"
    version = "1"
    languages = ("eng",)

    def read(self, page):
        """Read the name, or do worse."""
        stem = page.source.stem
        deed = getattr(self, "_" + stem.partition("-")[0], None)
        text = f"text of {stem}" if deed is None else deed(page)
        return text if text is None else _result(page, text)

    def orientation(self, page):
        """Nothing, or a crash."""
        return self._crash(page) if page.source.stem.startswith("crash") else None

    def _crash(self, page):
        os.abort()

    def _exit(self, page):
        os._exit(0)

    def _hang(self, page):
        time.sleep(3600)

    def _invalid(self, page):
        return "half a letter: \ud800"

    def _bytes(self, page):
        return b"no text at all"

    def _nothing(self, page):
        return None

    def _raise(self, page):
        raise ZeroDivisionError("inside the engine")

    def _refuse(self, page):
        raise RecognizerError("will not")

    def _eat(self, page):
        eaten = []
        while True:
            eaten.append(bytearray(b"x" * (16 << 20)))

    def _print(self, page):
        os.write(1, b"noise on stdout\n" * 100)
        return "printed"


class Fallback(HostileEngine):
    """Reads what killed the other engine, but not what hangs."""

    name = "fallback"

    def _crash(self, page):
        return "second try"


class Slow(HostileEngine):
    """Takes a while, and says which process it is."""

    def read(self, page):
        """The number of the process."""
        time.sleep(0.05)
        return _result(page, str(os.getpid()))


class Unready(HostileEngine):
    """Cannot even be unpacked."""

    def __reduce__(self):
        return _refuse, ()


def _refuse():
    raise OSError("no licence")


def _result(page, text):
    return RecognitionResult(text, source=page.source, width=page.width, height=page.height, engine="hostile 1")
