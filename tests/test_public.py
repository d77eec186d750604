"""The outside: the public names, and what importing them costs."""

from __future__ import annotations

import subprocess
import sys

import ocrprep

PUBLIC = """
Box ConfigError Context DecodeError EngineCrashError EngineNotFoundError Evidence Filter FilterChain FilterContractError
FilterError Found GeometryFilter ImageProcessing ImageTooLargeError InputError InputLimitError InputType
InterpolationFilterType LanguageNotInstalledError Limits Line ModelError ModelIntegrityError ModelNotFoundError Moved
OcrInput OcrOutput OcrPrepError Orientation OutputError Page PageFailure PixelFilter PixelMode PixelType
PreprocessingFilter RecognitionResult RecognizerError RecognizerTimeoutError Rectangle Source Step TesseractRecognizer
UnsupportedFormatError Word __version__
""".split()


def test_the_public_names_are_these():
    assert ocrprep.__all__ == PUBLIC == sorted(PUBLIC)
    assert all(getattr(ocrprep, name) is not None for name in PUBLIC)


def test_importing_loads_nothing_heavy_and_prints_nothing():
    heavy = {"torch", "onnxruntime", "pypdfium2", "tesserocr", "pytesseract", "httpx", "typer", "rich", "scipy"}
    code = f"import sys, ocrprep; print(sorted(({heavy!r} | {{'ocrprep.cli'}}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
