"""Tesseract as a child process through pytesseract: it can be killed, and may crash without harm."""

from __future__ import annotations

import importlib.util
import os
import shlex
import tempfile
from collections import ChainMap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrprep.errors import EngineCrashError, RecognizerError, RecognizerTimeoutError
from ocrprep.filters.base import Orientation
from ocrprep.page import PixelMode
from ocrprep.recognizers import _tessdata
from ocrprep.recognizers._driver import Reading, not_found, resolution

if TYPE_CHECKING:
    from ocrprep.geometry import Box
    from ocrprep.page import Page
    from ocrprep.recognizers._driver import TesseractSettings
    from ocrprep.result import AreasType


def _own_pytesseract() -> Any:
    """A second instance of pytesseract's module, with the command of the first.

    The module hands its global ``environ`` to the child and offers no other way to set a variable for it. In an
    instance of our own that concerns nobody else's calls, and no other library of this process.
    """
    try:
        shared = importlib.import_module("pytesseract.pytesseract")
    except ImportError as error:
        missing = not_found(f"the driver pytesseract cannot be loaded: {error}")
        missing.hint = "pip install pytesseract"
        raise missing from error
    spec: Any = shared.__spec__
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.__dict__["tesseract_cmd"] = shared.__dict__["tesseract_cmd"]
    return module


class PytesseractDriver:
    """Tesseract as a program: the one that ``pytesseract.pytesseract.tesseract_cmd`` names.

    Raises:
        EngineNotFoundError: there is no such program, or it does not answer.
    """

    name = "pytesseract"

    def __init__(self, settings: TesseractSettings) -> None:
        self._module = _own_pytesseract()
        self._settings = settings
        command = _tessdata.program(self._module.tesseract_cmd)
        if command is None:
            raise not_found(f"the program {self._module.tesseract_cmd!r} is not on this machine's PATH")
        self._module.tesseract_cmd = command
        # Several engines side by side are faster than one with threads.
        ours = {"TESSDATA_PREFIX": settings.tessdata} if settings.tessdata else {}
        self._module.environ = ChainMap(ours, os.environ, {"OMP_THREAD_LIMIT": "1"})
        try:
            self.version = str(self._module.get_tesseract_version())
        except (Exception, SystemExit) as error:
            raise not_found(f"{command} does not tell its version: {error}") from error
        where = ("--tessdata-dir", settings.tessdata) if settings.tessdata else ()
        self.languages = _tessdata.listed(_tessdata.ask(command, *where, "--list-langs"))[1]
        self._check_variables(command)

    def read(self, page: Page) -> Reading:
        """Read a page in a child process of its own.

        Raises:
            RecognizerTimeoutError: it took longer than ``timeout``; the child is dead.
            EngineCrashError: the child failed or crashed.
        """
        settings = self._settings
        options = [
            *("--psm", str(settings.page_segmentation_mode), "--oem", str(settings.engine_mode)),
            *_variables({**settings.engine_variables, **_WANTED, **(_WITH_HOCR if settings.characters else {})}),
        ]
        with tempfile.TemporaryDirectory(prefix="ocrprep_") as folder:
            base = self._run(page, Path(folder), settings.language, options)
            try:
                hocr = _text(base.with_suffix(".hocr")) if settings.characters else ""
                return Reading(_text(base.with_suffix(".txt")), _text(base.with_suffix(".tsv")), hocr)
            except OSError as error:
                raise EngineCrashError(f"Tesseract {self.version} left no result: {error}") from error

    def layout(self, page: Page, areas: AreasType) -> list[Box] | None:
        """None: the program has no way to tell its layout alone."""
        del page, areas
        return None

    def orientation(self, page: Page) -> Orientation | None:
        """See :class:`Driver`."""
        if "osd" not in self.languages:
            return None
        with tempfile.TemporaryDirectory(prefix="ocrprep_") as folder:
            try:
                base = self._run(page, Path(folder), "osd", ["--psm", "0"])
                found = self._module.osd_to_dict(_text(base.with_suffix(".osd")))
            except (EngineCrashError, OSError):
                # Its way of saying that there is too little text.
                return None
        if not {"orientation", "orientation_conf"} <= found.keys():
            return None
        return Orientation(int(found["orientation"]), float(found["orientation_conf"]))

    def close(self) -> None:
        """Nothing: every child has ended with its page."""

    def _run(self, page: Page, folder: Path, language: str, options: list[str]) -> Path:
        image, base = folder / "page.pnm", folder / "result"
        dpi = resolution(page)
        given = [*options, "--dpi", str(dpi)] if dpi is not None else options
        config = " ".join(map(_quoted, given))
        try:
            image.write_bytes(_pnm(page))
            self._module.run_tesseract(
                str(image), str(base), "", language, config=config, timeout=self._settings.timeout or 0
            )
        except self._module.TesseractError as error:
            raise EngineCrashError(
                f"Tesseract {self.version} ended with status {error.status}: {error.message or 'it said nothing'}"
            ) from error
        except RuntimeError as error:
            raise RecognizerTimeoutError(
                f"Tesseract did not finish within {self._settings.timeout:g} seconds and was stopped",
                hint="raise timeout, or scale the page down in the chain",
            ) from error
        except OSError as error:
            raise RecognizerError(f"Tesseract could not be called: {error}") from error
        return base

    def _check_variables(self, command: str) -> None:
        # The program only murmurs about a name that it does not know, and reads on without it.
        asked = self._settings.variables
        if not asked:
            return
        known = {line.split("\t")[0] for line in _tessdata.ask(command, "--print-parameters").splitlines()}
        unknown = [name for name in asked if name not in known]
        if unknown:
            raise RecognizerError(
                f"Tesseract {self.version} has no variable called {unknown[0]!r}",
                hint="`tesseract --print-parameters` lists them",
            )


_WANTED = {"tessedit_create_txt": "1", "tessedit_create_tsv": "1", "page_separator": ""}
_WITH_HOCR = {"tessedit_create_hocr": "1"}


def _variables(variables: dict[str, str]) -> list[str]:
    return [part for name, value in variables.items() for part in ("-c", f"{name}={value}")]


def _quoted(argument: str) -> str:
    if os.name != "nt":
        return shlex.quote(argument)
    # There pytesseract splits at every space and takes quotation marks for letters.
    if set(argument) & set(" \t\"'"):
        raise RecognizerError(
            f"{argument!r} cannot be handed to Tesseract by pytesseract on Windows: it has a space or quotation mark",
            hint='use driver="tesserocr" (pip install "ocrprep[fast]")',
        )
    return argument


def _pnm(page: Page) -> bytes:
    # Needs no compression and every Leptonica reads it.
    kind = b"P6" if page.mode is PixelMode.RGB else b"P5"
    return b"%s %d %d 255\n" % (kind, page.width, page.height) + page.pixels.tobytes()


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")
