"""The outside: the public names, and what importing them costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ocrprep

PUBLIC = """
Alternative AreasType Box Character Choice ConfigError Context DecodeError EngineCrashError EngineNotFoundError Evidence
Filter FilterChain FilterContractError FilterError Found GeometryFilter ImageProcessing ImageTooLargeError InputError
InputLimitError InputType InterpolationFilterType Isolated Job LanguageNotInstalledError Limits Line ModelError
ModelIntegrityError ModelNotFoundError Moved OcrInput OcrOutput OcrPrepError Orientation OutputError Page PageFacts
PageFailure PixelFilter PixelMode PixelType PreprocessingFilter Progress Reading RecognitionResult Recognizer
RecognizerError RecognizerTimeoutError Rectangle Region RenderedPages SaveFormat SavedImage Source Step
TesseractRecognizer UnsupportedFormatError Word __version__ choices_of inspect_page merge_readings save_document
""".split()  # noqa: SIM905 - a list this long reads better so


def test_the_public_names_are_these():
    assert ocrprep.__all__ == PUBLIC == sorted(PUBLIC)
    assert all(getattr(ocrprep, name) is not None for name in PUBLIC)


def test_type_checkers_and_the_interpreter_see_the_same_names():
    block = next(node for node in ast.parse(Path(ocrprep.__file__).read_text()).body if isinstance(node, ast.If))
    seen = {alias.name: node.module for node in block.body for alias in node.names}
    assert seen == {name: f"ocrprep.{home}" for home, names in ocrprep._HOMES.items() for name in names.split()}


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Deskewer'"):
        ocrprep.Deskewer  # noqa: B018


def test_importing_every_name_loads_nothing_heavy_and_prints_nothing():
    heavy = {"torch", "onnxruntime", "pypdfium2", "tesserocr", "pytesseract", "httpx", "typer", "rich", "scipy"}
    code = f"import sys; from ocrprep import *; print(sorted(({heavy!r} | {{'ocrprep.cli'}}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
