"""One page under several thresholds: as it is, with the automatic one, and with 50, 100, 150 and 200.

    python samples/threshold_vs_auto.py [PAGE] [FOLDER]

Prints the text that is read under each, and saves the pictures.
"""

import sys
from pathlib import Path

from ocrprep import ImageProcessing, InputType, OcrInput, PreprocessingFilter, TesseractRecognizer

HERE = Path(__file__).resolve().parent

VARIANTS = {
    "source": PreprocessingFilter.empty,
    "auto": PreprocessingFilter([PreprocessingFilter.binarize()]),
    **{f"{value:03}": PreprocessingFilter([PreprocessingFilter.threshold(value)]) for value in (50, 100, 150, 200)},
}


def main() -> None:
    """Save and read the page once for each variant."""
    page = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "pages" / "shadow.jpg"
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path("out/threshold_vs_auto")
    recognizer = TesseractRecognizer()
    for name, filters in VARIANTS.items():
        batch = OcrInput(InputType.AUTO, filters)
        batch.add(page)
        [saved] = ImageProcessing.save(batch, folder / name)
        [result] = recognizer.recognize(batch)
        print(f"--- {name}: {saved.path}\n{result.recognition_text.strip() or '(nothing)'}\n")


if __name__ == "__main__":
    main()
