"""Pages that code makes when they are asked for, and that a folder may remember."""

from __future__ import annotations

import functools
import hashlib
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt

import ocrprep
from ocrprep.learning.data.source import checked
from ocrprep.learning.example import Example
from ocrprep.outputs.files import made, write_whole

_MAKERS = ("learning/writing", "learning/degrade")


class MadePages:
    """Synthetic pages: page ``i`` is what ``make_example`` makes of ``numpy.random.default_rng([seed, i])``.

    Args:
        seed: 0 or more; other seeds give other pages.
        count: how many.
        shape: (height, width) of a page in pixels.
        cache: a folder to remember pages in, made if need be; None makes each page anew. Several processes may share
            it. Pages lie there uncompressed, three bytes a pixel, because they are read far more often than written;
            in a folder named after seed, shape and the code that makes pages, so that changed code makes new ones.

    Raises:
        ValueError: a negative seed or count, or a page without pixels.
    """

    def __init__(
        self, seed: int, count: int, shape: tuple[int, int] = (640, 640), cache: str | Path | None = None
    ) -> None:
        if seed < 0 or count < 0 or min(shape) < 1:
            raise ValueError(f"no pages can be made from seed {seed}, count {count}, shape {shape}")
        self.seed, self.count, self.shape = seed, count, (int(shape[0]), int(shape[1]))
        self.folder = None if cache is None else Path(cache) / f"{seed}-{shape[0]}x{shape[1]}-{recipe_fingerprint()}"

    def __len__(self) -> int:
        return self.count

    def example(self, index: int) -> Example:
        """Page ``index``, made or remembered.

        Raises:
            IndexError: no such page.
            OutputError: the cache cannot be written.
        """
        name = f"made-{self.seed}-{checked(index, self.count):06d}"
        if self.folder is None:
            return self._make(index, name)
        file = self.folder / f"{index:06d}.npy"
        planes = _remembered(file, self.shape)
        if planes is not None:
            return Example(planes[0], planes[1], planes[2] if len(planes) == 3 else None, name)
        example = self._make(index, name)
        made(self.folder)
        write_whole(file, _packed(example))
        return example

    def _make(self, index: int, name: str) -> Example:
        # Whoever reads pages from a cache need not load fonts and inks.
        from ocrprep.learning.degrade import make_example  # noqa: PLC0415

        example = make_example(np.random.default_rng([self.seed, index]), self.shape)
        return Example(example.image, example.mask, example.clean, name)


def _packed(example: Example) -> bytes:
    planes = [example.image, example.mask] + ([] if example.clean is None else [example.clean])
    target = io.BytesIO()
    np.save(target, np.stack(planes), allow_pickle=False)
    return target.getvalue()


def _remembered(file: Path, shape: tuple[int, int]) -> npt.NDArray[np.uint8] | None:
    """The planes in a file; None where there is no such file or it is not whole."""
    try:
        planes = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    whole = isinstance(planes, np.ndarray) and planes.dtype == np.uint8 and planes.shape in {(2, *shape), (3, *shape)}
    return planes if whole else None


@functools.cache
def recipe_fingerprint() -> str:
    """A digest of the code that makes pages: the same code makes the same pages."""
    root = Path(ocrprep.__file__).parent
    digest = hashlib.sha256()
    for folder in _MAKERS:
        for file in sorted((root / folder).rglob("*.py")):
            digest.update(f"{file.relative_to(root).as_posix()}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]
