"""How much memory a long document takes: a PDF made by code is read, and the memory of all processes is noted.

python -m benchmarks.long_document --pages 1000
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ocrprep.inputs import OcrInput
from ocrprep.preprocessing import PreprocessingFilter as Filters
from ocrprep.recognizers import TesseractRecognizer
from ocrprep.result import PageFailure

MIB = 2**20


def write_pdf(path: Path, pages: int) -> None:
    """A PDF of A4 pages with a few lines of text each, all different."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (pages, b" ".join(b"%d 0 R" % (4 + 2 * page) for page in range(pages))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for page in range(pages):
        lines = [f"Page {page + 1} of {pages}", f"Account {7919 * (page + 1)}", "The quick brown fox is not amused."]
        shown = b" ".join(b"(%s) Tj T*" % line.encode() for line in lines)
        content = b"BT /F1 14 Tf 20 TL 72 760 Td %s ET" % shown
        resources = b"<< /Font << /F1 3 0 R >> >>"
        size = b"[0 0 595 842]"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Resources %s /Contents %d 0 R >>"
            % (size, resources, 5 + 2 * page)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    data, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    path.write_bytes(data)


def memory_now() -> float:
    """MiB of this process and its children; what they share is counted once for each (Linux)."""
    own = os.getpid()
    family = [int(entry.parent.name) for entry in Path("/proc").glob("[0-9]*/stat") if _parent(entry) == own]
    return sum(_proportional(pid) for pid in (own, *family)) / MIB


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
    except OSError:
        # It has ended since it was listed.
        return 0


def _proportional(pid: int) -> int:
    # Pages of memory that several processes share are divided among them (PSS).
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(1024 * int(row.split()[1]) for row in rows if row.startswith("Pss:"))


@contextmanager
def watched(peaks: list[float]) -> Iterator[None]:
    """Raise the last of ``peaks`` to what is used, ten times a second."""
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.1):
            peaks[-1] = max(peaks[-1], memory_now())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def main() -> None:
    """Read the document and print the curve."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long_document", description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--every", type=int, default=100, help="pages of one line of the curve")
    options = parser.parse_args()
    peaks, began, failed = [0.0], time.perf_counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "long.pdf")
        write_pdf(path, options.pages)
        batch = OcrInput(filters=[Filters.binarize()], on_error="collect").add(path)
        sys.stdout.write("| pages | peak MiB since the line before | MiB now | pages/s |\n|--:|--:|--:|--:|\n")
        with TesseractRecognizer() as recognizer, watched(peaks):
            for number, item in enumerate(recognizer.read_each(batch), 1):
                failed += isinstance(item, PageFailure) or f"Page {number} of" not in item.recognition_text
                if number % options.every == 0:
                    rate = number / (time.perf_counter() - began)
                    sys.stdout.write(f"| {number} | {peaks[-1]:.0f} | {memory_now():.0f} | {rate:.2f} |\n")
                    sys.stdout.flush()
                    peaks.append(0.0)
    sys.stdout.write(f"\n{failed} of {options.pages} pages were not read as written.\n")


if __name__ == "__main__":
    main()
