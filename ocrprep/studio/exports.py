"""A chain as text to take away, and pages as files in the one folder that the studio may write to."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from ocrprep.chain import FilterChain
from ocrprep.outputs import ImageProcessing, SavedImage
from ocrprep.studio.guard import inside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ocrprep.filters.base import Evidence
    from ocrprep.outputs.options import SaveImageFormat
    from ocrprep.page import PageRef

NOTATIONS = ("yaml", "python", "command")


def exported(chain: FilterChain, notation: str, name: str = "page.png") -> str:
    """The chain as text.

    Args:
        chain: to write.
        notation: ``yaml``, a file for ``--chain``; ``python``, an expression that makes it; or ``command``, a line for
            a shell.
        name: of the file that the command works on.
    """
    if notation == "yaml":
        return chain.to_yaml()
    if notation == "python":
        return f"{chain.to_python().rstrip()}\n"
    return f"{shlex.join(['ocrprep', 'clean', name, '-o', 'out', *chain.to_flags()])}\n"


def read_chain(text: str, name: str) -> FilterChain:
    """The chain in a file, by its suffix: ``.py`` Python (parsed, never executed), ``.flags`` a command's, else YAML.

    Raises:
        ConfigError: it is not a chain; with every fault and its place.
    """
    lowered = name.lower()
    if lowered.endswith(".py"):
        return FilterChain.from_python(text, name=name)
    if lowered.endswith(".flags"):
        return FilterChain.from_flags(text.split())
    return FilterChain.from_yaml(text, name=name)


def save_pages(
    refs: Sequence[PageRef],
    chain: FilterChain,
    folder: Path,
    *,
    inner: str = "",
    image_format: SaveImageFormat = "png",
    evidence: Evidence | None = None,
) -> list[SavedImage]:
    """Write the prepared pages; nothing that is there already is replaced.

    Args:
        refs: the pages as they came.
        chain: to apply.
        folder: that the studio may write to.
        inner: a folder inside it, made if need be; empty for the folder itself.
        image_format: of the files.
        evidence: an engine's opinions for the filters that ask for them.

    Raises:
        OutputError: ``inner`` leads out of the folder, or a file cannot be written.
        OcrPrepError: a page cannot be opened or prepared.
    """
    target = inside(folder, inner)
    from ocrprep.batch.sources import Pages  # noqa: PLC0415

    batch = Pages(tuple(refs), chain)
    saved = ImageProcessing.save(batch, target, format=image_format, overwrite="rename", evidence=evidence, workers=1)
    return [item for item in saved if isinstance(item, SavedImage)]
