"""See what each filter does: the page is saved after every step.

python samples/save_intermediates.py [PAGE] [FOLDER]
"""

import sys
from pathlib import Path

from ocrprep import ImageProcessing, InputType, OcrInput, PreprocessingFilter

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Save the page of each step, then say what the filters found on the way."""
    page = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "pages" / "skew.png"
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path("out/save_intermediates")
    filters = PreprocessingFilter()
    filters.add(PreprocessingFilter.auto_skew())
    filters.add(PreprocessingFilter.crop_to_content())
    filters.add(PreprocessingFilter.pad(20))
    filters.add(PreprocessingFilter.binarize())
    batch = OcrInput(InputType.AUTO, filters)
    batch.add(page)
    for saved in ImageProcessing.save(batch, folder, steps=True):
        print(saved.path)
    for step in ImageProcessing.render(batch)[0].steps:
        found = ", ".join(f"{name} {value}" for name, value in step.found.items())
        print(f"{step.kind:<16} {1000 * step.seconds:6.1f} ms  {found}")


if __name__ == "__main__":
    main()
