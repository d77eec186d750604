"""What ``scripts/demo`` runs: each sample page read as it is and after its chain, and the documents after one chain.

    python samples/demo.py [FOLDER]

The score is the share of characters that are as they should be, from 0 to 100; it is worked out from the text that is
read now.
"""

import difflib
import sys
import time
from pathlib import Path

from ocrprep import FilterChain, ImageProcessing, InputType, OcrInput, TesseractRecognizer

PAGES = Path(__file__).resolve().parent / "pages"

CHAINS = {
    "clean.png": [],
    "low_contrast.jpg": ["sauvola:k=0.1"],
    "shadow.jpg": ["normalize_background", "binarize"],
    "noise.png": ["median", "despeckle"],
    "skew.png": ["auto_skew"],
    "inverted.png": ["normalize_polarity", "binarize"],
    "coloured.jpg": ["to_grayscale=max_contrast", "binarize"],
    "small_type.png": ["scale_to_text_height"],
}
DOCUMENTS = ("report.pdf", "report.tif", "letters.zip")


def main() -> None:
    """Read everything, save everything, and say where it is."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("out/demo")
    started = time.perf_counter()
    recognizer = TesseractRecognizer()
    for name, flags in CHAINS.items():
        show_page(recognizer, PAGES / name, FilterChain.from_flags(flags), folder)
    show_documents(recognizer, folder)
    print(f"Done in {time.perf_counter() - started:.0f} seconds. The cleaned pages are in {folder}")


def batch_of(path: Path, chain: FilterChain) -> OcrInput:
    """A batch of one file."""
    batch = OcrInput(InputType.AUTO, chain)
    batch.add(path)
    return batch


def show_page(recognizer: TesseractRecognizer, path: Path, chain: FilterChain, folder: Path) -> None:
    """Print the text of a page and how much of it is right, before and after."""
    batch = batch_of(path, chain)
    [before] = recognizer.recognize(batch_of(path, FilterChain()))
    [after] = recognizer.recognize(batch)
    [saved] = ImageProcessing.save(batch, folder)
    truth = path.with_suffix(".txt").read_text(encoding="utf-8")
    scores = f"{score(before.recognition_text, truth):.0f} untouched"
    if chain:
        scores += f", {score(after.recognition_text, truth):.0f} after {', '.join(item.kind for item in chain)}"
    print(f"--- {path.name} → {saved.path.name} (characters right: {scores})\n{after.recognition_text.strip()}\n")


def show_documents(recognizer: TesseractRecognizer, folder: Path) -> None:
    """Print the text of every page of the documents, which make one batch."""
    batch = OcrInput(InputType.AUTO, FilterChain.from_flags(["binarize"]))
    for name in DOCUMENTS:
        batch.add(PAGES / name)
    ImageProcessing.save(batch, folder)
    output = recognizer.recognize(batch)
    for result in output:
        print(f"--- {Path(str(result.source)).relative_to(PAGES)}\n{result.recognition_text.strip()}\n")
    for name in ("all.pdf", "all.docx", "all.hocr"):
        [saved] = output.save(folder / name)
        print(f"{len(output)} pages in one document: {saved}")


def score(text: str, truth: str) -> float:
    """0 to 100; how words are spaced does not count, nor where lines end."""
    words, wanted = " ".join(text.split()), " ".join(truth.split())
    return 100 * difflib.SequenceMatcher(None, words, wanted, autojunk=False).ratio()


if __name__ == "__main__":
    main()
