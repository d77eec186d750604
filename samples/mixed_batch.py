"""One batch of six kinds of input, and a broken file that does not stop it.

python samples/mixed_batch.py [FOLDER]
"""

import base64
import shutil
import sys
from pathlib import Path

from ocrprep import ImageProcessing, InputType, OcrInput, PreprocessingFilter, TesseractRecognizer
from ocrprep.result import PageFailure

PAGES = Path(__file__).resolve().parent / "pages"


def main() -> None:
    """Put the batch together, save it, read it, and say which page failed and why."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("out/mixed_batch")
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    shutil.copy(PAGES / "noise.png", inbox)
    broken = folder / "broken.png"
    broken.write_bytes((PAGES / "clean.png").read_bytes()[:2000])

    filters = PreprocessingFilter([PreprocessingFilter.median(), PreprocessingFilter.binarize()])
    batch = OcrInput(InputType.AUTO, filters, on_error="collect")
    batch.add(PAGES / "clean.png")  # an image
    batch.add(PAGES / "report.pdf", 0, 2)  # a PDF: its first two pages
    batch.add(broken)  # an image of which only the beginning is there
    batch.add(PAGES / "report.tif")  # a TIFF of three pages
    batch.add(PAGES / "letters.zip")  # a ZIP with folders
    batch.add(inbox)  # a folder
    batch.add_base64(base64.b64encode((PAGES / "shadow.jpg").read_bytes()).decode())  # an image as text

    ImageProcessing.save(batch, folder / "pages")
    output = TesseractRecognizer().recognize(batch)
    for item in output:
        if isinstance(item, PageFailure):
            print(f"--- FAILED\n{item.message}\n")
        else:
            print(f"--- {item.source}\n{item.recognition_text.strip()}\n")
    print(
        f"{len(output.results)} pages read, {len(output.failures)} failed; the cleaned pages are in {folder / 'pages'}"
    )


if __name__ == "__main__":
    main()
