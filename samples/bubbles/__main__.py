"""Answer sheets read by the ink in their bubbles, after a fixed and after an adaptive threshold.

    python -m samples.bubbles [FOLDER] [--sheets 200]
    python -m samples.bubbles --template TEMPLATE.json IMAGE... [FOLDER]

The first renders sheets with known answers and prints how many bubbles are read rightly. The second reads real sheets.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ocrprep.filters.base import Filter
from samples.bubbles.experiment import AUTOMATIC, METHODS, run
from samples.bubbles.sheets import CONDITIONS
from samples.bubbles.show import comparison

_PICTURES = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m samples.bubbles", description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="real sheets, and a folder for the results")
    parser.add_argument("--sheets", type=int, default=200, help="generated sheets for each condition")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--binarize", action="store_true", help="also the automatic binarization: takes longer")
    parser.add_argument("--template", type=Path, help="read real sheets by this template")
    options = parser.parse_args(arguments)
    images = [path for path in options.paths if path.suffix.lower() in _PICTURES]
    folders = [path for path in options.paths if path not in images]
    if len(folders) > 1 or (options.template is None and images) or (options.template and not images):
        parser.error("give one folder, and images only together with a template")
    folder = folders[0] if folders else Path("out/bubbles")
    if options.template is not None:
        from samples.bubbles.real import read_sheets  # noqa: PLC0415 - the generated sheets need none of it

        return read_sheets(options.template, images, folder)
    _table(options.sheets, options.workers, METHODS | AUTOMATIC if options.binarize else METHODS)
    for condition in CONDITIONS:
        print("picture:", comparison(condition, folder))
    return 0


def _table(sheets: int, workers: int, methods: dict[str, Filter]) -> None:
    print(f"{sheets} sheets a condition: bubbles right in %, and sheets without a fault in %")
    print(f"{'':10}" + "".join(f"{name:>24}" for name in methods))
    for condition, scores in run(sheets, workers, methods).items():
        cells = [f"{100 * s.right / s.bubbles:.2f}  {100 * s.whole / s.sheets:.1f}" for s in scores.values()]
        print(f"{condition:10}" + "".join(f"{cell:>24}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
